#include "lint/types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rev::lint {
namespace {

enum class CastKind { binary, computed };

struct Cast {
    std::string_view from;
    std::string_view to;
    CastKind kind;
};

// What an assignment may do. Source: pg_cast of PostgreSQL 15, contexts a and i; it is the same in 18.
constexpr std::array casts = std::to_array<Cast>({{"bit", "varbit", CastKind::binary},
                                                  {"bool", "bpchar", CastKind::computed},
                                                  {"bool", "text", CastKind::computed},
                                                  {"bool", "varchar", CastKind::computed},
                                                  {"bpchar", "text", CastKind::computed},
                                                  {"bpchar", "varchar", CastKind::computed},
                                                  {"cidr", "bpchar", CastKind::computed},
                                                  {"cidr", "inet", CastKind::binary},
                                                  {"cidr", "text", CastKind::computed},
                                                  {"cidr", "varchar", CastKind::computed},
                                                  {"date", "timestamp", CastKind::computed},
                                                  {"date", "timestamptz", CastKind::computed},
                                                  {"float4", "float8", CastKind::computed},
                                                  {"float4", "int2", CastKind::computed},
                                                  {"float4", "int4", CastKind::computed},
                                                  {"float4", "int8", CastKind::computed},
                                                  {"float4", "numeric", CastKind::computed},
                                                  {"float8", "float4", CastKind::computed},
                                                  {"float8", "int2", CastKind::computed},
                                                  {"float8", "int4", CastKind::computed},
                                                  {"float8", "int8", CastKind::computed},
                                                  {"float8", "numeric", CastKind::computed},
                                                  {"inet", "bpchar", CastKind::computed},
                                                  {"inet", "cidr", CastKind::computed},
                                                  {"inet", "text", CastKind::computed},
                                                  {"inet", "varchar", CastKind::computed},
                                                  {"int2", "float4", CastKind::computed},
                                                  {"int2", "float8", CastKind::computed},
                                                  {"int2", "int4", CastKind::computed},
                                                  {"int2", "int8", CastKind::computed},
                                                  {"int2", "numeric", CastKind::computed},
                                                  {"int2", "oid", CastKind::computed},
                                                  {"int4", "float4", CastKind::computed},
                                                  {"int4", "float8", CastKind::computed},
                                                  {"int4", "int2", CastKind::computed},
                                                  {"int4", "int8", CastKind::computed},
                                                  {"int4", "money", CastKind::computed},
                                                  {"int4", "numeric", CastKind::computed},
                                                  {"int4", "oid", CastKind::binary},
                                                  {"int8", "float4", CastKind::computed},
                                                  {"int8", "float8", CastKind::computed},
                                                  {"int8", "int2", CastKind::computed},
                                                  {"int8", "int4", CastKind::computed},
                                                  {"int8", "money", CastKind::computed},
                                                  {"int8", "numeric", CastKind::computed},
                                                  {"int8", "oid", CastKind::computed},
                                                  {"interval", "time", CastKind::computed},
                                                  {"json", "jsonb", CastKind::computed},
                                                  {"jsonb", "json", CastKind::computed},
                                                  {"money", "numeric", CastKind::computed},
                                                  {"numeric", "float4", CastKind::computed},
                                                  {"numeric", "float8", CastKind::computed},
                                                  {"numeric", "int2", CastKind::computed},
                                                  {"numeric", "int4", CastKind::computed},
                                                  {"numeric", "int8", CastKind::computed},
                                                  {"numeric", "money", CastKind::computed},
                                                  {"oid", "int4", CastKind::binary},
                                                  {"oid", "int8", CastKind::computed},
                                                  {"text", "bpchar", CastKind::binary},
                                                  {"text", "varchar", CastKind::binary},
                                                  {"time", "interval", CastKind::computed},
                                                  {"time", "timetz", CastKind::computed},
                                                  {"timestamp", "date", CastKind::computed},
                                                  {"timestamp", "time", CastKind::computed},
                                                  {"timestamp", "timestamptz", CastKind::computed},
                                                  {"timestamptz", "date", CastKind::computed},
                                                  {"timestamptz", "time", CastKind::computed},
                                                  {"timestamptz", "timestamp", CastKind::computed},
                                                  {"timestamptz", "timetz", CastKind::computed},
                                                  {"timetz", "time", CastKind::computed},
                                                  {"varbit", "bit", CastKind::binary},
                                                  {"varchar", "bpchar", CastKind::binary},
                                                  {"varchar", "text", CastKind::binary},
                                                  {"xml", "bpchar", CastKind::binary},
                                                  {"xml", "text", CastKind::binary},
                                                  {"xml", "varchar", CastKind::binary}});

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

/// Types of the category "string", to which everything can be assigned through its text form.
bool is_string(const SqlType& type) {
    return !type.is_array && is_one_of(type.name, {"text", "varchar", "bpchar", "name", "citext"});
}

const Cast* find_cast(std::string_view from, std::string_view to) {
    const auto* found =
        std::ranges::find_if(casts, [&](const Cast& cast) { return cast.from == from && cast.to == to; });
    return found == casts.end() ? nullptr : found;
}

/// Whether lint knows all casts of a type: one of PostgreSQL's own.
bool is_well_known(const SqlType& type) {
    return type.schema.empty() &&
           is_one_of(type.name,
                     {"bool",      "bpchar",      "bytea",    "cidr", "date",   "float4",  "float8", "inet", "int2",
                      "int4",      "int8",        "interval", "json", "jsonb",  "numeric", "oid",    "text", "time",
                      "timestamp", "timestamptz", "timetz",   "uuid", "varbit", "varchar", "xml",    "bit",  "money"});
}

bool keeps_precision(const SqlType& from, const SqlType& to, long long most) {
    // No precision is the greatest one, 6 digits.
    if (to.modifiers.empty() || to.modifiers.back() >= most) return true;
    return !from.modifiers.empty() && from.modifiers.back() <= to.modifiers.back();
}

bool keeps_numeric(const SqlType& from, const SqlType& to) {
    if (to.modifiers.empty()) return true;
    if (from.modifiers.empty()) return false;
    const auto scale = [](const SqlType& type) { return type.modifiers.size() > 1 ? type.modifiers[1] : 0; };
    // numeric(p, s): a larger scale adds digits to each value.
    return scale(from) == scale(to) && to.modifiers[0] >= from.modifiers[0];
}

/// interval(p) has a range and a precision; a plain interval(3) says "all fields" by a mask.
bool keeps_interval(const SqlType& from, const SqlType& to) {
    // INTERVAL_MASK(SECOND) of PostgreSQL's timestamp.h.
    constexpr long long seconds = 1 << 12;
    if (to.modifiers.empty()) return true;
    if ((to.modifiers[0] & seconds) == 0) return false;
    if (to.modifiers.size() < 2) return true;
    const SqlType precise = from.modifiers.size() > 1 ? from : SqlType{};
    return keeps_precision(precise, to, 6);
}

/// Of one type with other modifiers.
bool keeps_length(const SqlType& from, const SqlType& to) {
    if (from.modifiers == to.modifiers) return true;
    if (is_one_of(to.name, {"varchar", "varbit"}))
        // varchar and varbit may grow, or lose their limit, in place.
        return to.modifiers.empty() || (!from.modifiers.empty() && from.modifiers[0] <= to.modifiers[0]);
    if (to.name == "numeric") return keeps_numeric(from, to);
    if (to.name == "interval") return keeps_interval(from, to);
    if (is_one_of(to.name, {"timestamp", "timestamptz", "time", "timetz"})) return keeps_precision(from, to, 6);
    // char(n) is padded to its length: another length is another value.
    if (to.name == "bpchar") return to.modifiers.empty();
    return false;
}

bool is_time_zone_cast(std::string_view from, std::string_view to) {
    return (from == "timestamp" && to == "timestamptz") || (from == "timestamptz" && to == "timestamp");
}

/// Whether both have the same operator class by default, so that an index on one serves the other.
bool same_order(std::string_view from, std::string_view to) {
    const auto is_text = [](std::string_view name) { return name == "text" || name == "varchar"; };
    return from == to || (is_text(from) && is_text(to)) || (from == "cidr" && to == "inet");
}

TypeChange without_computing(const SqlType& from, const SqlType& to) {
    if (!to.modifiers.empty()) return TypeChange::rewrite;  // a length coercion, which only its own type can leave out
    return same_order(from.name, to.name) ? TypeChange::none : TypeChange::reindex;
}

TypeChange change_of_scalars(const SqlType& from, const SqlType& to, bool explicitly) {
    if (from.name == to.name && from.schema == to.schema)
        return keeps_length(from, to) ? TypeChange::none : TypeChange::rewrite;
    if (is_time_zone_cast(from.name, to.name))
        return keeps_precision(from, to, 6) ? TypeChange::time_zone : TypeChange::rewrite;
    if (const Cast* cast = find_cast(from.name, to.name))
        return cast->kind == CastKind::binary ? without_computing(from, to) : TypeChange::rewrite;
    // citext has casts to and from text WITHOUT FUNCTION, and an order of its own.
    const bool is_citext = (from.name == "citext" && is_string(to)) || (to.name == "citext" && is_string(from));
    if (is_citext && from.name != "bpchar" && to.name != "bpchar") return without_computing(from, to);
    if (is_string(to) || explicitly) return TypeChange::rewrite;
    const bool is_known = is_well_known(from) && is_well_known(to);
    return is_known ? TypeChange::impossible : TypeChange::rewrite;
}

struct LongName {
    std::string_view name;
    std::string_view shown;
};
constexpr std::array long_names = std::to_array<LongName>({{"bool", "boolean"},
                                                           {"bpchar", "character"},
                                                           {"float4", "real"},
                                                           {"float8", "double precision"},
                                                           {"int2", "smallint"},
                                                           {"int4", "integer"},
                                                           {"int8", "bigint"},
                                                           {"timestamptz", "timestamp with time zone"},
                                                           {"timetz", "time with time zone"},
                                                           {"varbit", "bit varying"},
                                                           {"varchar", "character varying"}});

}  // namespace

