#include "diagram/typescript_types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "diagram/sql_names.hpp"

namespace rev::diagram {
namespace {

using schema::Fact;
using schema::Kind;

/// What drivers do not agree on gets a name, so that another driver, or a parser that an application sets, is one other
/// line and not one for each column.
constexpr std::string_view postgres_preamble =
    R"(/** What node-postgres gives unless it is told otherwise: whole numbers that a number cannot hold, as text. */
export type Int8 = string;
export type Decimal = string;
export type Money = string;
export type DateOnly = Date;
export type Timestamp = Date;
export type Bytes = Uint8Array;
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
)";

constexpr std::string_view sqlite_preamble = R"(export type Bytes = Uint8Array;
/** A column without a type, and what SQLite may keep in any that is not STRICT. */
export type SqliteValue = string | number | Uint8Array | null;
)";

/// By the words of format_type(), which are those of the SQL standard: no alias such as varchar gets here.
/// node-postgres makes objects of points and circles; the other geometric types, ranges and bits it hands on as text.
const std::map<std::string, std::string, std::less<>>& built_in_types() {
    static const std::map<std::string, std::string, std::less<>> all = {
        {"smallint", "number"},
        {"integer", "number"},
        {"oid", "number"},
        {"real", "number"},
        {"double precision", "number"},
        {"bigint", "Int8"},
        {"numeric", "Decimal"},
        {"money", "Money"},
        {"boolean", "boolean"},
        {"date", "DateOnly"},
        {"timestamp with time zone", "Timestamp"},
        {"timestamp without time zone", "Timestamp"},
        {"bytea", "Bytes"},
        {"json", "JsonValue"},
        {"jsonb", "JsonValue"},
        {"text", "string"},
        {"character varying", "string"},
        {"character", "string"},
        {"\"char\"", "string"},
        {"char", "string"},
        {"name", "string"},
        {"citext", "string"},
        {"uuid", "string"},
        {"xml", "string"},
        {"time with time zone", "string"},
        {"time without time zone", "string"},
        // An object, whose parts that are zero are left out.
        {"interval",
         "{ years?: number; months?: number; days?: number; hours?: number; minutes?: number; seconds?: number; "
         "milliseconds?: number }"},
        {"bit", "string"},
        {"bit varying", "string"},
        {"inet", "string"},
        {"cidr", "string"},
        {"macaddr", "string"},
        {"macaddr8", "string"},
        {"tsvector", "string"},
        {"tsquery", "string"},
        {"pg_lsn", "string"},
        {"int4range", "string"},
        {"int8range", "string"},
        {"numrange", "string"},
        {"tsrange", "string"},
        {"tstzrange", "string"},
        {"daterange", "string"},
        {"int4multirange", "string"},
        {"int8multirange", "string"},
        {"nummultirange", "string"},
        {"tsmultirange", "string"},
        {"tstzmultirange", "string"},
        {"datemultirange", "string"},
        {"hstore", "string"},
        {"ltree", "string"},
        {"point", "{ x: number; y: number }"},
        {"circle", "{ x: number; y: number; radius: number }"},
        {"line", "string"},
        {"lseg", "string"},
        {"box", "string"},
        {"path", "string"},
        {"polygon", "string"},
    };
    return all;
}

bool is_type(Kind kind) {
    return kind == Kind::type_enum || kind == Kind::type_composite || kind == Kind::domain || kind == Kind::type_range;
}

}  // namespace

TypeWriter::TypeWriter(const schema::Model& model, TypeNames& names) : model_(model) {
    for (const auto& fact : model.facts()) {
        if (!is_type(fact.id.kind)) continue;
        own_[fact.id.name] = names.name_for(fact.id.name);
        // A multirange is no fact of its own, as its range brings it along.
        if (const auto other = fact.notes.find("multirange"); other != fact.notes.end())
            own_[base::split_list(other->second, '\x1f')] = "string";
    }
    // A table's row is a type, too.
    // By the same parts as typescript_text() asks with, so that name_for() gives both the one name that is declared.
    if (model.dialect() == Dialect::postgresql)
        for (const auto& fact : model.facts())
            if (fact.id.kind == Kind::table) own_[fact.id.name] = names.name_for(fact.id.name);
}

