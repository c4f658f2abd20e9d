#pragma once

#include <cstddef>
#include <string>

#include "run/execute.hpp"
#include "run/guards.hpp"
#include "run/recorder.hpp"
#include "run/step_at_work.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"
#include "state/tables.hpp"

namespace rev::run {

/// One execution of a plan: what is run, where, who records, who is told, and what came of it so far. Its parts decide
/// the rest: how a step runs (in_transaction, whole_plan, outside), what is tried again (sender, retry), and what is
/// done when something fails (failure).
class RunState {
public:
    /// found: at the start of the run, under its lock. All must outlive it.
    RunState(Database& database, const PreparedPlan& plan, const state::FoundTables& found,
             const ExecuteOptions& options, state::Reporter& reporter);
    RunState(const RunState&) = delete;
    RunState& operator=(const RunState&) = delete;

    /// What is run on: online_sqlite() is false for a script that is written.
    [[nodiscard]] Dialect dialect() const noexcept { return database.dialect(); }
    [[nodiscard]] bool online_sqlite() const { return !options.offline && dialect() == Dialect::sqlite; }
    /// Whether the whole plan is one; a stamp always is.
    [[nodiscard]] bool one_transaction() const;

    /// Tells that the step begins. index: in the plan.
    [[nodiscard]] StepAtWork start_step(std::size_t index) const;
    /// The same, and tells nobody.
    [[nodiscard]] StepAtWork at_work(const PreparedStep& step) const;
    /// It is committed, or with one transaction ready to be.
    void finish_step(const StepAtWork& current);
    /// Keeps for the log what the section has set in its session: `rev verify` sets it again, so that verify sections
    /// see then what they see now.
    void record_session(StepAtWork& current) const;

    /// For the guards of a step; what they leave out is told.
    [[nodiscard]] GuardKeeper guard_keeper(const PreparedStep& step, GuardKeeper::Send send) const;

    /// What is done and stays, for messages: "2 of 5 steps are done and stay".
    [[nodiscard]] std::string done_text() const;

    Database& database;
    const PreparedPlan& plan;
    const state::FoundTables& found;
    const ExecuteOptions& options;
    state::Reporter& reporter;
    const state::Tables tables;
    Recorder recorder;
    RunResult result;
};

}  // namespace rev::run
