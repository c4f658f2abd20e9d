#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "run/failure.hpp"
#include "run/place.hpp"
#include "run/sender.hpp"
#include "run/session_state.hpp"
#include "run/way.hpp"

namespace rev::run {

/// A step outside a transaction, one statement at a time, with the ledger beside it.
class Outside final : public Way {
public:
    /// All must outlive it.
    Outside(RunState& run, Failure& failure, Sender& sender) : run_(run), failure_(failure), sender_(sender) {}

    void run(StepAtWork& current) override { run_from(current, std::nullopt); }
    /// From a place that the ledger has.
    void resume(StepAtWork& current, const state::Progress& place) { run_from(current, place); }

private:
    // outside.cpp
    void run_from(StepAtWork& current, const std::optional<state::Progress>& resumed);
    void run_statements(StepAtWork& current, state::Progress progress);
    void limit_session(const StepAtWork& current);
    void stop_before_statement(StepAtWork& current);
    void run_next(StepAtWork& current, std::size_t index, const state::Progress& next);
    void run_unnoted(StepAtWork& current, std::size_t index, const state::Progress& next);
    void run_alone(StepAtWork& current, std::size_t index, const state::Progress& next);
    void run_inside(StepAtWork& current, std::size_t index, const state::Progress& next);
    [[nodiscard]] bool takes_ledger();
    void run_statement(StepAtWork& current, std::size_t index);
    void run_statement_with_ledger(StepAtWork& current, std::size_t index, const state::Progress& next);
    void run_as_marked(StepAtWork& current, const state::Progress& here, const state::Progress& next);
    void commit_with_ledger(StepAtWork& current, Batch& batch, const state::Progress& place, bool finishes);
    void refuse_open_transaction(StepAtWork& current);
    void finish_outside(StepAtWork& current);

    // outside_repeat.cpp
    [[nodiscard]] bool is_left_out(StepAtWork& current, const state::Progress& here);
    static void take_notes(StepAtWork& current, std::vector<StatementNote> notes);
    void pass_over(StepAtWork& current, const state::Progress& next);
    void write_scripted(const StepAtWork& current, std::size_t index);
    void run_repeated(StepAtWork& current, const state::Progress& here, const state::Progress& next);
    [[nodiscard]] bool run_batch(StepAtWork& current, std::size_t index, const state::Progress& next);
    void stop_at_most_batches(StepAtWork& current, const sql::StatementMarker& repetition);
    void refuse_open_transaction_around(StepAtWork& current, const sql::StatementMarker& repetition);

    // outside_session.cpp
    void write_ledger(StepAtWork& current, const state::Progress& progress);
    void catch_up(StepAtWork& current);
    [[nodiscard]] bool finishes_with(const StepAtWork& current, std::size_t index) const;
    static void take_as_recorded(StepAtWork& current);
    void write_ledger_inside(StepAtWork& current, std::size_t index, const state::Progress& progress);
    void keep_session(StepAtWork& current);
    void ask_session(Batch& batch, const StepAtWork& current) const;
    void look_at_session(StepAtWork& current, std::size_t index);
    void look_at_rowid(StepAtWork& current);
    [[nodiscard]] bool may_ask_for_rowid(const PreparedStep& step);
    void own_session(Batch& batch) const;
    void restore_session(StepAtWork& current, std::size_t before);
    void restore_kept_session(const std::string& session);
    [[noreturn]] void refuse_lost_session(const StepAtWork& current, std::size_t before, const LostSession& lost);
    void repeat_statements(StepAtWork& current, std::size_t before, bool (*is_meant)(const Statement& statement));
    [[nodiscard]] bool is_done_already(const StepAtWork& current, std::size_t index);
    [[nodiscard]] bool index_is_built(const StepAtWork& current, const Statement& statement);
    void note_invalid_indexes(StepAtWork& current, std::size_t index);
    void drop_left_indexes(const StepAtWork& current, const Statement& statement);
    void drop_index(const StepAtWork& current, const std::string& name);

    RunState& run_;
    Failure& failure_;
    Sender& sender_;
    NamedSettings named_settings_;  ///< PostgreSQL: of the section at work
    std::size_t batches_run_ = 0;   ///< of all repeated statements of the run
    bool keeps_rowid_ = false;      ///< SQLite: the section may ask for last_insert_rowid()
};

}  // namespace rev::run
