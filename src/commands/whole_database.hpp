#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "commands/context.hpp"

namespace rev::commands {

/// Refuses what takes something from the database where alembic.yaml says `protected: true`; --yes changes nothing.
/// action: such as "drop the database". Throws Error with ExitCode::usage ("protected_database").
void refuse_protected(Context& context, std::string_view action);

/// Whether sessions of others keep a database from being dropped.
enum class OtherSessions { keep, end };

/// The database of the URL as a whole, which may not be there. PostgreSQL is asked through its maintenance database
/// (`postgres`, or `template1`); SQLite's is a file with its -wal, -shm, -journal and rev's lock.
class WholeDatabase {
public:
    /// Throws Error with ExitCode::usage for a URL that names no database, or one in memory ("no_database_name").
    explicit WholeDatabase(Context& context);

    [[nodiscard]] std::string name() const;  ///< for people: the URL without its password
    /// Asks the server, or looks for the file. Throws Error with ExitCode::database.
    [[nodiscard]] bool is_there();
    /// False: it is there already. Throws Error with ExitCode::database.
    bool create();
    /// False: it is not there. Throws Error with ExitCode::database: "not_a_database" for a file that SQLite did not
    /// make, "locked" while a run is on it, "database_in_use".
    bool drop(OtherSessions others);

private:
    [[nodiscard]] bool is_sqlite() const noexcept { return url_.dialect == Dialect::sqlite; }
    [[nodiscard]] std::unique_ptr<Database> open_maintenance();
    bool create_file();
    bool create_on_server();
    bool drop_file();
    bool drop_on_server(OtherSessions others);
    void refuse_running();

    Context& context_;
    DatabaseUrl url_;
    std::filesystem::path file_;  ///< SQLite
};

}  // namespace rev::commands
