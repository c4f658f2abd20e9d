#include "rev/plan.hpp"

#include <algorithm>
#include <optional>

#include "graph/applied.hpp"
#include "graph/names.hpp"
#include "graph/order.hpp"
#include "graph/overlap.hpp"
#include "graph/resolve.hpp"

namespace rev::graph {

using Kind = GraphError::Kind;

std::string_view direction_name(Direction direction) noexcept {
    switch (direction) {
        case Direction::upgrade:
            return "upgrade";
        case Direction::downgrade:
            return "downgrade";
        case Direction::stamp:
            return "stamp";
        case Direction::apply:
            return "apply";
        case Direction::drop:
            return "drop";
    }
    return "";
}

void apply(const RowChange& change, std::vector<RevisionId>& rows) {
    if (change.kind == RowChange::Kind::insert) {
        if (std::find(rows.begin(), rows.end(), change.to) != rows.end()) {
            throw std::logic_error("the row is there already: " + change.to);
        }
        rows.push_back(change.to);
        return;
    }
    const auto row = std::find(rows.begin(), rows.end(), change.from);
    if (row == rows.end()) throw std::logic_error("there is no such row: " + change.from);
    if (change.kind == RowChange::Kind::update) {
        *row = change.to;
    } else {
        rows.erase(row);
    }
}

namespace {

GraphError no_such_migrations(const GraphData& graph, const Target& target, std::string_view command) {
    return graph_error(graph, Kind::bad_target, "'" + target.text + "' is no target for " + std::string(command),
                       target.text);
}

/// label: empty: of no branch alone.
GraphError several_rows(const GraphData& graph, const Target& target, std::string_view label, const Nodes& rows) {
    auto error = graph_error(graph, Kind::several_rows,
                             "'" + target.text + "' is ambiguous: the database has several current revisions",
                             target.text, rows);
    error.branch = label;
    return error;
}

GraphError too_far(const GraphData& graph, const Target& target) {
    return graph_error(graph, Kind::walk_too_far, "'" + target.text + "' goes further than the history does",
                       target.text);
}

/// Those of `nodes` that no other of them stands on.
Nodes tips_of(const GraphData& graph, const Nodes& nodes, const Adjacency& downs) {
    NodeSet below(graph.size());
    for (const Node node : nodes) {
        for (const Node down : downs.of(node)) below[down] = true;
    }
    Nodes tips;
    std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(tips), [&](Node node) { return !below[node]; });
    return tips;
}

Nodes members(const NodeSet& set) {
    Nodes nodes;
    for (Node node = 0; node < set.size(); ++node) {
        if (set[node]) nodes.push_back(node);
    }
    return nodes;
}

/// Where `+N` and `label@+N` start in an upgrade.
Place upgrade_start(const GraphData& graph, const Nodes& rows, const Target& target) {
    const Resolver resolver(graph);
    const auto label = label_of(target);
    auto starts = rows;
    if (!label.empty()) {
        starts = resolver.in_lineage(rows, label, Edges::revises);
        // No row is on that branch, but what rows stand on may be.
        if (starts.empty()) {
            const auto applied = members(graph.ancestors(rows, Edges::dependencies));
            starts = tips_of(graph, resolver.in_lineage(applied, label, Edges::revises), graph.downs);
        }
    }
    if (starts.size() > 1) throw several_rows(graph, target, label, starts);
    return starts.empty() ? Place{} : Place::at(starts.front());
}

Nodes upgrade_targets(const GraphData& graph, const Nodes& rows, const Target& target) {
    const Resolver resolver(graph);
    if (!is_relative(graph, target)) return resolver.all(target);
    const Walk walk{.steps = *target.relative, .label = label_of(target)};
    std::optional<Place> reached;
    if (target.symbol.empty()) {
        if (walk.steps <= 0) throw no_such_migrations(graph, target, "upgrade");
        reached = resolver.walk(upgrade_start(graph, rows, target), walk, target);
    } else {
        // `core@ae10-2` keeps its label: going down, it decides only whether the symbol is found; going up, it chooses
        // the way.
        const auto start = resolver.one(walk.steps > 0 ? Target(target.symbol) : target.without_steps());
        reached = resolver.walk(Place::at(start), walk, target);
    }
    // Below the first revision there is nothing to upgrade to: that was hardly meant.
    if (!reached || reached->kind != Place::Kind::revision) throw too_far(graph, target);
    return {reached->node};
}

/// The end of a downgrade: the revisions above it are to go.
struct DowngradeTarget {
    std::optional<Node> node;         ///< nullopt: base
    std::string label;                ///< only roots below this branch; empty: all
    std::optional<Node> last_undone;  ///< the one root, where a plain -N ends at a merge point
};

DowngradeTarget to_downgrade_target(const GraphData& graph, const std::optional<Place>& place, const Target& target,
                                    std::string_view label) {
    if (!place || place->kind == Place::Kind::nothing) throw too_far(graph, target);
    return {place->kind == Place::Kind::revision ? std::optional(place->node) : std::nullopt, std::string(label), {}};
}

/// A plain `-N` undoes the last N revisions of the one row's line.
DowngradeTarget downgrade_from_row(const GraphData& graph, const Nodes& rows, long steps, const Target& target) {
    if (rows.empty()) throw too_far(graph, target);
    if (rows.size() > 1) {
        throw graph_error(graph, Kind::several_rows,
                          "'" + target.text + "' is ambiguous: the database has several current revisions", target.text,
                          rows);
    }
    const Resolver resolver(graph);
    // One step less than N: that one is the last to go, and the target is what it revises, which at a merge point is
    // several.
    const auto last = resolver.walk(Place::at(rows.front()), {.steps = -(steps - 1)}, target);
    if (!last || last->kind != Place::Kind::revision) throw too_far(graph, target);
    const auto parents = graph.parents.of(last->node);
    if (parents.size() > 1) return {parents.front(), graph.id(rows.front()), last->node};
    const auto end = resolver.walk(*last, {.steps = -1}, target);
    return to_downgrade_target(graph, end, target, graph.id(rows.front()));
}

/// Where `label@-N` starts in a downgrade.
Node downgrade_start(const GraphData& graph, const Nodes& rows, std::string_view label, const Target& target) {
    const Resolver resolver(graph);
    auto starts = resolver.in_lineage(rows, label, Edges::revises);
    if (starts.empty()) {
        const auto applied = members(graph.ancestors(rows, Edges::dependencies));
        starts = resolver.in_lineage(tips_of(graph, applied, graph.parents), label, Edges::revises);
    }
    if (starts.empty()) {
        throw graph_error(graph, Kind::not_a_downgrade_target,
                          "nothing of branch '" + std::string(label) + "' is applied", target.text);
    }
    if (starts.size() > 1) throw several_rows(graph, target, label, starts);
    return starts.front();
}

DowngradeTarget downgrade_target(const GraphData& graph, const Nodes& rows, const Target& target) {
    const Resolver resolver(graph);
    if (!is_relative(graph, target)) {
        if (!target.label || graph.find_name(target.text)) return {resolver.one(target), {}, {}};
        return {resolver.one(target.name), *target.label, {}};
    }
    const long steps = *target.relative;
    const auto label = label_of(target);
    if (!target.symbol.empty()) {
        const auto start = resolver.one(steps >= 0 ? Target(target.symbol) : target.without_steps());
        const auto place = resolver.walk(Place::at(start), {.steps = steps, .label = label}, target);
        return to_downgrade_target(graph, place, target, label);
    }
    if (steps >= 0) throw no_such_migrations(graph, target, "downgrade");
    if (label.empty()) return downgrade_from_row(graph, rows, -steps, target);
    const auto start = downgrade_start(graph, rows, label, target);
    return to_downgrade_target(graph, resolver.walk(Place::at(start), {.steps = steps}, target), target, label);
}

/// The lowest revisions that go: children of the target, or every base.
Nodes downgrade_roots(const GraphData& graph, const DowngradeTarget& target, const Target& asked) {
    const Resolver resolver(graph);
    if (target.last_undone) return {*target.last_undone};
    Nodes roots;
    if (target.node) {
        const auto children = graph.children.of(*target.node);
        roots.assign(children.begin(), children.end());
    } else {
        roots = resolver.bases();
    }
    if (target.label.empty()) return roots;
    const Nodes branch{resolver.branch(target.label)};
    // With a single root there is nothing for the label to choose; that it exists was checked all the same.
    if (roots.size() < 2) return roots;
    const auto line = graph.ancestors(branch, Edges::revises);
    std::erase_if(roots, [&](Node root) { return !line[root]; });
    if (roots.empty()) {
        auto error = graph_error(graph, Kind::not_a_downgrade_target,
                                 "'" + asked.text + "' is not a valid downgrade target: nothing of branch '" +
                                     target.label + "' is above it",
                                 asked.text);
        error.branch = target.label;
        throw error;
    }
    return roots;
}

Plan plan_of(const GraphData& graph, Direction direction, const Nodes& order, const Nodes& rows) {
    AppliedRows table(graph, rows);
    Plan plan;
    plan.from = table.rows();
    plan.steps.reserve(order.size());
    for (const Node node : order) {
        auto changes = direction == Direction::upgrade ? table.upgrade(node) : table.downgrade(node);
        auto& step = plan.steps.emplace_back(Step{direction, &graph.revisions[node], std::move(changes)});
        for (const Node dependency : graph.dependencies.of(node)) step.dependencies.push_back(graph.id(dependency));
    }
    plan.to = table.rows();
    return plan;
}

}  // namespace

