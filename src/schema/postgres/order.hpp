#pragma once

#include <cstddef>
#include <set>
#include <utility>
#include <vector>

namespace rev::schema::postgres {

/// Groups of nodes that need each other, each of two or more; empty: there is an order.
[[nodiscard]] std::vector<std::set<std::size_t>> find_cycles(std::size_t nodes,
                                                             const std::vector<std::pair<std::size_t, std::size_t>>& edges);

/// Topological order of the nodes of `ranks` (others are left out); of those that may come next the lowest rank does.
/// Nodes of a cycle come in the order of their ranks.
[[nodiscard]] std::vector<std::size_t> sort_by_needs(const std::vector<std::pair<std::size_t, std::size_t>>& edges,
                                                     const std::vector<std::size_t>& ranked, std::size_t nodes);

}  // namespace rev::schema::postgres
