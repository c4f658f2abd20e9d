#include "report/page_parts.hpp"

#include <fmt/format.h>

#include <charconv>

#include "state/sha256.hpp"

namespace rev {
namespace {

/// Base64 (RFC 4648) of bytes that are given in hexadecimal.
std::string base64_of_hex(std::string_view hex) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0;
    unsigned held = 0;  // how many bits
    for (const char& digit : hex) {
        unsigned value = 0;
        std::from_chars(&digit, &digit + 1, value, 16);
        bits = bits << 4U | value;
        held += 4;
        if (held < 6) continue;
        held -= 6;
        out += digits[bits >> held & 63U];
    }
    if (held > 0) out += digits[bits << (6U - held) & 63U];
    return out.append((4 - out.size() % 4) % 4, '=');
}

}  // namespace

std::string source_hash(std::string_view text) { return base64_of_hex(sha256(text)); }

std::string fill_page(std::string_view page, const std::map<std::string_view, std::string_view>& parts) {
    std::string out;
    while (true) {
        const auto begin = page.find("{{");
        out += page.substr(0, begin);
        if (begin == std::string_view::npos) return out;
        const auto end = page.find("}}", begin);
        out += parts.at(page.substr(begin + 2, end - begin - 2));
        page.remove_prefix(end + 2);
    }
}

void append_safe(std::string& out, std::string_view json) {
    constexpr std::string_view line_separators = "\xE2\x80\xA8\xE2\x80\xA9";
    for (std::size_t i = 0; i < json.size(); ++i) {
        const auto three = json.substr(i, 3);
        if (json[i] == '<' || json[i] == '>' || json[i] == '&') {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(json[i]));
        } else if (three == line_separators.substr(0, 3) || three == line_separators.substr(3)) {
            out += three.back() == '\xA8' ? "\\u2028" : "\\u2029";
            i += 2;
        } else {
            out += json[i];
        }
    }
}

}  // namespace rev
