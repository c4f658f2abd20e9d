// Schemas, and what stands in pg_class.
#include <fmt/format.h>

#include "catalog/postgres/fact_query.hpp"

namespace rev::catalog::postgres {
namespace {

using schema::Kind;

std::string of_relations(const ReadScope& scope, std::string_view kinds) {
    return fmt::format(
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ({}) AND {} AND {}", kinds,
        in_managed_schema(scope), stands_alone(catalog_class, "c.oid"));
}

const std::vector<std::string> relation_name = {"n.nspname", "c.relname"};
const std::string relation_address = "1259, c.oid, 0";
const std::string of_schema = "2615, c.relnamespace, 0";

std::string tablespace_name() {
    return "(SELECT quote_ident(s.spcname) FROM pg_tablespace s WHERE s.oid = c.reltablespace)";
}

std::string access_method() {
    return "(SELECT quote_ident(m.amname) FROM pg_am m WHERE m.oid = c.relam AND m.amname <> 'heap')";
}

FactQuery schemas(const ReadScope& scope) {
    return {Kind::schema,
            "2615, n.oid, 0",
            "",
            {"n.nspname"},
            {},
            fmt::format("FROM pg_namespace n WHERE {} AND {}", in_managed_schema(scope),
                        stands_alone(catalog_namespace, "n.oid"))};
}

/// plpgsql is in every database from the start.
FactQuery extensions(const ReadScope& scope) {
    const auto everywhere = scope.schema_literals.empty();
    return {Kind::extension,
            "3079, e.oid, 0",
            "",
            {"e.extname"},
            {attribute("schema", "n.nspname"), attribute("version", "e.extversion"),
             note("default version",
                  "(SELECT a.default_version FROM pg_available_extensions() a WHERE a.name = e.extname)"),
             // What its control file says of it, and CREATE EXTENSION with it.
             note("usual comment", "(SELECT a.comment FROM pg_available_extensions() a WHERE a.name = e.extname)")},
            "FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'" +
                // Some put themselves into pg_catalog, which no list of managed schemas has.
                (everywhere ? "" : " AND (n.nspname = 'pg_catalog' OR " + in_managed_schema(scope) + ")")};
}

std::vector<Field> table_fields(int version) {
    std::vector<Field> fields = {
        attribute("kind", "CASE c.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' END"),
        flag("unlogged", "c.relpersistence = 'u'"),
        attribute("partition by", "CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END"),
        attribute("of type",
                  "(SELECT format_type(t.oid, NULL) FROM pg_type t WHERE t.oid = c.reloftype AND c.reloftype <> 0)"),
        attribute("options", option_list("c.reloptions")),
        note("options as given", options_as_given("c.reloptions")),
        attribute("toast options", "(SELECT " + option_list("t.reloptions") +
                                       " FROM pg_class t WHERE t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL)"),
        attribute(
            // A foreign table says NOTHING without anybody's having asked for it.
            "replica identity",
            "CASE CASE WHEN c.relkind <> 'f' THEN c.relreplident END WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' WHEN "
            "'i' THEN (SELECT 'USING INDEX ' "
            "|| quote_ident(x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = "
            "c.oid AND i.indisreplident) END"),
        // Where there are several, their order is part of the table.
        attribute(
            "inherits",
            "CASE WHEN c.relkind = 'r' AND NOT c.relispartition THEN (SELECT string_agg(quote_ident(pn.nspname) || "
            "'.' || quote_ident(p.relname), ', ' ORDER BY h.inhseqno) FROM pg_inherits h JOIN pg_class p ON p.oid "
            "= h.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE h.inhrelid = c.oid HAVING "
            "count(*) > 1) END"),
        flag("row security", "c.relrowsecurity"),
        flag("forced row security", "c.relforcerowsecurity"),
        attribute("tablespace", tablespace_name()),
        attribute(
            "server",
            "(SELECT quote_ident(s.srvname) FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver "
            "WHERE f.ftrelid = c.oid AND c.relkind = 'f')"),
        attribute("foreign options", "(SELECT " + foreign_option_list("f.ftoptions") +
                                         " FROM pg_foreign_table f WHERE f.ftrelid = c.oid AND c.relkind = 'f')"),
    };
    // Before 17 a partitioned table has no access method.
    if (version > 0) fields.push_back(attribute("access method", access_method()));
    return fields;
}

FactQuery tables(const ReadScope& scope) {
    return {Kind::table,
            relation_address,
            of_schema,
            relation_name,
            table_fields(scope.version),
            of_relations(scope, "'r', 'p', 'f'")};
}

/// A type for each column, and no join: for that the planner reads all of pg_type, once for each view.
std::string view_columns() {
    return "(SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || coalesce(' ' "
           "|| nullif(a.attcollation, (SELECT t.typcollation FROM pg_type t WHERE t.oid = a.atttypid))::text, ''), "
           "', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT "
           "a.attisdropped)";
}

/// Without the semicolon and the blank that it begins with.
std::string view_definition() { return "rtrim(ltrim(pg_get_viewdef(c.oid)), ';')"; }

FactQuery views(const ReadScope& scope) {
    return {Kind::view,
            relation_address,
            of_schema,
            relation_name,
            {attribute("definition", view_definition()), attribute("options", option_list("c.reloptions")),
             note("options as given", options_as_given("c.reloptions")), note("columns", view_columns())},
            of_relations(scope, "'v'")};
}

FactQuery materialized_views(const ReadScope& scope) {
    return {
        Kind::materialized_view,
        relation_address,
        of_schema,
        relation_name,
        {attribute("definition", view_definition()), attribute("options", option_list("c.reloptions")),
         note("options as given", options_as_given("c.reloptions")), attribute("access method", access_method()),
         attribute("tablespace", tablespace_name()),
         attribute("column statistics",
                   "(SELECT string_agg(quote_ident(a.attname) || ' ' || a.attstattarget, ', ' ORDER BY a.attnum) FROM "
                   "pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attstattarget >= 0)"),
         attribute(
             "column storage",
             "(SELECT string_agg(quote_ident(a.attname) || ' ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' "
             "THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END, ', ' ORDER BY a.attnum) FROM "
             "pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 AND "
             "a.attstorage <> t.typstorage)"),
         note("columns", view_columns()), note("populated", "c.relispopulated")},
        of_relations(scope, "'m'")};
}

/// 21 and 23 are the oids of smallint and integer; the third type of a sequence is bigint.
std::string type_bound(std::string_view bound_of_smallint, std::string_view bound_of_integer,
                       std::string_view bound_of_bigint) {
    return fmt::format("CASE q.seqtypid WHEN 21 THEN {} WHEN 23 THEN {} ELSE {} END", bound_of_smallint,
                       bound_of_integer, bound_of_bigint);
}

FactQuery sequences(const ReadScope& scope) {
    auto fields = sequence_fields();
    fields.insert(fields.begin(),
                  attribute("type", "CASE WHEN q.seqtypid <> 20 THEN format_type(q.seqtypid, NULL) END"));
    fields.push_back(flag("unlogged", "c.relpersistence = 'u'"));
    return {
        Kind::sequence,
        relation_address,
        of_schema,
        relation_name,
        fields,
        fmt::format("FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence q ON q.seqrelid = "
                    "c.oid WHERE c.relkind = 'S' AND {} AND {}",
                    in_managed_schema(scope), stands_alone(catalog_class, "c.oid"))};
}

/// That a sequence goes with a column: a fact of its own, as it is made when both are there. Its address has no
/// catalog, so that it is not taken for the sequence itself.
FactQuery sequence_owners(const ReadScope& scope) {
    return {Kind::sequence,
            "0, c.oid, 0",
            relation_address,
            {"n.nspname", "c.relname", "'owned by'"},
            {attribute("column",
                       "quote_ident(tn.nspname) || '.' || quote_ident(t.relname) || '.' || quote_ident(a.attname)"),
             note("class", "d.refclassid"), note("object", "d.refobjid"), note("number", "d.refobjsubid")},
            fmt::format(
                "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_depend d ON d.classid = 1259 "
                "AND d.objid = c.oid AND d.deptype = 'a' AND d.refobjsubid > 0 JOIN pg_class t ON t.oid = d.refobjid "
                "JOIN pg_namespace tn ON tn.oid = t.relnamespace JOIN pg_attribute a ON a.attrelid = t.oid AND "
                "a.attnum = d.refobjsubid WHERE c.relkind = 'S' AND {} AND {}",
                in_managed_schema(scope), stands_alone(catalog_class, "c.oid"))};
}

}  // namespace

std::vector<Field> sequence_fields() {
    const auto lowest = type_bound("-32768", "-2147483648", "-9223372036854775808");
    const auto highest = type_bound("32767", "2147483647", "9223372036854775807");
    return {
        attribute("increment", "CASE WHEN q.seqincrement <> 1 THEN q.seqincrement END"),
        attribute("minimum", "CASE WHEN q.seqmin <> CASE WHEN q.seqincrement > 0 THEN 1 ELSE " + lowest +
                                 " END THEN q.seqmin END"),
        attribute("maximum", "CASE WHEN q.seqmax <> CASE WHEN q.seqincrement > 0 THEN " + highest +
                                 " ELSE -1 END THEN q.seqmax END"),
        attribute("start",
                  "CASE WHEN q.seqstart <> CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END THEN "
                  "q.seqstart END"),
        attribute("cache", "CASE WHEN q.seqcache <> 1 THEN q.seqcache END"),
        flag("cycle", "q.seqcycle"),
        note("first", "CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END"),
    };
}

std::vector<FactQuery> relation_queries(const ReadScope& scope) {
    return {schemas(scope),
            extensions(scope),
            tables(scope),
            where_any(Rare::view, views(scope)),
            where_any(Rare::materialized_view, materialized_views(scope)),
            where_any(Rare::sequence, sequences(scope)),
            where_any(Rare::sequence, sequence_owners(scope))};
}

}  // namespace rev::catalog::postgres
