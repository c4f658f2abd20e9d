#pragma once

#include "graph/graph_data.hpp"

namespace rev::graph {

/// The order of a downgrade (newest first): `tips` that take part, in load order; from the first, one branch is walked
/// down as far as nothing listed stands above it, then the next. An upgrade runs it reversed.
/// taking_part: the nodes to put in order. Throws GraphError not_in_range if one cannot be reached from a tip through
/// others that take part. Source: docs/targets.md "Order"; Alembic's `_topological_sort`.
[[nodiscard]] Nodes walk_order(const GraphData& graph, const NodeSet& taking_part, const Nodes& tips);

}  // namespace rev::graph
