#include "catalog/postgres/fact_query.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace rev::catalog::postgres {

std::string to_sql(const FactQuery& query) {
    std::string sql = "SELECT " + query.address + ", " + (query.parent.empty() ? "0, 0, 0" : query.parent);
    for (const auto& name : query.names) sql += ", " + name;
    for (const auto& field : query.fields) sql += ", " + field.sql;
    return sql + " " + query.from;
}

std::string in_managed_schema(const ReadScope& scope) {
    if (!scope.schema_literals.empty()) return "n.nspname IN (" + base::join(scope.schema_literals, ", ") + ")";
    // PostgreSQL keeps names that begin with pg_ for itself: no schema of a user is left out.
    return "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
}

/// e: an extension's, which CREATE EXTENSION makes. i: made with another object, as the row type of a table is.
std::string stands_alone(Catalog catalog, std::string_view oid) {
    return fmt::format(
        "NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = {} AND m.objid = {} AND m.objsubid = 0 AND m.deptype IN "
        "('e', 'i'))",
        static_cast<unsigned>(catalog), oid);
}

namespace {

std::string options_in_order(std::string_view array, std::string_view order) {
    return fmt::format(
        "CASE WHEN {0} IS NOT NULL THEN (SELECT string_agg(quote_ident(o.option_name) || '=' || CASE WHEN "
        "o.option_value ~ '^[a-z_]+$|^[0-9.]+$' THEN "
        "o.option_value ELSE quote_literal(o.option_value) END, ', ' {1}) FROM pg_options_to_table({0}) o) END",
        array, order);
}

}  // namespace

std::string is_volatile(std::string_view expression) {
    // What built-in functions an expression calls stands nowhere else: pg_depend leaves them out.
    return fmt::format(
        "CASE WHEN EXISTS (SELECT FROM regexp_matches(({})::text, ':(?:op)?funcid (\\d+)', 'g') f JOIN pg_proc p ON "
        "p.oid = f[1]::oid WHERE p.provolatile = 'v') THEN 'true' END",
        expression);
}

/// Sorted, as two databases may have got the same options one after the other in another order.
std::string option_list(std::string_view array) {
    return options_in_order(array, "ORDER BY o.option_name COLLATE \"C\"");
}

std::string options_as_given(std::string_view array) { return options_in_order(array, ""); }

std::string foreign_option_list(std::string_view array) {
    return fmt::format(
        "CASE WHEN {0} IS NOT NULL THEN (SELECT string_agg(quote_ident(o.option_name) || ' ' || "
        "quote_literal(o.option_value), ', ' ORDER BY "
        "o.option_name COLLATE \"C\") FROM pg_options_to_table({0}) o) END",
        array);
}

/// With its schema, as queries here see pg_catalog alone.
std::string routine_of(std::string_view column) {
    return fmt::format("CASE WHEN {0} <> 0 THEN {0}::regproc::text END", column);
}

}  // namespace rev::catalog::postgres
