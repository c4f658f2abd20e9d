#include "support/graph_of.hpp"

#include <algorithm>
#include <sstream>

#include "base/text.hpp"

namespace rev::test {

namespace {

/// "a[core]" is the revision `a` with the label `core`.
struct Name {
    RevisionId id;
    std::vector<std::string> labels;
};

Name name_of(const std::string& word) {
    const auto bracket = word.find('[');
    if (bracket == std::string::npos) return {word, {}};
    return {word.substr(0, bracket), base::split_list(word.substr(bracket + 1, word.size() - bracket - 2), '|')};
}

class Builder {
public:
    void add_part(const std::string& part) {
        const auto arrow = std::min(part.find("->"), part.find("=>"));
        const auto lower = add_names(part.substr(0, arrow));
        if (arrow == std::string::npos) return;
        for (const auto upper : add_names(part.substr(arrow + 2))) {
            auto& downs = part[arrow] == '-' ? revisions_[upper].revises : revisions_[upper].depends_on;
            for (const auto down : lower) downs.push_back(revisions_[down].id);
        }
    }

    std::vector<Revision> take() { return std::move(revisions_); }

private:
    std::vector<std::size_t> add_names(const std::string& text) {
        std::vector<std::size_t> places;
        std::istringstream words(text);
        for (std::string word; words >> word;) places.push_back(add(name_of(word)));
        return places;
    }

    std::size_t add(const Name& name) {
        auto known = std::find_if(revisions_.begin(), revisions_.end(),
                                  [&](const Revision& revision) { return revision.id == name.id; });
        if (known == revisions_.end()) {
            Revision revision;
            revision.id = name.id;
            revision.message = "about " + name.id;
            revision.path = "versions/" + name.id + ".sql";
            known = revisions_.insert(known, revision);
        }
        known->branch_labels.insert(known->branch_labels.end(), name.labels.begin(), name.labels.end());
        return static_cast<std::size_t>(known - revisions_.begin());
    }

    std::vector<Revision> revisions_;
};

}  // namespace

std::vector<Revision> revisions_of(std::string_view text) {
    Builder builder;
    for (const auto& part : base::split_list(text)) builder.add_part(part);
    return builder.take();
}

Graph graph_of(std::string_view text) { return Graph(revisions_of(text)); }

Ids ids_of(const Revisions& revisions) {
    Ids ids;
    for (const auto* revision : revisions) ids.push_back(revision->id);
    return ids;
}

std::string text_of(const Revisions& revisions) { return base::join(ids_of(revisions), " "); }

std::string text_of(const Plan& plan) {
    Ids ids;
    for (const auto& step : plan.steps) ids.push_back(step.revision != nullptr ? step.revision->id : "-");
    return base::join(ids, " ");
}

std::string rows_of(const Plan& plan) {
    auto rows = plan.from;
    std::vector<std::string> states;
    for (const auto& step : plan.steps) {
        for (const auto& change : step.changes) apply(change, rows);
        states.push_back("[" + base::join(rows, " ") + "]");
    }
    return base::join(states, " ");
}

Plan upgrade(const Graph& graph, const Ids& rows, std::string_view target) { return plan_upgrade(graph, rows, target); }

Plan downgrade(const Graph& graph, const Ids& rows, std::string_view target) {
    return plan_downgrade(graph, rows, target);
}

Plan stamp(const Graph& graph, const Ids& rows, const std::vector<std::string>& targets, bool purge) {
    return plan_stamp(graph, rows, std::vector<Target>(targets.begin(), targets.end()), purge);
}

}  // namespace rev::test
