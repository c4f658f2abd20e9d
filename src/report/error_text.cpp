#include "report/error_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/secrets.hpp"
#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace rev::report {
namespace {

constexpr std::size_t widest_line = 160;  // characters of a source line that are shown

/// The part of a long line that surrounds its column, and the caret under it. Tabs become single spaces, so that the
/// caret stands right.
std::string source_line(const Location& location, Style style) {
    if (location.line_text.empty()) return {};
    const auto whole = base::hide_secrets(location.line_text);
    // Where something of it is hidden, the caret would stand at another place.
    const auto column = whole == location.line_text ? location.column : 0;
    const auto index = column == 0 ? 0 : column - 1;
    // Forty characters behind the place are shown, and the rest before it.
    const auto first = index > widest_line - 40 ? index - (widest_line - 40) : 0;
    std::string_view line = whole;
    line.remove_prefix(base::offset_of_character(line, first));
    line = line.substr(0, base::offset_of_character(line, widest_line));
    const auto split = base::offset_of_character(line, index - first);
    const auto shown = [](std::string_view part) {
        auto text = base::printable(part);
        std::replace(text.begin(), text.end(), '\t', ' ');
        return text;
    };
    const auto before = shown(line.substr(0, split));
    const auto number = fmt::format("{:>5} | ", location.line);
    auto text = number + before + shown(line.substr(split)) + "\n";
    if (column == 0) return text;
    text += std::string(number.size() - 2, ' ') + "| " + std::string(base::count_characters(before), ' ');
    return text + style.bad("^") + "\n";
}

std::string labelled(std::string_view label, std::string_view text) {
    return std::string(label) + hanging(text, label.size()) + "\n";
}

/// The first lines of a long list; the rest is counted.
std::string cut(std::string_view list, ListLength length) {
    list = base::trim(list);
    if (length == ListLength::all) return std::string(list);
    std::size_t end = 0;
    for (std::size_t line = 0; line < base::one_screen_of_items; ++line) {
        end = list.find('\n', end);
        if (end == std::string_view::npos) return std::string(list);
        ++end;
    }
    const auto rest = 1 + std::ranges::count(list.substr(end), '\n');
    return fmt::format("{}... and {} more (-v lists all)", list.substr(0, end), rest);
}

}  // namespace

std::string hanging(std::string_view text, std::size_t indent) {
    std::string result;
    for (const char c : base::printable(base::trim(text))) {
        result += c;
        if (c == '\n') result.append(indent, ' ');
    }
    return result;
}

std::string error_text(const Error& error, Style style, ListLength length) {
    constexpr std::string_view label = "error:";
    auto text = style.bad(label) + " " + hanging(error.what(), label.size() + 1) + "\n";
    if (const auto place = base::place_text(error.location()); !place.empty())
        text += "  at " + style.strong(place) + "\n";
    text += source_line(error.location(), style);
    if (!error.detail().empty()) text += labelled("DETAIL: ", cut(error.detail(), length));
    if (!error.sqlstate().empty())
        text += labelled(base::is_sqlite_code(error.sqlstate()) ? "SQLite code: " : "SQLSTATE: ", error.sqlstate());
    if (!error.hint().empty()) text += labelled("hint: ", error.hint());
    return text;
}

}  // namespace rev::report
