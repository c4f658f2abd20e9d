#include "graph/names.hpp"

#include "base/text.hpp"

namespace rev {

std::vector<std::string> nearest_names(const GraphData& graph, std::string_view name) {
    std::vector<std::string> names;
    names.reserve(graph.size() + graph.labels().size());
    for (const auto& [label, node] : graph.labels()) names.emplace_back(label);
    for (const auto& revision : graph.revisions) names.push_back(revision.id);
    return closest(name, names);
}

GraphError graph_error(const GraphData& graph, GraphError::Kind kind, const std::string& message,
                       std::string_view symbol, const Nodes& nodes) {
    GraphError error(kind, message);
    error.symbol = symbol;
    for (const Node node : nodes) error.revisions.push_back(graph.revisions[node]);
    return error;
}

GraphError missing(const GraphData& graph, GraphError::Kind kind, const std::string& name, Node node) {
    auto error = graph_error(graph, kind, "there is no revision '" + name + "'", name, {node});
    error.candidates = nearest_names(graph, name);
    std::erase(error.candidates, graph.id(node));
    return error;
}

}  // namespace rev
