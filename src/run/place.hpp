#pragma once

#include <cstddef>

#include "run/prepared.hpp"
#include "state/ledger.hpp"

namespace rev::run {

// Where a step that runs statement by statement is. The ledger keeps it; whether it is still the same place in the file
// is seen by a checksum that is chained over all statements before it.

/// The place before statement `index` (0-based) of the step.
[[nodiscard]] state::Progress progress_at(const PreparedStep& step, std::size_t index, Dialect dialect);
/// The same, from the place before the statement that precedes it.
[[nodiscard]] state::Progress next_progress(const state::Progress& progress, const PreparedStep& step, Dialect dialect);

/// What the ledger says of the step beside its place. A view.
[[nodiscard]] state::LedgerStep ledger_step(const PreparedStep& step);

}  // namespace rev::run