std::string TypeWriter::type_of(const std::string& type) const {
    return model_.dialect() == Dialect::sqlite ? sqlite_type(type) : postgres_type(type);
}

std::string TypeWriter::postgres_type(const std::string& type) const {
    const auto read = read_type(type);
    std::string name = "unknown";
    // The database's own types first, and by the whole name: one in a schema may be called as a built-in type is. Of
    // others the last word counts, as an extension's (citext, hstore) are in whatever schema it was put into.
    if (const auto own = own_.find(read.name); own != own_.end()) {
        name = own->second;
    } else if (!read.name.empty()) {
        const auto built_in = built_in_types().find(read.name.back());
        if (built_in != built_in_types().end()) name = built_in->second;
    }
    // One pair of brackets, as PostgreSQL keeps no number of dimensions, and null, as a column's NOT NULL says nothing
    // of what is within an array.
    return read.is_array ? fmt::format("({} | null)[]", name) : name;
}

bool TypeWriter::is_never_null(const std::string& type) const {
    const auto read = read_type(type);
    const auto* domain = model_.find({Kind::domain, read.name});
    // An array of such a domain may be NULL all the same.
    return domain != nullptr && !read.is_array && domain->attributes.contains("not null");
}

std::string TypeWriter::own_declarations() const {
    // In any order: TypeScript finds a type of the same file wherever it is declared.
    std::string text;
    for (const auto& fact : model_.facts()) {
        if (!is_type(fact.id.kind)) continue;
        const auto& name = own_.at(fact.id.name);
        if (fact.id.kind == Kind::type_enum) {
            std::vector<std::string> labels;
            for (const auto* label : schema::parts_in_order(model_, Kind::enum_label, fact.id))
                labels.push_back(js_string(label->id.name.back()));
            // AS ENUM () is allowed, and no value is one of it.
            text += fmt::format("export type {} = {};\n", name, labels.empty() ? "never" : base::join(labels, " | "));
        } else if (fact.id.kind == Kind::domain) {
            text += fmt::format("export type {} = {};\n", name, type_of(schema::value_of(fact.attributes, "type")));
        } else if (fact.id.kind == Kind::type_range) {
            text += fmt::format("export type {} = string;\n", name);
        } else {
            text += fmt::format("export interface {} {{\n", name);
            // An attribute of a composite type cannot be NOT NULL.
            for (const auto* part : schema::parts_in_order(model_, Kind::attribute, fact.id))
                text += fmt::format("  {}: {} | null;\n", property_name(part->id.name.back()),
                                    type_of(schema::value_of(part->attributes, "type")));
            text += "}\n";
        }
    }
    return text;
}

std::string TypeWriter::declarations() const {
    if (model_.dialect() == Dialect::sqlite) return std::string(sqlite_preamble);
    const auto own = own_declarations();
    return std::string(postgres_preamble) + (own.empty() ? "" : "\n") + own;
}

std::string sqlite_type(std::string_view declared) {
    const auto type = base::lower_case(declared);
    const auto has = [&](std::string_view part) { return type.find(part) != std::string::npos; };
    // The order is SQLite's, where the first word that is found decides: FLOATING POINT has INT in it. `bool` and what
    // comes behind REAL is none of its rules: for SQLite all of it is NUMERIC, which keeps as text what is no number.
    // Source: "Datatypes In SQLite", 3.1.
    if (type.empty() || type == "any") return "SqliteValue";
    if (has("int") || has("bool")) return "number";
    if (has("char") || has("clob") || has("text")) return "string";
    if (has("blob")) return "Bytes";
    if (has("real") || has("floa") || has("doub")) return "number";
    if (has("date") || has("time")) return "string | number";
    if (has("json") || has("uuid")) return "string";
    if (has("num") || has("dec")) return "number";
    return "string | number";
}

}  // namespace rev::diagram
