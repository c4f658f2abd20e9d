#include "sql/quotes.hpp"

#include <algorithm>

#include "sql/name_letters.hpp"

namespace rev::sql {

std::size_t find_quote_continuation(std::string_view text, std::size_t offset) noexcept {
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

std::size_t find_closing_quote(std::string_view text, std::size_t opening, bool has_escapes) noexcept {
    const char closing = text[opening];
    const char stops[] = {closing, '\\'};
    for (std::size_t end = opening + 1;;) {
        // find() of one character is a memchr: data in long literals costs no more than reading it.
        end = has_escapes ? text.find_first_of(std::string_view(stops, 2), end) : text.find(closing, end);
        if (end >= text.size()) return std::string_view::npos;
        // Whatever follows a backslash is taken, a quote above all.
        if (text[end] == '\\' || (end + 1 < text.size() && text[end + 1] == closing)) {
            end += 2;
        } else if (const auto more = has_escapes ? find_quote_continuation(text, end + 1) : 0; more > 0) {
            // Without escapes, the next part is a string of its own to whoever looks at tokens, and reads the same.
            end = more + 1;
        } else {
            return end;
        }
    }
}

std::size_t dollar_tag_end(std::string_view text, std::size_t begin) noexcept {
    auto end = begin + 1;
    if (end < text.size() && is_digit(text[end])) return std::string_view::npos;
    while (end < text.size() && is_tag_part(text[end])) ++end;
    return end < text.size() && text[end] == '$' ? end + 1 : std::string_view::npos;
}

}  // namespace rev::sql
