#include "run/place.hpp"

#include <string>

#include "run/as_written.hpp"
#include "run/guards.hpp"
#include "state/checksum.hpp"
#include "state/sha256.hpp"

namespace rev::run {

state::Progress next_progress(const state::Progress& progress, const PreparedStep& step, Dialect dialect) {
    const auto& done = step.statements[progress.statement - 1];
    // Behind the last statement there is no next one: its own line is as near as can be.
    state::Progress next{.statement = progress.statement + 1, .line = line_in_file(step, done), .checksum = {}};
    // Chained, so that one value stands for all statements so far, in their order.
    auto sums = progress.checksum + state::statement_checksum(done, dialect);
    for (const auto& marker : markers_above(step, progress.statement - 1))
        sums += sql::normalized_marker("-- " + std::string(marker.text), dialect);
    next.checksum = state::sha256(sums);
    if (progress.statement < step.statements.size())
        next.line = line_in_file(step, step.statements[progress.statement]);
    return next;
}

state::Progress progress_at(const PreparedStep& step, std::size_t index, Dialect dialect) {
    state::Progress progress{.statement = 1,
                             .line = step.statements.empty() ? 0 : line_in_file(step, step.statements.front()),
                             .checksum = {}};
    while (progress.statement <= index && progress.statement <= step.statements.size())
        progress = next_progress(progress, step, dialect);
    return progress;
}

state::LedgerStep ledger_step(const PreparedStep& step) {
    return {.revision = step.step.revision->id,
            .direction = step.step.direction,
            .statements = step.statements.size(),
            .path = step.path,
            .changes = step.step.changes};
}

}  // namespace rev::run
