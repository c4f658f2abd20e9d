#pragma once

#include <string_view>

#include "sql/statements.hpp"

namespace rev::sql {

/// Sets kind, facts and command from the statement's first tokens. statement: as split, none of them set yet.
void classify(Statement& statement, Dialect dialect);

}  // namespace rev::sql
