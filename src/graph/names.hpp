#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/graph_data.hpp"

namespace rev {

/// "there is no `name`" for a header of `node`, with the nearest names.
[[nodiscard]] GraphError missing(const GraphData& graph, GraphError::Kind kind, const std::string& name, Node node);
/// Ids and labels nearest to `name`, best first.
[[nodiscard]] std::vector<std::string> nearest_names(const GraphData& graph, std::string_view name);
/// A GraphError with copies of these revisions.
[[nodiscard]] GraphError graph_error(const GraphData& graph, GraphError::Kind kind, const std::string& message,
                                     std::string_view symbol, const Nodes& nodes = {});

}  // namespace rev
