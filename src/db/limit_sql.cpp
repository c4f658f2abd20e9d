#include "db/limit_sql.hpp"

#include <fmt/format.h>

namespace rev {

std::vector<std::string> limit_sql(const Command& command, bool in_transaction) {
    std::vector<std::string> statements;
    const auto add = [&](std::string_view setting, std::optional<std::chrono::milliseconds> limit) {
        if (!limit) return;
        const auto ms = limit->count();
        const auto value = ms % 1000 == 0 ? fmt::format("{}s", ms / 1000) : fmt::format("{}ms", ms);
        statements.push_back(fmt::format("SET {}{} = '{}'", in_transaction ? "LOCAL " : "", setting, value));
    };
    add("lock_timeout", command.lock_timeout);
    add("statement_timeout", command.statement_timeout);
    return statements;
}

}  // namespace rev
