#pragma once

#include "json/value.hpp"
#include "rev/graph.hpp"

/// What the writers of the program's documents share.
namespace rev::json {

/// An array, in the order of `revisions`, without what a database says of them.
[[nodiscard]] Object revision_objects(const Graph& graph, const Revisions& revisions);

}  // namespace rev::json
