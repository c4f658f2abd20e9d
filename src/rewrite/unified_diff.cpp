#include "rewrite/unified_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace rev::rewrite {
namespace {

using Lines = std::vector<std::string_view>;

/// With their line ends.
Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

/// One line of the answer: ' ' stays, '-' goes, '+' comes.
struct Line {
    char sign = ' ';
    std::string_view text;
};

/// The table of a longest common subsequence takes the product of both lengths: beyond this, all lines are changed.
constexpr std::size_t most_cells = 16'000'000;

/// Both are given without the lines at their ends that are the same.
void add_changes(const Lines& before, const Lines& after, std::vector<Line>& script) {
    const auto rows = before.size();
    const auto columns = after.size();
    if ((rows + 1) * (columns + 1) > most_cells) {
        for (const auto line : before) script.push_back({'-', line});
        for (const auto line : after) script.push_back({'+', line});
        return;
    }
    std::vector<std::uint32_t> longest((rows + 1) * (columns + 1), 0);
    const auto at = [&](std::size_t row, std::size_t column) -> std::uint32_t& {
        return longest[row * (columns + 1) + column];
    };
    for (auto row = rows; row-- > 0;)
        for (auto column = columns; column-- > 0;)
            at(row, column) = before[row] == after[column] ? at(row + 1, column + 1) + 1
                                                           : std::max(at(row + 1, column), at(row, column + 1));
    std::size_t row = 0;
    std::size_t column = 0;
    while (row < rows || column < columns) {
        if (row < rows && column < columns && before[row] == after[column]) {
            script.push_back({' ', before[row++]});
            ++column;
        } else if (column == columns || (row < rows && at(row + 1, column) >= at(row, column + 1))) {
            script.push_back({'-', before[row++]});
        } else {
            script.push_back({'+', after[column++]});
        }
    }
}

std::vector<Line> script_of(Lines before, Lines after) {
    std::vector<Line> script;
    std::size_t same = 0;
    while (same < before.size() && same < after.size() && before[same] == after[same])
        script.push_back({' ', before[same++]});
    before.erase(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(same));
    after.erase(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(same));
    Lines tail;
    while (!before.empty() && !after.empty() && before.back() == after.back()) {
        tail.push_back(before.back());
        before.pop_back();
        after.pop_back();
    }
    add_changes(before, after, script);
    for (auto line = tail.rbegin(); line != tail.rend(); ++line) script.push_back({' ', *line});
    return script;
}

void append(std::string& text, const Line& line) {
    text += line.sign;
    text += line.text;
    if (!line.text.ends_with('\n')) text += "\n\\ No newline at end of file\n";
}

/// "3,7", or "3" for one line; of none, the line before.
std::string range(std::size_t first, std::size_t count) {
    if (count == 1) return fmt::format("{}", first);
    return fmt::format("{},{}", count == 0 ? first - 1 : first, count);
}

std::string hunks_of(const std::vector<Line>& script) {
    constexpr std::size_t around = 3;
    std::string text;
    std::size_t old_line = 1;
    std::size_t new_line = 1;
    for (std::size_t at = 0; at < script.size();) {
        const auto changed = std::find_if(script.begin() + static_cast<std::ptrdiff_t>(at), script.end(),
                                          [](const Line& line) { return line.sign != ' '; });
        if (changed == script.end()) break;
        const auto first_change = static_cast<std::size_t>(changed - script.begin());
        const auto begin = std::max(at, first_change - std::min(first_change, around));
        old_line += begin - at;
        new_line += begin - at;
        // To the place where twice as many lines stay as are shown around a change.
        auto end = first_change;
        for (auto look = first_change; look < script.size() && look - end <= 2 * around; ++look)
            if (script[look].sign != ' ') end = look + 1;
        end = std::min(end + around, script.size());
        std::string body;
        std::size_t old_count = 0;
        std::size_t new_count = 0;
        for (auto line = begin; line < end; ++line) {
            append(body, script[line]);
            old_count += script[line].sign != '+' ? 1 : 0;
            new_count += script[line].sign != '-' ? 1 : 0;
        }
        text += fmt::format("@@ -{} +{} @@\n{}", range(old_line, old_count), range(new_line, new_count), body);
        old_line += old_count;
        new_line += new_count;
        at = end;
    }
    return text;
}

}  // namespace

std::string unified_diff(std::string_view path, std::string_view before, std::string_view after, bool is_new) {
    if (before == after) return {};
    return fmt::format("--- {}\n+++ {}\n{}", is_new ? "/dev/null" : path, path,
                       hunks_of(script_of(lines_of(before), lines_of(after))));
}

}  // namespace rev::rewrite
