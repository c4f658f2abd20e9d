#pragma once

#include "schema/pair.hpp"

namespace rev::test {

/// Two schemas of one small world: tables, types, views, functions and so on, of which each has or lacks each, and
/// spells each in one of several ways. The same number gives the same pair.
[[nodiscard]] SchemaPair random_pair(unsigned long number);

}  // namespace rev::test
