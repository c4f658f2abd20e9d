// Every driver counts statements and bytes in its own way, but a user compares two messages: so wording, codes and
// hints of what a batch may fail with are here, and only finding the place is the driver's.

#include "db/command_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace rev::db {

Location location_in(const Command& command, std::size_t offset) {
    const auto place = base::position_of(command.sql, std::min(offset, command.sql.size()));
    Location location;
    // Both are 1-based: the command's first line and line 1 of its text are the same line.
    location.line = command.first_line + place.line - 1;
    // Only the first line is shifted; the lines below begin where the lines of the source begin.
    location.column = place.line == 1 ? command.first_column + place.column - 1 : place.column;
    // The first line's beginning may lie outside the command; then the caret would not fit the text.
    if (place.line > 1 || command.first_column == 1) location.line_text = std::string(place.line_text);
    return location;
}

/// libpq takes C strings and sqlite3_prepare stops at the byte: both would run the text before it and report success.
void refuse_nul(const Command& command, std::size_t index) {
    const auto at = command.sql.find('\0');
    if (at == std::string_view::npos) return;
    throw CommandError(Error(ExitCode::revision_failed, error_codes::sql_error, "the SQL holds a NUL byte")
                           .with_hint("remove it: neither PostgreSQL nor SQLite can take one")
                           .with_location(location_in(command, at)),
                       index);
}

CommandError returned_rows_error(const Command& command, std::size_t index, std::size_t statement, std::size_t offset,
                                 const std::string& row) {
    Error error(ExitCode::revision_failed, error_codes::returned_rows,
                "a statement that must return no row returned one");
    error.with_detail("first row: " + row).with_location(location_in(command, offset));
    CommandError failed(std::move(error), index);
    failed.statement = statement;
    failed.returned_rows = true;
    return failed;
}

/// ExitCode::database and not revision_failed: it is a row of rev's own tables that was not as expected, which no
/// change of the revision file mends.
CommandError wrong_row_count_error(const Command& command, std::size_t index, std::string_view rows) {
    CommandError failed(Error(ExitCode::database, error_codes::wrong_row_count,
                              fmt::format("a change of one row hit {} rows: {}", rows, base::printable(command.sql))),
                        index);
    failed.wrong_row_count = true;
    return failed;
}

/// The exit codes of this and the next error differ on purpose: here nothing has been committed, there it may have
/// been.
CommandError transaction_control_error(const Command& command, std::size_t index, std::size_t offset,
                                       std::string_view control) {
    Error error(ExitCode::revision_failed, error_codes::transaction_ended,
                fmt::format("{} in SQL that runs in a transaction", control));
    error.with_hint("remove it: rev begins and commits the transaction itself; or set transaction: false in the header")
        .with_location(location_in(command, offset));
    return CommandError(std::move(error), index);
}

CommandError transaction_ended_error(const Command& command, std::size_t index, std::size_t offset) {
    Error error(ExitCode::database, error_codes::transaction_ended,
                "the SQL ended the transaction in which rev runs it");
    error.with_hint(
        "remove COMMIT and ROLLBACK from the section, or set transaction: false in its header; what ran before them "
        "may "
        "be committed");
    error.with_location(location_in(command, offset));
    return CommandError(std::move(error), index);
}

}  // namespace rev::db
