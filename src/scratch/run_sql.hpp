#pragma once

#include <array>
#include <string_view>

#include "db/database.hpp"

namespace rev::scratch {

/// Runs SQL in a message of its own. Throws CommandError.
inline void run_sql(Database& database, std::string_view sql) {
    const std::array commands = {Command{.kind = Command::Kind::sql, .sql = sql}};
    database.run(commands);
}

}  // namespace rev::scratch
