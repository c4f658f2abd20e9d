#include "state/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include "base/text.hpp"
#include "state/log.hpp"

namespace rev::state {
namespace {

/// Quoted, save for our own default names, so that they look as Alembic writes them.
std::string identifier(const Database& database, std::string_view name) {
    constexpr std::array<std::string_view, 5> plain = {"alembic_version", "alembic_version_pkc", log_name,
                                                       progress_name, lease_name};
    if (std::ranges::find(plain, name) != plain.end()) return std::string(name);
    return database.quote_identifier(name);
}

std::string column_definition(const TableColumn& column, Dialect dialect) {
    return fmt::format("{} {}", column.name, dialect == Dialect::postgresql ? column.postgresql : column.sqlite);
}

const FoundTable& table_of(const FoundTables& found, std::string_view name) {
    if (name == found.table.name) return found.version;
    if (name == lease_name) return found.leases;
    return name == log_name ? found.log : found.progress;
}

/// False if another process was quicker; it is looked at again, as that may have been anybody.
bool create_table(Database& database, const VersionTable& table, const std::string& sql, std::string_view name) {
    try {
        change_own_table(database, table, sql);
    } catch (const CommandError&) {
        // Nobody has made it: the refusal was about something else.
        if (!table_of(find_tables(database, table), name).is_there()) throw;
        return false;
    }
    return true;
}

std::string create_own_table(const Database& database, const std::string& name, const OwnTable& table) {
    std::vector<std::string> definitions;
    for (const auto& column : table.columns) definitions.push_back(column_definition(column, database.dialect()));
    return fmt::format("CREATE TABLE {} (\n    {}\n)", name, base::join(definitions, ",\n    "));
}

void make_missing_schema(Database& database, const FoundTables& found) {
    if (const auto sql = create_missing_schema(database, found); !sql.empty())
        change_own_table(database, found.table, sql);
}

std::string name_of(const Database& database, const VersionTable& table, std::string_view name) {
    return qualified_name(database, database.dialect() == Dialect::postgresql ? table.schema : "", name);
}

/// All or none. Another process may add them at the same moment: they are looked up again under the lock.
void add_columns(Database& database, const VersionTable& table, const OwnTable& own) {
    const auto own_name = name_of(database, table, own.name);
    // SQLite's BEGIN IMMEDIATE has locked the file already.
    const bool postgresql = database.dialect() == Dialect::postgresql;
    const std::array<Command, 1> begin{Command{.kind = Command::Kind::begin}};
    const std::array<Command, 1> commit{Command{.kind = Command::Kind::commit}};
    const auto add_missing = [&] {
        if (postgresql)
            change_own_table(database, table, fmt::format("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", own_name));
        const auto found = find_tables(database, table);
        for (const auto& column : own.columns) {
            if (table_of(found, own.name).has(column.name)) continue;
            change_own_table(
                database, table,
                fmt::format("ALTER TABLE {} ADD COLUMN {}", own_name, column_definition(column, database.dialect())));
        }
    };
    database.run(begin);
    try {
        add_missing();
        database.run(commit);
    } catch (...) {
        // A question that fails leaves the transaction open.
        if (database.is_alive()) database.rollback();
        throw;
    }
}

}  // namespace

std::vector<std::string> own_table_names(const std::string& version_table) {
    std::vector<std::string> names{version_table};
    names.insert(names.end(), own_names.begin(), own_names.end());
    return names;
}

std::string column_or_null(const FoundTable& table, std::string_view name) {
    return table.has(name) ? std::string(name) : "NULL";
}

std::string qualified_name(const Database& database, std::string_view schema, std::string_view name) {
    if (schema.empty()) return identifier(database, name);
    return database.quote_identifier(schema) + "." + identifier(database, name);
}

std::string create_schema(const Database& database, const VersionTable& table) {
    if (!table.makes_schema || table.schema.empty() || database.dialect() == Dialect::sqlite) return {};
    return "CREATE SCHEMA IF NOT EXISTS " + database.quote_identifier(table.schema);
}

std::string create_missing_schema(const Database& database, const FoundTables& found) {
    if (found.has_schema) return {};
    if (auto sql = create_schema(database, found.table); !sql.empty()) return sql;
    const auto& schema = found.table.schema;
    throw Error(ExitCode::database, error_codes::no_schema,
                fmt::format("there is no schema \"{}\"", base::printable(schema)))
        .with_hint(fmt::format("create it first: CREATE SCHEMA {}; have rev do so by `create_version_table_schema: "
                               "true` in alembic.yaml; or correct version_table_schema there",
                               database.quote_identifier(schema)));
}

Tables sql_names(const Database& database, const VersionTable& table) {
    Tables tables;
    if (database.dialect() == Dialect::postgresql) tables.schema = table.schema;
    tables.name = table.name;
    tables.version = qualified_name(database, tables.schema, table.name);
    // Alembic's name for it.
    tables.constraint = identifier(database, table.name + "_pkc");
    tables.log = qualified_name(database, tables.schema, log_name);
    tables.progress = qualified_name(database, tables.schema, progress_name);
    tables.leases = qualified_name(database, tables.schema, lease_name);
    // `=` alone would be looked for along search_path.
    if (database.dialect() == Dialect::postgresql) tables.equals = "OPERATOR(pg_catalog.=)";
    tables.key = tables.schema.empty() ? table.name : tables.schema + "." + table.name;
    return tables;
}

/// Byte for byte what Alembic's --sql prints, the blank behind the comma included: scripts of both can be compared.
std::string create_version_table(const Tables& tables) {
    return fmt::format(
        "CREATE TABLE {} (\n"
        "    version_num VARCHAR(32) NOT NULL, \n"
        "    CONSTRAINT {} PRIMARY KEY (version_num)\n)",
        tables.version, tables.constraint);
}

bool ensure_version_table(Database& database, const FoundTables& tables) {
    bool created = false;
    // Before anything is made beside a log that is somebody else's.
    tables.log.require_own();
    if (!tables.version.is_there()) {
        make_missing_schema(database, tables);
        const auto& table = tables.table;
        created = create_table(database, table, create_version_table(sql_names(database, table)), table.name);
    }
    const bool log_changed = ensure_table(database, tables, log_table());
    return created || log_changed;
}

bool ensure_version_table(Database& database, const VersionTable& table) {
    return ensure_version_table(database, find_tables(database, table));
}

/// The spacing of `version_num=?` is Alembic's as well.
std::string change_sql(const Tables& tables, RowChange::Kind kind) {
    switch (kind) {
        case RowChange::Kind::insert:
            return fmt::format("INSERT INTO {} (version_num) VALUES (?)", tables.version);
        case RowChange::Kind::update:
            return fmt::format("UPDATE {} SET version_num=? WHERE version_num {} ?", tables.version, tables.equals);
        case RowChange::Kind::remove:
            return fmt::format("DELETE FROM {} WHERE version_num {} ?", tables.version, tables.equals);
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

bool ensure_table(Database& database, const FoundTables& found, const OwnTable& table) {
    const auto& present = table_of(found, table.name);
    if (!present.is_there()) {
        make_missing_schema(database, found);
        const auto sql = create_own_table(database, name_of(database, found.table, table.name), table);
        return create_table(database, found.table, sql, table.name);
    }
    const bool complete =
        std::ranges::all_of(table.columns, [&](const auto& column) { return present.has(column.name); });
    if (!complete) add_columns(database, found.table, table);
    return !complete;
}

Query rows_query(const Database& database, const Tables& tables) {
    return {"SELECT version_num FROM " + tables.version +
            // PostgreSQL has no order of rows to ask for; the one in which it reads a small table is that of insertion,
            // mostly.
            (database.dialect() == Dialect::sqlite ? " ORDER BY rowid" : "")};
}

std::vector<RevisionId> to_rows(std::vector<SqlRow> answer) {
    std::vector<RevisionId> rows;
    for (auto& row : answer) rows.push_back(std::move(row.front()).value_or(""));
    return rows;
}

std::vector<RevisionId> read_rows(Database& database, const FoundTables& tables) {
    if (!tables.version.is_there()) return {};
    return to_rows(database.query(rows_query(database, sql_names(database, tables.table)).sql));
}

std::vector<RevisionId> read_rows(Database& database, const VersionTable& table) {
    return read_rows(database, find_tables(database, table));
}

}  // namespace rev::state
