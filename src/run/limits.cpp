#include "run/limits.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace rev::run {
namespace {

/// Statements whose locks on tables conflict with none that a reader or writer takes, or that do not wait for any.
bool locks_rows_at_most(const Statement& statement) {
    constexpr std::array<std::string_view, 17> commands = {
        "SELECT", "INSERT", "UPDATE",  "DELETE",    "MERGE",    "WITH",    "VALUES", "TABLE", "COPY",
        "SET",    "RESET",  "EXPLAIN", "SAVEPOINT", "ROLLBACK", "RELEASE", "BEGIN",  "COMMIT"};
    const auto verb = std::string_view(statement.command).substr(0, statement.command.find(' '));
    return std::ranges::find(commands, verb) != commands.end();
}

/// Its waits for old transactions come under lock_timeout too, and are no obstacle to others: it would only fail and
/// leave an INVALID index.
bool is_concurrent(const Statement& statement) { return statement.command.find("CONCURRENTLY") != std::string::npos; }

}  // namespace

std::optional<std::chrono::milliseconds> usual_lock_timeout(std::span<const Statement> statements) {
    constexpr std::chrono::seconds usual{5};
    if (std::ranges::all_of(statements, locks_rows_at_most) || std::ranges::any_of(statements, is_concurrent))
        return std::nullopt;
    return usual;
}

}  // namespace rev::run
