// Java's properties. Source: the documentation of java.util.Properties.load().
#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <vector>

#include "base/utf8.hpp"
#include "import/settings_text.hpp"

namespace rev::foreign {

namespace {

/// Without their ends, of which Java knows three.
std::vector<std::string_view> natural_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of("\r\n"), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
        text.remove_prefix(text.starts_with("\r\n") ? 2 : std::min<std::size_t>(1, text.size()));
    }
    return lines;
}

/// Java's blanks within a line.
bool is_java_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\f'; }

std::size_t behind_java_blanks(std::string_view text, std::size_t at) noexcept {
    while (at < text.size() && is_java_blank(text[at])) ++at;
    return at;
}

/// Of `\uXXXX` at `at`; nullopt: there is no such escape.
std::optional<unsigned> utf16_unit_at(std::string_view text, std::size_t at) {
    constexpr std::size_t digits = 4;
    if (at + 2 + digits > text.size() || !text.substr(at).starts_with("\\u")) return std::nullopt;
    unsigned unit = 0;
    const auto* const end = text.data() + at + 2 + digits;
    const auto [behind, failed] = std::from_chars(text.data() + at + 2, end, unit, 16);
    return failed == std::errc() && behind == end ? std::optional(unit) : std::nullopt;
}

std::string without_java_escapes(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\') {
            plain += text[at];
            continue;
        }
        if (auto point = utf16_unit_at(text, at)) {
            at += 5;
            // What does not fit into one unit of UTF-16 stands in two.
            const auto second = utf16_unit_at(text, at + 1);
            if (second && *point >= 0xD800U && *point < 0xDC00U && *second >= 0xDC00U && *second < 0xE000U) {
                *point = 0x10000U + ((*point - 0xD800U) << 10U) + (*second - 0xDC00U);
                at += 6;
            }
            base::append_utf8(plain, *point);
        } else if (at + 1 < text.size()) {
            const auto letter = std::string_view("tnrf").find(text[++at]);
            plain += letter == std::string_view::npos ? text[at] : std::string_view("\t\n\r\f")[letter];
        }
    }
    return plain;
}

/// Whether the line goes on: of two backslashes at its end the first one is the other's escape.
bool goes_on(std::string_view line) {
    const auto last = line.find_last_not_of('\\');
    return (line.size() - (last == std::string_view::npos ? 0 : last + 1)) % 2 == 1;
}

/// The first of =, : and blanks that no backslash stands before.
std::size_t end_of_java_key(std::string_view line) {
    std::size_t at = 0;
    while (at < line.size() && line[at] != '=' && line[at] != ':' && !is_java_blank(line[at]))
        at += line[at] == '\\' ? 2 : 1;
    return std::min(at, line.size());
}

}  // namespace

SettingValues read_properties(std::string_view text) {
    SettingValues values;
    const auto lines = natural_lines(text);
    for (std::size_t at = 0; at < lines.size(); ++at) {
        std::string line(lines[at].substr(behind_java_blanks(lines[at], 0)));
        if (line.empty() || line.front() == '#' || line.front() == '!') continue;
        while (goes_on(line)) {
            line.pop_back();
            if (at + 1 == lines.size()) break;
            // The blanks at the beginning of a line that goes on do not count.
            ++at;
            line += lines[at].substr(behind_java_blanks(lines[at], 0));
        }
        const auto end = end_of_java_key(line);
        auto begin = behind_java_blanks(line, end);
        if (begin < line.size() && (line[begin] == '=' || line[begin] == ':'))
            begin = behind_java_blanks(line, begin + 1);
        values[without_java_escapes(std::string_view(line).substr(0, end))] =
            without_java_escapes(std::string_view(line).substr(begin));
    }
    return values;
}

std::string from_latin1(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) base::append_utf8(text, static_cast<unsigned char>(c));
    return text;
}

}  // namespace rev::foreign
