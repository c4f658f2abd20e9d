#include "graph/resolve.hpp"

#include <algorithm>
#include <set>

#include "graph/names.hpp"

namespace rev::graph {

using Kind = GraphError::Kind;

namespace {

Nodes select(std::size_t node_count, auto&& wanted) {
    Nodes nodes;
    for (Node node = 0; node < node_count; ++node) {
        if (wanted(node)) nodes.push_back(node);
    }
    return nodes;
}

}  // namespace

std::string_view label_of(const Target& target) {
    return target.label ? std::string_view(*target.label) : std::string_view();
}

std::optional<long> steps_down(const GraphData& graph, const Target& target) {
    const bool goes_down = target.symbol.empty() && target.relative.value_or(0) < 0;
    return goes_down && !graph.find_name(target.text) ? std::optional(-*target.relative) : std::nullopt;
}

void refuse_problem(const GraphData& graph, const Target& target) {
    if (!target.problem.empty() && !graph.find_name(target.text))
        throw graph_error(graph, Kind::bad_target, target.problem, target.text);
}

bool is_relative(const GraphData& graph, const Target& target) {
    if (graph.find_name(target.text)) return false;
    refuse_problem(graph, target);
    // `@-1` has no label to look up: it is a symbol, and the graph says so.
    if (!target.relative || (target.label && target.label->empty())) return false;
    return !graph.find_name(target.name);
}

Nodes Resolver::heads() const {
    return select(graph_.size(), [&](Node node) { return graph_.is_head(node); });
}

Nodes Resolver::real_heads() const {
    return select(graph_.size(), [&](Node node) { return graph_.is_real_head(node); });
}

Nodes Resolver::bases() const {
    return select(graph_.size(), [&](Node node) { return graph_.is_base(node); });
}

Node Resolver::branch(std::string_view label) const { return named(label); }

Nodes Resolver::in_lineage(const Nodes& nodes, std::string_view label, Edges edges) const {
    const auto line = graph_.lineage(branch(label), edges);
    Nodes sharing;
    std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(sharing), [&](Node node) { return line[node]; });
    return sharing;
}

Nodes Resolver::heads_of(std::string_view label) const {
    return label.empty() ? heads() : in_lineage(heads(), label, Edges::revises);
}

/// Exact names first: a short id may be the beginning of longer ones.
Node Resolver::named(std::string_view name, std::string_view label) const {
    if (name.empty()) throw graph_error(graph_, Kind::bad_target, "the target is empty", name);
    if (const auto exact = graph_.find_name(name)) {
        if (!label.empty() && !graph_.lineage(branch(label), Edges::revises)[*exact]) {
            auto error =
                graph_error(graph_, Kind::not_in_branch,
                            "revision " + graph_.id(*exact) + " is not a member of branch '" + std::string(label) + "'",
                            name, {*exact});
            error.branch = label;
            throw error;
        }
        return *exact;
    }

    // Names of three characters or fewer only match in full, as in Alembic.
    constexpr std::size_t shortest_completion = 4;
    std::vector<std::pair<std::string_view, Node>> matches;
    const auto consider = [&](std::string_view candidate, Node node) {
        if (candidate.size() >= shortest_completion && candidate.starts_with(name))
            matches.emplace_back(candidate, node);
    };
    for (Node node = 0; node < graph_.size(); ++node) consider(graph_.id(node), node);
    for (const auto& [text, node] : graph_.labels()) consider(text, node);
    if (!label.empty()) {
        const auto line = graph_.lineage(branch(label), Edges::revises);
        std::erase_if(matches, [&](const auto& match) { return !line[match.second]; });
    }
    if (matches.size() == 1) return matches.front().second;
    if (matches.empty()) {
        auto error = graph_error(graph_, Kind::unknown_revision,
                                 "there is no revision or branch '" + std::string(name) + "'", name);
        error.branch = label;
        error.candidates = nearest_targets(graph_, label, name);
        throw error;
    }
    auto error = graph_error(graph_, Kind::ambiguous_prefix,
                             "several revisions or branches start with '" + std::string(name) + "'", name);
    std::sort(matches.begin(), matches.end());
    for (const auto& [text, node] : matches) {
        error.candidates.emplace_back(text);
        error.revisions.push_back(graph_.revisions[node]);
    }
    throw error;
}

std::vector<std::optional<Place>> Resolver::down_from_heads(long steps, const Target& target) const {
    const auto label = label_of(target);
    auto starts = real_heads();
    if (!label.empty()) {
        const auto labelled = graph_.labels().find(label);
        const auto members =
            labelled == graph_.labels().end() ? NodeSet(graph_.size()) : graph_.label_members(labelled->second);
        std::erase_if(starts, [&](Node node) { return !members[node]; });
    }
    std::vector<std::optional<Place>> places;
    for (const Node start : starts) places.push_back(walk(Place::at(start), {.steps = -steps}, target));
    return places;
}

