#include "run/loss_catalog.hpp"

#include <fmt/format.h>

#include <string_view>

#include "state/tables.hpp"

namespace rev::run {
namespace {

// In these, {0} is where the tables of users are chosen, with the parameter of query_within() behind all others.

constexpr std::string_view tables_query =
    "SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),"
    " CASE WHEN n.nspname = 'public' THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END"
    " || pg_catalog.quote_ident(c.relname),"
    " pg_catalog.pg_relation_filenode(c.oid),"
    " CASE WHEN c.relispartition THEN i.inhparent ELSE 0 END, c.relkind = 'p', c.reltuples::pg_catalog.int8,"
    " pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid), pg_catalog.pg_stat_get_xact_tuples_updated(c.oid),"
    " pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid), l.relation IS NOT NULL,"
    " pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')"
    " AND NOT pg_catalog.row_security_active(c.oid)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_catalog.pg_inherits i ON c.relispartition AND i.inhrelid = c.oid AND i.inhseqno = 1"
    " LEFT JOIN (SELECT DISTINCT relation FROM pg_catalog.pg_locks WHERE pid = pg_catalog.pg_backend_pid()"
    " AND locktype = 'relation' AND granted AND mode = 'RowExclusiveLock') l ON l.relation = c.oid"
    " WHERE NOT (n.nspname = ? AND c.relname IN (?, ?, ?, ?)) AND {0}";

constexpr std::string_view columns_query =
    "SELECT a.attrelid, a.attnum, pg_catalog.quote_ident(a.attname), a.atttypid || ' ' || a.atttypmod,"
    " CASE WHEN a.atttypid IN (20, 21, 23, 1700) THEN 'n' WHEN a.atttypid IN (1082, 1114, 1184) THEN 'd' ELSE 't' END,"
    " a.attgenerated <> ''"
    " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE a.attnum > 0 AND NOT a.attisdropped AND {0}";

/// Whether any column's type can hold a composite one at all. Mostly none does, and the server takes the question after
/// them for so large a one that it compiles it first, which takes half a second.
constexpr std::string_view holders_query =
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid JOIN pg_catalog.pg_type y ON y.oid = a.atttypid"
    " LEFT JOIN pg_catalog.pg_type e ON y.typcategory = 'A' AND e.oid = y.typelem"
    " WHERE a.attnum > 0 AND NOT a.attisdropped AND {0}"
    " AND (y.typtype IN ('c', 'd', 'r', 'm') OR e.typtype IN ('c', 'd', 'r', 'm')))";

constexpr std::string_view attributes_query =
    "WITH RECURSIVE has(table_oid, number, type) AS ("
    "SELECT a.attrelid, a.attnum, a.atttypid FROM pg_catalog.pg_attribute a"
    " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " JOIN pg_catalog.pg_type y ON y.oid = a.atttypid AND (y.typtype IN ('c', 'd', 'r', 'm') OR y.typcategory = 'A')"
    " WHERE a.attnum > 0 AND NOT a.attisdropped AND {0}"
    " UNION SELECT h.table_oid, h.number, i.type FROM has h JOIN pg_catalog.pg_type y ON y.oid = h.type"
    " CROSS JOIN LATERAL (SELECT y.typbasetype WHERE y.typtype = 'd'"
    " UNION ALL SELECT y.typelem WHERE y.typcategory = 'A' AND y.typtype = 'b'"
    " UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE y.oid IN (r.rngtypid, r.rngmultitypid)"
    " UNION ALL SELECT p.atttypid FROM pg_catalog.pg_attribute p WHERE y.typtype = 'c' AND p.attrelid = y.typrelid"
    " AND p.attnum > 0 AND NOT p.attisdropped) i(type))"
    " SELECT a.attrelid, a.attnum, pg_catalog.quote_ident(a.attname),"
    " CASE h.type WHEN y.oid THEN 'own' WHEN y.typelem THEN 'element' ELSE 'inner' END, t.typrelid, p.attnum,"
    " pg_catalog.quote_ident(p.attname)"
    " FROM has h JOIN pg_catalog.pg_attribute a ON a.attrelid = h.table_oid AND a.attnum = h.number"
    " JOIN pg_catalog.pg_type y ON y.oid = a.atttypid"
    " JOIN pg_catalog.pg_type t ON t.oid = h.type AND t.typtype = 'c'"
    " JOIN pg_catalog.pg_attribute p ON p.attrelid = t.typrelid AND p.attnum > 0 AND NOT p.attisdropped";

constexpr std::string_view foreign_tables_query =
    "SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'f'";

/// TRUNCATE takes the stronger lock.
constexpr std::string_view written_foreign_query =
    "SELECT DISTINCT l.relation FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation"
    " WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND"
    " (l.mode = 'RowExclusiveLock' OR (l.mode = 'AccessExclusiveLock' AND c.relkind = 'f'))";

constexpr std::string_view locked_query =
    "SELECT DISTINCT relation FROM pg_catalog.pg_locks WHERE pid = pg_catalog.pg_backend_pid()"
    " AND locktype = 'relation' AND granted AND mode = 'AccessExclusiveLock'";

/// Whatever is in the schema; and the tables in which its tables keep long values, with their indexes.
constexpr std::string_view relations_query =
    "WITH own AS (SELECT c.oid, c.reltoastrelid FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ?)"
    " SELECT oid FROM own UNION ALL SELECT reltoastrelid FROM own WHERE reltoastrelid <> 0"
    " UNION ALL SELECT i.indexrelid FROM own JOIN pg_catalog.pg_index i ON i.indrelid = own.reltoastrelid";

/// Where each relation is that the transaction has written to or holds alone. `old`: in the schema, and not made by the
/// transaction, which makes a table's columns with it. A table is locked with its indexes, and tells for them.
constexpr std::string_view touched_query =
    "SELECT DISTINCT l.relation, CASE WHEN c.oid IS NULL THEN 'gone' WHEN n.nspname LIKE 'pg\\_temp\\_%' THEN 'new'"
    " WHEN n.nspname <> ? THEN 'outside' WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid"
    " AND a.xmin <> pg_catalog.pg_current_xact_id()::pg_catalog.xid) THEN 'old' ELSE 'new' END"
    " FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation"
    " LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.relation >= 16384"
    " AND l.mode IN ('RowExclusiveLock', 'AccessExclusiveLock') AND coalesce(c.relkind, 'r') NOT IN ('t', 'i', 'I')";

constexpr std::string_view tables_of_name_query =
    "SELECT count(*) FROM (SELECT 1 FROM pg_catalog.pg_class WHERE relname = ? AND relkind IN ('r', 'p') LIMIT 2) two";

constexpr std::string_view deleted_objects_query =
    "SELECT pg_catalog.pg_stat_get_xact_tuples_deleted('pg_catalog.pg_largeobject_metadata'::pg_catalog.regclass)";

bool is_true(const SqlValue& value) { return value == "t"; }

/// The query for users' tables; schema: the only one whose tables are wanted; empty: all.
std::vector<SqlRow> query_within(Database& database, std::string_view query, const std::string& schema,
                                 std::vector<SqlValue> parameters) {
    if (!schema.empty()) parameters.emplace_back(schema);
    const auto chosen =
        fmt::format("c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'{}",
                    schema.empty() ? "" : " AND n.nspname = ?");
    return database.query(fmt::format(fmt::runtime(query), chosen), parameters);
}

std::set<Oid> oids(Database& database, std::string_view query) {
    std::set<Oid> all;
    for (const auto& row : database.query(query)) all.insert(row.at(0).value_or(""));
    return all;
}

}  // namespace

TablesByOid catalog_tables(Database& database, std::span<const SqlValue> own, const std::string& schema) {
    TablesByOid tables;
    for (const auto& row : query_within(database, tables_query, schema, {own.begin(), own.end()})) {
        // A lock of a subtransaction that was rolled back is gone; what it deleted is counted all the same.
        const bool written = is_true(row[10]);
        auto& table = tables[row.at(0).value_or("")];
        table = {.name = row[1].value_or(""),
                 .shown = row[2].value_or(""),
                 .file = row[3].value_or(""),
                 .parent = row[4].value_or("0"),
                 .partitioned = is_true(row[5]),
                 .estimate = state::number(row[6]),
                 .inserted = state::number(row[7]),
                 .deleted = written ? state::number(row[9]) : 0,
                 .updated = state::number(row[8]),
                 .written = written,
                 .readable = is_true(row[11])};
    }
    return tables;
}

std::map<Oid, NumberedColumns> catalog_columns(Database& database, const std::string& schema) {
    std::map<Oid, NumberedColumns> columns;
    for (const auto& row : query_within(database, columns_query, schema, {}))
        columns[row.at(0).value_or("")][static_cast<int>(state::number(row[1]))] = {.name = row[2].value_or(""),
                                                                                    .type = row[3].value_or(""),
                                                                                    .normal = row[4].value_or(""),
                                                                                    .generated = is_true(row[5])};
    return columns;
}

ColumnAttributes catalog_attributes(Database& database, const std::string& schema) {
    ColumnAttributes attributes;
    if (!is_true(query_within(database, holders_query, schema, {}).at(0).at(0))) return attributes;
    for (const auto& row : query_within(database, attributes_query, schema, {})) {
        const auto table = row.at(0).value_or("");
        const auto column = static_cast<int>(state::number(row[1]));
        const AttributeKey key{row[4].value_or(""), static_cast<int>(state::number(row[5])), table, column};
        attributes[key] = {table, column, row[2].value_or(""), row[3].value_or(""), row[6].value_or("")};
    }
    return attributes;
}

std::set<Oid> locked_relations(Database& database) { return oids(database, locked_query); }

std::set<Oid> relations_of(Database& database, const std::string& schema) {
    std::set<Oid> all;
    const std::vector<SqlValue> parameters{schema};
    for (const auto& row : database.query(relations_query, parameters)) all.insert(row.at(0).value_or(""));
    return all;
}

bool touches_others(Database& database, const std::string& schema, const std::set<Oid>& relations) {
    const std::vector<SqlValue> parameters{schema};
    for (const auto& row : database.query(touched_query, parameters)) {
        const auto place = row[1].value_or("");
        const bool was_there = relations.contains(row.at(0).value_or(""));
        if (place == "outside" || (place != "new" && !was_there)) return true;
    }
    return false;
}

bool is_among_others(Database& database, const std::string& version_table) {
    const std::vector<SqlValue> parameters{version_table};
    return state::number(database.query(tables_of_name_query, parameters).at(0).at(0)) > 1;
}

std::map<Oid, std::string> foreign_tables(Database& database) {
    std::map<Oid, std::string> names;
    for (const auto& row : database.query(foreign_tables_query)) names[row.at(0).value_or("")] = row[1].value_or("");
    return names;
}

std::set<Oid> written_foreign_tables(Database& database) { return oids(database, written_foreign_query); }

long long deleted_large_objects(Database& database) {
    return state::number(database.query(deleted_objects_query).at(0).at(0));
}

}  // namespace rev::run
