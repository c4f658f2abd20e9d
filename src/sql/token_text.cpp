#include "sql/token_text.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "sql/literals.hpp"
#include "sql/names.hpp"

namespace rev::sql {
namespace {

/// By how much a token goes deeper into parentheses.
int depth_change(const SqlToken& token, std::string_view text) {
    if (token.kind != SqlToken::Kind::symbol) return 0;
    return text == "(" ? 1 : text == ")" ? -1 : 0;
}

}  // namespace

bool TokenText::is_name(std::size_t token) const {
    if (token >= tokens.size()) return false;
    const auto kind = tokens[token].kind;
    return kind == SqlToken::Kind::word || kind == SqlToken::Kind::quoted_name ||
           // SQLite takes 'x' for a name where a name must stand.
           (dialect == Dialect::sqlite && kind == SqlToken::Kind::string && sql[tokens[token].begin] == '\'');
}

std::string TokenText::name(std::size_t token) const {
    return is_string(token) ? unquoted(text(token), dialect) : unquoted_name(text(token), dialect);
}

std::string TokenText::folded_name(std::size_t token) const {
    auto meant = name(token);
    return dialect == Dialect::sqlite ? base::lower_case(meant) : meant;
}

std::size_t TokenText::behind_name(std::size_t token) const {
    ++token;
    while (is(token, ".")) token += 2;
    return std::min(token, tokens.size());
}

std::size_t TokenText::behind_parentheses(std::size_t token) const {
    std::size_t depth = 0;
    for (; token < tokens.size(); ++token) {
        if (is(token, "(")) ++depth;
        if (is(token, ")") && --depth == 0) return token + 1;
    }
    return token;
}

TokenText tokens_of(std::string_view sql, Dialect dialect) {
    TokenText text{.sql = sql, .dialect = dialect};
    SqlScanner scanner(sql, dialect);
    for (auto token = scanner.next(); token.kind != SqlToken::Kind::end; token = scanner.next())
        text.tokens.push_back(token);
    return text;
}

bool has_name(const TokenText& text, TokenRange range, std::string_view folded) {
    for (auto token = range.first; token < range.last; ++token)
        if (text.is_name(token) && text.folded_name(token) == folded) return true;
    return false;
}

bool has_outer_word(std::string_view sql, Dialect dialect, std::string_view upper) {
    SqlScanner scanner(sql, dialect);
    int depth = 0;
    for (auto token = scanner.next(); token.kind != SqlToken::Kind::end; token = scanner.next()) {
        const auto text = scanner.text_of(token);
        depth += depth_change(token, text);
        if (depth == 0 && token.kind == SqlToken::Kind::word && is_word(text, upper)) return true;
    }
    return false;
}

std::vector<std::string> split_sql_list(std::string_view list, Dialect dialect) {
    std::vector<std::string> parts;
    SqlScanner scanner(list, dialect);
    std::size_t begin = 0;
    int depth = 0;
    for (auto token = scanner.next(); token.kind != SqlToken::Kind::end; token = scanner.next()) {
        const auto text = scanner.text_of(token);
        // numeric(10, 2) and calls have commas of their own.
        depth += depth_change(token, text);
        if (depth != 0 || token.kind != SqlToken::Kind::symbol || text != ",") continue;
        parts.emplace_back(base::trim(list.substr(begin, token.begin - begin)));
        begin = token.end;
    }
    if (const auto last = base::trim(list.substr(begin)); !last.empty()) parts.emplace_back(last);
    return parts;
}

}  // namespace rev::sql
