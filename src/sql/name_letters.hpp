#pragma once

namespace rev::sql {

// What names and words are made of, to both servers.

/// 0 to 9.
[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
/// Every byte of a character that is not ASCII is a letter, whatever the character.
[[nodiscard]] constexpr bool is_name_start(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
/// `$` may stand within a name.
[[nodiscard]] constexpr bool is_name_part(char c) noexcept { return is_name_start(c) || is_digit(c) || c == '$'; }
/// The tag of a dollar quote is a name without `$`.
[[nodiscard]] constexpr bool is_tag_part(char c) noexcept { return is_name_start(c) || is_digit(c); }

}  // namespace rev::sql
