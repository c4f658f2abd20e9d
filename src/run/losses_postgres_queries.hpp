#pragma once

#include <string_view>

/// What PostgreSQL is asked to see what a plan loses. They read catalogs only.
namespace rev::run::loss_queries {

inline constexpr std::string_view tables =
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
    " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
    " AND NOT (n.nspname = ? AND c.relname IN (?, ?, ?))";

inline constexpr std::string_view columns =
    "SELECT a.attrelid, a.attnum, pg_catalog.quote_ident(a.attname), a.atttypid || ' ' || a.atttypmod,"
    " CASE WHEN a.atttypid IN (20, 21, 23, 1700) THEN 'n' WHEN a.atttypid IN (1082, 1114, 1184) THEN 'd' ELSE 't' END,"
    " a.attgenerated <> ''"
    " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%'"
    " AND n.nspname <> 'information_schema'";

/// The attributes of composite types that columns of tables have: directly, as elements of an array, or anywhere inside
/// other types. ALTER TYPE ... DROP ATTRIBUTE takes values from those columns, and neither writes a row nor gives the
/// table a new file.
inline constexpr std::string_view attributes =
    "WITH RECURSIVE has(table_oid, number, type) AS ("
    "SELECT a.attrelid, a.attnum, a.atttypid FROM pg_catalog.pg_attribute a"
    " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " JOIN pg_catalog.pg_type y ON y.oid = a.atttypid AND (y.typtype IN ('c', 'd', 'r', 'm') OR y.typcategory = 'A')"
    " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%'"
    " AND n.nspname <> 'information_schema'"
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

/// Foreign tables that are there.
inline constexpr std::string_view foreign_tables =
    "SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'f'";

/// Those that this transaction may have written rows of: TRUNCATE takes the stronger lock.
inline constexpr std::string_view written_foreign =
    "SELECT DISTINCT l.relation FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation"
    " WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND"
    " (l.mode = 'RowExclusiveLock' OR (l.mode = 'AccessExclusiveLock' AND c.relkind = 'f'))";

/// Large objects that this transaction has deleted.
inline constexpr std::string_view deleted_objects =
    "SELECT pg_catalog.pg_stat_get_xact_tuples_deleted('pg_catalog.pg_largeobject_metadata'::pg_catalog.regclass)";

}  // namespace rev::run::loss_queries
