// Operators, their classes and families, casts, conversions, text search.
#include <fmt/format.h>

#include "catalog/postgres/fact_query.hpp"

namespace rev::catalog::postgres {
namespace {

using schema::Kind;

std::string from_where(const ReadScope& scope, std::string_view catalog, std::string_view alias,
                       std::string_view schema_column, Catalog number, std::string_view joins = "") {
    return fmt::format("FROM {0} {1} JOIN pg_namespace n ON n.oid = {1}.{2} {3} WHERE {4} AND {5}", catalog, alias,
                       schema_column, joins, in_managed_schema(scope),
                       stands_alone(number, fmt::format("{}.oid", alias)));
}

std::string qualified_operator(std::string_view oid) {
    return fmt::format(
        "(SELECT 'OPERATOR(' || quote_ident(q.nspname) || '.' || x.oprname || ')' FROM pg_operator x JOIN "
        "pg_namespace q ON q.oid = x.oprnamespace WHERE x.oid = {})",
        oid);
}

FactQuery operators(const ReadScope& scope) {
    return {Kind::operator_,
            "2617, o.oid, 0",
            "2615, o.oprnamespace, 0",
            {"n.nspname", "o.oprname",
             "'(' || CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END || ', ' || CASE WHEN "
             "o.oprright = "
             "0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END || ')'"},
            {attribute("function", "o.oprcode::regproc::text"), attribute("restrict", routine_of("o.oprrest")),
             attribute("join", routine_of("o.oprjoin")), flag("hashes", "o.oprcanhash"),
             flag("merges", "o.oprcanmerge"), attribute("commutator", qualified_operator("o.oprcom")),
             attribute("negator", qualified_operator("o.oprnegate")),
             note("left", "CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END"),
             note("right", "CASE WHEN o.oprright <> 0 THEN format_type(o.oprright, NULL) END")},
            // A shell stands for an operator that is named before it is made.
            from_where(scope, "pg_operator", "o", "oprnamespace", catalog_operator) + " AND o.oprcode <> 0"};
}

/// 2602 and 2603 are pg_amop and pg_amproc. CREATE OPERATOR CLASS takes operators without the word OPERATOR and the
/// brackets that expressions need, so these are cut off.
std::string family_members(std::string_view dependency) {
    return fmt::format(
        "(SELECT string_agg(s, E',\\n    ' ORDER BY r, g, s COLLATE \"C\") FROM (SELECT 1 AS r, m.amopstrategy::int AS "
        "g, "
        "'OPERATOR ' || m.amopstrategy || ' ' || substr(qualified, 10, length(qualified) - 10) || ' (' || "
        "format_type(m.amoplefttype, NULL) || ', ' || format_type(m.amoprighttype, NULL) || ')' || coalesce((SELECT ' "
        "FOR "
        "ORDER BY ' || quote_ident(sn.nspname) || '.' || quote_ident(sf.opfname) FROM pg_opfamily sf JOIN pg_namespace "
        "sn ON "
        "sn.oid = sf.opfnamespace WHERE sf.oid = m.amopsortfamily), '') AS s FROM pg_amop m, LATERAL (SELECT {1} AS "
        "qualified) v WHERE m.amopfamily = f.oid AND {0} UNION ALL SELECT 2, m.amprocnum::int, 'FUNCTION ' || "
        "m.amprocnum || "
        "' (' || format_type(m.amproclefttype, NULL) || ', ' || format_type(m.amprocrighttype, NULL) || ') ' || "
        "m.amproc::regprocedure FROM pg_amproc m WHERE m.amprocfamily = f.oid AND {2}) u)",
        fmt::format(fmt::runtime(dependency), 2602), qualified_operator("m.amopopr"),
        fmt::format(fmt::runtime(dependency), 2603));
}

FactQuery operator_families(const ReadScope& scope) {
    return {
        Kind::operator_family,
        "2753, f.oid, 0",
        "2615, f.opfnamespace, 0",
        {"n.nspname", "f.opfname", "a.amname"},
        // What belongs to a class is made with that.
        {attribute("members",
                   family_members("NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = {} AND d.objid = m.oid "
                                  "AND d.refclassid = 2616 AND d.deptype = 'i')"))},
        from_where(scope, "pg_opfamily", "f", "opfnamespace", catalog_opfamily, "JOIN pg_am a ON a.oid = f.opfmethod")};
}

FactQuery operator_classes(const ReadScope& scope) {
    return {Kind::operator_class,
            "2616, c.oid, 0",
            "2615, c.opcnamespace, 0",
            {"n.nspname", "c.opcname", "a.amname"},
            {flag("default", "c.opcdefault"), attribute("type", "format_type(c.opcintype, NULL)"),
             attribute("storage",
                       "CASE WHEN c.opckeytype <> 0 AND c.opckeytype <> c.opcintype THEN format_type(c.opckeytype, "
                       "NULL) END"),
             attribute("family", "quote_ident(fn.nspname) || '.' || quote_ident(f.opfname)"),
             attribute("members",
                       family_members("EXISTS (SELECT FROM pg_depend d WHERE d.classid = {} AND d.objid = m.oid AND "
                                      "d.refclassid = 2616 AND d.refobjid = c.oid AND d.deptype = 'i')"))},
            from_where(
                scope, "pg_opclass", "c", "opcnamespace", catalog_opclass,
                "JOIN pg_am a ON a.oid = c.opcmethod JOIN pg_opfamily f ON f.oid = c.opcfamily JOIN pg_namespace fn ON "
                "fn.oid = f.opfnamespace")};
}

/// Oids below 16384 are of what initdb has made.
FactQuery casts() {
    return {Kind::cast,
            "2605, k.oid, 0",
            "",
            {"'(' || format_type(k.castsource, NULL) || ' AS ' || format_type(k.casttarget, NULL) || ')'"},
            {attribute("method",
                       "CASE k.castmethod WHEN 'i' THEN 'WITH INOUT' WHEN 'b' THEN 'WITHOUT FUNCTION' ELSE 'WITH "
                       "FUNCTION ' || k.castfunc::regprocedure END"),
             attribute("context", "CASE k.castcontext WHEN 'a' THEN 'AS ASSIGNMENT' WHEN 'i' THEN 'AS IMPLICIT' END")},
            // A range brings a cast to its multirange.
            "FROM pg_cast k WHERE k.oid >= 16384 AND " + stands_alone(catalog_cast, "k.oid")};
}

FactQuery conversions(const ReadScope& scope) {
    return {
        Kind::conversion,
        "2607, k.oid, 0",
        "2615, k.connamespace, 0",
        {"n.nspname", "k.conname"},
        {flag("default", "k.condefault"), attribute("from", "pg_encoding_to_char(k.conforencoding)"),
         attribute("to", "pg_encoding_to_char(k.contoencoding)"), attribute("function", "k.conproc::regproc::text")},
        from_where(scope, "pg_conversion", "k", "connamespace", catalog_conversion)};
}

FactQuery text_search_parsers(const ReadScope& scope) {
    return {Kind::text_search_parser,
            "3601, p.oid, 0",
            "2615, p.prsnamespace, 0",
            {"n.nspname", "p.prsname"},
            {attribute("definition",
                       "'START = ' || p.prsstart::regproc || ', GETTOKEN = ' || p.prstoken::regproc || ', END = ' "
                       "|| p.prsend::regproc || ', LEXTYPES = ' || p.prslextype::regproc || CASE WHEN "
                       "p.prsheadline <> 0 THEN ', HEADLINE = ' || p.prsheadline::regproc ELSE '' END")},
            from_where(scope, "pg_ts_parser", "p", "prsnamespace", catalog_ts_parser)};
}

FactQuery text_search_templates(const ReadScope& scope) {
    return {Kind::text_search_template,
            "3764, t.oid, 0",
            "2615, t.tmplnamespace, 0",
            {"n.nspname", "t.tmplname"},
            {attribute("definition",
                       "CASE WHEN t.tmplinit <> 0 THEN 'INIT = ' || t.tmplinit::regproc || ', ' ELSE '' END || "
                       "'LEXIZE = ' || t.tmpllexize::regproc")},
            from_where(scope, "pg_ts_template", "t", "tmplnamespace", catalog_ts_template)};
}

FactQuery text_search_dictionaries(const ReadScope& scope) {
    return {
        Kind::text_search_dictionary,
        "3600, d.oid, 0",
        "2615, d.dictnamespace, 0",
        {"n.nspname", "d.dictname"},
        {attribute("template", "quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname)"),
         attribute("options", "d.dictinitoption")},
        from_where(scope, "pg_ts_dict", "d", "dictnamespace", catalog_ts_dict,
                   "JOIN pg_ts_template t ON t.oid = d.dicttemplate JOIN pg_namespace tn ON tn.oid = t.tmplnamespace")};
}

FactQuery text_search_configurations(const ReadScope& scope) {
    return {Kind::text_search_configuration,
            "3602, c.oid, 0",
            "2615, c.cfgnamespace, 0",
            {"n.nspname", "c.cfgname"},
            {attribute("parser", "quote_ident(pn.nspname) || '.' || quote_ident(p.prsname)"),
             attribute(
                 "mappings",
                 "(SELECT string_agg(k.alias || ' WITH ' || k.dictionaries, E'\\n' ORDER BY k.alias) FROM (SELECT "
                 "(SELECT y.alias FROM ts_token_type(c.cfgparser) y WHERE y.tokid = m.maptokentype) AS alias, "
                 "string_agg(quote_ident(dn.nspname) || '.' || quote_ident(d.dictname), ', ' ORDER BY m.mapseqno) AS "
                 "dictionaries FROM pg_ts_config_map m JOIN pg_ts_dict d ON d.oid = m.mapdict JOIN pg_namespace dn ON "
                 "dn.oid = d.dictnamespace WHERE m.mapcfg = c.oid GROUP BY m.maptokentype) k)")},
            from_where(scope, "pg_ts_config", "c", "cfgnamespace", catalog_ts_config,
                       "JOIN pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_namespace pn ON pn.oid = p.prsnamespace")};
}

}  // namespace

std::vector<FactQuery> operator_queries(const ReadScope& scope) {
    return {where_any(Rare::operator_, operators(scope)),
            where_any(Rare::operator_family, operator_families(scope)),
            where_any(Rare::operator_class, operator_classes(scope)),
            where_any(Rare::cast, casts()),
            where_any(Rare::conversion, conversions(scope)),
            where_any(Rare::text_search_parser, text_search_parsers(scope)),
            where_any(Rare::text_search_template, text_search_templates(scope)),
            where_any(Rare::text_search_dictionary, text_search_dictionaries(scope)),
            where_any(Rare::text_search_configuration, text_search_configurations(scope))};
}

}  // namespace rev::catalog::postgres
