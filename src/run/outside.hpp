#pragma once

#include <cstddef>
#include <optional>

#include "run/failure.hpp"
#include "run/ledger_keeper.hpp"
#include "run/left_indexes.hpp"
#include "run/marked_statements.hpp"
#include "run/place.hpp"
#include "run/section_session.hpp"
#include "run/sender.hpp"
#include "run/way.hpp"
#include "state/ledger.hpp"

namespace rev::run {

/// A step outside a transaction, one statement at a time, with the ledger beside it: decides what comes next, and
/// whether a statement runs alone, in one transaction with the ledger, or in one of the section's own.
class Outside final : public StepWay {
public:
    /// All must outlive it.
    Outside(RunState& run, Failure& failure, Sender& sender) : run_(run), failure_(failure), sender_(sender) {}

    void run(StepAtWork& current) override { run_from(current, std::nullopt); }
    /// From a place that the ledger has.
    void resume(StepAtWork& current, const state::Progress& place) { run_from(current, place); }

private:
    void run_from(StepAtWork& current, const std::optional<state::Progress>& resumed);
    void limit_session(const StepAtWork& current);
    void restore(StepAtWork& current, std::size_t before);
    void run_statements(StepAtWork& current, state::Progress progress);
    void run_next(StepAtWork& current, std::size_t index, const state::Progress& next);
    void run_unnoted(StepAtWork& current, std::size_t index, const state::Progress& next);
    void run_alone(StepAtWork& current, std::size_t index, const state::Progress& next);
    void run_inside(StepAtWork& current, std::size_t index, const state::Progress& next);
    void run_statement_with_ledger(StepAtWork& current, std::size_t index, const state::Progress& next);
    void refuse_open_transaction(StepAtWork& current);
    void finish_outside(StepAtWork& current);

    RunState& run_;
    Failure& failure_;
    Sender& sender_;
    // Each knows only those above it.
    SectionSession session_{run_, sender_};
    LedgerKeeper ledger_{run_, sender_, session_};
    LeftIndexes left_indexes_{run_, sender_, ledger_};
    MarkedStatements marked_{run_, failure_, sender_, session_, ledger_};
};

}  // namespace rev::run
