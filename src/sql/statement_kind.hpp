#pragma once

#include <string_view>

#include "rev/statements.hpp"

namespace rev::sql {

/// Sets kind and command from the statement's first tokens.
void classify(Statement& statement, Dialect dialect);

}  // namespace rev::sql
