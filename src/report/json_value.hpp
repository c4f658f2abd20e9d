#pragma once

#include "json/value.hpp"
#include "rev/graph.hpp"

/// What the writers of the program's documents share.
namespace rev::json {

[[nodiscard]] Object revision_objects(const Graph& graph, const Revisions& revisions);

}  // namespace rev::json
