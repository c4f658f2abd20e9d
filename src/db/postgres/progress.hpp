#pragma once

#include <span>
#include <string>

#include "db/database.hpp"

namespace rev::db {

/// Asks a server of this version (PQserverVersion) what the statement of session `pid` is doing: no row, or one of the
/// command, the phase and, as far as they are known, done and total of one or two measures.
/// Source: PostgreSQL's pg_stat_progress_* views.
[[nodiscard]] std::string progress_query(int server_version, int pid);

/// "CREATE INDEX: building index: scanning table, 37 %" from such a row.
[[nodiscard]] std::string progress_text(std::span<const SqlValue> row);

}  // namespace rev::db
