#pragma once

#include <string_view>

namespace rev::trail {

/// One catalog of PostgreSQL: which of its rows are users', and what of them is a schema. All of it is SQL; `x` is the
/// row, but in `where`, which names columns alone.
struct CatalogPart {
    std::string_view catalog;
    std::string_view where = {};     ///< empty: all rows
    std::string_view key = "x.oid";  ///< the same for the same object, however often its row is written
    std::string_view counts = {};    ///< whether the row is part of a schema; empty: each is
    std::string_view text = "x::text";
    std::string_view description = {};  ///< in words without identifiers, joined by blanks; empty: none
    /// The column that an index begins with and that begins the key: rows of new objects have a greater one than all
    /// others. Empty: there is none.
    std::string_view range = {};
    /// Which rows the server updates once while it makes them, as counters have it; empty: none.
    std::string_view updated_when_made = {};
};

/// Rows as they are, with their object identifiers: what is the same object as before has the same one. Columns that
/// change without a change of the schema are left out (statistics, the file on disk), and so are rows that a dropped
/// column and a column that has gone leave behind (its number, the table's TOAST).
/// 16384 is the first identifier that initdb does not give away, 99 is pg_toast, 2200 public, 2615 pg_namespace,
/// 1259 pg_class and 3079 pg_extension. Of pg_depend the members of extensions and the columns that own sequences are
/// read: what else it has follows from other catalogs, and is most of it.
constexpr CatalogPart catalog_parts[] = {
    {.catalog = "pg_namespace", .where = "nspname NOT LIKE 'pg\\_%'", .description = "x.nspname, x.nspacl"},
    {.catalog = "pg_class",
     .where = "oid >= 16384",
     .counts = "x.relnamespace <> 99",
     .text = "(x.oid, x.relname, x.relnamespace, x.reltype, x.reloftype, x.relowner, x.relam, x.reltablespace, "
             "x.relpersistence, x.relkind, x.relrowsecurity, x.relforcerowsecurity, x.relreplident, x.relispartition, "
             "x.relacl, x.reloptions, x.relpartbound, (SELECT t.reloptions FROM pg_class t WHERE t.oid = "
             "x.reltoastrelid))::text",
     .description =
         "x.oid::regclass, x.relkind, x.relpersistence, x.reloptions, x.relacl, x.relowner::regrole, x.relrowsecurity, "
         "x.relforcerowsecurity, x.relreplident, x.relispartition, pg_get_expr(x.relpartbound, x.oid), CASE WHEN "
         "x.relkind IN ('v', 'm') THEN pg_get_viewdef(x.oid) END",
     .range = "oid",
     .updated_when_made = "x.reltoastrelid <> 0"},
    {.catalog = "pg_attribute",
     .where = "attrelid >= 16384 AND attnum > 0",
     .key = "concat_ws('.', x.attrelid, x.attnum)",
     .counts = "NOT x.attisdropped AND (SELECT c.relnamespace FROM pg_class c WHERE c.oid = x.attrelid) <> 99",
     .description = "x.attrelid::regclass, x.attname, format_type(x.atttypid, x.atttypmod), x.attnotnull, "
                    "x.attcollation::regcollation, x.attidentity, x.attgenerated, x.attacl",
     .range = "attrelid"},
    {.catalog = "pg_attrdef", .description = "x.adrelid::regclass, pg_get_expr(x.adbin, x.adrelid)", .range = "oid"},
    {.catalog = "pg_constraint",
     .where = "oid >= 16384",
     .description = "x.conname, x.conrelid::regclass, pg_get_constraintdef(x.oid)",
     .range = "oid"},
    {.catalog = "pg_index",
     .where = "indexrelid >= 16384",
     .key = "x.indexrelid",
     .counts = "(SELECT c.relnamespace FROM pg_class c WHERE c.oid = x.indrelid) <> 99",
     .description = "pg_get_indexdef(x.indexrelid)",
     .range = "indexrelid"},
    {.catalog = "pg_type",
     .where = "oid >= 16384",
     .description = "x.oid::regtype, x.typtype, x.typnotnull, x.typdefault",
     .range = "oid"},
    {.catalog = "pg_enum", .description = "x.enumtypid::regtype, x.enumlabel, x.enumsortorder"},
    {.catalog = "pg_range", .where = "rngtypid >= 16384", .key = "x.rngtypid", .description = "x.rngtypid"},
    {.catalog = "pg_proc",
     .where = "oid >= 16384",
     .description = "x.oid::regprocedure, md5(x.prosrc), x.proacl, x.prosecdef, x.provolatile, x.proconfig",
     .range = "oid"},
    {.catalog = "pg_aggregate",
     .where = "aggfnoid::oid >= 16384",
     .key = "x.aggfnoid::oid",
     .description = "x.aggfnoid::oid"},
    {.catalog = "pg_trigger",
     .where = "NOT tgisinternal",
     .description = "pg_get_triggerdef(x.oid), x.tgenabled",
     .range = "oid"},
    {.catalog = "pg_rewrite",
     .where = "oid >= 16384",
     .description = "pg_get_ruledef(x.oid), x.ev_enabled",
     .range = "oid"},
    {.catalog = "pg_policy",
     .description = "x.polname, x.polrelid::regclass, pg_get_expr(x.polqual, x.polrelid), pg_get_expr(x.polwithcheck, "
                    "x.polrelid)",
     .range = "oid"},
    {.catalog = "pg_sequence",
     .key = "x.seqrelid",
     .description = "x.seqrelid::regclass, x.seqincrement, x.seqmax",
     .range = "seqrelid"},
    {.catalog = "pg_inherits",
     .key = "concat_ws('.', x.inhrelid, x.inhseqno)",
     .description = "x.inhrelid::regclass, x.inhparent::regclass, x.inhseqno"},
    {.catalog = "pg_partitioned_table", .key = "x.partrelid", .description = "pg_get_partkeydef(x.partrelid)"},
    {.catalog = "pg_description",
     .where = "objoid >= 16384 OR (objoid = 2200 AND classoid = 2615)",
     .key = "concat_ws('.', x.objoid, x.classoid, x.objsubid)",
     .description = "x.description"},
    {.catalog = "pg_seclabel",
     .key = "concat_ws('.', x.objoid, x.classoid, x.objsubid, x.provider)",
     .description = "x.objoid"},
    {.catalog = "pg_statistic_ext", .description = "pg_get_statisticsobjdef(x.oid)"},
    {.catalog = "pg_collation", .where = "oid >= 16384", .description = "x.oid"},
    {.catalog = "pg_conversion", .where = "oid >= 16384", .description = "x.oid"},
    {.catalog = "pg_operator", .where = "oid >= 16384", .description = "x.oid"},
    {.catalog = "pg_opclass", .where = "oid >= 16384", .description = "x.oid"},
    {.catalog = "pg_opfamily", .where = "oid >= 16384", .description = "x.oid"},
    {.catalog = "pg_amop", .where = "oid >= 16384", .description = "x.oid"},
    {.catalog = "pg_amproc", .where = "oid >= 16384", .description = "x.oid"},
    {.catalog = "pg_cast", .where = "oid >= 16384", .description = "x.oid"},
    {.catalog = "pg_language", .description = "x.oid"},
    {.catalog = "pg_extension", .description = "x.extname, x.extversion"},
    {.catalog = "pg_event_trigger", .description = "x.oid"},
    {.catalog = "pg_foreign_data_wrapper", .description = "x.oid"},
    {.catalog = "pg_foreign_server", .description = "x.oid"},
    {.catalog = "pg_foreign_table", .key = "x.ftrelid", .description = "x.ftrelid"},
    {.catalog = "pg_publication", .description = "x.oid"},
    {.catalog = "pg_publication_rel", .description = "x.oid"},
    {.catalog = "pg_default_acl", .description = "x.oid"},
    {.catalog = "pg_ts_config", .where = "oid >= 16384", .description = "x.oid"},
    {.catalog = "pg_ts_config_map",
     .where = "mapcfg >= 16384",
     .key = "concat_ws('.', x.mapcfg, x.maptokentype, x.mapseqno)",
     .description = "x.mapcfg"},
    {.catalog = "pg_ts_dict", .where = "oid >= 16384", .description = "x.oid"},
    {.catalog = "pg_ts_parser", .where = "oid >= 16384", .description = "x.oid"},
    {.catalog = "pg_ts_template", .where = "oid >= 16384", .description = "x.oid"},
    {.catalog = "pg_transform", .where = "oid >= 16384", .description = "x.oid"},
    {.catalog = "pg_depend",
     .where = "refclassid = 3079 AND deptype = 'e'",
     .key = "x.ctid",
     .text = "(x.classid, x.objid, x.refclassid, x.refobjid, x.refobjsubid, x.deptype)::text"},
    {.catalog = "pg_depend",
     .where = "classid = 1259 AND objid = ANY (ARRAY(SELECT s.seqrelid FROM pg_sequence s)) AND deptype = 'a' AND "
              "refobjsubid > 0",
     .key = "x.ctid",
     .text = "(x.classid, x.objid, x.refclassid, x.refobjid, x.refobjsubid, x.deptype)::text"},
};

}  // namespace rev::trail
