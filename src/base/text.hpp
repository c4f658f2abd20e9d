#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rev/error.hpp"

namespace rev::base {

/// Without spaces, tabs, CR and LF at both ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// Parts between separators, each trimmed; an empty text gives none, empty parts are kept.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text, char separator = ',');

/// All parts in their order, the separator between two of them; empty parts count.
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);

/// How many items of a list people are shown, unless they ask for all.
inline constexpr std::size_t one_screen_of_items = 20;
/// The first of the parts, joined; the rest is counted: "a, b and 17 more".
[[nodiscard]] std::string join_first(std::span<const std::string> parts, std::string_view separator,
                                     std::size_t most = one_screen_of_items);

/// ASCII letters in lower case, all else as it is, whatever the locale.
[[nodiscard]] constexpr char lower_case(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
/// The same of each byte: what is not ASCII stays.
[[nodiscard]] std::string lower_case(std::string_view text);
/// Whether two names are the same but for the case of ASCII letters, as SQLite compares names.
[[nodiscard]] bool same_name(std::string_view left, std::string_view right) noexcept;

/// "1 row", "3 rows".
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);

/// The candidates nearest to `text` by edit distance (transpositions count one, upper and lower case none), best first,
/// ties in the order given; only those near enough to be a misspelling, at most `most`.
[[nodiscard]] std::vector<std::string> closest(std::string_view text, std::span<const std::string> candidates,
                                               std::size_t most = 3);

/// "did you mean `a`, `b` or `c`?": how every hint names what is near; empty where nothing is.
[[nodiscard]] std::string did_you_mean(std::span<const std::string> nearest);

/// Lower-case ASCII words joined by `_`, as file names want it: accents are stripped where there is a plain letter,
/// other characters separate words; at most `longest` characters, cut at a word's end where there is one. May be empty.
[[nodiscard]] std::string slugify(std::string_view text, std::size_t longest);

/// Whether a terminal obeys the character instead of showing it: C0 but tab and line feed, DEL, C1, and the overrides
/// of the writing direction, which let a text read otherwise than it is.
[[nodiscard]] bool steers_terminal(char32_t character) noexcept;

/// `text` for a terminal or a log: what steers_terminal() and invalid UTF-8 are shown as escapes such as `\x1b`, so
/// that nothing can steer the terminal.
[[nodiscard]] std::string printable(std::string_view text);
/// The same at the end of `out`.
void append_printable(std::string& out, std::string_view text);

/// With LF for CR LF: printable() would show each CR of a file that has such line ends.
[[nodiscard]] std::string with_line_feeds(std::string_view text);

/// printable() for a name or a column: line ends and tabs are shown as escapes too, so that it cannot pass for lines
/// that stand beside it.
[[nodiscard]] std::string printable_word(std::string_view text);

/// What stands for other characters in a pattern.
enum class Wildcards {
    stars,            ///< `*` for any characters
    stars_and_marks,  ///< and `?` for one byte
};
/// Whether the whole `name` fits the pattern. In linear time for one star, quadratic at most.
[[nodiscard]] bool fits(std::string_view name, std::string_view pattern, Wildcards wildcards) noexcept;

/// Byte offset of the first byte that is not valid UTF-8; nullopt if all is valid.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept;

/// Code points in valid UTF-8 (each invalid byte counts one).
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

/// 1-based line and column (characters) of a byte offset, and that line's text without its line end.
struct TextPosition {
    std::size_t line = 1;
    std::size_t column = 1;
    std::string_view line_text;
};
/// An offset behind the end counts as the end. A BOM at the start counts as no character.
[[nodiscard]] TextPosition position_of(std::string_view text, std::size_t offset) noexcept;

/// Line `number` (from 1) of the text, without its line end; empty if there are not so many.
[[nodiscard]] std::string_view line_of(std::string_view text, std::size_t number) noexcept;

/// "file:line:column", as far as it is known.
[[nodiscard]] std::string place_text(const Location& location);

}  // namespace rev::base
