// Foreign data and publications.
#include <fmt/format.h>

#include "catalog/postgres/fact_query.hpp"

namespace rev::catalog::postgres {
namespace {

using schema::Kind;

FactQuery foreign_data_wrappers() {
    return {Kind::foreign_data_wrapper,
            "2328, w.oid, 0",
            "",
            {"w.fdwname"},
            {attribute("handler", routine_of("w.fdwhandler")), attribute("validator", routine_of("w.fdwvalidator")),
             attribute("options", foreign_option_list("w.fdwoptions"))},
            "FROM pg_foreign_data_wrapper w WHERE " + stands_alone(catalog_foreign_data_wrapper, "w.oid")};
}

FactQuery foreign_servers() {
    return {Kind::foreign_server,
            "1417, s.oid, 0",
            "",
            {"s.srvname"},
            {attribute("wrapper", "quote_ident(w.fdwname)"), attribute("type", "s.srvtype"),
             attribute("version", "s.srvversion"), attribute("options", foreign_option_list("s.srvoptions"))},
            "FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE " +
                stands_alone(catalog_foreign_server, "s.oid")};
}

/// The view hides options, which may hold passwords, from who may not see them.
FactQuery user_mappings() {
    return {Kind::user_mapping,
            "1418, u.umid, 0",
            "1417, u.srvid, 0",
            {"u.srvname", "CASE WHEN u.umuser = 0 THEN 'PUBLIC' ELSE u.usename END"},
            {attribute("options", foreign_option_list("u.umoptions"))},
            "FROM pg_user_mappings u WHERE " + stands_alone(catalog_user_mapping, "u.umid")};
}

FactQuery publications(const ReadScope& scope) {
    std::vector<Field> fields = {
        flag("all tables", "p.puballtables"),
        attribute("publish",
                  "array_to_string(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN "
                  "'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' "
                  "END], ', ')"),
        flag("via root", "p.pubviaroot"),
    };
    if (scope.version >= 180000)
        fields.push_back(attribute("generated columns", "CASE p.pubgencols WHEN 's' THEN 'stored' END"));
    return {Kind::publication,
            "6104, p.oid, 0",
            "",
            {"p.pubname"},
            fields,
            "FROM pg_publication p WHERE " + stands_alone(catalog_publication, "p.oid")};
}

FactQuery publication_tables(const ReadScope& scope) {
    std::vector<Field> fields = {// Those that inherit from a table are members by themselves.
                                 note("table",
                                      "CASE WHEN c.relkind = 'r' AND c.relhassubclass THEN 'ONLY ' ELSE '' END || "
                                      "quote_ident(n.nspname) || '.' || quote_ident(c.relname)")};
    if (scope.version >= 150000) {
        fields.push_back(attribute("filter", "pg_get_expr(r.prqual, r.prrelid)"));
        fields.push_back(
            attribute("columns",
                      "(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a "
                      "WHERE a.attrelid = r.prrelid AND r.prattrs IS NOT NULL AND a.attnum = ANY (r.prattrs))"));
    }
    return {Kind::publication_member,
            "6106, r.oid, 0",
            "6104, r.prpubid, 0",
            {"p.pubname", "'table'", "n.nspname", "c.relname"},
            fields,
            "FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid JOIN pg_class c ON c.oid = r.prrelid "
            "JOIN "
            "pg_namespace n ON n.oid = c.relnamespace WHERE " +
                in_managed_schema(scope) + " AND " + stands_alone(catalog_publication, "p.oid")};
}

FactQuery publication_schemas(const ReadScope& scope) {
    return {Kind::publication_member,
            "6237, r.oid, 0",
            "6104, r.pnpubid, 0",
            {"p.pubname", "'schema'", "n.nspname"},
            {note("schema", "quote_ident(n.nspname)")},
            "FROM pg_publication_namespace r JOIN pg_publication p ON p.oid = r.pnpubid JOIN pg_namespace n ON n.oid = "
            "r.pnnspid "
            "WHERE " +
                in_managed_schema(scope)};
}

}  // namespace

std::vector<FactQuery> other_queries(const ReadScope& scope) {
    // Who may not read pg_user_mapping sees of a mapping that there is a server.
    std::vector<FactQuery> queries = {
        where_any(Rare::foreign_data_wrapper, foreign_data_wrappers()),
        where_any(Rare::foreign_server, foreign_servers()), where_any(Rare::foreign_server, user_mappings()),
        where_any(Rare::publication, publications(scope)), where_any(Rare::publication, publication_tables(scope))};
    if (scope.version >= 150000) queries.push_back(where_any(Rare::publication, publication_schemas(scope)));
    return queries;
}

}  // namespace rev::catalog::postgres
