#include "db/sql_text.hpp"

#include <algorithm>
#include <cctype>

#include "base/sql_quotes.hpp"

namespace rev {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_word_start(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalpha(byte) != 0 || c == '_' || byte >= 0x80;
}

bool is_word_part(char c) { return is_word_start(c) || (c >= '0' && c <= '9') || c == '$'; }

bool same_word(std::string_view word, std::string_view lower_case) {
    return std::equal(word.begin(), word.end(), lower_case.begin(), lower_case.end(),
                      [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

/// Of blanks and comments at the beginning of a text.
std::size_t length_of_blanks(std::string_view text, Dialect dialect) {
    StatementScanner scanner(text, dialect);
    return scanner.skip_blanks();
}

/// The first words of a statement in capitals, at most three, comments between them passed over.
std::vector<std::string> leading_words(std::string_view text, Dialect dialect) {
    constexpr std::size_t enough = 3;
    std::vector<std::string> words;
    std::size_t at = 0;
    while (words.size() < enough && at < text.size()) {
        at += length_of_blanks(text.substr(at), dialect);
        if (at >= text.size() || !is_word_start(text[at])) break;
        auto& word = words.emplace_back();
        for (; at < text.size() && is_word_part(text[at]); ++at)
            word += static_cast<char>(std::toupper(static_cast<unsigned char>(text[at])));
    }
    return words;
}

}  // namespace

bool StatementScanner::pass_token() {
    if (position_ >= text_.size()) return false;
    skip_token();
    return true;
}

std::size_t StatementScanner::skip_blanks() {
    while (skip_blank_or_comment()) continue;
    return position_;
}

bool StatementScanner::next() {
    while (position_ < text_.size() && (skip_blank_or_comment() || text_[position_] == ';')) {
        if (position_ < text_.size() && text_[position_] == ';') ++position_;
    }
    if (position_ >= text_.size()) return false;
    begin_ = position_;
    parentheses_ = blocks_ = 0;
    last_word_ = {};
    terminated_ = false;
    while (position_ < text_.size()) {
        if (text_[position_] == ';' && parentheses_ == 0 && blocks_ == 0) {
            ++position_;
            terminated_ = true;
            return true;
        }
        skip_token();
    }
    return true;
}

/// True if it moved.
bool StatementScanner::skip_blank_or_comment() {
    const auto rest = text_.substr(position_);
    if (rest.empty()) return false;
    if (is_space(rest[0])) {
        ++position_;
    } else if (rest.starts_with("--")) {
        // PostgreSQL ends it at a lone CR too; what stands behind that is SQL.
        const auto* line_ends = dialect_ == Dialect::postgresql ? "\n\r" : "\n";
        position_ = std::min(text_.find_first_of(line_ends, position_), text_.size());
    } else if (rest.starts_with("/*")) {
        skip_block_comment();
    } else {
        return false;
    }
    return true;
}

void StatementScanner::skip_block_comment() {
    std::size_t depth = 0;
    while (position_ < text_.size()) {
        const auto two = text_.substr(position_, 2);
        if (two == "/*") {
            depth = dialect_ == Dialect::postgresql ? depth + 1 : 1;
            position_ += 2;
        } else if (two == "*/") {
            position_ += 2;
            if (--depth == 0) return;
        } else {
            ++position_;
        }
    }
    // SQLite lets a comment end with the text, but nothing may be put behind it either.
    certain_ = false;
}

void StatementScanner::skip_quoted(char quote, bool backslash_escapes) {
    for (++position_; position_ < text_.size(); ++position_) {
        const char c = text_[position_];
        if (c == '\\' && backslash_escapes) {
            ++position_;
        } else if (c == quote && quote != ']' && text_.substr(position_ + 1).starts_with(quote)) {
            ++position_;
        } else if (c == quote) {
            const auto more = backslash_escapes ? find_quote_continuation(text_, position_ + 1) : 0;
            if (more > 0) {
                position_ = more;
                continue;
            }
            ++position_;
            return;
        }
    }
    position_ = text_.size();
    certain_ = false;
}

/// False if there is no dollar quote here.
bool StatementScanner::skip_dollar_quoted() {
    auto tag_end = position_ + 1;
    if (tag_end < text_.size() && std::isdigit(static_cast<unsigned char>(text_[tag_end])) != 0) return false;
    while (tag_end < text_.size() && is_word_part(text_[tag_end]) && text_[tag_end] != '$') ++tag_end;
    if (tag_end >= text_.size() || text_[tag_end] != '$') return false;
    const auto tag = text_.substr(position_, tag_end + 1 - position_);
    const auto close = text_.find(tag, tag_end + 1);
    if (close == std::string_view::npos) certain_ = false;
    position_ = close == std::string_view::npos ? text_.size() : close + tag.size();
    return true;
}

/// Words count inside the body of a function in SQL's own notation, BEGIN ATOMIC ... END, which holds `;`.
void StatementScanner::skip_word() {
    const auto start = position_;
    while (position_ < text_.size() && is_word_part(text_[position_])) ++position_;
    const auto word = text_.substr(start, position_ - start);
    if (dialect_ != Dialect::postgresql) return;
    if (same_word(word, "e") && position_ < text_.size() && text_[position_] == '\'') {
        skip_quoted('\'', true);
    } else if (blocks_ == 0 && same_word(word, "atomic") && same_word(last_word_, "begin")) {
        blocks_ = 1;
    } else if (blocks_ > 0 && same_word(word, "case")) {
        ++blocks_;
    } else if (blocks_ > 0 && same_word(word, "end")) {
        --blocks_;
    }
    last_word_ = word;
}

void StatementScanner::skip_token() {
    if (skip_blank_or_comment()) return;
    const char c = text_[position_];
    if (is_word_start(c)) return skip_word();
    if (c == '\'') return skip_quoted(c, backslash_ == Backslash::escape);
    if (c == '"') return skip_quoted(c, false);
    if (dialect_ == Dialect::sqlite && c == '`') return skip_quoted('`', false);
    if (dialect_ == Dialect::sqlite && c == '[') return skip_quoted(']', false);
    if (dialect_ == Dialect::postgresql && c == '$' && skip_dollar_quoted()) return;
    if (c == '(') ++parentheses_;
    if (c == ')' && parentheses_ > 0) --parentheses_;
    ++position_;
}

std::string transaction_control(std::string_view statement, Dialect dialect) {
    const auto words = leading_words(statement, dialect);
    const auto is = [&](std::size_t index, std::string_view word) {
        return index < words.size() && words[index] == word;
    };
    constexpr std::string_view verbs[] = {"ABORT", "BEGIN", "COMMIT", "END"};
    if (words.empty()) return {};
    if (is(0, "ROLLBACK")) {
        const std::size_t next = is(1, "WORK") || is(1, "TRANSACTION") ? 2 : 1;
        return is(next, "TO") ? "" : words[0];
    }
    if ((is(0, "START") || is(0, "PREPARE")) && is(1, "TRANSACTION") && !is(2, "AS")) return words[0] + " TRANSACTION";
    return std::find(std::begin(verbs), std::end(verbs), words[0]) != std::end(verbs) ? words[0] : "";
}

std::optional<std::size_t> find_transaction_control(std::string_view text, Dialect dialect) {
    StatementScanner scanner(text, dialect);
    while (scanner.next()) {
        if (!transaction_control(text.substr(scanner.begin()), dialect).empty()) return scanner.begin();
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

bool depends_on_settings(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c == '\\' || c >= 0x80) return true;
        if (c == '&' && at > 0 && (text[at - 1] == 'u' || text[at - 1] == 'U')) return true;
    }
    return false;
}

std::string with_spaced_colons(std::string_view sql) {
    const auto begins_variable = [](char c) { return is_word_part(c) || c == '\'' || c == '"' || c == '{'; };
    std::string result;
    StatementScanner scanner(sql, Dialect::postgresql);
    for (std::size_t begin = 0; scanner.pass_token(); begin = scanner.end()) {
        const auto token = sql.substr(begin, scanner.end() - begin);
        result += token;
        const bool is_cast = begin > 0 && sql[begin - 1] == ':';
        const auto rest = sql.substr(scanner.end());
        if (token == ":" && !is_cast && !rest.empty() && begins_variable(rest.front())) result += ' ';
    }
    return result;
}

bool StatementScanner::next_token(std::string_view characters) {
    while (position_ < text_.size()) {
        if (skip_blank_or_comment()) continue;
        begin_ = position_;
        const bool found = characters.find(text_[position_]) != std::string_view::npos;
        skip_token();
        if (found) return true;
    }
    return false;
}

std::string_view find_sqlite_parameter(std::string_view text, std::size_t start) {
    StatementScanner scanner(text.substr(start), Dialect::sqlite);
    if (!scanner.next_token("?:@$")) return {};
    const auto begin = start + scanner.begin();
    auto end = begin + 1;
    while (end < text.size() && is_word_part(text[end])) ++end;
    return text.substr(begin, end - begin);
}

std::string replace_placeholders(std::string_view sql, const std::function<std::string(std::size_t)>& replacement) {
    std::string result;
    std::size_t index = 0;
    char quote = 0;
    for (const char c : sql) {
        if (c == '?' && quote == 0) {
            result += replacement(index++);
            continue;
        }
        if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == quote) {
            quote = 0;
        }
        result += c;
    }
    return result;
}

std::string in_quotes(std::string_view text, char quote) {
    std::string result(1, quote);
    for (const char c : text) {
        if (c == quote) result += quote;
        result += c;
    }
    return result += quote;
}

}  // namespace rev
