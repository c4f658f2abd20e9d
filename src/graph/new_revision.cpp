#include <algorithm>

#include "graph/names.hpp"
#include "graph/resolve.hpp"
#include "rev/graph.hpp"
#include "rev/target.hpp"

namespace rev::graph {

using Kind = GraphError::Kind;

namespace {

void check_id(const GraphData& graph, const RevisionId& id) {
    if (id.empty() || id.find_first_of("@-+:") != std::string::npos || is_reserved_word(id)) {
        throw graph_error(
            graph, Kind::bad_new_revision,
            "'" + id + "' cannot be a revision id: letters, digits, '_' and '.' only, and no word such as head", id);
    }
    // Ids first: the message about a label would be misleading where both are true.
    if (const auto existing = graph.find_id(id)) {
        throw graph_error(graph, Kind::bad_new_revision, "revision id '" + id + "' exists already", id, {*existing});
    }
    if (const auto labelled = graph.find_name(id)) {
        throw graph_error(graph, Kind::bad_new_revision, "'" + id + "' is a branch label already", id, {*labelled});
    }
}

void check_labels(const GraphData& graph, const NewRevision& request) {
    std::vector<std::string> seen{request.id};
    for (const auto& label : request.branch_labels) {
        if (const auto existing = graph.find_name(label)) {
            throw graph_error(graph, Kind::duplicate_label, "branch label '" + label + "' is in use already", label,
                              {*existing});
        }
        if (std::find(seen.begin(), seen.end(), label) != seen.end()) {
            throw graph_error(graph, Kind::duplicate_label, "branch label '" + label + "' is given twice", label);
        }
        seen.push_back(label);
    }
}

Nodes find_parents(const GraphData& graph, const NewRevision& request) {
    const Resolver resolver(graph);
    Nodes parents;
    for (const auto& symbol : request.heads) {
        const auto found = resolver.all(symbol);
        parents.insert(parents.end(), found.begin(), found.end());
    }
    return parents;
}

void check_parents(const GraphData& graph, const Nodes& parents, bool splice) {
    NodeSet seen(graph.size());
    for (const Node parent : parents) {
        if (seen[parent]) {
            throw graph_error(graph, Kind::bad_new_revision,
                              "revision " + graph.id(parent) + " is named twice as a parent", graph.id(parent),
                              {parent});
        }
        seen[parent] = true;
    }
    // After the search for twins: `--head a --head a` is told as what it is.
    for (const Node parent : parents) {
        if (!splice && !graph.is_head(parent)) {
            throw graph_error(graph, Kind::not_a_head, "revision " + graph.id(parent) + " is not a head",
                              graph.id(parent), {parent});
        }
    }
}

/// A label of the revision stays a label, so that it follows the label; anything else becomes the full id.
std::string dependency_as_written(const GraphData& graph, const std::string& symbol) {
    const auto node = asked_by("depends_on", [&] { return Resolver(graph).one(symbol); });
    if (!node) {
        throw graph_error(graph, Kind::bad_new_revision, "'" + symbol + "' is no revision to depend on", symbol);
    }
    const auto& labels = graph.revisions[*node].branch_labels;
    return std::find(labels.begin(), labels.end(), symbol) != labels.end() ? symbol : graph.id(*node);
}

/// The node, whichever command writes it.
Revision plan_node(const GraphData& graph, const NewRevision& request) {
    check_id(graph, request.id);
    const auto parents = find_parents(graph, request);
    check_parents(graph, parents, request.splice);
    check_labels(graph, request);

    Revision revision;
    revision.id = request.id;
    for (const Node parent : parents) revision.revises.push_back(graph.id(parent));
    revision.branch_labels = request.branch_labels;
    for (const auto& symbol : request.depends_on) revision.depends_on.push_back(dependency_as_written(graph, symbol));
    return revision;
}

}  // namespace

Revision plan_new_revision(const Graph& graph, const NewRevision& request) {
    return asked_by("revision", [&] { return plan_node(graph.data(), request); });
}

Revision plan_merge(const Graph& graph, const NewRevision& request) {
    return asked_by("merge", [&] { return plan_node(graph.data(), request); });
}

}  // namespace rev::graph
