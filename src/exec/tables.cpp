#include "exec/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include "base/text.hpp"

namespace rev {
namespace {

/// Quoted, save for our own default names, so that they look as Alembic writes them.
std::string identifier(const Database& database, std::string_view name) {
    constexpr std::array<std::string_view, 4> plain = {"alembic_version", "alembic_version_pkc", log_name,
                                                       progress_name};
    if (std::ranges::find(plain, name) != plain.end()) return std::string(name);
    return database.quote_identifier(name);
}

std::string qualified(const Database& database, std::string_view schema, std::string_view name) {
    if (schema.empty()) return identifier(database, name);
    return database.quote_identifier(schema) + "." + identifier(database, name);
}

/// The schema in which PostgreSQL finds the table by its bare name, else the one where it would create it; and the
/// columns of rev's tables there.
constexpr std::string_view find_in_postgresql =
    "WITH place AS (SELECT coalesce(CAST(? AS text), (SELECT n.nspname FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.oid = pg_catalog.to_regclass(?) AND n.oid <> pg_catalog.pg_my_temp_schema())::text,"
    " pg_catalog.current_schema()::text) AS name)"
    " SELECT c.relname, a.attname, place.name, n.oid FROM place"
    " LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = place.name"
    " LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'f', 'v', 'm')"
    " AND c.relname IN (?, ?, ?)"
    " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " ORDER BY c.relname, a.attnum";

constexpr std::string_view find_in_sqlite =
    "SELECT t.name, c.name FROM main.sqlite_master AS t, pragma_table_info(t.name, 'main') AS c"
    " WHERE t.type IN ('table', 'view') AND t.name COLLATE NOCASE IN (?, ?, ?) ORDER BY t.name, c.cid";

std::string column_definition(const Column& column, Dialect dialect) {
    return fmt::format("{} {}", column.name, dialect == Dialect::postgresql ? column.postgresql : column.sqlite);
}

void run_statement(Database& database, const std::string& sql) {
    const std::array<Command, 1> commands{Command{.kind = Command::Kind::sql, .sql = sql}};
    database.run(commands);
}

void create_table(Database& database, const std::string& qualified_name, const std::vector<Column>& columns) {
    std::vector<std::string> definitions;
    for (const auto& column : columns) definitions.push_back(column_definition(column, database.dialect()));
    // IF NOT EXISTS: another process may create it at the same moment.
    run_statement(database, fmt::format("CREATE TABLE IF NOT EXISTS {} (\n    {}\n)", qualified_name,
                                        join(definitions, ",\n    ")));
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

void require_own_table(std::string_view name, const std::vector<Column>& columns,
                       const std::vector<std::string>& present) {
    for (const auto& column : std::span(columns).first(3)) {
        if (contains(present, column.name)) continue;
        throw Error(ExitCode::database, "foreign_table",
                    fmt::format("the table {} is not rev's own: it has no column {}", name, column.name))
            .with_hint("rename that table, or set version_table_schema so that rev keeps its tables elsewhere");
    }
}

const std::vector<std::string>& columns_of(const FoundTables& found, std::string_view name) {
    return name == log_name ? found.log : found.progress;
}

std::string qualified(const Database& database, const VersionTable& table, std::string_view name) {
    return qualified(database, database.dialect() == Dialect::postgresql ? table.schema : "", name);
}

/// All or none. Another process may add them at the same moment: they are looked up again under the lock.
void add_columns(Database& database, const VersionTable& table, std::string_view name,
                 const std::vector<Column>& columns) {
    const auto qualified_name = qualified(database, table, name);
    const bool postgresql = database.dialect() == Dialect::postgresql;
    const std::array<Command, 1> begin{Command{.kind = Command::Kind::begin}};
    const std::array<Command, 1> commit{Command{.kind = Command::Kind::commit}};
    database.run(begin);
    if (postgresql) run_statement(database, fmt::format("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", qualified_name));
    const auto found = find_tables(database, table);
    for (const auto& column : columns) {
        if (contains(columns_of(found, name), column.name)) continue;
        run_statement(database, fmt::format("ALTER TABLE {} ADD COLUMN {}", qualified_name,
                                            column_definition(column, database.dialect())));
    }
    database.run(commit);
}

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b,
                              [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// PostgreSQL cuts longer names off, and would look for a table that it never made.
void require_short(std::string_view name, std::string_view setting, std::size_t longest) {
    if (name.size() <= longest) return;
    throw Error(ExitCode::usage, "bad_version_table",
                fmt::format("{} has {} bytes; in PostgreSQL it may have at most {}", setting, name.size(), longest))
        .with_hint(fmt::format("choose a shorter {} in alembic.yaml", setting));
}

void require_usable(const VersionTable& table, Dialect dialect) {
    for (const auto own : {log_name, progress_name}) {
        if (!same_name(table.name, own)) continue;
        throw Error(ExitCode::usage, "bad_version_table", fmt::format("version_table is {}, a table of rev's own", own))
            .with_hint("choose another version_table in alembic.yaml");
    }
    if (dialect != Dialect::postgresql) return;
    constexpr std::size_t longest = 63;
    require_short(table.name, "version_table", longest - 1);  // <name>_pkc, cut off, must be another name
    require_short(table.schema, "version_table_schema", longest);
}

void take_schema(FoundTables& found, const SqlRow& row) {
    if (!row[2])
        throw Error(ExitCode::database, "no_schema", "the connection's search_path names no schema that exists")
            .with_hint("set version_table_schema in alembic.yaml, or search_path for this user or database");
    found.table.schema = *row[2];
    found.has_schema = row[3].has_value();
}

/// Of the table of this name; null if it is none of rev's. SQLite's names have no case.
std::vector<std::string>* columns_in(FoundTables& found, std::string_view name, Dialect dialect) {
    const auto is = [&](std::string_view own) {
        return dialect == Dialect::sqlite ? same_name(name, own) : name == own;
    };
    if (is(found.table.name)) return &found.version;
    if (is(log_name)) return &found.log;
    return is(progress_name) ? &found.progress : nullptr;
}

}  // namespace

void require_schema(const Database& database, const FoundTables& found) {
    if (found.has_schema) return;
    const auto& schema = found.table.schema;
    throw Error(ExitCode::database, "no_schema", fmt::format("there is no schema \"{}\"", printable(schema)))
        .with_hint(fmt::format("create it first: CREATE SCHEMA {}; or correct version_table_schema in alembic.yaml",
                               database.quote_identifier(schema)));
}

FoundTables find_tables(Database& database, const VersionTable& table) {
    require_usable(table, database.dialect());
    FoundTables found(table);
    const bool postgresql = database.dialect() == Dialect::postgresql;
    std::vector<SqlValue> parameters{table.name, std::string(log_name), std::string(progress_name)};
    if (postgresql) {
        const auto configured = table.schema.empty() ? SqlValue() : SqlValue(table.schema);
        parameters.insert(parameters.begin(), {configured, database.quote_identifier(table.name)});
    }
    const auto rows = database.query(postgresql ? find_in_postgresql : find_in_sqlite, parameters);
    if (postgresql && !rows.empty()) take_schema(found, rows.front());
    for (const auto& row : rows) {
        if (!row[0] || !row[1]) continue;
        if (auto* columns = columns_in(found, *row[0], database.dialect())) columns->push_back(*row[1]);
    }
    return found;
}

Tables sql_names(const Database& database, const VersionTable& table) {
    Tables tables;
    if (database.dialect() == Dialect::postgresql) tables.schema = table.schema;
    tables.name = table.name;
    tables.version = qualified(database, tables.schema, table.name);
    tables.constraint = identifier(database, table.name + "_pkc");
    tables.log = qualified(database, tables.schema, log_name);
    tables.progress = qualified(database, tables.schema, progress_name);
    tables.key = tables.schema.empty() ? table.name : tables.schema + "." + table.name;
    return tables;
}

std::string create_version_table(const Tables& tables) {
    return fmt::format(
        "CREATE TABLE {} (\n"
        "    version_num VARCHAR(32) NOT NULL, \n"
        "    CONSTRAINT {} PRIMARY KEY (version_num)\n)",
        tables.version, tables.constraint);
}

std::string change_sql(const Tables& tables, RowChange::Kind kind) {
    switch (kind) {
        case RowChange::Kind::insert:
            return fmt::format("INSERT INTO {} (version_num) VALUES (?)", tables.version);
        case RowChange::Kind::update:
            return fmt::format("UPDATE {} SET version_num=? WHERE version_num = ?", tables.version);
        case RowChange::Kind::remove:
            return fmt::format("DELETE FROM {} WHERE version_num = ?", tables.version);
    }
    return {};
}

std::vector<SqlValue> change_parameters(const RowChange& change) {
    switch (change.kind) {
        case RowChange::Kind::insert:
            return {change.to};
        case RowChange::Kind::update:
            return {change.to, change.from};
        case RowChange::Kind::remove:
            return {change.from};
    }
    return {};
}

long long number(const SqlValue& value) { return value ? std::strtoll(value->c_str(), nullptr, 10) : 0; }

bool ensure_table(Database& database, const FoundTables& found, std::string_view name,
                  const std::vector<Column>& columns) {
    const auto& present = columns_of(found, name);
    if (present.empty()) {
        require_schema(database, found);
        create_table(database, qualified(database, found.table, name), columns);
        return true;
    }
    require_own_table(name, columns, present);
    const bool complete =
        std::ranges::all_of(columns, [&](const auto& column) { return contains(present, column.name); });
    if (!complete) add_columns(database, found.table, name, columns);
    return !complete;
}

Query rows_query(const Database& database, const Tables& tables) {
    return {"SELECT version_num FROM " + tables.version +
            (database.dialect() == Dialect::sqlite ? " ORDER BY rowid" : "")};
}

std::vector<RevisionId> to_rows(std::vector<SqlRow> answer) {
    std::vector<RevisionId> rows;
    for (auto& row : answer) rows.push_back(std::move(row.front()).value_or(""));
    return rows;
}

std::vector<RevisionId> read_rows(Database& database, const FoundTables& tables) {
    if (tables.version.empty()) return {};
    return to_rows(database.query(rows_query(database, sql_names(database, tables.table)).sql));
}

std::vector<RevisionId> read_rows(Database& database, const VersionTable& table) {
    return read_rows(database, find_tables(database, table));
}

}  // namespace rev
