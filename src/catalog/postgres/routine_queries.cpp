// Functions, procedures, window functions, aggregates, languages, event triggers.
#include <fmt/format.h>

#include "catalog/postgres/fact_query.hpp"

namespace rev::catalog::postgres {
namespace {

using schema::Kind;

// Types alone, as names of parameters and defaults tell no two routines of one name apart.
const std::vector<std::string> routine_name = {"n.nspname", "p.proname", "'(' || oidvectortypes(p.proargtypes) || ')'"};

std::string of_routines(const ReadScope& scope, std::string_view condition, std::string_view joins = "") {
    return fmt::format(
        "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = "
        "p.prolang {} WHERE {} AND {} AND {}",
        joins, condition, in_managed_schema(scope), stands_alone(catalog_proc, "p.oid"));
}

FactQuery routines(const ReadScope& scope) {
    const std::string parsed = scope.version >= 140000 ? "p.prosqlbody IS NOT NULL" : "false";
    return {Kind::routine,
            "1255, p.oid, 0",
            "2615, p.pronamespace, 0",
            routine_name,
            {attribute("definition", "rtrim(pg_get_functiondef(p.oid), E'\\n')"),
             note("routine kind", "CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END"),
             note("window", "CASE WHEN p.prokind = 'w' THEN 'true' END"), note("language", "l.lanname"),
             note("parsed", "CASE WHEN " + parsed + " THEN 'true' END"),
             // What CREATE OR REPLACE may not change: the result, names of parameters, defaults that go away.
             note("result", "pg_get_function_result(p.oid)"),
             note("parameters", "pg_get_function_identity_arguments(p.oid)"), note("defaults", "p.pronargdefaults"),
             // There prosrc is the name of a symbol.
             note("body", "CASE WHEN l.lanname NOT IN ('c', 'internal') THEN p.prosrc END")},
            of_routines(scope, "p.prokind IN ('f', 'p', 'w')")};
}

std::string support_function(std::string_view name, std::string_view column) {
    return fmt::format("CASE WHEN a.{1} <> 0 THEN E',\\n    {0} = ' || a.{1}::regproc ELSE '' END", name, column);
}

/// pg_get_functiondef() refuses aggregates: the definition is put together from pg_aggregate, as pg_dump does. Whatever
/// is what CREATE AGGREGATE takes without a word is left out.
std::string aggregate_definition() {
    const std::string modify = "CASE {} WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END";
    const auto modified = [&](std::string_view name, std::string_view column) {
        return fmt::format(
            "CASE WHEN a.{1} <> CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END THEN E',\\n    {0} = ' || {2} "
            "ELSE '' END",
            name, column, fmt::format(fmt::runtime(modify), fmt::format("a.{}", column)));
    };
    const auto initial = [](std::string_view name, std::string_view column) {
        return fmt::format("coalesce(E',\\n    {0} = ' || quote_literal(a.{1}), '')", name, column);
    };
    const auto space = [](std::string_view name, std::string_view column) {
        return fmt::format("CASE WHEN a.{1} > 0 THEN E',\\n    {0} = ' || a.{1} ELSE '' END", name, column);
    };
    const auto extra = [](std::string_view name, std::string_view column) {
        return fmt::format("CASE WHEN a.{1} THEN E',\\n    {0}' ELSE '' END", name, column);
    };
    return "E'    SFUNC = ' || a.aggtransfn::regproc || E',\\n    STYPE = ' || format_type(a.aggtranstype, NULL) || " +
           space("SSPACE", "aggtransspace") + " || " + support_function("FINALFUNC", "aggfinalfn") + " || " +
           extra("FINALFUNC_EXTRA", "aggfinalextra") + " || " + modified("FINALFUNC_MODIFY", "aggfinalmodify") +
           " || " + support_function("COMBINEFUNC", "aggcombinefn") + " || " +
           support_function("SERIALFUNC", "aggserialfn") + " || " + support_function("DESERIALFUNC", "aggdeserialfn") +
           " || " + initial("INITCOND", "agginitval") + " || " + support_function("MSFUNC", "aggmtransfn") + " || " +
           support_function("MINVFUNC", "aggminvtransfn") +
           " || CASE WHEN a.aggmtranstype <> 0 THEN E',\\n    MSTYPE = ' || format_type(a.aggmtranstype, NULL) ELSE '' "
           "END "
           "|| " +
           space("MSSPACE", "aggmtransspace") + " || " + support_function("MFINALFUNC", "aggmfinalfn") + " || " +
           extra("MFINALFUNC_EXTRA", "aggmfinalextra") + " || " + initial("MINITCOND", "aggminitval") +
           " || CASE WHEN a.aggsortop <> 0 THEN (SELECT E',\\n    SORTOP = OPERATOR(' || quote_ident(so.nspname) || "
           "'.' || "
           "o.oprname || ')' FROM pg_operator o JOIN pg_namespace so ON so.oid = o.oprnamespace WHERE o.oid = "
           "a.aggsortop) "
           "ELSE '' END || CASE p.proparallel WHEN 's' THEN E',\\n    PARALLEL = SAFE' WHEN 'r' THEN E',\\n    "
           "PARALLEL = "
           "RESTRICTED' ELSE '' END || CASE WHEN a.aggkind = 'h' THEN E',\\n    HYPOTHETICAL' ELSE '' END";
}

FactQuery aggregates(const ReadScope& scope) {
    return {Kind::aggregate,
            "1255, p.oid, 0",
            "2615, p.pronamespace, 0",
            routine_name,
            {attribute("definition", aggregate_definition()),
             attribute("parameters", "coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*')")},
            of_routines(scope, "p.prokind = 'a'", "JOIN pg_aggregate a ON a.aggfnoid = p.oid")};
}

FactQuery languages() {
    return {Kind::language,
            "2612, l.oid, 0",
            "",
            {"l.lanname"},
            {flag("trusted", "l.lanpltrusted"), attribute("handler", routine_of("l.lanplcallfoid")),
             attribute("inline", routine_of("l.laninline")), attribute("validator", routine_of("l.lanvalidator"))},
            "FROM pg_language l WHERE l.oid >= 16384 AND " + stands_alone(catalog_language, "l.oid")};
}

FactQuery event_triggers() {
    return {Kind::event_trigger,
            "3466, g.oid, 0",
            "",
            {"g.evtname"},
            {attribute("event", "g.evtevent"), attribute("function", "g.evtfoid::regproc::text"),
             attribute("tags", "(SELECT string_agg(quote_literal(u), ', ' ORDER BY u) FROM unnest(g.evttags) u)"),
             attribute("enabled",
                       "CASE g.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN "
                       "'ENABLE ALWAYS' END")},
            "FROM pg_event_trigger g WHERE " + stands_alone(catalog_event_trigger, "g.oid")};
}

}  // namespace

std::vector<FactQuery> routine_queries(const ReadScope& scope) {
    return {routines(scope), where_any(Rare::aggregate, aggregates(scope)), where_any(Rare::language, languages()),
            where_any(Rare::event_trigger, event_triggers())};
}

}  // namespace rev::catalog::postgres
