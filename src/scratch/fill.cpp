#include "scratch/fill.hpp"

#include <array>

namespace rev::scratch {

std::optional<CommandError> refusal_of(Database& database, const Command& command) {
    // With its COMMIT, as deferred constraints speak up only there.
    const std::array commands = {Command{.kind = Command::Kind::begin}, command,
                                 Command{.kind = Command::Kind::commit}};
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

bool try_insert(Database& database, const std::string& sql) {
    return !refusal_of(database, {.kind = Command::Kind::sql, .sql = sql});
}

}  // namespace rev::scratch
