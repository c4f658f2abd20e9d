#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rev/revision.hpp"

namespace rev::test {

/// How many graphs of `size` revisions graph_of_code() knows.
[[nodiscard]] std::size_t small_graph_count(std::size_t size, std::size_t arrow_kinds);

/// The graph whose arrows are the digits of `code` to the base `arrow_kinds`: one digit for each pair of revisions, the
/// later of which may stand on the earlier. 0: no arrow; 1: it revises the earlier; 2: it depends on it. Ids are a, b
/// ...
[[nodiscard]] std::vector<Revision> graph_of_code(std::size_t size, std::size_t code, std::size_t arrow_kinds);

/// A graph as a team makes it: mostly lines, branches of some revisions, merges of two to four, a dependency now and
/// then. The same seed gives the same graph.
[[nodiscard]] std::vector<Revision> random_graph(std::size_t size, unsigned seed);

/// "b <- a; c <- b +a;": for messages of failed tests.
[[nodiscard]] std::string arrows_text(const std::vector<Revision>& revisions);

}  // namespace rev::test
