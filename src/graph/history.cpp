#include <algorithm>
#include <optional>
#include <utility>

#include "graph/names.hpp"
#include "graph/order.hpp"
#include "graph/overlap.hpp"
#include "graph/resolve.hpp"
#include "rev/graph.hpp"

namespace rev::graph {

using Kind = GraphError::Kind;

namespace {

/// One end of a range: the rows of the version table, or a symbol.
struct End {
    Target target;
    bool is_rows = false;
};

class Range {
public:
    Range(const GraphData& graph, End lower, End upper, const Nodes& rows)
        : graph_(graph), resolver_(graph), lower_(std::move(lower)), upper_(std::move(upper)), rows_(rows) {}

    // The upper end decides what takes part, the lower end what of it is cut off.
    Nodes newest_first() {
        auto targets = upper_nodes();
        keep_branch(targets);
        refuse_overlap(graph_, targets, upper_.is_rows ? Kind::overlapping_rows : Kind::overlapping_targets,
                       "the ends of the range");
        auto wanted = graph_.ancestors(targets, Edges::dependencies);
        const auto from = lower_nodes(wanted);
        refuse_overlap(graph_, from, lower_.is_rows ? Kind::overlapping_rows : Kind::overlapping_targets,
                       "the starts of the range");
        if (!from.empty()) cut_below(from, wanted);
        return walk_order(graph_, wanted, targets);
    }

    /// Throws GraphError if the lower end names nothing.
    void look_up_lower() const {
        Nodes none;
        keep_branch(none);
        if (const auto steps = relative_steps()) {
            (void)resolver_.down_from_heads(*steps, lower_.target);
        } else {
            (void)resolver_.all(lower_.target);
        }
    }

private:
    [[nodiscard]] GraphError not_in_range() const {
        return graph_error(graph_, Kind::not_in_range,
                           "'" + lower_.target.text + "' is not an ancestor of '" + upper_.target.text + "'",
                           lower_.target.text);
    }

    [[nodiscard]] Nodes upper_nodes() const {
        if (upper_.is_rows) return rows_;
        const Target& upper = upper_.target;
        if (!is_relative(graph_, upper)) return resolver_.all(upper);
        const Walk walk{.steps = *upper.relative, .label = label_of(upper), .end = WalkEnd::stop};
        if (upper.symbol.empty() && walk.steps <= 0) {
            throw graph_error(graph_, Kind::bad_target, "'" + upper.text + "' cannot be the end of a range",
                              upper.text);
        }
        const auto start = [&] {
            if (upper.symbol.empty()) return walk_start(walk.label);
            return Place::at(resolver_.one(walk.steps > 0 ? Target(upper.symbol) : upper.without_steps()));
        };
        const auto reached = resolver_.walk(start(), walk, upper);
        if (reached && reached->kind == Place::Kind::revision) return {reached->node};
        throw graph_error(graph_, Kind::walk_too_far, "'" + upper.text + "' goes below the first revision", upper.text);
    }

    /// `+N` as the upper end counts from the lower one.
    [[nodiscard]] Place walk_start(std::string_view label) const {
        auto starts = lower_.is_rows ? rows_ : Nodes{};
        const auto steps = lower_.is_rows || label.empty() ? std::nullopt : relative_steps();
        if (steps) {  // as in Alembic, only a label makes a relative start something to count from
            for (const auto& place : resolver_.down_from_heads(*steps, lower_.target)) {
                if (place && place->kind == Place::Kind::revision) starts.push_back(place->node);
            }
        } else if (!lower_.is_rows) {
            const auto one = resolver_.one(lower_.target);
            if (one) starts.push_back(*one);
        }
        if (!label.empty()) starts = resolver_.in_lineage(starts, label, Edges::revises);
        if (starts.size() > 1) {
            throw graph_error(graph_, Kind::several_rows,
                              "'" + upper_.target.text + "' is ambiguous: the range starts at several revisions",
                              upper_.target.text, starts);
        }
        return starts.empty() ? Place{} : Place::at(starts.front());
    }

    /// A lower end `label@...` leaves only the targets that are members of that branch.
    void keep_branch(Nodes& targets) const {
        if (lower_.is_rows || !lower_.target.label) return;
        const std::string& name = *lower_.target.label;
        const Node branch = resolver_.named(name);
        std::string label = name;
        std::vector<std::string> labels;
        if (graph_.id(branch) == name) {
            labels = graph_.labels_of(branch);
            if (labels.size() != 1) {
                throw graph_error(graph_, Kind::bad_target,
                                  "'" + name + "' cannot start a range: it is no branch label", name);
            }
            label = labels.front();
        }
        const auto labelled = graph_.labels().find(label);
        if (labelled == graph_.labels().end()) {
            targets.clear();
            return;
        }
        const auto members = graph_.label_members(labelled->second);
        std::erase_if(targets, [&](Node node) { return !members[node]; });
    }

    [[nodiscard]] Nodes lower_nodes(const NodeSet& wanted) const {
        Nodes from;
        if (lower_.is_rows) {
            from = rows_;
        } else if (const auto steps = relative_steps()) {
            const auto places = resolver_.down_from_heads(*steps, lower_.target);
            for (const auto& place : places) {
                if (!place) continue;
                if (place->kind != Place::Kind::revision || !wanted[place->node]) throw not_in_range();
                from.push_back(place->node);
            }
            if (!places.empty() && !places.front()) return lower_from_upper(*steps);
            if (from.size() != places.size()) throw not_in_range();
        } else {
            from = resolver_.all(lower_.target);
        }
        const bool inside = std::all_of(from.begin(), from.end(), [&](Node node) { return wanted[node]; });
        if (!inside) throw not_in_range();
        return from;
    }