SqlType named_type(const std::vector<std::string>& names) {
    SqlType type;
    if (!names.empty()) type.name = names.back();
    if (names.size() > 1) type.schema = names[names.size() - 2];
    return type;
}

SqlType type_of(const Node& type_name) {
    SqlType type;
    const auto names = strings_of(type_name["names"]);
    if (!names.empty()) type.name = names.back();
    // libpg_query writes int4 as pg_catalog.int4.
    if (names.size() > 1 && names[names.size() - 2] != "pg_catalog") type.schema = names[names.size() - 2];
    for (const Node& modifier : type_name["typmods"].items())
        type.modifiers.push_back(modifier["A_Const"]["ival"]["ival"].number);
    type.is_array = !type_name["arrayBounds"].empty();
    return type;
}

std::string shown(const SqlType& type) {
    const auto* found = std::ranges::find(long_names, type.name, &LongName::name);
    std::string text = found == long_names.end() ? type.name : std::string(found->shown);
    if (!type.schema.empty()) text = type.schema + "." + text;
    if (!type.modifiers.empty() && type.name != "interval") {
        text += '(';
        for (std::size_t i = 0; i < type.modifiers.size(); ++i)
            text += fmt::format("{}{}", i == 0 ? "" : ",", type.modifiers[i]);
        text += ')';
    }
    return type.is_array ? text + "[]" : text;
}