Nodes Resolver::all(const Target& target) const {
    if (const auto exact = graph_.find_name(target.text)) return {*exact};
    const auto label = label_of(target);
    // Without a label only heads on which nothing depends: upgrading those brings the others along.
    if (target.name == "heads") return label.empty() ? real_heads() : heads_of(label);
    if (target.name == "base") return {};
    if (target.name == "head") {
        const auto only = one(target);
        return only ? Nodes{*only} : Nodes{};
    }
    if (const auto steps = steps_down(graph_, target)) {
        Nodes reached;
        for (const auto& place : down_from_heads(*steps, target)) {
            if (!place) {
                throw graph_error(graph_, Kind::walk_too_far, "'" + target.text + "' goes below the first revision",
                                  target.text);
            }
            if (place->kind == Place::Kind::revision) reached.push_back(place->node);
        }
        return reached;
    }
    return {named(target.name, label)};
}

std::optional<Node> Resolver::one(const Target& target) const {
    const auto exact = graph_.find_name(target.text);
    if (target.name == "base" && !exact) return std::nullopt;
    if (target.name == "heads" || target.name == "head") {
        const auto found = target.name == "heads" ? all(target) : heads_of(label_of(target));
        if (found.empty()) return std::nullopt;
        if (found.size() > 1) {
            auto error = graph_error(graph_, Kind::multiple_heads,
                                     "'" + target.text + "' stands for " + std::to_string(found.size()) +
                                         " heads where one revision is needed",
                                     target.text, found);
            error.branch = label_of(target);
            throw error;
        }
        return found.front();
    }
    if (exact) return *exact;
    return named(target.name, label_of(target));
}

Nodes Resolver::rows(std::span<const RevisionId> rows) const {
    Nodes nodes;
    std::set<RevisionId> seen;
    for (const auto& row : rows) {
        // Old tables of Alembic's have no primary key.
        if (!seen.insert(row).second)
            throw graph_error(graph_, Kind::overlapping_rows, "the version table holds '" + row + "' more than once",
                              row);
        const auto node = graph_.find_id(row);
        if (!node) {
            throw graph_error(graph_, Kind::unknown_row,
                              "the database is at revision '" + row + "', which no revision file has", row);
        }
        nodes.push_back(*node);
    }
    return nodes;
}

GraphError Resolver::ambiguous_walk(const Place& place, const Walk& walk, const Target& asked,
                                    const Nodes& ways) const {
    const bool up = walk.steps > 0;
    std::string reason = up ? "the history begins with several revisions" : "the history ends with several revisions";
    if (place.kind == Place::Kind::revision) {
        reason = up ? "several revisions follow " + graph_.id(place.node)
                    : graph_.id(place.node) + " is a merge point of several revisions";
    }
    auto error =
        graph_error(graph_, Kind::ambiguous_walk, "'" + asked.text + "' is ambiguous: " + reason, asked.text, ways);
    if (place.kind == Place::Kind::revision) error.origin = graph_.id(place.node);
    error.branch = walk.label;
    return error;
}

std::optional<Place> Resolver::walk(Place place, const Walk& walk, const Target& asked) const {
    std::optional<NodeSet> line;
    // Going down the label chooses nothing, but one that does not exist is an error in either direction.
    if (!walk.label.empty() && walk.steps < 0) (void)branch(walk.label);
    for (long step = 0; step < std::abs(walk.steps); ++step) {
        Nodes next;
        if (walk.steps > 0) {
            if (place.kind == Place::Kind::revision) {
                const auto children = graph_.children.of(place.node);
                next.assign(children.begin(), children.end());
            } else {
                // From nowhere, the first step up leads to a base.
                next = bases();
            }
            // As in Alembic, a label is only looked up where there is a way to choose.
            if (!walk.label.empty() && !next.empty()) {
                if (!line) line = graph_.lineage(branch(walk.label), Edges::revises);
                std::erase_if(next, [&](Node node) { return !(*line)[node]; });
            }
        } else if (place.kind == Place::Kind::nothing) {
            next = heads();
        } else if (place.kind == Place::Kind::revision) {
            const auto parents = graph_.parents.of(place.node);
            next.assign(parents.begin(), parents.end());
        }
        if (next.size() > 1) {
            throw ambiguous_walk(place, walk, asked, next);
        }
        if (!next.empty()) {
            place = Place::at(next.front());
        } else if (walk.steps < 0 && place.kind != Place::Kind::base) {
            // One step below a base is `base`; a second one is too far.
            place = Place::base();
        } else {
            return walk.end == WalkEnd::stop ? std::optional(place) : std::nullopt;
        }
    }
    return place;
}

}  // namespace rev::graph
