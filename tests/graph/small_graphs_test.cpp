// Every graph of up to five revisions: the planner against the slow reference, and what must hold for every plan.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "graph/invariants.hpp"
#include "graph/reference.hpp"
#include "support/graph_of.hpp"
#include "support/small_graphs.hpp"

namespace rev::test {

namespace {

using Node = Reference::Node;
using Nodes = Reference::Nodes;
using Set = Reference::Set;

/// Another load order, and the parents of each the other way round.
std::vector<Revision> reordered(std::vector<Revision> revisions, std::size_t variant) {
    if (variant % 2 == 1) {
        for (auto& revision : revisions) std::reverse(revision.revises.begin(), revision.revises.end());
    }
    if (variant >= 2) {
        std::reverse(revisions.begin(), revisions.end());
        std::rotate(revisions.begin(), revisions.begin() + static_cast<std::ptrdiff_t>(variant % revisions.size()),
                    revisions.end());
    }
    return revisions;
}

/// One graph with all questions to it.
class Examination {
public:
    explicit Examination(std::vector<Revision> revisions)
        : revisions_(revisions), graph_(revisions), rules_(std::move(revisions)), invariants_(revisions_) {}

    void run() {
        for (const auto& rows : states()) {
            upgrades_from(rows);
            downgrades_from(rows);
        }
    }

    std::map<std::string, std::size_t> seen;  ///< how often each kind of check was made

private:
    /// Nothing, and the tops of what stands below each revision and each pair of them.
    [[nodiscard]] std::set<Nodes> states() const {
        std::set<Nodes> states{{}};
        for (Node node = 0; node < rules_.size(); ++node) {
            for (Node other = node; other < rules_.size(); ++other) {
                states.insert(rules_.tops(rules_.ancestors(Nodes{node, other})));
            }
        }
        return states;
    }

    void complain(const std::string& what, const Nodes& rows, std::string_view target) const {
        auto text = arrows_text(revisions_);
        for (const auto& row : rules_.ids_of(rows)) text += " [" + row + "]";
        FAIL_CHECK(what, ": ", text, " to ", std::string(target));
    }

    void upgrades_from(const Nodes& rows) {
        Nodes real_heads;
        for (const auto* head : graph_.real_heads()) real_heads.push_back(rules_.node_of(head->id));
        check_upgrade(rows, "heads", real_heads);
        for (Node node = 0; node < rules_.size(); ++node) check_upgrade(rows, rules_.id_of(node), {node});
    }

    void downgrades_from(const Nodes& rows) {
        check_downgrade(rows, "base", std::nullopt);
        for (Node node = 0; node < rules_.size(); ++node) check_downgrade(rows, rules_.id_of(node), node);
    }

    void check_upgrade(const Nodes& rows, const std::string& target, const Nodes& targets) {
        const auto row_ids = rules_.ids_of(rows);
        const auto plan = plan_upgrade(graph_, row_ids, target);
        if (!same_steps(plan, rules_.upgrade(rows, targets))) complain("not the reference's upgrade", rows, target);
        if (!plan_upgrade(graph_, plan.to, target).steps.empty()) complain("it goes on", rows, target);
        check_invariants({Direction::upgrade, row_ids, {target}}, rows);
        ++seen["upgrade"];
    }

    void check_downgrade(const Nodes& rows, const std::string& target, std::optional<Node> node) {
        const auto row_ids = rules_.ids_of(rows);
        const auto wanted = rules_.downgrade(rows, node);
        if (!wanted) {
            const auto error = refusal([&] { return plan_downgrade(graph_, row_ids, target); });
            if (error.kind != GraphError::Kind::not_a_downgrade_target) complain("wrong refusal", rows, target);
            ++seen["refused downgrade"];
            return;
        }
        const auto plan = plan_downgrade(graph_, row_ids, target);
        if (!same_steps(plan, *wanted)) complain("not the reference's downgrade", rows, target);
        check_invariants({Direction::downgrade, row_ids, {target}}, rows);
        ++seen["downgrade"];
    }

    /// The same revisions, and after each the same rows in the same places; each change hits exactly one row.
    [[nodiscard]] bool same_steps(const Plan& plan, const Reference::Steps& wanted) const {
        if (plan.steps.size() != wanted.size()) return false;
        auto rows = plan.from;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            for (const auto& change : plan.steps[i].changes) apply(change, rows);
            if (plan.steps[i].revision->id != rules_.id_of(wanted[i].node)) return false;
            if (rows != rules_.ids_of(wanted[i].rows)) return false;
        }
        return rows == plan.to;
    }

    void check_invariants(const PlanQuestion& question, const Nodes& rows) const {
        const auto broken = invariants_.broken(question);
        if (!broken.empty()) complain(broken, rows, question.targets.front());
    }

    std::vector<Revision> revisions_;
    Graph graph_;
    Reference rules_;
    Invariants invariants_;
};

// Each graph is one more of the same kind for a sanitizer, under which they would take half an hour: a few are enough.
#ifdef REV_SANITIZED
constexpr std::size_t every = 37;
#else
constexpr std::size_t every = 1;
#endif

using Counts = std::map<std::string, std::size_t>;

/// Every `stride`th of the graphs of this size.
void examine_graphs(Counts& seen, std::size_t size, std::size_t arrow_kinds, std::size_t stride = 1) {
    const auto count = small_graph_count(size, arrow_kinds);
    for (std::size_t code = 0; code < count; code += stride) {
        Examination examination(reordered(graph_of_code(size, code, arrow_kinds), code % (size + 2)));
        examination.run();
        for (const auto& [kind, times] : examination.seen) seen[kind] += times;
    }
}

void require_every_kind(Counts seen) {
    for (const std::string kind : {"upgrade", "downgrade", "refused downgrade"}) {
        MESSAGE(kind, ": ", seen[kind]);
        CHECK(seen[kind] > 10'000 / every);
    }
}

}  // namespace

TEST_CASE("plans are the reference's for every graph of up to four revisions with dependencies") {
    Counts seen;
    for (std::size_t size = 1; size <= 4; ++size) examine_graphs(seen, size, 3, size < 4 ? 1 : every);
    require_every_kind(seen);
}

TEST_CASE("plans are the reference's for every graph of five revisions") {
    Counts seen;
    examine_graphs(seen, 5, 2, every);
    require_every_kind(seen);
}

TEST_CASE("plans are the reference's for graphs of five revisions with dependencies") {
    Counts seen;
    examine_graphs(seen, 5, 3, 61 * every);
    require_every_kind(seen);
}

}  // namespace rev::test