void refuse_overlap(const GraphData& graph, const Nodes& nodes, Kind kind, std::string_view what) {
    Nodes below;
    // From what the nodes stand on, and not from the nodes: each of them is an ancestor of itself.
    for (const Node node : nodes) {
        const auto downs = graph.downs.of(node);
        below.insert(below.end(), downs.begin(), downs.end());
    }
    const auto strictly_below = graph.ancestors(below, Edges::dependencies);
    Nodes overlapping;
    std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(overlapping),
                 [&](Node node) { return strictly_below[node]; });
    if (overlapping.empty()) return;
    throw graph_error(
        graph, kind,
        std::string(what) + " overlap: " + graph.id(overlapping.front()) + " is an ancestor of another of them",
        graph.id(overlapping.front()), overlapping);
}

Plan plan_upgrade(const Graph& owner, std::span<const RevisionId> row_ids, const Target& target) {
    const auto& graph = owner.data();
    const auto rows = Resolver(graph).rows(row_ids);
    const auto targets = asked_by("upgrade", [&] { return upgrade_targets(graph, rows, target); });
    refuse_overlap(graph, targets, Kind::overlapping_targets, "the targets");
    refuse_overlap(graph, rows, Kind::overlapping_rows, "the rows of the version table");
    auto needed = graph.ancestors(targets, Edges::dependencies);
    const auto there = graph.ancestors(rows, Edges::dependencies);
    for (Node node = 0; node < graph.size(); ++node) {
        if (there[node]) needed[node] = false;
    }
    auto order = walk_order(graph, needed, targets);
    std::reverse(order.begin(), order.end());
    return plan_of(graph, Direction::upgrade, order, rows);
}

Plan plan_downgrade(const Graph& owner, std::span<const RevisionId> row_ids, const Target& asked) {
    const auto& graph = owner.data();
    const auto rows = Resolver(graph).rows(row_ids);
    const auto target = asked_by("downgrade", [&] { return downgrade_target(graph, rows, asked); });
    const auto roots = asked_by("downgrade", [&] { return downgrade_roots(graph, target, asked); });
    // Everything above the roots goes, whichever branch it is on, as far as it is applied.
    auto dropped = graph.descendants(roots, Edges::dependencies);
    const auto there = graph.ancestors(rows, Edges::dependencies);
    bool any = false;
    for (Node node = 0; node < graph.size(); ++node) {
        dropped[node] = dropped[node] && there[node];
        any = any || dropped[node];
    }
    // Nothing to do is fine where the database is at the target already; elsewhere the target was mistaken.
    if (!any && target.node && std::find(rows.begin(), rows.end(), *target.node) == rows.end()) {
        throw graph_error(graph, Kind::not_a_downgrade_target,
                          "'" + asked.text + "' is not a valid downgrade target from the current revisions", asked.text,
                          rows);
    }
    return plan_of(graph, Direction::downgrade, walk_order(graph, dropped, rows), rows);
}

}  // namespace rev::graph
