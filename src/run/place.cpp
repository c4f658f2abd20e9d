#include "run/place.hpp"

#include <string>

#include "run/as_written.hpp"
#include "run/guards.hpp"
#include "state/checksum.hpp"
#include "state/sha256.hpp"

namespace rev {

Progress next_progress(const Progress& progress, const PreparedStep& step, Dialect dialect) {
    const auto& done = step.statements[progress.statement - 1];
    // Behind the last statement there is no next one: its own line is as near as can be.
    Progress next{.statement = progress.statement + 1, .line = line_in_file(step, done), .checksum = {}};
    // Chained, so that one value stands for all statements so far, in their order.
    auto sums = progress.checksum + statement_checksum(done, dialect);
    for (const auto& marker : markers_above(step, progress.statement - 1))
        sums += normalized_marker("-- " + std::string(marker.text), dialect);
    next.checksum = sha256(sums);
    if (progress.statement < step.statements.size())
        next.line = line_in_file(step, step.statements[progress.statement]);
    return next;
}

Progress progress_at(const PreparedStep& step, std::size_t index, Dialect dialect) {
    Progress progress{.statement = 1,
                      .line = step.statements.empty() ? 0 : line_in_file(step, step.statements.front()),
                      .checksum = {}};
    while (progress.statement <= index && progress.statement <= step.statements.size())
        progress = next_progress(progress, step, dialect);
    return progress;
}

LedgerStep ledger_step(const PreparedStep& step) {
    return {.revision = step.step.revision->id,
            .direction = step.step.direction,
            .statements = step.statements.size(),
            .path = step.path,
            .changes = step.step.changes};
}

}  // namespace rev
