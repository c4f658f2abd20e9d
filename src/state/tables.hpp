#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "rev/plan.hpp"
#include "state/own_table.hpp"
#include "state/state.hpp"

namespace rev::state {

/// rev's tables as they are written in SQL: quoted, and with their schema on PostgreSQL.
struct Tables {
    std::string schema;      ///< unquoted; empty: SQLite, or the SQL writer without a configured schema
    std::string name;        ///< of the version table, unquoted
    std::string version;     ///< of the version table, quoted and qualified
    std::string constraint;  ///< of its primary key, quoted
    std::string log;
    std::string progress;
    std::string leases;
    std::string_view equals = "=";  ///< the operator between a column of theirs and a value
    std::string key;  ///< "schema.name", for the run lock and for the version_table column of log and ledger
};

/// table: of FoundTables. SQLite has no schemas: a configured one is not used there.
[[nodiscard]] Tables sql_names(const Database& database, const VersionTable& table);

/// A table's name, quoted where that is needed, with its schema if that is not empty.
[[nodiscard]] std::string qualified_name(const Database& database, std::string_view schema, std::string_view name);

/// The SQL that makes the schema of rev's tables, whether it is there or not; empty if nobody wants it made
/// (VersionTable::makes_schema), or on SQLite.
[[nodiscard]] std::string create_schema(const Database& database, const VersionTable& table);
/// The same if the schema is not there; else empty. Throws Error ("no_schema") if it is not there and nobody wants it
/// made, as Alembic fails.
[[nodiscard]] std::string create_missing_schema(const Database& database, const FoundTables& found);

/// The queries behind read_rows, for an exchange with others, and their answers.
[[nodiscard]] Query rows_query(const Database& database, const Tables& tables);
[[nodiscard]] std::vector<RevisionId> to_rows(std::vector<SqlRow> answer);

/// CREATE TABLE as Alembic writes it, without a final `;`.
[[nodiscard]] std::string create_version_table(const Tables& tables);

/// The statement for one change of the rows, with `?` placeholders, and its parameters.
[[nodiscard]] std::string change_sql(const Tables& tables, RowChange::Kind kind);
[[nodiscard]] std::vector<SqlValue> change_parameters(const RowChange& change);

inline constexpr std::string_view log_name = "rev_log";
inline constexpr std::string_view progress_name = "rev_progress";
inline constexpr std::string_view lease_name = "rev_lock";
inline constexpr std::array own_names = {log_name, progress_name, lease_name};

/// The names of all tables that rev keeps, the version table's first. Whoever looks at what is in a database leaves
/// these out.
[[nodiscard]] std::vector<std::string> own_table_names(const std::string& version_table);

/// `name`, or NULL in its place where an older rev made the table without it.
[[nodiscard]] std::string column_or_null(const FoundTable& table, std::string_view name);

/// A whole number of a result; 0 for NULL.
[[nodiscard]] long long number(const SqlValue& value);

/// Database::run for what rev does for itself. Throws CommandError: "own_table_refused" with ExitCode::database, what
/// to do and no place, where the database refuses it: no revision has failed.
void run_own(Database& database, const VersionTable& table, std::span<const Command> commands);

/// The same for one statement that makes or changes a table of rev's.
void change_own_table(Database& database, const VersionTable& table, const std::string& sql);

/// Creates a table of rev's own, or adds the columns that an older rev did not give it. Throws Error ("foreign_table")
/// if there is one of that name which is not rev's. Returns whether it changed anything.
bool ensure_table(Database& database, const FoundTables& found, const OwnTable& table);

}  // namespace rev::state
