#include "schema/postgres/names.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/sql_quotes.hpp"
#include "base/text.hpp"

namespace rev::schema::postgres {
namespace {

/// Words that cannot stand for every name. Source: pg_get_keywords() of 13 to 18, all but the unreserved.
constexpr auto keywords = std::to_array<std::string_view>({"all",
                                                           "analyse",
                                                           "analyze",
                                                           "and",
                                                           "any",
                                                           "array",
                                                           "as",
                                                           "asc",
                                                           "asymmetric",
                                                           "authorization",
                                                           "between",
                                                           "bigint",
                                                           "binary",
                                                           "bit",
                                                           "boolean",
                                                           "both",
                                                           "case",
                                                           "cast",
                                                           "char",
                                                           "character",
                                                           "check",
                                                           "coalesce",
                                                           "collate",
                                                           "collation",
                                                           "column",
                                                           "concurrently",
                                                           "constraint",
                                                           "create",
                                                           "cross",
                                                           "current_catalog",
                                                           "current_date",
                                                           "current_role",
                                                           "current_schema",
                                                           "current_time",
                                                           "current_timestamp",
                                                           "current_user",
                                                           "dec",
                                                           "decimal",
                                                           "default",
                                                           "deferrable",
                                                           "desc",
                                                           "distinct",
                                                           "do",
                                                           "else",
                                                           "end",
                                                           "except",
                                                           "exists",
                                                           "extract",
                                                           "false",
                                                           "fetch",
                                                           "float",
                                                           "for",
                                                           "foreign",
                                                           "freeze",
                                                           "from",
                                                           "full",
                                                           "grant",
                                                           "greatest",
                                                           "group",
                                                           "grouping",
                                                           "having",
                                                           "ilike",
                                                           "in",
                                                           "initially",
                                                           "inner",
                                                           "inout",
                                                           "int",
                                                           "integer",
                                                           "intersect",
                                                           "interval",
                                                           "into",
                                                           "is",
                                                           "isnull",
                                                           "join",
                                                           "json",
                                                           "json_array",
                                                           "json_arrayagg",
                                                           "json_exists",
                                                           "json_object",
                                                           "json_objectagg",
                                                           "json_query",
                                                           "json_scalar",
                                                           "json_serialize",
                                                           "json_table",
                                                           "json_value",
                                                           "lateral",
                                                           "leading",
                                                           "least",
                                                           "left",
                                                           "like",
                                                           "limit",
                                                           "localtime",
                                                           "localtimestamp",
                                                           "merge_action",
                                                           "national",
                                                           "natural",
                                                           "nchar",
                                                           "none",
                                                           "normalize",
                                                           "not",
                                                           "notnull",
                                                           "null",
                                                           "nullif",
                                                           "numeric",
                                                           "offset",
                                                           "on",
                                                           "only",
                                                           "or",
                                                           "order",
                                                           "out",
                                                           "outer",
                                                           "overlaps",
                                                           "overlay",
                                                           "placing",
                                                           "position",
                                                           "precision",
                                                           "primary",
                                                           "real",
                                                           "references",
                                                           "returning",
                                                           "right",
                                                           "row",
                                                           "select",
                                                           "session_user",
                                                           "setof",
                                                           "similar",
                                                           "smallint",
                                                           "some",
                                                           "substring",
                                                           "symmetric",
                                                           "system_user",
                                                           "table",
                                                           "tablesample",
                                                           "then",
                                                           "time",
                                                           "timestamp",
                                                           "to",
                                                           "trailing",
                                                           "treat",
                                                           "trim",
                                                           "true",
                                                           "union",
                                                           "unique",
                                                           "user",
                                                           "using",
                                                           "values",
                                                           "varchar",
                                                           "variadic",
                                                           "verbose",
                                                           "when",
                                                           "where",
                                                           "window",
                                                           "with",
                                                           "xmlattributes",
                                                           "xmlconcat",
                                                           "xmlelement",
                                                           "xmlexists",
                                                           "xmlforest",
                                                           "xmlnamespaces",
                                                           "xmlparse",
                                                           "xmlpi",
                                                           "xmlroot",
                                                           "xmlserialize",
                                                           "xmltable"});

bool is_plain_name(std::string_view name) {
    if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return false;
    // Upper case is left out, as the server folds it where it is not quoted; letters beyond ASCII it folds or not by
    // the database's encoding. A name quoted without need does no harm.
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    // The list is sorted.
    return std::ranges::all_of(name, plain) && !std::ranges::binary_search(keywords, name);
}

}  // namespace

std::string quote_name(std::string_view name) {
    return is_plain_name(name) ? std::string(name) : base::in_quotes(name, '"');
}

std::string qualified(std::span<const std::string> parts) {
    std::string text;
    for (const auto& part : parts) {
        if (!text.empty()) text += '.';
        text += quote_name(part);
    }
    return text;
}

/// With E a backslash means the same whatever standard_conforming_strings says.
std::string quote_text(std::string_view text) { return base::text_literal(text); }

std::string quote_role(std::string_view role) {
    // In quotes these would be roles that somebody has given that name.
    return role == "PUBLIC" || role == "CURRENT_USER" ? std::string(role) : quote_name(role);
}

/// A doubled quote closes and opens again, which comes to the same here.
std::vector<std::string> split_sql_list(std::string_view text) {
    std::vector<std::string> parts;
    std::string part;
    char quote = 0;
    int depth = 0;
    for (const char c : text) {
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '(' || c == ')') {
            // numeric(10, 2) and calls have commas of their own.
            depth += c == '(' ? 1 : -1;
        } else if (c == ',' && depth == 0) {
            parts.emplace_back(base::trim(part));
            part.clear();
            continue;
        }
        part += c;
    }
    if (!base::trim(part).empty()) parts.emplace_back(base::trim(part));
    return parts;
}

