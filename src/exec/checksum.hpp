#pragma once

#include <string>

#include "rev/statements.hpp"

namespace rev {

/// Of one statement for the ledger: over its tokens, and COPY's data as it is.
[[nodiscard]] std::string statement_checksum(const Statement& statement, Dialect dialect);

}  // namespace rev
