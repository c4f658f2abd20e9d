#include "scratch/fill.hpp"

#include <array>

namespace rev::scratch {

bool try_insert(Database& database, const std::string& sql) {
    const std::array commands = {Command{.kind = Command::Kind::begin}, Command{.kind = Command::Kind::sql, .sql = sql},
                                 Command{.kind = Command::Kind::commit}};
    try {
        database.run(commands);
        return true;
    } catch (const CommandError& error) {
        if (error.connection_lost || error.code() == error_codes::interrupted) throw;
        database.rollback();
        return false;
    }
}

}  // namespace rev::scratch
