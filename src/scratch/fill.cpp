#include "scratch/fill.hpp"

#include <utility>

namespace rev::scratch {

namespace {

/// In a transaction with its COMMIT, as deferred constraints speak up only there.
std::optional<CommandError> refusal_of_all(Database& database, std::vector<Command> commands) {
    commands.insert(commands.begin(), Command{.kind = Command::Kind::begin});
    commands.push_back(Command{.kind = Command::Kind::commit});
    try {
        database.run(commands);
        return std::nullopt;
    } catch (const CommandError& error) {
        // Neither says anything about the row.
        if (error.connection_lost || error.code() == error_codes::interrupted) throw;
        database.rollback();
        return error;
    }
}

}  // namespace

std::optional<CommandError> refusal_of(Database& database, const Command& command) {
    return refusal_of_all(database, {command});
}

bool try_inserts(Database& database, const std::vector<std::string>& statements) {
    std::vector<Command> commands;
    for (const auto& sql : statements) commands.push_back({.kind = Command::Kind::sql, .sql = sql});
    return !refusal_of_all(database, std::move(commands));
}

bool try_insert(Database& database, const std::string& sql) {
    return !refusal_of(database, {.kind = Command::Kind::sql, .sql = sql});
}

}  // namespace rev::scratch
