#pragma once

#include <string>

#include "db/database.hpp"
#include "run/prepared.hpp"

namespace rev::run {

/// What is to be said of a thing that is there, where a guard leaves its statement out, and is not what the statement
/// makes: a column of another type than the ADD COLUMN gives it, an INVALID index. Empty: nothing. marker: an unless.
[[nodiscard]] std::string found_otherwise(Database& database, const PreparedStep& step,
                                          const sql::StatementMarker& marker);

}  // namespace rev::run
