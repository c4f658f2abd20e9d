#include "run/as_written.hpp"

#include <string>
#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace rev::run {
namespace {

/// Offset of a character of the line, 1-based; of the line's end if it has not so many.
std::size_t offset_of_column(std::string_view line, std::size_t column) {
    return column > 0 ? base::offset_of_character(line, column - 1) : 0;
}

/// Both lists of places grow, so one walk is enough: what lies between two variables is the same length in both texts.
std::size_t written_offset(std::span<const FilledIn> variables, std::size_t offset) {
    std::size_t behind_written = 0;  // the two ends of the last variable that begins before the offset
    std::size_t behind_filled = 0;
    for (const auto& variable : variables) {
        if (offset < variable.offset) break;
        // Within a value there is nothing in the file to point at but the variable itself.
        if (offset < variable.offset + variable.length) return variable.written_offset;
        behind_written = variable.written_offset + variable.written_length;
        behind_filled = variable.offset + variable.length;
    }
    return behind_written + (offset - behind_filled);
}

}  // namespace

SqlInFile sql_in_file(const PreparedStep& step) {
    return {.sql = step.sql,
            .written = {.text = step.variables.empty() ? step.sql : step.written,
                        .path = step.path,
                        .first_line = step.first_line},
            .variables = step.variables};
}

SqlInFile sql_in_file(const VerifyPart& part, std::string_view path) {
    return {.sql = part.sql,
            .written = {.text = part.variables.empty() ? part.sql : part.written,
                        .path = path,
                        .first_line = part.first_line},
            .variables = part.variables};
}

Location place_at(const SqlInFile& source, std::size_t offset) {
    return source.written.at(source.variables.empty() ? offset : written_offset(source.variables, offset));
}

Location as_written(Location in_sql, const SqlInFile& source) {
    in_sql.file = source.written.path;
    const auto first_line = source.written.first_line;
    // Without variables the driver's line is the file's, and it has the line's text at hand.
    if (source.variables.empty() || in_sql.line < first_line) return in_sql;
    const auto line = base::line_of(source.sql, in_sql.line - first_line + 1);
    // A line behind the text's end: a value with line ends in it has moved the server's count beyond what is there.
    if (line.data() == nullptr) return {.file = in_sql.file, .line = 0, .column = 0, .line_text = {}};
    const auto begin = static_cast<std::size_t>(line.data() - source.sql.data());
    auto place = place_at(source, begin + offset_of_column(line, in_sql.column));
    if (in_sql.column == 0) place.column = 0;
    return place;
}

std::size_t line_in_file(const PreparedStep& step, const Statement& statement) {
    return step.variables.empty() ? statement.line : place_of(sql_in_file(step), statement).line;
}

}  // namespace rev::run