bool is_serial(const SqlType& type) {
    return type.schema.empty() &&
           is_one_of(type.name, {"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"});
}

TypeChange change_between(const SqlType& from, const SqlType& to, bool explicitly) {
    if (from == to) return TypeChange::none;
    if (!from.is_array && !to.is_array) return change_of_scalars(from, to, explicitly);
    if (from.is_array != to.is_array) return is_string(to) || explicitly ? TypeChange::rewrite : TypeChange::impossible;
    // Of arrays PostgreSQL leaves no length coercion out: each is taken apart and put together.
    SqlType from_element = from;
    SqlType to_element = to;
    from_element.is_array = to_element.is_array = false;
    const auto change = change_of_scalars(from_element, to_element, explicitly);
    return change == TypeChange::impossible ? change : TypeChange::rewrite;
}

bool can_refer(const SqlType& from, const SqlType& to) {
    if (!is_well_known(from) || !is_well_known(to) || from.is_array || to.is_array) return true;
    // By the operator families of btree: a foreign key needs an equality of both types in the family of the index.
    const auto family = [](const SqlType& type) -> std::string_view {
        if (is_one_of(type.name, {"int2", "int4", "int8", "numeric", "float4", "float8", "oid"})) return "number";
        if (is_one_of(type.name, {"text", "varchar", "bpchar"})) return "text";
        if (is_one_of(type.name, {"date", "timestamp", "timestamptz"})) return "time";
        return type.name;
    };
    return family(from) == family(to);
}

TypeChange stronger(TypeChange left, TypeChange right) { return std::max(left, right); }

}  // namespace rev::lint
