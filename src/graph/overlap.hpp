#pragma once

#include <string_view>

#include "graph/graph_data.hpp"

namespace rev {

/// Throws GraphError overlapping_rows if one of `nodes` is an ancestor of another. what: names them in the message.
void refuse_overlap(const GraphData& graph, const Nodes& nodes, std::string_view what);

}  // namespace rev
