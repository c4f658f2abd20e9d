#pragma once

#include <cstddef>
#include <string>

#include "run/ledger_keeper.hpp"
#include "run/run_state.hpp"
#include "run/sender.hpp"
#include "run/step_at_work.hpp"

namespace rev::run {

/// What CREATE INDEX CONCURRENTLY and its like leave behind where a run stopped in them: decides whether such a
/// statement is done all the same, and drops the INVALID indexes that it left. PostgreSQL; nothing elsewhere.
class LeftIndexes {
public:
    /// All must outlive it.
    LeftIndexes(RunState& run, Sender& sender, LedgerKeeper& ledger) : run_(run), sender_(sender), ledger_(ledger) {}

    /// Before a statement is sent: notes which INVALID indexes are there without it, if it may leave one more.
    void note_before(StepAtWork& current, std::size_t index);
    /// Whether the statement at which the run stopped was done all the same, as far as its effect tells. If not, what
    /// it left is gone, so that it can run again.
    [[nodiscard]] bool is_done_already(const StepAtWork& current, std::size_t index);

private:
    [[nodiscard]] bool index_is_built(const StepAtWork& current, const Statement& statement);
    void drop_unnamed(const StepAtWork& current, const Statement& statement);
    void drop_index(const StepAtWork& current, const std::string& name);

    RunState& run_;
    Sender& sender_;
    LedgerKeeper& ledger_;
};

}  // namespace rev::run
