#include "report/page_parts.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "report/graph_picture.hpp"
#include "state/sha256.hpp"

namespace rev::report {

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

/// As a Content-Security-Policy names what stands in the page itself.
std::string source_hash(std::string_view text) { return base64_of_hex(state::sha256(text)); }

using Parts = std::map<std::string_view, std::string_view>;

/// Puts each part where the page says {{name}}; what a part says is not looked at. In one pass: a message with
/// {{script}} in it stays text.
std::string fill(std::string_view page, const Parts& parts) {
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

}  // namespace

std::string whole_page(const Page& page) {
    const auto title = markup_text(page.title);
    const auto body = fill(page.body, {{"title", title}});
    // The page allows exactly this style and this script by their hashes; what a message might smuggle in does not run.
    // Source: CSP, "hash-source".
    const auto style_hash = source_hash(page.style);
    const auto script_hash = source_hash(page.script);
    return fill(page_frame, {{"title", title},
                             {"subject", page.subject},
                             {"body", body},
                             {"data", page.data},
                             {"style", page.style},
                             {"script", page.script},
                             {"style-hash", style_hash},
                             {"script-hash", script_hash}});
}

void append_safe(std::string& out, std::string_view json) {
    // JSON's own escapes: a <script> element reads no entities.
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

}  // namespace rev::report
