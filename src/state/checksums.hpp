#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "state/state.hpp"

namespace rev::state {

/// Whether the log has all of these columns.
[[nodiscard]] bool has_log_columns(const FoundTables& found, std::span<const std::string_view> needed);
/// Whether the log has the columns that checksums are read from: an older rev's lacks them until the next run adds
/// them. Reading changes nothing, and so does without.
[[nodiscard]] bool has_checksums(const FoundTables& found);

/// answer: revision, checksum, raw_checksum and event of each row that decides what is applied, oldest first.
[[nodiscard]] AppliedChecksums to_checksums(std::vector<SqlRow> answer);

/// answer: repeatable, event, checksum, raw_checksum, source and id of each row that is about one, oldest first.
[[nodiscard]] LoggedRepeatables to_repeatables(std::vector<SqlRow> answer);

}  // namespace rev::state
