#pragma once

#include <cstddef>
#include <string_view>

namespace rev::sql {

/// PostgreSQL: offset of the quote that goes on with the string whose closing quote ends at `offset`; 0 if none does.
/// 'one' and 'two' are one string when a line end stands between them, with blanks and `--` comments; an escape string
/// (E'...') goes on as one. Source: {quotecontinue} of its scan.l.
[[nodiscard]] std::size_t find_quote_continuation(std::string_view text, std::size_t offset) noexcept;

/// Offset of the quote that closes the one at `opening`; npos if none does. It is the same character, doubled it stands
/// for itself. has_escapes: as in E'...', where whatever follows a backslash is taken, and the string may go on in
/// other quotes.
[[nodiscard]] std::size_t find_closing_quote(std::string_view text, std::size_t opening, bool has_escapes) noexcept;

/// Behind the tag that opens a dollar quote at `begin`, such as $tag$; npos: none does. $1 is a parameter.
[[nodiscard]] std::size_t dollar_tag_end(std::string_view text, std::size_t begin) noexcept;

}  // namespace rev::sql
