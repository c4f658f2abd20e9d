// What it means when the database refuses to make or change one of rev's own tables.

#include <fmt/format.h>

#include <array>

#include "base/sqlstate.hpp"
#include "state/tables.hpp"

namespace rev::state {
namespace {

constexpr std::string_view insufficient_privilege = sqlstate::insufficient_privilege;
constexpr std::string_view read_only_transaction = sqlstate::read_only_sql_transaction;
constexpr std::string_view insufficient_resources = "53";  ///< the class

std::string missing_right(Database& database, const VersionTable& table) {
    const auto role = database.quote_identifier(database.server_info().user);
    const auto schema = database.quote_identifier(table.schema);
    return fmt::format(
        "to make its tables, rev needs: GRANT CREATE ON SCHEMA {0} TO {1}; to write to those that are there: GRANT "
        "SELECT, INSERT, UPDATE, DELETE ON ... TO {1}; to add a column: ALTER TABLE ... OWNER TO {1}; or set "
        "version_table_schema in alembic.yaml to a schema of its own",
        schema, role);
}

/// By SQLSTATE, as the server may speak any language. 25006 is what a standby answers, too.
std::string advice_for(const CommandError& error, Database& database, const VersionTable& table) {
    const auto& sqlstate = error.sqlstate();
    const bool postgresql = database.dialect() == Dialect::postgresql;
    if (postgresql && sqlstate == insufficient_privilege) return missing_right(database, table);
    if (postgresql && sqlstate == read_only_transaction)
        return "connect to the primary server; or, if a setting does it, ALTER ROLE ... SET "
               "default_transaction_read_only = off";
    if (postgresql && sqlstate.starts_with(insufficient_resources))
        return "give the server what it is short of, then run the command again";
    if (!error.hint().empty()) return error.hint();
    return "this is rev's own bookkeeping, and nothing of a revision was run: the database's administrator knows what "
           "refuses it, such as an event trigger";
}

}  // namespace

void change_own_table(Database& database, const VersionTable& table, const std::string& sql) {
    const std::array<Command, 1> commands{Command{.kind = Command::Kind::sql, .sql = sql, .is_own = true}};
    run_own(database, table, commands);
}

void run_own(Database& database, const VersionTable& table, std::span<const Command> commands) {
    try {
        database.run(commands);
    } catch (const CommandError& error) {
        // Rows that are not as they were say that another run was quicker: the caller knows what that means. What is
        // not the SQL's failure (a lost connection, a lock) keeps its own words.
        if (error.exit_code() != ExitCode::revision_failed || error.wrong_row_count) throw;
        // No revision failed, and the place is in no file.
        Error refused(ExitCode::database, error_codes::own_table_refused,
                      fmt::format("the database refuses a change of rev's own tables: {}", error.what()));
        refused.with_detail(error.detail()).with_sqlstate(error.sqlstate());
        throw CommandError(std::move(refused).with_hint(advice_for(error, database, table)), error.command);
    }
}

}  // namespace rev::state
