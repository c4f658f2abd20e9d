#include "schema/sqlite/tokens.hpp"

#include <algorithm>
#include <array>

#include "base/sql_quotes.hpp"
#include "base/text.hpp"

namespace rev::schema::sqlite {
namespace {

using TokenKind = sql::SqlToken::Kind;

/// Words that SQLite does not take for a name everywhere, or that older versions do not. Source: SQLite's list of
/// keywords.
constexpr std::array<std::string_view, 147> keywords = {
    "abort",
    "action",
    "add",
    "after",
    "all",
    "alter",
    "always",
    "analyze",
    "and",
    "as",
    "asc",
    "attach",
    "autoincrement",
    "before",
    "begin",
    "between",
    "by",
    "cascade",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "commit",
    "conflict",
    "constraint",
    "create",
    "cross",
    "current",
    "current_date",
    "current_time",
    "current_timestamp",
    "database",
    "default",
    "deferrable",
    "deferred",
    "delete",
    "desc",
    "detach",
    "distinct",
    "do",
    "drop",
    "each",
    "else",
    "end",
    "escape",
    "except",
    "exclude",
    "exclusive",
    "exists",
    "explain",
    "fail",
    "filter",
    "first",
    "following",
    "for",
    "foreign",
    "from",
    "full",
    "generated",
    "glob",
    "group",
    "groups",
    "having",
    "if",
    "ignore",
    "immediate",
    "in",
    "index",
    "indexed",
    "initially",
    "inner",
    "insert",
    "instead",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "key",
    "last",
    "left",
    "like",
    "limit",
    "match",
    "materialized",
    "natural",
    "no",
    "not",
    "nothing",
    "notnull",
    "null",
    "nulls",
    "of",
    "offset",
    "on",
    "or",
    "order",
    "others",
    "outer",
    "over",
    "partition",
    "plan",
    "pragma",
    "preceding",
    "primary",
    "query",
    "raise",
    "range",
    "recursive",
    "references",
    "regexp",
    "reindex",
    "release",
    "rename",
    "replace",
    "restrict",
    "returning",
    "right",
    "rollback",
    "row",
    "rows",
    "savepoint",
    "select",
    "set",
    "table",
    "temp",
    "temporary",
    "then",
    "ties",
    "to",
    "transaction",
    "trigger",
    "unbounded",
    "union",
    "unique",
    "update",
    "using",
    "vacuum",
    "values",
    "view",
    "virtual",
    "when",
    "where",
    "window",
    "with",
    "without",
};

bool is_plain_name(std::string_view name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return !name.empty() && is_letter(name.front()) &&
           std::ranges::all_of(name, [&](char c) { return is_letter(c) || is_digit(c); });
}

/// Such as "a""b": what stands between the quotes.
std::string without_quotes(std::string_view text) {
    const char closing = text.front() == '[' ? ']' : text.front();
    if (text.size() < 2 || text.back() != closing) return std::string(text);
    text = text.substr(1, text.size() - 2);
    std::string name;
    for (std::size_t i = 0; i < text.size(); ++i) {
        name += text[i];
        // [a] has no way to write its closing bracket.
        if (text[i] == closing && closing != ']') ++i;
    }
    return name;
}

/// The name in its plainest form.
std::string normal_name(std::string_view name) {
    return is_plain_name(name) ? std::string(name) : base::in_quotes(name, '"');
}

/// Whether what stands at `token` can only be a name: of something else than a column, qualified, or called.
bool stands_as_name(const TokenText& text, std::size_t token) {
    if (text.is(token + 1, "(") || text.is(token + 1, ".")) return true;
    if (token == 0) return false;
    for (const auto* word :
         {".", "AS", "COLLATE", "CONSTRAINT", "FROM", "INTO", "JOIN", "OVER", "REFERENCES", "UPDATE", "WINDOW", "WITH"})
        if (text.is(token - 1, word)) return true;
    return false;
}

/// Whether the statement itself gives the name to something: an alias, a common table expression, a window.
bool is_own_name(const TokenText& text, std::string_view folded) {
    for (std::size_t token = 0; token < text.tokens.size(); ++token) {
        const auto kind = text.tokens[token].kind;
        if ((kind != TokenKind::word && kind != TokenKind::quoted_name) || text.folded_name(token) != folded) continue;
        if (kind == TokenKind::word || text.text(token).front() != '"' || stands_as_name(text, token)) return true;
    }
    return false;
}

std::string normal_token(const TokenText& text, std::size_t token, const KnownNames& known) {
    const auto written = text.text(token);
    if (text.tokens[token].kind == TokenKind::word) return base::lower_case(written);
    if (text.tokens[token].kind != TokenKind::quoted_name) return std::string(written);
    const auto name = text.name(token);
    auto folded = base::lower_case(name);
    if (written.front() == '"' && !known.contains(folded)) {
        // A text, which SQLite puts into single quotes itself when it alters a table.
        if (!is_own_name(text, folded)) return literal(name);
        if (folded != name) return base::in_quotes(name, '"');
    }
    return normal_name(folded);
}

bool is_symbol(const TokenText& text, std::size_t token, char symbol) {
    return text.tokens[token].kind == TokenKind::symbol && text.text(token).size() == 1 &&
           text.text(token).front() == symbol;
}

bool is_separated(const TokenText& text, std::size_t before, std::size_t after) {
    if (is_symbol(text, before, '(') || is_symbol(text, before, '.')) return false;
    return !is_symbol(text, after, ')') && !is_symbol(text, after, ',') && !is_symbol(text, after, '.');
}

}  // namespace

bool TokenText::is_name(std::size_t token) const {
    if (token >= tokens.size()) return false;
    const auto kind = tokens[token].kind;
    return kind == TokenKind::word || kind == TokenKind::quoted_name ||
           // SQLite takes 'x' for a name where a name must stand.
           (kind == TokenKind::string && sql[tokens[token].begin] == '\'');
}

std::string TokenText::name(std::size_t token) const {
    const auto written = text(token);
    return tokens[token].kind == TokenKind::word ? std::string(written) : without_quotes(written);
}

std::string TokenText::folded_name(std::size_t token) const { return base::lower_case(name(token)); }

std::size_t TokenText::behind_parentheses(std::size_t token) const {
    std::size_t depth = 0;
    for (; token < tokens.size(); ++token) {
        if (is(token, "(")) ++depth;
        if (is(token, ")") && --depth == 0) return token + 1;
    }
    return token;
}

TokenText tokens_of(std::string_view sql) {
    TokenText text{.sql = sql};
    sql::SqlScanner scanner(sql, Dialect::sqlite);
    for (auto token = scanner.next(); token.kind != TokenKind::end; token = scanner.next())
        text.tokens.push_back(token);
    return text;
}

std::string normal_text(const TokenText& text, TokenRange range, const KnownNames& known) {
    std::string normal;
    for (auto token = range.first; token < range.last; ++token) {
        if (token > range.first && is_separated(text, token - 1, token)) normal += ' ';
        normal += normal_token(text, token, known);
    }
    return normal;
}

bool mentions(const TokenText& text, TokenRange range, std::string_view folded) {
    for (auto token = range.first; token < range.last; ++token)
        if (text.is_name(token) && text.folded_name(token) == folded) return true;
    return false;
}

std::vector<std::size_t> column_uses(const TokenText& text, TokenRange range, std::string_view folded) {
    std::vector<std::size_t> found;
    for (auto token = range.first; token < range.last; ++token) {
        const bool is_name = text.is_name(token) && text.tokens[token].kind != TokenKind::string;
        if (!is_name || text.folded_name(token) != folded) continue;
        const bool is_function = text.is(token + 1, "(");
        // Behind COLLATE stands a collation, behind AS a type or an alias: neither is the column.
        const bool is_other = token > range.first && (text.is(token - 1, "COLLATE") || text.is(token - 1, "AS"));
        if (!is_function && !is_other) found.push_back(token);
    }
    return found;
}

std::string quoted_if_needed(std::string_view name) {
    const bool needed = !is_plain_name(name) || std::ranges::find(keywords, base::lower_case(name)) != keywords.end();
    return needed ? base::in_quotes(name, '"') : std::string(name);
}

std::string literal(std::string_view text) { return base::in_quotes(text, '\''); }

std::string with_tokens_replaced(const TokenText& text, std::span<const std::size_t> tokens,
                                 std::string_view replacement) {
    std::string sql;
    std::size_t at = 0;
    for (const auto token : tokens) {
        if (token >= text.tokens.size()) break;
        sql += text.sql.substr(at, text.tokens[token].begin - at);
        sql += replacement;
        at = text.tokens[token].end;
    }
    return sql.append(text.sql.substr(at));
}

}  // namespace rev::schema::sqlite
