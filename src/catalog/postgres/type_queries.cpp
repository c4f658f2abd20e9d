// Enums, composites, ranges, base types, domains, collations.
#include <fmt/format.h>

#include "catalog/postgres/fact_query.hpp"

namespace rev::catalog::postgres {
namespace {

using schema::Kind;

const std::string type_address = "1247, t.oid, 0";
const std::string of_type_schema = "2615, t.typnamespace, 0";
const std::vector<std::string> type_name = {"n.nspname", "t.typname"};

std::string of_types(const ReadScope& scope, std::string_view condition, std::string_view joins = "") {
    return fmt::format("FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace {} WHERE {} AND {} AND {}", joins,
                       condition, in_managed_schema(scope), stands_alone(catalog_type, "t.oid"));
}

std::string collation_name(std::string_view oid, std::string_view usual) {
    return fmt::format(
        "(SELECT quote_ident(k.nspname) || '.' || quote_ident(l.collname) FROM pg_collation l JOIN "
        "pg_namespace k ON k.oid = l.collnamespace WHERE l.oid = {0} AND {0} <> {1})",
        oid, usual);
}

FactQuery enums(const ReadScope& scope) {
    return {Kind::type_enum,
            type_address,
            of_type_schema,
            type_name,
            {attribute("labels",
                       "(SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum "
                       "e WHERE e.enumtypid = t.oid)")},
            of_types(scope, "t.typtype = 'e'")};
}

/// Labels have no address that pg_depend knows: their own has no catalog.
FactQuery enum_labels(const ReadScope& scope) {
    return {Kind::enum_label,
            "0, e.oid, 2",
            type_address,
            {"n.nspname", "t.typname", "e.enumlabel"},
            {note("position", "row_number() OVER (PARTITION BY e.enumtypid ORDER BY e.enumsortorder)")},
            of_types(scope, "t.typtype = 'e'", "JOIN pg_enum e ON e.enumtypid = t.oid")};
}

/// Every table has a row type as well; relkind c is what CREATE TYPE has made.
FactQuery composites(const ReadScope& scope) {
    return {Kind::type_composite,
            type_address,
            of_type_schema,
            type_name,
            {attribute("order",
                       "(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE "
                       "a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)"),
             note("relation", "t.typrelid")},
            fmt::format(
                "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_class c ON c.oid = t.typrelid "
                "AND c.relkind = 'c' WHERE {} AND {}",
                in_managed_schema(scope), stands_alone(catalog_type, "t.oid"))};
}

FactQuery attributes(const ReadScope& scope) {
    return {
        Kind::attribute,
        "1259, a.attrelid, a.attnum",
        type_address,
        {"n.nspname", "t.typname", "a.attname"},
        {attribute("type", "format_type(a.atttypid, a.atttypmod)"),
         attribute("collation", collation_name("a.attcollation", "at.typcollation")), note("position", "a.attnum")},
        fmt::format("FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'c' JOIN pg_type t ON "
                    "t.typrelid = c.oid JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type at ON at.oid = "
                    "a.atttypid WHERE a.attnum > 0 AND NOT a.attisdropped AND {} AND {}",
                    in_managed_schema(scope), stands_alone(catalog_type, "t.oid"))};
}

FactQuery ranges(const ReadScope& scope) {
    std::vector<Field> fields = {
        attribute("subtype", "format_type(r.rngsubtype, NULL)"),
        attribute(
            "subtype_opclass",
            "(SELECT quote_ident(on_.nspname) || '.' || quote_ident(o.opcname) FROM pg_opclass o JOIN pg_namespace on_ "
            "ON on_.oid = o.opcnamespace WHERE o.oid = r.rngsubopc AND NOT o.opcdefault)"),
        attribute("collation", collation_name("r.rngcollation", "st.typcollation")),
        attribute("canonical", "CASE WHEN r.rngcanonical <> 0 THEN r.rngcanonical::regproc::text END"),
        attribute("subtype_diff", "CASE WHEN r.rngsubdiff <> 0 THEN r.rngsubdiff::regproc::text END"),
    };
    if (scope.version >= 140000) {
        fields.push_back(
            note("multirange",
                 "(SELECT mn.nspname || chr(31) || m.typname FROM pg_type m JOIN pg_namespace mn ON mn.oid = "
                 "m.typnamespace WHERE m.oid = r.rngmultitypid)"));
        fields.push_back(attribute(
            // Only a name other than the one that PostgreSQL makes of the range's.
            "multirange_type_name",
            "(SELECT quote_ident(mn.nspname) || '.' || quote_ident(m.typname) FROM pg_type m JOIN pg_namespace mn ON "
            "mn.oid = "
            "m.typnamespace WHERE m.oid = r.rngmultitypid AND m.typname <> CASE WHEN t.typname LIKE '%range%' THEN "
            "regexp_replace(t.typname, 'range', 'multirange') ELSE t.typname || '_multirange' END)"));
    }
    return {Kind::type_range,
            type_address,
            of_type_schema,
            type_name,
            fields,
            of_types(scope, "t.typtype = 'r'",
                     "JOIN pg_range r ON r.rngtypid = t.oid JOIN pg_type st ON st.oid = r.rngsubtype")};
}

std::string support_function(std::string_view column) {
    return fmt::format("CASE WHEN t.{0} <> 0 THEN t.{0}::regproc::text END", column);
}

/// Attributes are called as the options of CREATE TYPE, without those that it takes without a word. A shell is a name
/// alone, and has none of them.
FactQuery base_types(const ReadScope& scope) {
    std::vector<Field> fields = {
        flag("shell", "NOT t.typisdefined"),
        attribute("input", support_function("typinput")),
        attribute("output", support_function("typoutput")),
        attribute("receive", support_function("typreceive")),
        attribute("send", support_function("typsend")),
        attribute("typmod_in", support_function("typmodin")),
        attribute("typmod_out", support_function("typmodout")),
        attribute("analyze", support_function("typanalyze")),
        attribute("internallength",
                  "CASE WHEN t.typisdefined THEN CASE WHEN t.typlen > 0 THEN t.typlen::text ELSE "
                  "'variable' END END"),
        flag("passedbyvalue", "t.typisdefined AND t.typbyval"),
        attribute("alignment", "CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'd' THEN 'double' END"),
        attribute("storage",
                  "CASE t.typstorage WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' WHEN 'm' THEN "
                  "'main' END"),
        attribute("category",
                  "CASE WHEN t.typisdefined AND t.typcategory <> 'U' THEN quote_literal(t.typcategory::text) END"),
        flag("preferred", "t.typispreferred"),
        attribute("default", "quote_literal(t.typdefault)"),
        attribute("element", "CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) END"),
        attribute("delimiter", "CASE WHEN t.typdelim <> ',' THEN quote_literal(t.typdelim::text) END"),
        flag("collatable", "t.typcollation <> 0"),
    };
    if (scope.version >= 140000) fields.push_back(attribute("subscript", support_function("typsubscript")));
    return {Kind::base_type, type_address, of_type_schema,
            type_name,       fields,       of_types(scope, "(t.typtype = 'b' OR NOT t.typisdefined)")};
}

FactQuery domains(const ReadScope& scope) {
    return {Kind::domain,
            type_address,
            of_type_schema,
            type_name,
            {attribute("type", "format_type(t.typbasetype, t.typtypmod)"),
             attribute("collation", collation_name("t.typcollation", "bt.typcollation")),
             // typdefault is the text as it was given; the stored expression names the schemas of what it calls.
             attribute("default", "coalesce(pg_get_expr(t.typdefaultbin, 'pg_type'::regclass), t.typdefault)"),
             flag("not null", "t.typnotnull"), note("volatile", is_volatile("t.typdefaultbin"))},
            of_types(scope, "t.typtype = 'd'", "JOIN pg_type bt ON bt.oid = t.typbasetype")};
}

FactQuery domain_constraints(const ReadScope& scope) {
    return {Kind::domain_constraint,
            "2606, k.oid, 0",
            type_address,
            {"n.nspname", "t.typname", "k.conname"},
            {attribute("definition", "pg_get_constraintdef(k.oid)"), flag("not valid", "NOT k.convalidated")},
            // NOT NULL has a row here as well since 17; it is the domain's own flag.
            of_types(scope, "k.contype = 'c'", "JOIN pg_constraint k ON k.contypid = t.oid")};
}

/// The column that holds it has changed twice.
std::string collation_locale(int version) {
    if (version >= 170000) return "CASE WHEN l.collprovider <> 'c' THEN l.colllocale END";
    if (version >= 150000) return "CASE WHEN l.collprovider <> 'c' THEN l.colliculocale END";
    return "CASE WHEN l.collprovider = 'i' THEN l.collcollate END";
}

FactQuery collations(const ReadScope& scope) {
    std::vector<Field> fields = {
        attribute("provider", "CASE l.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END"),
        attribute("locale", collation_locale(scope.version)),
        attribute("lc_collate", "CASE WHEN l.collprovider = 'c' THEN l.collcollate END"),
        attribute("lc_ctype", "CASE WHEN l.collprovider = 'c' THEN l.collctype END"),
        flag("not deterministic", "NOT l.collisdeterministic"),
    };
    if (scope.version >= 160000) fields.push_back(attribute("rules", "l.collicurules"));
    return {Kind::collation,
            "3456, l.oid, 0",
            "2615, l.collnamespace, 0",
            {"n.nspname", "l.collname"},
            fields,
            fmt::format("FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace WHERE {} AND {}",
                        in_managed_schema(scope), stands_alone(catalog_collation, "l.oid"))};
}

}  // namespace

std::vector<FactQuery> type_queries(const ReadScope& scope) {
    return {where_any(Rare::enumeration, enums(scope)),    where_any(Rare::enumeration, enum_labels(scope)),
            where_any(Rare::composite, composites(scope)), where_any(Rare::composite, attributes(scope)),
            where_any(Rare::range, ranges(scope)),         where_any(Rare::base_type, base_types(scope)),
            where_any(Rare::domain, domains(scope)),       where_any(Rare::domain, domain_constraints(scope)),
            where_any(Rare::collation, collations(scope))};
}

}  // namespace rev::catalog::postgres
