#include "graph/stamp.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

#include "graph/applied.hpp"
#include "graph/names.hpp"
#include "graph/resolve.hpp"
#include "rev/plan.hpp"

namespace rev::graph {

using Kind = GraphError::Kind;

namespace {

struct StampTargets {
    Nodes revisions;  ///< in the order given, each once
    Nodes affected;   ///< rows that share lineage with a target: those of the first target first, each in table order
    NodeSet is_affected;
};

void add_affected(const GraphData& graph, const Nodes& rows, const Nodes& compared, StampTargets& targets) {
    // Lineage by dependencies, too: a row that depends on the target's branch is moved with it.
    const auto below = graph.ancestors(compared, Edges::dependencies);
    const auto above = graph.descendants(compared, Edges::dependencies);
    for (const Node row : rows) {
        // Nothing to compare with, as with plain `base` or the heads of an empty project, means every row.
        const bool in_line = compared.empty() || below[row] || above[row];
        if (!in_line || targets.is_affected[row]) continue;
        targets.is_affected[row] = true;
        targets.affected.push_back(row);
    }
}

/// Alembic resolves `-N` in a stamp from the project's heads, and cannot compare rows with it.
void refuse_relative_with_rows(const GraphData& graph, const Nodes& rows, const Target& target) {
    if (rows.empty()) return;
    throw graph_error(graph, Kind::bad_target,
                      "'" + target.text + "' cannot be stamped while the database has current revisions", target.text,
                      rows);
}

void add_target(const GraphData& graph, const Nodes& rows, const Target& target, StampTargets& targets) {
    const Resolver resolver(graph);
    const auto label = graph.find_name(target.text) ? std::string_view() : label_of(target);
    if (const auto steps = steps_down(graph, target)) {
        refuse_relative_with_rows(graph, rows, target);
        // As in Alembic, a walk that goes too far counts as base: it names nothing.
        for (const auto& place : resolver.down_from_heads(*steps, target)) {
            if (place && place->kind == Place::Kind::revision) targets.revisions.push_back(place->node);
        }
        return;
    }
    Nodes compared;
    // As in Alembic, a label is only looked up where there are rows to compare with its branch.
    if (!label.empty() && !rows.empty()) compared.push_back(resolver.branch(label));
    const auto found = resolver.all(target);
    // Rows are compared with what stands behind the label, too, as it is without the label.
    if (!label.empty() && !rows.empty() && !is_reserved_word(target.name)) {
        (void)resolver.named(target.name);
    }
    compared.insert(compared.end(), found.begin(), found.end());
    targets.revisions.insert(targets.revisions.end(), found.begin(), found.end());
    add_affected(graph, rows, compared, targets);
}

StampTargets stamp_targets(const GraphData& graph, const Nodes& rows, std::span<const Target> asked) {
    StampTargets targets;
    targets.is_affected.resize(graph.size());
    for (const auto& target : asked) {
        refuse_problem(graph, target);
        add_target(graph, rows, target, targets);
    }
    NodeSet seen(graph.size());
    std::erase_if(targets.revisions, [&](Node node) {
        const bool again = seen[node];
        seen[node] = true;
        return again;
    });
    return targets;
}

/// The change that records one target; no value: nothing to do.
class Stamper {
public:
    Stamper(const GraphData& graph, const Nodes& rows, Nodes affected)
        : graph_(graph),
          table_(graph, rows),
          affected_(std::move(affected)),
          is_affected_(graph.size()),
          below_affected_(graph.ancestors(affected_, Edges::dependencies)),
          above_affected_(graph.descendants(affected_, Edges::dependencies)) {
        for (const Node row : affected_) is_affected_[row] = true;
    }

