#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace rev::base {

/// PostgreSQL: offset of the quote that goes on with the string whose closing quote ends at `offset`; 0 if none does.
/// 'one' and 'two' are one string when a line end stands between them, with blanks and `--` comments; an escape string
/// (E'...') goes on as one. Source: {quotecontinue} of its scan.l.
[[nodiscard]] inline std::size_t find_quote_continuation(std::string_view text, std::size_t offset) {
    bool line_end = false;
    while (offset < text.size()) {
        const char c = text[offset];
        if (c == '\n' || c == '\r') {
            line_end = true;
            ++offset;
        } else if (c == ' ' || c == '\t' || c == '\f' || c == '\v') {
            ++offset;
        } else if (text.substr(offset).starts_with("--")) {
            offset = std::min(text.find_first_of("\n\r", offset), text.size());
        } else {
            return line_end && c == '\'' ? offset : 0;
        }
    }
    return 0;
}

/// `text` between `quote`s, which are doubled inside it.
[[nodiscard]] inline std::string in_quotes(std::string_view text, char quote) {
    std::string result(1, quote);
    for (const char c : text) {
        if (c == quote) result += quote;
        result += c;
    }
    return result += quote;
}

/// A literal of PostgreSQL that is the same whatever standard_conforming_strings says: 'text', or E'...' where it holds
/// a backslash.
[[nodiscard]] inline std::string text_literal(std::string_view text) {
    if (text.find('\\') == std::string_view::npos) return in_quotes(text, '\'');
    std::string escaped;
    for (const char c : text) {
        if (c == '\\') escaped += c;
        escaped += c;
    }
    return 'E' + in_quotes(escaped, '\'');
}

}  // namespace rev::base
