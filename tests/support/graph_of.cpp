#include "support/graph_of.hpp"

#include <algorithm>
#include <sstream>
#include <string>

namespace rev_test {

namespace {

rev::Revision revision_of(const std::string& text) {
    rev::Revision revision;
    std::istringstream words(text);
    auto* list = &revision.revises;
    for (std::string word; words >> word;) {
        if (revision.id.empty()) {
            revision.id = word;
        } else if (word.front() == '[') {
            revision.branch_labels.push_back(word.substr(1, word.size() - 2));
        } else if (word == "+") {
            list = &revision.depends_on;
        } else if (word != "<-") {
            list->push_back(word);
        }
    }
    revision.message = "make " + revision.id;
    revision.path = revision.id + ".sql";
    return revision;
}

}  // namespace

std::vector<rev::Revision> graph_of(std::string_view text) {
    std::vector<rev::Revision> revisions;
    std::istringstream parts{std::string(text)};
    for (std::string part; std::getline(parts, part, ';');) revisions.push_back(revision_of(part));
    return revisions;
}

std::vector<rev::Revision> random_graph(std::mt19937& random, int size) {
    std::vector<rev::Revision> revisions;
    for (int i = 0; i < size; ++i) {
        rev::Revision revision;
        revision.id = "r" + std::to_string(i);
        const auto earlier = [&] { return "r" + std::to_string(random() % static_cast<unsigned>(i)); };
        const auto parents = i == 0 ? 0U : random() % 8;  // 0: a base; 1 to 5: one parent; 6 and 7: a merge
        if (parents > 0) revision.revises.push_back(earlier());
        if (parents > 5) {
            const auto second = earlier();
            if (second != revision.revises.front()) revision.revises.push_back(second);
        }
        if (i > 0 && random() % 6 == 0) revision.depends_on.push_back(earlier());
        revisions.push_back(std::move(revision));
    }
    std::shuffle(revisions.begin(), revisions.end(), random);
    return revisions;
}

}  // namespace rev_test
