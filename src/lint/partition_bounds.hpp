#pragma once

#include <set>
#include <string>

#include "lint/symbols.hpp"
#include "lint/tree.hpp"

namespace rev::lint {

/// Whether the valid checks of a table surely let rows through that are outside the bounds of the partition that it is
/// to become. False where that cannot be told: a key of several columns, expressions, a check that is no comparison
/// with a constant. bound: a PartitionBoundSpec.
[[nodiscard]] bool leaves_bounds(const Relation& partition, const std::set<std::string>& key, const Node& bound);

/// Whether two partitions of one table surely take the same value. Both: a PartitionBoundSpec.
[[nodiscard]] bool overlap(const Node& one, const Node& other);
/// Whether a range surely holds no value.
[[nodiscard]] bool is_empty_range(const Node& bound);

}  // namespace rev::lint
