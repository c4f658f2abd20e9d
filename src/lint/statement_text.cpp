#include "lint/statement_text.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "lint/tree.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::lint {
namespace {

struct Tokens {
    std::string_view text;
    std::vector<sql::SqlToken> all;

    [[nodiscard]] std::string_view at(std::size_t index) const {
        if (index >= all.size()) return {};
        return text.substr(all[index].begin, all[index].end - all[index].begin);
    }
    [[nodiscard]] bool is(std::size_t index, std::string_view word) const {
        return index < all.size() && all[index].kind == sql::SqlToken::Kind::word && sql::is_word(at(index), word);
    }
};

Tokens tokens_of(std::string_view text) {
    Tokens tokens{text, {}};
    sql::SqlScanner scanner(text, Dialect::postgresql);
    for (auto token = scanner.next(); token.kind != sql::SqlToken::Kind::end; token = scanner.next())
        tokens.all.push_back(token);
    return tokens;
}

/// The number of the token behind a name that may have a schema.
std::size_t behind_name(const Tokens& tokens, std::size_t at) {
    ++at;
    while (tokens.at(at) == ".") at += 2;
    return at;
}

/// By how much a token goes deeper into parentheses; a symbol may hold several.
int depth_of(std::string_view token) {
    int depth = 0;
    for (const char c : token) depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
    return depth;
}

std::string text_between(const Tokens& tokens, std::size_t first, std::size_t end) {
    return std::string(tokens.text.substr(tokens.all[first].begin, tokens.all[end - 1].end - tokens.all[first].begin));
}

}  // namespace

std::optional<AlterTableText> cut_alter_table(std::string_view statement) {
    const auto tokens = tokens_of(statement);
    if (!tokens.is(0, "ALTER") || !tokens.is(1, "TABLE")) return std::nullopt;
    std::size_t at = 2;
    if (tokens.is(at, "IF")) at += 2;
    if (tokens.is(at, "ONLY")) ++at;
    const auto name = at;
    at = behind_name(tokens, at);
    if (at >= tokens.all.size()) return std::nullopt;
    AlterTableText cut;
    cut.table = text_between(tokens, name, at);
    // An old way to say that heirs are meant as well, which PostgreSQL still takes.
    if (tokens.at(at) == "*") ++at;
    cut.head = text_between(tokens, 0, at);
    int depth = 0;
    auto first = at;
    for (; at <= tokens.all.size(); ++at) {
        const bool ends = at == tokens.all.size() || (depth == 0 && tokens.at(at) == ",");
        if (!ends) {
            if (tokens.all[at].kind == sql::SqlToken::Kind::symbol) depth += depth_of(tokens.at(at));
            continue;
        }
        if (first == at) return std::nullopt;
        cut.actions.push_back(text_between(tokens, first, at));
        cut.offsets.push_back(tokens.all[first].begin);
        first = at + 1;
    }
    return cut;
}

std::optional<std::string> with_words_behind(std::string_view statement, std::string_view word,
                                             std::string_view words) {
    const auto tokens = tokens_of(statement);
    for (std::size_t at = 0; at < tokens.all.size(); ++at) {
        if (!tokens.is(at, word)) continue;
        const auto end = tokens.all[at].end;
        return std::string(statement.substr(0, end)) + " " + std::string(words) + std::string(statement.substr(end));
    }
    return std::nullopt;
}

bool mentions(std::string_view statement, std::string_view name) {
    const auto tokens = tokens_of(statement);
    const auto written = "\"" + std::string(name) + "\"";
    return std::ranges::any_of(tokens.all, [&](const sql::SqlToken& token) {
        const auto text = statement.substr(token.begin, token.end - token.begin);
        // Unlike a bare word, a quoted name is that very name, in its case.
        if (token.kind == sql::SqlToken::Kind::quoted_name) return text == written;
        return token.kind == sql::SqlToken::Kind::word && base::lower_case(text) == name;
    });
}

std::string sql_name(std::string_view name) {
    const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    const bool may_be_plain = !name.empty() && (name[0] < '0' || name[0] > '9') && std::ranges::all_of(name, is_plain);
    const std::string plain(name);
    // The grammar itself knows its words; a name may be a column's, a constraint's or an index's.
    if (may_be_plain && parse_statement("ALTER TABLE " + plain + " RENAME " + plain + " TO " + plain)) return plain;
    std::string result = "\"";
    for (const char c : name) {
        if (c == '"') result += c;
        result += c;
    }
    return result + "\"";
}

std::string_view trimmed_to_tokens(std::string_view statement, std::size_t begin, std::size_t end) {
    const auto tokens = tokens_of(statement);
    auto last = begin;
    for (const sql::SqlToken& token : tokens.all)
        if (token.begin >= begin && token.begin < end) last = std::max(last, token.end);
    return statement.substr(begin, last - begin);
}

}  // namespace rev::lint
