#include <fmt/format.h>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "report/graph_picture.hpp"

namespace rev::report {
namespace {

/// printable() leaves these: they are neither in XML nor in HTML.
bool is_no_character(char32_t character) {
    return (character & 0xFFFE) == 0xFFFE || (character >= 0xFDD0 && character <= 0xFDEF);
}

void append_character(std::string& out, std::string_view character, char32_t value) {
    switch (value) {
        case '&':
            out += "&amp;";
            return;
        case '<':
            out += "&lt;";
            return;
        case '>':
            out += "&gt;";
            return;
        case '"':
            out += "&quot;";
            return;
        case '\'':
            out += "&#39;";
            return;
        default:
            out += is_no_character(value) ? "\xEF\xBF\xBD" : character;
            return;
    }
}

}  // namespace

/// Quotes too, so that it may stand in an attribute as well as between tags.
std::string markup_text(std::string_view text) {
    const auto shown = base::printable(text);
    std::string out;
    for (std::size_t at = 0; at < shown.size();) {
        const auto point = base::decode_utf8(shown, at);
        append_character(out, std::string_view(shown).substr(at, point.length), point.value);
        at += point.length;
    }
    return out;
}

}  // namespace rev::report
