#include "base/utf8.hpp"

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
        const auto byte = static_cast<unsigned char>(text[offset + i]);
        if ((byte & 0xC0) != 0x80) return {};
        value = (value << 6) | (byte & 0x3FU);
    }
    // Overlong forms are refused because they give one character a second spelling, past every check for the first.
    if (value < lead.smallest || !is_scalar_value(value)) return {};
    return {value, lead.length, true};
}

}  // namespace rev::base
