#pragma once

#include <cstddef>
#include <vector>

#include "rev/run_result.hpp"
#include "run/failure.hpp"
#include "run/ledger_keeper.hpp"
#include "run/run_state.hpp"
#include "run/section_session.hpp"
#include "run/sender.hpp"
#include "run/step_at_work.hpp"
#include "sql/statement_markers.hpp"
#include "state/ledger.hpp"

namespace rev::run {

/// Statements with markers outside a transaction: decides whether guards leave one out, and how often one that is
/// repeated runs, each time in one transaction with the ledger's count, until it changes no row.
class MarkedStatements {
public:
    /// All must outlive it.
    MarkedStatements(RunState& run, Failure& failure, Sender& sender, const SectionSession& session,
                     LedgerKeeper& ledger)
        : run_(run), failure_(failure), sender_(sender), session_(session), ledger_(ledger) {}

    /// Does with the statement at `here` what its markers say, until the place is `next`. False: nothing is done, and
    /// it runs as one without markers does.
    [[nodiscard]] bool run_as_marked(StepAtWork& current, const state::Progress& here, const state::Progress& next);
    /// What a run, or a try, has said of statements before; a newer note of the same line takes its place.
    static void take_notes(StepAtWork& current, std::vector<StatementNote> notes);

private:
    [[nodiscard]] bool is_left_out(StepAtWork& current, const state::Progress& here);
    void pass_over(StepAtWork& current, const state::Progress& next);
    void write_scripted(const StepAtWork& current, std::size_t index);
    void run_repeated(StepAtWork& current, const state::Progress& here, const state::Progress& next);
    [[nodiscard]] bool run_batch(StepAtWork& current, std::size_t index, const state::Progress& next);
    void stop_at_most_batches(StepAtWork& current, const sql::StatementMarker& repetition);
    void refuse_open_transaction_around(StepAtWork& current, const sql::StatementMarker& repetition);

    RunState& run_;
    Failure& failure_;
    Sender& sender_;
    const SectionSession& session_;
    LedgerKeeper& ledger_;
    std::size_t batches_run_ = 0;  ///< of all repeated statements of the run
};

}  // namespace rev::run
