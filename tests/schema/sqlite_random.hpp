#pragma once

#include <cstdint>

#include "schema/sqlite_pair.hpp"

namespace rev::test {

/// Two schemas of which the second is the first with a few changes: tables, columns, constraints, indexes, views and
/// triggers made, changed, renamed (with a hint) and dropped. Same seed, same pair.
[[nodiscard]] SchemaPair random_pair(std::uint32_t seed);

}  // namespace rev::test
