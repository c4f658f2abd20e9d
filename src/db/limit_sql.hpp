#pragma once

#include <string>
#include <vector>

#include "db/database.hpp"

namespace rev::db {

/// PostgreSQL's statements for a Command::Kind::limit, without `;`; none for what it leaves as it is.
[[nodiscard]] std::vector<std::string> limit_sql(const Command& command, bool in_transaction);

}  // namespace rev::db
