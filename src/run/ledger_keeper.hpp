#pragma once

#include <cstddef>

#include "run/batch.hpp"
#include "run/run_state.hpp"
#include "run/section_session.hpp"
#include "run/sender.hpp"
#include "run/step_at_work.hpp"
#include "state/ledger.hpp"

namespace rev::run {

/// Keeps the ledger going beside a section outside a transaction: decides in which transaction its row is written, with
/// whose rights, and whether the commit of a statement can record the step itself. What goes into the row is
/// Recorder's.
class LedgerKeeper {
public:
    /// All must outlive it.
    LedgerKeeper(RunState& run, Sender& sender, const SectionSession& session)
        : run_(run), sender_(sender), session_(session) {}

    /// In a transaction of its own. place: what comes next. Nothing offline.
    void write(StepAtWork& current, const state::Progress& place);
    /// SQLite: the same with the place that the section is at, where the ledger was left behind.
    void catch_up(StepAtWork& current);
    /// PostgreSQL: StepAtWork::invalid_indexes, in a transaction of its own.
    void keep_invalid_indexes(const StepAtWork& current);

    /// Sends what `batch` has of the transaction of a statement, and commits it with the place. finishes: with the end
    /// of the step instead, see finishes_with().
    void commit(StepAtWork& current, Batch& batch, const state::Progress& place, bool finishes);
    /// SQLite: whether the statement's commit can record the step too: nothing behind it changes a file, or can fail.
    [[nodiscard]] bool finishes_with(const StepAtWork& current, std::size_t index) const;

    /// Whether the section's own transaction may write: one that is READ ONLY leaves the ledger's line for behind it.
    [[nodiscard]] bool may_write_inside() const;
    /// In the section's own transaction, before the statement that commits it.
    void write_inside(StepAtWork& current, std::size_t index, const state::Progress& place);
    /// Behind that statement: the database has what write_inside() wrote.
    void take_as_committed(StepAtWork& current, std::size_t index, const state::Progress& place);

private:
    void own_session(Batch& batch) const;
    void keep_session(StepAtWork& current);
    static void take_as_recorded(StepAtWork& current);

    RunState& run_;
    Sender& sender_;
    const SectionSession& session_;
};

}  // namespace rev::run
