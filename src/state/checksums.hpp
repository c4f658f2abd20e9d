#pragma once

#include <span>
#include <string>
#include <string_view>

#include "state/read_columns.hpp"
#include "state/state.hpp"

namespace rev::state {

/// Whether the log has all of these columns.
[[nodiscard]] bool has_log_columns(const FoundTables& found, std::span<const std::string_view> needed);
/// Whether the log has the columns that checksums are read from: an older rev's lacks them until the next run adds
/// them. Reading changes nothing, and so does without.
[[nodiscard]] bool has_checksums(const FoundTables& found);

/// What a row of rev_log tells of what is applied. Of these, a question asks for those that it needs; the others are
/// empty.
struct LoggedEvent {
    long long id = 0;
    std::string event;
    SqlValue version_table;
    SqlValue revision;
    SqlValue repeatable;
    SqlValue checksum;
    SqlValue raw_checksum;
    std::string source;
};

/// Of a question for them.
using EventColumn = ReadColumn<LoggedEvent>;

/// Takes the newest event so far of its revision, which has one. event: revision, event and checksums; one of those
/// that decide what is applied.
void add_event(AppliedChecksums& all, LoggedEvent event);
/// The same of a repeatable object: it is an `apply` or a `drop`, with id, checksums and source.
void add_event(LoggedRepeatables& all, LoggedEvent event);

}  // namespace rev::state
