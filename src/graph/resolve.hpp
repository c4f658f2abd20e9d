#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "graph/graph_data.hpp"
#include "rev/target.hpp"

namespace rev::graph {

/// A place in a walk: a revision, nothing (`nullopt`: before the first revision when walking up, after the last when
/// walking down), or the pseudo revision `base` below every base.
struct Place {
    enum class Kind { nothing, revision, base };
    Kind kind = Kind::nothing;
    Node node = 0;

    /// nullopt: nothing.
    static Place at(Node node) { return {Kind::revision, node}; }
    static Place at(std::optional<Node> node) { return node ? at(*node) : Place{}; }
    static Place base() { return {Kind::base, 0}; }
};

/// What a walk does at the graph's end.
enum class WalkEnd {
    refuse,  ///< answers nullopt
    stop,    ///< answers the last place
};

/// A relative target, such as `+2` or `core@-1`.
struct Walk {
    long steps = 0;               ///< up when positive, down when negative
    std::string_view label = {};  ///< walking up: only children that share lineage with it
    WalkEnd end = WalkEnd::refuse;
};

/// The symbols of the target grammar, looked up in a graph. Every function throws GraphError.
/// Source: docs/targets.md "Symbols".
class Resolver {
public:
    /// graph: must outlive it.
    explicit Resolver(const GraphData& graph) : graph_(graph) {}

    /// All revisions that a target stands for; `base` gives none. A walk down to below a base gives `base`, that is
    /// none.
    [[nodiscard]] Nodes all(const Target& target) const;
    /// The one revision, or nullopt for `base`.
    [[nodiscard]] std::optional<Node> one(const Target& target) const;
    /// A label, id or partial id before an `@`.
    [[nodiscard]] Node branch(std::string_view label) const;
    /// Exact or partial id or label, checked against `label` where there is one.
    [[nodiscard]] Node named(std::string_view name, std::string_view label = {}) const;
    /// Those of `nodes` that share lineage with the branch.
    [[nodiscard]] Nodes in_lineage(const Nodes& nodes, std::string_view label, Edges edges) const;
    /// The rows of the version table; each must be a full id. Throws unknown_row.
    [[nodiscard]] Nodes rows(std::span<const RevisionId> rows) const;
    /// nullopt: too far, with WalkEnd::refuse. asked: whose walk it is, for messages.
    [[nodiscard]] std::optional<Place> walk(Place start, const Walk& walk, const Target& asked) const;

    /// `-N` and `label@-N`: where each real head's walk of that many steps down ends; nullopt: too far.
    [[nodiscard]] std::vector<std::optional<Place>> down_from_heads(long steps, const Target& target) const;

    /// As Graph's of these names; in load order.
    [[nodiscard]] Nodes heads() const;
    [[nodiscard]] Nodes real_heads() const;
    [[nodiscard]] Nodes bases() const;

private:
    [[nodiscard]] Nodes heads_of(std::string_view label) const;
    [[nodiscard]] GraphError ambiguous_walk(const Place& place, const Walk& walk, const Target& asked,
                                            const Nodes& ways) const;

    const GraphData& graph_;
};

/// The number of steps down of `-3` and `label@-3`; nullopt for anything else, and for a name of the graph.
[[nodiscard]] std::optional<long> steps_down(const GraphData& graph, const Target& target);

/// Whether steps are to be walked: `[label@][symbol](+|-)digits`, and no name of the graph. A name goes before the
/// grammar: a branch label may hold a sign. Throws GraphError bad_target for what is neither a name nor a target.
[[nodiscard]] bool is_relative(const GraphData& graph, const Target& target);

/// Throws GraphError bad_target for what is neither a name nor a target, such as a range.
void refuse_problem(const GraphData& graph, const Target& target);

/// Its label; empty: none.
[[nodiscard]] std::string_view label_of(const Target& target);

}  // namespace rev::graph
