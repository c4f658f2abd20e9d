#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rev::base {

/// One code point as it stands in UTF-8 text.
struct CodePoint {
    char32_t value = 0;      ///< meaningless when not valid
    std::size_t length = 1;  ///< bytes; 1 for an invalid byte
    bool valid = false;
};

/// The code point at `offset`, which must be below text.size(). Overlong forms, surrogates and values above
/// U+10FFFF are invalid.
[[nodiscard]] CodePoint decode_utf8(std::string_view text, std::size_t offset) noexcept;

/// Whether the byte goes on with a character that began before it.
[[nodiscard]] constexpr bool is_continuation_byte(char byte) noexcept {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Whether the text is the same in every encoding that a server may have.
[[nodiscard]] bool is_ascii(std::string_view text) noexcept;

/// Byte offset of the character of this 0-based index; text.size() if there are not so many. A byte that is no UTF-8
/// counts with the character before it.
[[nodiscard]] std::size_t offset_of_character(std::string_view text, std::size_t index) noexcept;

/// As many whole characters of the text's beginning as `most_bytes` bytes hold.
[[nodiscard]] std::string_view whole_characters(std::string_view text, std::size_t most_bytes) noexcept;

/// `value` is at most U+10FFFF; a surrogate is written as if it were a character.
void append_utf8(std::string& text, char32_t value);

}  // namespace rev::base
