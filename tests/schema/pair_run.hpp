#pragma once

#include <string>

#include "schema/pair.hpp"

namespace rev::test {

/// Takes a PostgreSQL database from one schema of the pair to the other and back, with rows, and says what is not as it
/// should be; empty: all is.
[[nodiscard]] std::string run_pair(const SchemaPair& pair);

}  // namespace rev::test
