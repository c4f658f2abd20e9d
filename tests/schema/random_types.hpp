#pragma once

#include "schema/pair.hpp"

namespace rev::test {

/// Two schemas whose types are made of each other: enums and domains within composites, ranges and arrays, and these
/// within others, in use by columns, keys, checks, indexes, functions, views and partitions. The same number gives the
/// same pair.
[[nodiscard]] SchemaPair random_types_pair(unsigned long number);

}  // namespace rev::test
