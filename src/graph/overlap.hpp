#pragma once

#include <string_view>

#include "graph/graph_data.hpp"

namespace rev::graph {

/// Throws a GraphError of this kind if one of `nodes` is an ancestor of another. what: names them in the message.
void refuse_overlap(const GraphData& graph, const Nodes& nodes, GraphError::Kind kind, std::string_view what);

}  // namespace rev::graph
