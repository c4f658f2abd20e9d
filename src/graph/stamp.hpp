#pragma once

#include <span>

#include "rev/graph.hpp"
#include "rev/plan.hpp"

namespace rev::graph {

/// The step that makes the rows say that exactly these revisions are applied, whoever applied them, and runs nothing.
/// No step: the rows say so already. The rows at the end are in load order.
/// rows: of the version table in table order. applied: in any order, each once, with all that they stand on.
/// Throws GraphError unknown_row, also for one of `applied`; overlapping_rows for a row that is there twice.
[[nodiscard]] Plan plan_record(const Graph& graph, std::span<const RevisionId> rows,
                               std::span<const RevisionId> applied);

}  // namespace rev::graph
