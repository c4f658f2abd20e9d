#include "sql/literals.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "base/sql_quotes.hpp"
#include "base/utf8.hpp"
#include "sql/quotes.hpp"

namespace rev::sql {
namespace {

/// What a backslash begins between the quotes.
enum class Escapes { none, of_c, unicode };

/// A token with quotes, taken apart.
struct QuotedToken {
    std::string_view content;
    char quote = '\0';  ///< `$` of a dollar quote; zero: it has none
    Escapes escapes = Escapes::none;
};

char capital(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

QuotedToken take_dollar_quote(std::string_view token) {
    const auto begin = dollar_tag_end(token, 0);
    if (begin == std::string_view::npos) return {token};
    const auto tag = token.substr(0, begin);
    auto content = token.substr(begin);
    if (content.ends_with(tag)) content.remove_suffix(tag.size());
    return {content, '$'};
}

/// Offset of the opening quote behind what says how its content is to be read: E, X, B, N, U&; npos: there is none.
std::size_t opening_quote(std::string_view token, Dialect dialect) {
    const auto at = [&](std::size_t offset) { return offset < token.size() ? token[offset] : '\0'; };
    const bool is_postgresql = dialect == Dialect::postgresql;
    if (at(0) == '\'' || at(0) == '"' || (!is_postgresql && (at(0) == '`' || at(0) == '['))) return 0;
    const std::string_view prefixes = is_postgresql ? "EXBN" : "X";
    if (at(1) == '\'' && prefixes.find(capital(at(0))) != std::string_view::npos) return 1;
    const bool is_unicode = is_postgresql && capital(at(0)) == 'U' && at(1) == '&';
    return is_unicode && (at(2) == '\'' || at(2) == '"') ? 2 : std::string_view::npos;
}

QuotedToken take_apart(std::string_view token, Dialect dialect, Backslash backslash) {
    if (dialect == Dialect::postgresql && token.starts_with('$')) return take_dollar_quote(token);
    const auto opening = opening_quote(token, dialect);
    if (opening == std::string_view::npos) return {token};
    QuotedToken taken{.content = {}, .quote = token[opening]};
    const char prefix = opening == 1 ? capital(token.front()) : '\0';
    const bool may_escape = dialect == Dialect::postgresql && taken.quote == '\'';
    if (opening == 2) taken.escapes = Escapes::unicode;
    if (may_escape && (prefix == 'E' || (backslash == Backslash::escape && (opening == 0 || prefix == 'N'))))
        taken.escapes = Escapes::of_c;
    const auto closing =
        taken.quote == '[' ? token.find(']') : find_closing_quote(token, opening, taken.escapes == Escapes::of_c);
    taken.content = token.substr(opening + 1, std::min(closing, token.size()) - opening - 1);
    return taken;
}

std::optional<char32_t> digits_at(std::string_view text, std::size_t begin, std::size_t count, char32_t base) {
    if (begin + count > text.size()) return std::nullopt;
    char32_t value = 0;
    for (const char c : text.substr(begin, count)) {
        const char upper = capital(c);
        char32_t digit = base;
        if (upper >= '0' && upper <= '9') digit = static_cast<char32_t>(upper - '0');
        if (upper >= 'A' && upper <= 'F') digit = static_cast<char32_t>(upper - 'A') + 10;
        if (digit >= base) return std::nullopt;
        value = value * base + digit;
    }
    return value;
}

/// Reads what stands between quotes.
class QuoteReader {
public:
    explicit QuoteReader(const QuotedToken& token) : token_(token), text_(token.content) {}

    std::string read() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '\\' && token_.escapes != Escapes::none) {
                read_escape();
            } else if (c == token_.quote && token_.quote != '[') {
                read_quote();
            } else {
                value_ += c;
                ++at_;
            }
        }
        return std::move(value_);
    }

private:
    [[nodiscard]] char next() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : '\0'; }

    /// Doubled it is one; or the string goes on in other quotes.
    void read_quote() {
        const auto more =
            token_.escapes == Escapes::of_c && next() != token_.quote ? find_quote_continuation(text_, at_ + 1) : 0;
        if (more > 0) {
            at_ = more + 1;
            return;
        }
        value_ += token_.quote;
        at_ += next() == token_.quote ? 2 : 1;
    }

    void read_escape() {
        if (token_.escapes == Escapes::unicode) {
            // \0041 and \+000041
            if (next() == '\\') return take("\\", 2);
            if (next() == '+' ? take_character(2, 6) : take_character(1, 4)) return;
            return take("\\", 1);
        }
        constexpr std::string_view names = "bfnrt";
        constexpr std::string_view meanings = "\b\f\n\r\t";
        if (const auto known = names.find(next()); known != std::string_view::npos)
            return take(meanings.substr(known, 1), 2);
        if (next() == 'u' && take_character(2, 4)) return;
        if (next() == 'U' && take_character(2, 8)) return;
        if (next() == 'x' && take_byte(2, 2, 16)) return;
        if (take_byte(1, 3, 8)) return;
        take(text_.substr(at_ + 1, 1), 2);
    }

    void take(std::string_view meaning, std::size_t length) {
        value_ += meaning;
        at_ = std::min(at_ + length, text_.size());
    }

    /// As many digits as there are, at most `most`.
    bool take_byte(std::size_t begin, std::size_t most, char32_t base) {
        for (auto count = most; count > 0; --count) {
            const auto value = digits_at(text_, at_ + begin, count, base);
            if (!value) continue;
            const char byte = static_cast<char>(static_cast<unsigned char>(*value & 0xFFU));
            take(std::string_view(&byte, 1), begin + count);
            return true;
        }
        return false;
    }

    /// The halves of a character beyond U+FFFF stand behind one another.
    bool take_character(std::size_t begin, std::size_t digits) {
        const auto value = digits_at(text_, at_ + begin, digits, 16);
        if (!value || *value > 0x10FFFF) return false;
        at_ += begin + digits;
        const bool is_first_half = *value >= 0xD800 && *value < 0xDC00;
        const bool is_second_half = *value >= 0xDC00 && *value < 0xE000;
        if (is_first_half) {
            half_ = *value;
        } else if (is_second_half && half_ != 0) {
            base::append_utf8(value_, 0x10000 + ((half_ - 0xD800) << 10U) + (*value - 0xDC00));
            half_ = 0;
        } else {
            base::append_utf8(value_, *value);
        }
        return true;
    }

    const QuotedToken& token_;
    std::string_view text_;
    std::size_t at_ = 0;
    char32_t half_ = 0;
    std::string value_;
};

}  // namespace

std::string text_literal(std::string_view text, Dialect dialect) {
    // In SQLite a backslash is an ordinary character in every string.
    if (dialect == Dialect::sqlite || text.find('\\') == std::string_view::npos) return base::in_quotes(text, '\'');
    std::string escaped;
    for (const char c : text) escaped.append(c == '\\' ? 2 : 1, c);
    return 'E' + base::in_quotes(escaped, '\'');
}

std::string_view quoted_content(std::string_view token, Dialect dialect) {
    return take_apart(token, dialect, Backslash::ordinary).content;
}

std::string unquoted(std::string_view token, Dialect dialect, Backslash backslash) {
    const auto taken = take_apart(token, dialect, backslash);
    if (taken.quote == '\0' || taken.quote == '$') return std::string(taken.content);
    return QuoteReader(taken).read();
}

}  // namespace rev::sql
