#include <charconv>
#include <map>
#include <string_view>

#include "report/graph_page/page.hpp"
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

/// As a Content-Security-Policy names what stands in the page itself.
std::string hash_of(std::string_view text) { return base64_of_hex(sha256(text)); }

/// Puts each part where the page says {{name}}; what a part says is not looked at. In one pass: a revision's message
/// with {{script}} in it stays text.
std::string fill(std::string_view page, const std::map<std::string_view, std::string_view>& parts) {
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

std::string graph_html(const GraphPicture& picture) {
    const auto title = markup_text(picture.page.title);
    const auto data = graph_page_data(picture);
    // The page allows exactly this style and this script by their hashes; what a message might smuggle in does not run.
    // Source: CSP, "hash-source".
    const auto style_hash = hash_of(graph_page_style);
    const auto script_hash = hash_of(graph_page_script);
    return fill(graph_page_html, {{"title", title},
                                  {"data", data},
                                  {"style", graph_page_style},
                                  {"script", graph_page_script},
                                  {"style-hash", style_hash},
                                  {"script-hash", script_hash}});
}

}  // namespace rev