bool differs(const Fact& before, const Fact& after, std::string_view attribute) {
    return attribute_of(before, attribute) != attribute_of(after, attribute);
}

std::vector<std::string> split_parts(std::string_view text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == '\x1f')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return text.empty() ? std::vector<std::string>{} : parts;
}

bool is_word_character(char c) {
    // As PostgreSQL's scanner has it: every byte beyond ASCII is a letter, and $ may stand behind the first one.
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (c & 0x80) != 0;
}

std::string shortened(const std::string& name, std::size_t longest) {
    if (name.size() <= longest) return name;
    auto end = longest;
    // A byte of this form goes on with a letter of UTF-8.
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
    return name.substr(0, end);
}

std::string identity_sequence_of(const Fact& column) {
    if (const auto& name = attribute_of(column, "identity sequence"); !name.empty()) return name;
    // What the server chooses where no name was written.
    return qualified(std::vector{column.id.name[0], column.id.name[1] + '_' + column.id.name[2] + "_seq"});
}

std::set<FactId> names_that_meet(const Model& before, const Model& after) {
    struct Held {
        std::set<std::string> tables;
        std::vector<FactId> columns;
    };
    std::map<std::pair<std::string, std::string>, Held> names;  // of NOT NULL, by schema and name
    for (const auto* model : {&before, &after}) {
        for (const auto& fact : model->facts()) {
            const auto& name = note_of(fact, "not null constraint");
            if (name.empty()) continue;
            // A new heir's is called as its table's, and comes behind that.
            if (note_of(fact, "not null inherited") == "t" && !before.find(fact.id)) continue;
            auto& held = names[{fact.id.name[0], name}];
            held.tables.insert(fact.id.name[1]);
            held.columns.push_back(fact.id);
        }
    }
    if (names.empty()) return {};
    for (const auto* model : {&before, &after})
        for (const auto& fact : model->facts())
            if (fact.id.kind == Kind::constraint)
                if (const auto held = names.find({fact.id.name[0], fact.id.name.back()}); held != names.end())
                    held->second.tables.insert(fact.id.name[1]);
    std::set<FactId> columns;
    for (const auto& [name, held] : names)
        if (held.tables.size() > 1) columns.insert(held.columns.begin(), held.columns.end());
    return columns;
}

}  // namespace rev::schema::postgres
