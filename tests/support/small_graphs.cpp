#include "support/small_graphs.hpp"

#include <algorithm>
#include <random>

namespace rev::test {
namespace {

enum class Arrow { none, revises, depends_on };

/// Numbers that are the same with every standard library.
class Dice {
public:
    explicit Dice(unsigned seed) : engine_(seed) {}
    std::size_t below(std::size_t limit) { return engine_() % limit; }

private:
    std::mt19937 engine_;
};

}  // namespace

std::size_t small_graph_count(std::size_t size, std::size_t arrow_kinds) {
    std::size_t count = 1;
    for (std::size_t pair = 0; pair < size * (size - 1) / 2; ++pair) count *= arrow_kinds;
    return count;
}

std::vector<Revision> graph_of_code(std::size_t size, std::size_t code, std::size_t arrow_kinds) {
    std::vector<Revision> revisions(size);
    for (std::size_t upper = 0; upper < size; ++upper) {
        revisions[upper].id = std::string(1, static_cast<char>('a' + upper));
        for (std::size_t lower = 0; lower < upper; ++lower) {
            const auto arrow = static_cast<Arrow>(code % arrow_kinds);
            code /= arrow_kinds;
            if (arrow == Arrow::revises) revisions[upper].revises.push_back(revisions[lower].id);
            if (arrow == Arrow::depends_on) revisions[upper].depends_on.push_back(revisions[lower].id);
        }
    }
    return revisions;
}

std::vector<Revision> random_graph(std::size_t size, unsigned seed) {
    Dice dice(seed);
    std::vector<Revision> revisions(size);
    std::vector<std::size_t> tips;
    for (std::size_t number = 0; number < size; ++number) {
        auto& revision = revisions[number];
        revision.id = "r" + std::to_string(number);
        const auto fate = dice.below(20);
        if (fate >= 1 && !tips.empty()) {
            const auto parents = fate < 5 ? 2 + dice.below(3) : 1;
            for (std::size_t i = 0; i < parents && !tips.empty(); ++i) {
                const auto tip = tips.begin() + static_cast<std::ptrdiff_t>(dice.below(tips.size()));
                revision.revises.push_back(revisions[*tip].id);
                if (fate < 12) tips.erase(tip);  // else the tip becomes a branch point
            }
            std::sort(revision.revises.begin(), revision.revises.end());
            revision.revises.erase(std::unique(revision.revises.begin(), revision.revises.end()),
                                   revision.revises.end());
        }
        if (number > 0 && dice.below(8) == 0) revision.depends_on.push_back(revisions[dice.below(number)].id);
        tips.push_back(number);
    }
    return revisions;
}

std::string arrows_text(const std::vector<Revision>& revisions) {
    std::string text;
    for (const auto& revision : revisions) {
        text += revision.id + " <-";
        for (const auto& parent : revision.revises) text += " " + parent;
        for (const auto& dependency : revision.depends_on) text += " +" + dependency;
        text += "; ";
    }
    return text;
}

}  // namespace rev::test
