#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rev/run_result.hpp"

namespace rev::state {

// Notes of a step as rev_log and rev_progress keep them: a line each, readable as it is.
//
//     12 skipped rev:unless column account.region
//     20 repeated 12 58000 rev:repeat pause=100ms

/// A line end behind each; empty: there are none.
[[nodiscard]] std::string encode_notes(const std::vector<StatementNote>& notes);
/// What is no note is passed over: a newer rev may have written more.
[[nodiscard]] std::vector<StatementNote> decode_notes(std::string_view text);

/// What a note says, without its line: "skipped: rev:unless column account.region", "12 batches of 58000 rows:
/// rev:repeat".
[[nodiscard]] std::string note_text(const StatementNote& note);

}  // namespace rev::state
