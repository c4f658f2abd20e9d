#include "schema/sqlite/tokens.hpp"

#include "base/sql_quotes.hpp"
#include "base/text.hpp"

namespace rev::schema::sqlite {
namespace {

using TokenKind = sql::SqlToken::Kind;

/// The name in its plainest form.
std::string normal_name(std::string_view name) {
    return sql::has_plain_letters(name, Dialect::sqlite) ? std::string(name) : base::in_quotes(name, '"');
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

std::string normal_text(const TokenText& text, TokenRange range, const KnownNames& known) {
    std::string normal;
    for (auto token = range.first; token < range.last; ++token) {
        if (token > range.first && is_separated(text, token - 1, token)) normal += ' ';
        normal += normal_token(text, token, known);
    }
    return normal;
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
