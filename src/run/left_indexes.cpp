#include "run/left_indexes.hpp"

#include <fmt/format.h>

#include "run/concurrent_index.hpp"
#include "state/reporter.hpp"

namespace rev::run {

/// What such a statement leaves has a name that only the server knows. So which ones were there before it is noted.
void LeftIndexes::note_before(StepAtWork& current, std::size_t index) {
    if (run_.dialect() != Dialect::postgresql || !may_leave_unnamed_index(current.step.statements[index])) return;
    current.invalid_indexes = invalid_indexes(run_.database);
    // In a transaction of its own before the statement: a list that was noted later would have what it left.
    ledger_.keep_invalid_indexes(current);
}

bool LeftIndexes::is_done_already(const StepAtWork& current, std::size_t index) {
    if (run_.dialect() != Dialect::postgresql) return false;
    const auto& statement = current.step.statements[index];
    drop_unnamed(current, statement);
    // These alone leave something by which it can be told that they are done, and fail when they run twice.
    return index_is_built(current, statement) || index_is_dropped(run_.database, statement) ||
           enum_value_is_there(run_.database, statement);
}

/// A CREATE INDEX CONCURRENTLY that was cut off leaves an INVALID index: dropped here, so that it can run again.
bool LeftIndexes::index_is_built(const StepAtWork& current, const Statement& statement) {
    const auto found = find_concurrent_index(run_.database, statement);
    if (!found || found->valid) return found.has_value();
    drop_index(current, found->name);
    return false;
}

void LeftIndexes::drop_unnamed(const StepAtWork& current, const Statement& statement) {
    if (!current.invalid_indexes || !may_leave_unnamed_index(statement)) return;
    for (const auto& name : left_invalid_indexes(run_.database, statement, *current.invalid_indexes))
        drop_index(current, name);
}

void LeftIndexes::drop_index(const StepAtWork& current, const std::string& name) {
    run_.reporter.warning(fmt::format("dropping the INVALID index {}", name));
    Batch batch;
    batch.own_sql("DROP INDEX CONCURRENTLY IF EXISTS " + name);
    sender_.send(batch, current);
}

}  // namespace rev::run
