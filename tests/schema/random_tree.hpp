#pragma once

#include "schema/pair.hpp"

namespace rev::test {

/// Two schemas of one table that is plain or has up to three levels of partitions on each side, with types and
/// functions that are made anew beside it, keys to and from other tables, and renames: what depends on what while
/// tables stand aside. The same number gives the same pair.
[[nodiscard]] SchemaPair random_tree_pair(unsigned long number);

}  // namespace rev::test
