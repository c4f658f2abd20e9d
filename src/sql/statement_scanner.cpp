#include "sql/statement_scanner.hpp"

#include <algorithm>

#include "sql/name_letters.hpp"
#include "sql/statement_kind.hpp"
#include "sql/statements.hpp"

namespace rev::sql {
namespace {

using Kind = SqlToken::Kind;

}  // namespace

bool StatementScanner::next() {
    auto token = scanner_.next();
    // Empty statements are none to the server either: it sends no result for them.
    while (token.kind == Kind::terminator || token.kind == Kind::copy_data) token = scanner_.next();
    if (token.kind == Kind::end) return false;
    begin_ = token.begin;
    while (token.kind != Kind::terminator && token.kind != Kind::end) token = scanner_.next();
    terminated_ = token.kind == Kind::terminator;
    end_ = terminated_ ? token.end : text_.size();
    return true;
}

std::string transaction_control(std::string_view statement, Dialect dialect) {
    Statement one;
    one.text = statement;
    classify(one, dialect);
    return one.kind == StatementKind::transaction_control ? one.command : std::string();
}

std::optional<std::size_t> find_transaction_control(std::string_view text, Dialect dialect) {
    StatementScanner scanner(text, dialect);
    while (scanner.next()) {
        const auto statement = text.substr(scanner.begin(), scanner.end() - scanner.begin());
        if (!transaction_control(statement, dialect).empty()) return scanner.begin();
    }
    return std::nullopt;
}

std::size_t count_statements(std::string_view text, Dialect dialect, Backslash backslash) {
    StatementScanner scanner(text, dialect, backslash);
    std::size_t count = 0;
    for (; scanner.next(); ++count) continue;
    return count;
}

std::size_t statement_offset(std::string_view text, std::size_t index, Dialect dialect, Backslash backslash) {
    StatementScanner scanner(text, dialect, backslash);
    std::size_t offset = 0;
    for (std::size_t i = 0; i <= index && scanner.next(); ++i) offset = scanner.begin();
    return offset;
}

std::size_t statement_index(std::string_view text, std::size_t offset, Dialect dialect, Backslash backslash) {
    StatementScanner scanner(text, dialect, backslash);
    std::size_t index = 0;
    for (; scanner.next() && scanner.end() <= offset; ++index) continue;
    return index;
}

/// By bytes and not by tokens, since what a token is may depend on the very setting. It may say yes for text in a
/// comment: that costs an exchange more.
bool depends_on_settings(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c == '\\' || c >= 0x80) return true;
        if (c == '&' && at > 0 && (text[at - 1] == 'u' || text[at - 1] == 'U')) return true;
    }
    return false;
}

std::string_view find_sqlite_parameter(std::string_view text, std::size_t start) {
    const auto rest = text.substr(start);
    SqlScanner scanner(rest, Dialect::sqlite);
    for (auto token = scanner.next(); token.kind != Kind::end; token = scanner.next()) {
        if (token.kind != Kind::symbol || std::string_view("?:@$").find(rest[token.begin]) == std::string_view::npos)
            continue;
        auto end = token.begin + 1;
        while (end < rest.size() && is_name_part(rest[end])) ++end;
        return rest.substr(token.begin, end - token.begin);
    }
    return {};
}

std::string with_spaced_colons(std::string_view sql) {
    // `:'` and `:"` are psql's quoted variables, `:{?name}` asks whether one is set.
    const auto begins_variable = [](char c) { return is_name_part(c) || c == '\'' || c == '"' || c == '{'; };
    std::string result;
    std::size_t copied = 0;
    SqlScanner scanner(sql, Dialect::postgresql);
    for (auto token = scanner.next(); token.kind != Kind::end; token = scanner.next()) {
        // `::` and `:=` are tokens of their own, which psql leaves alone.
        if (token.kind != Kind::symbol || scanner.text_of(token) != ":") continue;
        if (token.end == sql.size() || !begins_variable(sql[token.end])) continue;
        result += sql.substr(copied, token.end - copied);
        result += ' ';
        copied = token.end;
    }
    return result += sql.substr(copied);
}

}  // namespace rev::sql
