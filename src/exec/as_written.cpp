#include "exec/as_written.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"

namespace rev {
namespace {

/// The 1-based column in `written` of a column in `filled`.
std::size_t column_in(std::string_view written, std::string_view filled, std::size_t column) {
    const auto differ = std::ranges::mismatch(written, filled);
    const auto same_before =
        count_characters(written.substr(0, static_cast<std::size_t>(differ.in1 - written.begin())));
    if (column <= same_before) return column;
    std::size_t same_behind = 0;
    while (same_behind < std::min(written.size(), filled.size()) &&
           written[written.size() - 1 - same_behind] == filled[filled.size() - 1 - same_behind])
        ++same_behind;
    const auto left = count_characters(filled) + 1 - std::min(column, count_characters(filled) + 1);
    const auto behind = count_characters(written.substr(written.size() - same_behind));
    return left <= behind ? count_characters(written) + 1 - left : same_before + 1;
}

}  // namespace

Location as_written(Location location, std::string_view written, std::size_t first_line) {
    if (location.line < first_line) return location;
    const auto line = line_of(written, location.line - first_line + 1);
    if (line == location.line_text) return location;
    if (location.column > 0) location.column = column_in(line, location.line_text, location.column);
    location.line_text = std::string(line);
    return location;
}

}  // namespace rev