    std::optional<Step> stamp(Node target) {
        // The row is there already.
        if (is_affected_[target]) return std::nullopt;
        const auto change = [&](std::vector<RowChange> changes) {
            return Step{Direction::stamp, &graph_.revisions[target], std::move(changes)};
        };
        if (affected_.empty()) return change({table_.insert(target)});
        const bool row_above = below_affected_[target];
        const bool row_below = above_affected_[target];
        if (row_above || row_below) {
            if (row_above && row_below) {
                throw graph_error(
                    graph_, Kind::overlapping_rows,
                    "the rows of the version table overlap: some are above '" + graph_.id(target) + "', some below it",
                    graph_.id(target), affected_);
            }
            // The first target takes the place of all rows of its line; later ones are added beside it.
            if (!replaced_) {
                replaced_ = true;
                return change(table_.replace(affected_, target));
            }
            if (row_above) {
                throw graph_error(graph_, Kind::overlapping_targets,
                                  "the targets contradict each other: an earlier one has replaced the rows that '" +
                                      graph_.id(target) + "' would replace",
                                  graph_.id(target), {target});
            }
        }
        return change({table_.insert(target)});
    }

    Step remove(Node row) { return {Direction::stamp, nullptr, {table_.remove(row)}}; }

    [[nodiscard]] std::vector<RevisionId> rows() const { return table_.rows(); }

private:
    const GraphData& graph_;
    AppliedRows table_;
    Nodes affected_;  ///< as they were at the start
    NodeSet is_affected_;
    NodeSet below_affected_;  ///< what affected rows stand on, and they
    NodeSet above_affected_;
    bool replaced_ = false;  ///< a target has taken the affected rows' place
};

/// Removes the rows that are there, known or not, before the first step.
void purge_rows(std::span<const RevisionId> rows, Plan& plan) {
    if (rows.empty()) return;
    std::vector<RowChange> changes;
    std::set<RevisionId> seen;
    for (const auto& row : rows)
        // A table without a primary key may have a row twice, and one DELETE takes both.
        if (seen.insert(row).second) changes.push_back({RowChange::Kind::remove, row, {}});
    if (plan.steps.empty()) {
        plan.steps.push_back({Direction::stamp, nullptr, std::move(changes)});
        return;
    }
    auto& first = plan.steps.front().changes;
    first.insert(first.begin(), changes.begin(), changes.end());
}

/// Those that none of the others stands on, in load order.
Nodes tops_of(const GraphData& graph, const Nodes& nodes) {
    Nodes downs;
    for (const Node node : nodes) std::ranges::copy(graph.downs.of(node), std::back_inserter(downs));
    const auto below = graph.ancestors(downs, Edges::dependencies);
    const std::set<Node> in_load_order(nodes.begin(), nodes.end());
    Nodes tops;
    std::ranges::copy_if(in_load_order, std::back_inserter(tops), [&](Node node) { return !below[node]; });
    return tops;
}

}  // namespace

Plan plan_stamp(const Graph& owner, std::span<const RevisionId> row_ids, std::span<const Target> asked, bool purge) {
    const auto& graph = owner.data();
    // With --purge the rows are not even looked up: they may be of revisions that nobody has any more.
    const auto rows = purge ? Nodes{} : Resolver(graph).rows(row_ids);
    const auto targets = asked_by("stamp", [&] { return stamp_targets(graph, rows, asked); });
    Stamper stamper(graph, rows, targets.affected);
    Plan plan;
    plan.from.assign(row_ids.begin(), row_ids.end());
    for (const Node target : targets.revisions) {
        if (auto step = stamper.stamp(target)) plan.steps.push_back(std::move(*step));
    }
    if (targets.revisions.empty()) {
        for (const Node row : targets.affected) plan.steps.push_back(stamper.remove(row));
    }
    if (purge) purge_rows(row_ids, plan);
    plan.to = stamper.rows();
    return plan;
}

Plan plan_record(const Graph& owner, std::span<const RevisionId> row_ids, std::span<const RevisionId> applied) {
    const auto& graph = owner.data();
    const Resolver resolver(graph);
    const auto nodes = resolver.rows(applied);
    Plan plan;
    plan.from.assign(row_ids.begin(), row_ids.end());
    plan.to = plan.from;
    const auto all = [&](const Nodes& tops) { return graph.ancestors(tops, Edges::dependencies); };
    if (all(resolver.rows(row_ids)) == all(nodes)) return plan;
    AppliedRows table(graph, {});
    Step step{Direction::stamp, nullptr, {}};
    for (const Node top : tops_of(graph, nodes)) step.changes.push_back(table.insert(top));
    plan.steps.push_back(std::move(step));
    purge_rows(row_ids, plan);
    plan.to = table.rows();
    return plan;
}

}  // namespace rev::graph
