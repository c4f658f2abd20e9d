#pragma once

#include <cstdint>

#include "schema/sqlite_pair.hpp"

namespace rev::test {

/// Two schemas of which the second is the first with a few changes: tables, columns, constraints, indexes, views and
/// triggers made, changed, renamed (with a hint) and dropped. Same seed, same pair.
[[nodiscard]] SchemaPair random_pair(std::uint32_t seed);

/// Two schemas of the same tables, each made by itself: keys within and between tables, views on views, triggers on
/// views, indexes of expressions, columns in another order, and renames (with a hint). Same seed, same pair.
[[nodiscard]] SchemaPair random_objects_pair(std::uint32_t seed);

}  // namespace rev::test
