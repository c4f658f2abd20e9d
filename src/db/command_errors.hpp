#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "db/database.hpp"

// Errors of batches that every driver words alike. offset: a byte of the command's SQL; index: of the command.

namespace rev::db {

/// The place of a byte of a command's SQL in its source.
[[nodiscard]] Location location_in(const Command& command, std::size_t offset);

/// Throws CommandError if the command's SQL holds a NUL byte, which no driver can send.
void refuse_nul(const Command& command, std::size_t index);

/// row: the first one, for people.
[[nodiscard]] CommandError returned_rows_error(const Command& command, std::size_t index, std::size_t statement,
                                               std::size_t offset, const std::string& row);

/// A Command::Kind::change that did not hit exactly one row. rows: how many it hit, as text. Nothing is located: the
/// SQL is rev's own.
[[nodiscard]] CommandError wrong_row_count_error(const Command& command, std::size_t index, std::string_view rows);

/// A statement that would begin or end the transaction that the SQL runs in; found before it was sent, so that the
/// step is rolled back. control: such as
/// "COMMIT".
[[nodiscard]] CommandError transaction_control_error(const Command& command, std::size_t index, std::size_t offset,
                                                     std::string_view control);

/// The SQL has ended the transaction that it runs in, as was seen when it had been sent: work may be committed.
[[nodiscard]] CommandError transaction_ended_error(const Command& command, std::size_t index, std::size_t offset);

}  // namespace rev::db
