#include "run/found_otherwise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "run/guard_names.hpp"
#include "run/guards.hpp"
#include "sql/names.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::run {
namespace {

using Tokens = std::vector<std::string_view>;

Tokens tokens_of(std::string_view text, Dialect dialect) {
    Tokens tokens;
    sql::SqlScanner scanner(text, dialect);
    for (auto token = scanner.next();
         token.kind != sql::SqlToken::Kind::end && token.kind != sql::SqlToken::Kind::terminator;
         token = scanner.next())
        tokens.push_back(scanner.text_of(token));
    return tokens;
}

/// Whether two parts of names are the same to the database.
bool is_same_part(std::string_view left, std::string_view right, Dialect dialect) {
    return sql::folded_name(left, dialect) == sql::folded_name(right, dialect);
}

/// The words behind a column's type.
bool ends_type(std::string_view token) {
    constexpr std::array<std::string_view, 15> words = {
        "CONSTRAINT", "NOT",       "NULL", "DEFAULT", "PRIMARY",     "UNIQUE",  "CHECK",     "REFERENCES",
        "COLLATE",    "GENERATED", "AS",   "STORAGE", "COMPRESSION", "OPTIONS", "DEFERRABLE"};
    return token == "," || std::ranges::any_of(words, [&](auto word) { return sql::is_word(token, word); });
}

/// The type that ALTER TABLE ... ADD [COLUMN] gives the column, its tokens; empty: it adds no such column.
Tokens added_type(const Tokens& tokens, std::string_view column, Dialect dialect) {
    if (tokens.size() < 2 || !sql::is_word(tokens[0], "ALTER") || !sql::is_word(tokens[1], "TABLE")) return {};
    for (std::size_t at = 2; at < tokens.size(); ++at) {
        if (!sql::is_word(tokens[at], "ADD")) continue;
        auto name = at + 1;
        if (name < tokens.size() && sql::is_word(tokens[name], "COLUMN")) ++name;
        if (name + 2 < tokens.size() && sql::is_word(tokens[name], "IF")) name += 3;
        if (name >= tokens.size() || !is_same_part(tokens[name], column, dialect)) continue;
        Tokens type;
        for (auto next = name + 1; next < tokens.size(); ++next) {
            const bool is_within = std::ranges::count(type, "(") > std::ranges::count(type, ")");
            if (!is_within && ends_type(tokens[next])) break;
            type.push_back(tokens[next]);
        }
        return type;
    }
    return {};
}

/// A type as two parts that can be compared: without what stands in parentheses, and that.
struct ComparedType {
    std::string base;
    std::string modifiers;
};

ComparedType compared(const Tokens& type) {
    ComparedType parts;
    bool is_within = false;
    for (const auto token : type) {
        is_within = is_within || token == "(";
        if (is_within)
            parts.modifiers += token;
        else
            parts.base.append(parts.base.empty() || token == "." || parts.base.ends_with('.') ? "" : " ").append(token);
        if (token == ")") is_within = false;
    }
    return parts;
}

std::string joined(const Tokens& type) {
    const auto parts = compared(type);
    return parts.base + parts.modifiers;
}

/// The column as the guard writes it.
std::string said(const sql::StatementMarker& marker, const std::string& there, const std::string& wanted) {
    return fmt::format("the column {} is there already, but as {} and not as {}",
                       marker.argument.substr(marker.argument.find(' ') + 1), there, wanted);
}

/// The name by which a type that makes a sequence is known.
std::string without_sequence(const std::string& base) {
    const auto name = base::lower_case(base);
    if (name == "serial" || name == "serial4") return "integer";
    if (name == "bigserial" || name == "serial8") return "bigint";
    if (name == "smallserial" || name == "serial2") return "smallint";
    return base;
}

/// char and bit are of length 1 where they say none, numeric of scale 0 where it has a precision.
bool same_modifiers(const std::string& there, const std::string& wanted) {
    if (there == wanted || (wanted.empty() && there == "(1)")) return true;
    return !wanted.empty() && there == wanted.substr(0, wanted.size() - 1) + ",0)";
}

std::string differing_in_postgres(Database& database, const PreparedStep& step, const sql::StatementMarker& marker,
                                  const Tokens& type) {
    // Only a text that is a type may be handed to to_regtype(), which fails for others, and the transaction with it.
    if (find_syntax_error(step.statements[marker.statement])) return {};
    if (std::ranges::any_of(type, [](auto token) { return sql::is_word(token, "SETOF"); })) return {};
    const auto wanted = compared(type);
    const std::vector<SqlValue> parameters{without_sequence(wanted.base), written_owner(marker),
                                           std::string(marker.name.back())};
    const auto rows = database.query_in_session(
        "SELECT pg_catalog.format_type(atttypid, atttypmod), atttypid OPERATOR(pg_catalog.=)"
        " CAST(pg_catalog.to_regtype(?) AS pg_catalog.oid) FROM pg_catalog.pg_attribute WHERE attrelid"
        " OPERATOR(pg_catalog.=) CAST(pg_catalog.to_regclass(?) AS pg_catalog.oid) AND attname OPERATOR(pg_catalog.=)"
        " CAST((pg_catalog.parse_ident(?))[1] AS pg_catalog.name) AND NOT attisdropped",
        parameters);
    if (rows.empty() || !rows.front()[1]) return {};
    const auto there = rows.front()[0].value_or("");
    const auto modifiers = compared(tokens_of(there, Dialect::postgresql)).modifiers;
    if (rows.front()[1] == "t" && same_modifiers(modifiers, wanted.modifiers)) return {};
    return said(marker, there, joined(type));
}

std::string differing_in_sqlite(Database& database, const sql::StatementMarker& marker, const Tokens& type) {
    const bool has_schema = marker.name.size() == 3;
    const auto literal = [&](std::string_view part) {
        return database.quote_literal(sql::unquoted_name(part, Dialect::sqlite));
    };
    const auto rows = database.query(
        fmt::format("SELECT type FROM pragma_table_xinfo({}{}) WHERE name = {} COLLATE NOCASE",
                    literal(marker.name[has_schema ? 1 : 0]),
                    has_schema ? ", " + literal(marker.name[0]) : std::string(), literal(marker.name.back())));
    if (rows.empty()) return {};
    const auto there = rows.front()[0].value_or("");
    if (base::same_name(joined(tokens_of(there, Dialect::sqlite)), joined(type))) return {};
    return said(marker, there.empty() ? "one without a type" : there,
                type.empty() ? "one without a type" : joined(type));
}

std::string differing_type(Database& database, const PreparedStep& step, const sql::StatementMarker& marker) {
    const auto dialect = database.dialect();
    const auto tokens = tokens_of(step.statements[marker.statement].text, dialect);
    const auto type = added_type(tokens, marker.name.back(), dialect);
    if (type.empty()) return {};
    return dialect == Dialect::postgresql ? differing_in_postgres(database, step, marker, type)
                                          : differing_in_sqlite(database, marker, type);
}

/// A CREATE INDEX CONCURRENTLY that was cut off leaves one, which no query uses.
std::string invalid_index(Database& database, const PreparedStep& step, const sql::StatementMarker& marker) {
    if (database.dialect() == Dialect::sqlite) return {};
    const auto rows = database.query_in_session(
        fmt::format("SELECT 1 FROM pg_catalog.pg_index WHERE NOT indisvalid AND indexrelid OPERATOR(pg_catalog.=) ANY"
                    " (ARRAY({}))",
                    guard_sql(database, step, marker)));
    if (rows.empty()) return {};
    return fmt::format("the index {} is there already, but INVALID: drop it, so that it can be built",
                       marker.name.back());
}

}  // namespace

std::string found_otherwise(Database& database, const PreparedStep& step, const sql::StatementMarker& marker) {
    if (marker.thing == sql::StatementMarker::Thing::column) return differing_type(database, step, marker);
    if (marker.thing == sql::StatementMarker::Thing::index) return invalid_index(database, step, marker);
    return {};
}

}  // namespace rev::run