    /// N of a lower end `-N` or `label@-N`.
    [[nodiscard]] std::optional<long> relative_steps() const { return steps_down(graph_, lower_.target); }

    /// `-N` that goes too far from the project's heads counts from the upper end, and stops at the base.
    [[nodiscard]] Nodes lower_from_upper(long steps) const {
        std::optional<Node> start;
        if (upper_.is_rows) {
            start = rows_.front();
        } else {
            start = resolver_.one(upper_.target);
        }
        // As in Alembic, it does not count from a head or a member of a branch.
        const auto& lower = lower_.target;
        const auto& upper = upper_.target;
        const bool is_plain = graph_.find_name(upper.text) || !upper.label;
        if (!start || !is_plain || upper.text == "heads" || upper.text == "head") {
            throw graph_error(graph_, Kind::walk_too_far, "'" + lower.text + "' goes below the first revision",
                              lower.text);
        }
        const auto place = resolver_.walk(Place::at(start), {.steps = -steps, .end = WalkEnd::stop}, lower);
        return place->kind == Place::Kind::revision ? Nodes{place->node} : Nodes{};
    }

    void cut_below(const Nodes& from, NodeSet& wanted) const {
        // What the starts stand on goes, and so does what does not stand on them by `revises`: other branches that the
        // upper end merges.
        const auto below = graph_.ancestors(from, Edges::dependencies);
        const auto above = graph_.descendants(from, Edges::revises);
        for (Node node = 0; node < graph_.size(); ++node) {
            if (below[node] || !above[node]) wanted[node] = false;
        }
        for (const Node node : from) wanted[node] = true;
    }

    const GraphData& graph_;
    Resolver resolver_;
    End lower_;
    End upper_;
    const Nodes& rows_;
};

Revisions to_revisions(const GraphData& graph, const Nodes& nodes) {
    Revisions revisions;
    revisions.reserve(nodes.size());
    for (const Node node : nodes) revisions.push_back(&graph.revisions[node]);
    return revisions;
}

}  // namespace

Revisions history(const Graph& owner, std::string_view text, std::span<const RevisionId> row_ids) {
    const auto& graph = owner.data();
    auto range = parse_range(text);
    if (!range) {
        if (!text.empty()) {
            throw graph_error(graph, Kind::bad_target, "'" + std::string(text) + "' is no range: it has no ':'", text);
        }
        range.emplace();
    }
    if (range->lower == "current" && range->upper == "current") {
        throw graph_error(graph, Kind::bad_target, "only one end of a range can be 'current'", text);
    }
    const auto rows = range->lower == "current" || range->upper == "current" ? Resolver(graph).rows(row_ids) : Nodes{};
    const auto end = [](const std::string& part, std::string_view open) {
        return part == "current" ? End{part, true} : End{part.empty() ? open : std::string_view(part), false};
    };
    Range between(graph, end(range->lower, "base"), end(range->upper, "heads"), rows);
    if (range->upper == "current" && rows.empty()) {
        // Nothing is applied, so nothing leads up to it. What the lower end names must be there all the same.
        between.look_up_lower();
        return {};
    }
    return to_revisions(graph, between.newest_first());
}

Revisions current(const Graph& owner, std::span<const RevisionId> row_ids) {
    const auto& graph = owner.data();
    // A dependency of a row is applied without being a row, and may be the tip of its own branch: it is shown as
    // current as well.
    const auto applied = graph.ancestors(Resolver(graph).rows(row_ids), Edges::dependencies);
    Nodes tips;
    for (Node node = 0; node < graph.size(); ++node) {
        const auto children = graph.children.of(node);
        const bool covered = std::any_of(children.begin(), children.end(), [&](Node child) { return applied[child]; });
        if (applied[node] && !covered) tips.push_back(node);
    }
    std::sort(tips.begin(), tips.end(), [&](Node a, Node b) { return graph.id(a) < graph.id(b); });
    return to_revisions(graph, tips);
}

Revisions applied(const Graph& owner, std::span<const RevisionId> row_ids) {
    const auto& graph = owner.data();
    const auto there = graph.ancestors(Resolver(graph).rows(row_ids), Edges::dependencies);
    Revisions revisions;
    for (Node node = 0; node < graph.size(); ++node) {
        if (there[node]) revisions.push_back(&graph.revisions[node]);
    }
    return revisions;
}

Revisions resolved_heads(const Graph& graph) { return graph.real_heads(); }

Revisions resolve(const Graph& owner, const Target& target, std::span<const RevisionId> row_ids) {
    const auto& graph = owner.data();
    const Resolver resolver(graph);
    if (target.text == "current") return to_revisions(graph, resolver.rows(row_ids));
    refuse_problem(graph, target);
    return to_revisions(graph, resolver.all(target));
}

const Revision& resolve_one(const Graph& owner, const Target& target) {
    const auto& graph = owner.data();
    const auto node = Resolver(graph).one(target);
    if (!node) {
        throw graph_error(graph, Kind::unknown_revision, "'" + target.text + "' names no revision", target.text);
    }
    return graph.revisions[*node];
}

}  // namespace rev::graph
