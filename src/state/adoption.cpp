// Whether a database was there before rev: it has tables, and rev knows of no revision in it.

#include "state/tables.hpp"

namespace rev::state {
namespace {

/// Tables in the schema of the version table, whoever owns them, and those that the current user owns in other schemas:
/// what a hosting service keeps in schemas of its own, such as Supabase's `auth`, is nothing that a project made.
/// Partitions go with their table, and temporary tables with somebody's session. Ordered with the version table's
/// schema first, as its tables are named without it.
constexpr std::string_view tables_in_postgresql =
    "SELECT CASE WHEN n.nspname = ? THEN c.relname::text ELSE n.nspname || '.' || c.relname END"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'"
    " AND n.nspname <> 'information_schema' AND NOT pg_catalog.starts_with(n.nspname::text, 'pg_')"
    " AND (n.nspname = ? OR pg_catalog.pg_get_userbyid(c.relowner) = current_user)"
    " AND NOT (n.nspname = ? AND c.relname IN (?, ?, ?, ?))"
    // PostGIS brings spatial_ref_sys: such tables go with their extension.
    " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.deptype = 'e'"
    " AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid)"
    " ORDER BY n.nspname <> ?, 1";

/// Without the tables in which virtual ones keep their data ("shadow"), and SQLite's own.
constexpr std::string_view tables_in_sqlite =
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')"
    // `_` is a wildcard of LIKE: without the escape, sqliteX would count as SQLite's own.
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name COLLATE NOCASE NOT IN (?, ?, ?, ?) ORDER BY name";

Query tables_query(Dialect dialect, const VersionTable& table) {
    const auto names = own_table_names(table.name);
    std::vector<SqlValue> own(names.begin(), names.end());
    if (dialect == Dialect::sqlite) return {std::string(tables_in_sqlite), std::move(own)};
    // In the order of the placeholders: three times the schema, the four names, the schema.
    std::vector<SqlValue> parameters(3, table.schema);
    parameters.insert(parameters.end(), own.begin(), own.end());
    parameters.emplace_back(table.schema);
    return {std::string(tables_in_postgresql), std::move(parameters)};
}

}  // namespace

std::vector<std::string> find_unadopted_tables(Database& database, const FoundTables& tables) {
    // A revision that rev itself ran and undid leaves the database without rows but with a log: it is rev's already.
    if (!read_checksums(database, tables).empty()) return {};
    const auto query = tables_query(database.dialect(), tables.table);
    std::vector<std::string> names;
    for (auto& row : database.query(query.sql, query.parameters)) names.push_back(std::move(row[0]).value_or(""));
    return names;
}

}  // namespace rev::state
