#include "lint/statement_text.hpp"

#include <algorithm>

#include "sql/names.hpp"
#include "sql/token_text.hpp"

namespace rev::lint {
namespace {

sql::TokenText tokens_of(std::string_view text) { return sql::tokens_of(text, Dialect::postgresql); }

/// By how much a token goes deeper into parentheses.
int depth_of(std::string_view symbol) {
    return symbol == "(" || symbol == "[" ? 1 : symbol == ")" || symbol == "]" ? -1 : 0;
}

std::string text_between(const sql::TokenText& tokens, std::size_t first, std::size_t end) {
    return std::string(tokens.text({first, end}));
}

}  // namespace

std::optional<AlterTableText> cut_alter_table(std::string_view statement) {
    const auto tokens = tokens_of(statement);
    if (!tokens.is(0, "ALTER") || !tokens.is(1, "TABLE")) return std::nullopt;
    std::size_t at = 2;
    if (tokens.is(at, "IF")) at += 2;
    if (tokens.is(at, "ONLY")) ++at;
    const auto name = at;
    at = tokens.behind_name(at);
    if (at >= tokens.tokens.size()) return std::nullopt;
    AlterTableText cut;
    cut.table = text_between(tokens, name, at);
    // An old way to say that heirs are meant as well, which PostgreSQL still takes.
    if (tokens.text(at) == "*") ++at;
    cut.head = text_between(tokens, 0, at);
    int depth = 0;
    auto first = at;
    for (; at <= tokens.tokens.size(); ++at) {
        const bool ends = at == tokens.tokens.size() || (depth == 0 && tokens.text(at) == ",");
        if (!ends) {
            if (tokens.tokens[at].kind == sql::SqlToken::Kind::symbol) depth += depth_of(tokens.text(at));
            continue;
        }
        if (first == at) return std::nullopt;
        cut.actions.push_back(text_between(tokens, first, at));
        cut.offsets.push_back(tokens.tokens[first].begin);
        first = at + 1;
    }
    return cut;
}

std::optional<std::string> with_words_behind(std::string_view statement, std::string_view word,
                                             std::string_view words) {
    const auto tokens = tokens_of(statement);
    for (std::size_t at = 0; at < tokens.tokens.size(); ++at) {
        if (!tokens.is(at, word)) continue;
        const auto end = tokens.tokens[at].end;
        return std::string(statement.substr(0, end)) + " " + std::string(words) + std::string(statement.substr(end));
    }
    return std::nullopt;
}

bool mentions(std::string_view statement, std::string_view name) {
    const auto tokens = tokens_of(statement);
    return has_name(tokens, tokens.all_from(0), name);
}

std::string sql_name(std::string_view name) { return sql::quoted_name(name, Dialect::postgresql); }

std::string_view trimmed_to_tokens(std::string_view statement, std::size_t begin, std::size_t end) {
    const auto tokens = tokens_of(statement);
    auto last = begin;
    for (const auto& token : tokens.tokens)
        if (token.begin >= begin && token.begin < end) last = std::max(last, token.end);
    return statement.substr(begin, last - begin);
}

}  // namespace rev::lint
