#pragma once

#include <cstddef>
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

}  // namespace rev::base
