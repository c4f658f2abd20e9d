#include "base/utf8.hpp"

#include <algorithm>

namespace rev::base {

namespace {

struct Lead {
    std::size_t length;
    char32_t bits;
    char32_t smallest;  ///< below this the form is overlong
};

/// A continuation byte (10xxxxxx) or 0xF8 and above begins no character.
Lead read_lead(unsigned char byte) noexcept {
    if (byte < 0x80) return {1, byte, 0};
    if ((byte & 0xE0) == 0xC0) return {2, byte & 0x1FU, 0x80};
    if ((byte & 0xF0) == 0xE0) return {3, byte & 0x0FU, 0x800};
    if ((byte & 0xF8) == 0xF0) return {4, byte & 0x07U, 0x10000};
    return {0, 0, 0};
}

bool is_scalar_value(char32_t value) noexcept {
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    return !surrogate && value <= 0x10FFFF;
}

}  // namespace

CodePoint decode_utf8(std::string_view text, std::size_t offset) noexcept {
    const auto lead = read_lead(static_cast<unsigned char>(text[offset]));
    // An invalid byte counts as a character of its own: whoever counts or escapes goes on with the next byte.
    if (lead.length == 0 || lead.length > text.size() - offset) return {};
    auto value = lead.bits;
    for (std::size_t i = 1; i < lead.length; ++i) {
        const char byte = text[offset + i];
        if (!is_continuation_byte(byte)) return {};
        value = (value << 6) | (static_cast<unsigned char>(byte) & 0x3FU);
    }
    // Overlong forms are refused because they give one character a second spelling, past every check for the first.
    if (value < lead.smallest || !is_scalar_value(value)) return {};
    return {value, lead.length, true};
}

bool is_ascii(std::string_view text) noexcept {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::size_t offset_of_character(std::string_view text, std::size_t index) noexcept {
    std::size_t offset = 0;
    for (; offset < text.size(); ++offset) {
        if (is_continuation_byte(text[offset])) continue;
        if (index == 0) break;
        --index;
    }
    return offset;
}

std::string_view whole_characters(std::string_view text, std::size_t most_bytes) noexcept {
    if (text.size() <= most_bytes) return text;
    auto end = most_bytes;
    while (end > 0 && is_continuation_byte(text[end])) --end;
    return text.substr(0, end);
}

void append_utf8(std::string& text, char32_t value) {
    const auto append_continuation = [&](unsigned shift) {
        text += static_cast<char>(0x80U | ((value >> shift) & 0x3FU));
    };
    if (value < 0x80) {
        text += static_cast<char>(value);
    } else if (value < 0x800) {
        text += static_cast<char>(0xC0U | (value >> 6U));
        append_continuation(0);
    } else if (value < 0x10000) {
        text += static_cast<char>(0xE0U | (value >> 12U));
        append_continuation(6);
        append_continuation(0);
    } else {
        text += static_cast<char>(0xF0U | (value >> 18U));
        append_continuation(12);
        append_continuation(6);
        append_continuation(0);
    }
}

}  // namespace rev::base
