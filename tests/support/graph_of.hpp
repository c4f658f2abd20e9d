#pragma once

#include <random>
#include <string_view>
#include <vector>

#include "rev/revision.hpp"

namespace rev_test {

/// Revisions from a text such as "a <- ; b [label] <- a; c <- a + b": id, labels in brackets, parents after `<-`,
/// dependencies after `+`. Each gets the path "ID.sql" and the message "make ID".
[[nodiscard]] std::vector<rev::Revision> graph_of(std::string_view text);

/// A sound graph of `size` revisions: bases, branches, merges and some dependencies.
[[nodiscard]] std::vector<rev::Revision> random_graph(std::mt19937& random, int size);

}  // namespace rev_test
