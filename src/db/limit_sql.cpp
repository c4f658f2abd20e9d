#include "db/limit_sql.hpp"

#include <fmt/format.h>

namespace rev::db {

/// Absent and zero are not the same: an absent limit leaves the session's own setting alone, zero switches it off.
std::vector<std::string> limit_sql(const Command& command, bool in_transaction) {
    std::vector<std::string> statements;
    const auto add = [&](std::string_view setting, std::optional<std::chrono::milliseconds> limit) {
        if (!limit) return;
        const auto ms = limit->count();
        // A number without a unit would be milliseconds to PostgreSQL; the unit is written so that a script (--sql) can
        // be read.
        const auto value = ms % 1000 == 0 ? fmt::format("{}s", ms / 1000) : fmt::format("{}ms", ms);
        // LOCAL ends with the transaction, whatever ends it. Outside one it would be ignored with a warning, so there
        // it is a session setting and the batch's reset ends it.
        statements.push_back(fmt::format("SET {}{} = '{}'", in_transaction ? "LOCAL " : "", setting, value));
    };
    add("lock_timeout", command.lock_timeout);
    add("statement_timeout", command.statement_timeout);
    return statements;
}

}  // namespace rev::db
