#include "run/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/interrupt.hpp"
#include "run/early_enum_values.hpp"
#include "run/step_text.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::run {

RunResult Run::execute(const std::vector<state::UnfinishedRun>& unfinished) {
    run_.reporter.run_started(run_.plan);
    if (run_.plan.steps.front()->step.direction != Direction::stamp) state::refuse_unfinished(unfinished);
    refuse_shared_session();
    try {
        if (run_.one_transaction() && run_.dialect() == Dialect::postgresql && !run_.options.offline)
            refuse_early_enum_values(run_.database, run_.plan, run_.options);
        create_tables();
        run_.recorder.take_lease();
        way().run();
    } catch (const CommandError& error) {
        failure_.fail_around_steps(error);
    }
    run_.result.rows = run_.recorder.rows().all();
    return std::move(run_.result);
}

/// Outside a transaction each message may meet another session, without what the one before has set.
void Run::refuse_shared_session() {
    const auto outside = std::ranges::find_if(run_.plan.steps, [](const auto& step) { return !step->transactional; });
    if (outside == run_.plan.steps.end() || run_.options.offline || !run_.database.shares_session()) return;
    throw Error(ExitCode::database, error_codes::pooled_connection,
                fmt::format("the {} runs outside a transaction, and a connection pooler shares the session with other "
                            "clients",
                            step_name(**outside)))
        .with_location({.file = (*outside)->path, .line = 0, .column = 0, .line_text = {}})
        .with_hint("give rev the server's own address, or a pool in session mode, for this revision");
}

void Run::create_tables() {
    if (!run_.options.offline) {
        state::ensure_version_table(run_.database, run_.found);
        return;
    }
    const auto& changes = run_.plan.steps.front()->step.changes;
    // A stamp that purges starts from an unknown state, but from a table that is there.
    const bool purges = !changes.empty() && removes_all(changes.front());
    if (!run_.plan.plan.from.empty() || purges) return;  // the table is there
    Batch batch;
    batch.begin();
    if (auto schema = state::create_schema(run_.database, run_.found.table); !schema.empty())
        batch.own_sql(std::move(schema));
    batch.own_sql(state::create_version_table(run_.tables));
    batch.commit();
    run_.database.run(batch.commands());
}

PlanWay& Run::way() {
    if (run_.one_transaction()) return whole_plan_;
    return each_step_;
}

RunResult Run::resume(const state::UnfinishedRun& unfinished) {
    run_.reporter.run_started(run_.plan);
    refuse_shared_session();
    failure_.stop_if_requested();
    auto current = run_.start_step(0);
    auto progress = progress_at(current.step, unfinished.statement - 1, run_.dialect());
    // Other statements after that place may well be other ones: that is how a failure is mended.
    if (progress.statement != unfinished.statement || progress.checksum != unfinished.checksum)
        throw Error(ExitCode::graph, error_codes::changed_file,
                    fmt::format("the first {} statements of {} are other ones than those that were run",
                                unfinished.statement - 1, step_name(current.step)))
            .with_location({.file = current.step.path, .line = unfinished.line, .column = 0, .line_text = {}})
            .with_hint(fmt::format("put the file back as it was up to line {}; or {}", unfinished.line,
                                   state::closing_advice(unfinished.revision)));
    progress.batches = unfinished.batches;
    progress.rows = unfinished.batch_rows;
    try {
        // An older rev may have begun it, and its log may lack columns: they are added before anything runs.
        create_tables();
        each_step_.resume(current, progress);
    } catch (const CommandError& error) {
        failure_.fail_around_steps(error);
    }
    run_.finish_step(current);
    run_.result.rows = run_.recorder.rows().all();
    return std::move(run_.result);
}

namespace {

RunResult execute_on(Database& database, const PreparedPlan& plan, const state::DatabaseState& state,
                     const ExecuteOptions& options, state::Reporter& reporter) {
    if (plan.steps.empty()) return {.steps = {}, .rows = plan.plan.from};
    return Run(database, plan, state.tables, options, reporter).execute(state.unfinished);
}

/// As the caller has read it under the lock, else as it is now.
state::DatabaseState state_for(Database& database, const ExecuteOptions& options, bool checksums) {
    if (options.locked != nullptr) return *options.locked;
    if (options.found != nullptr) return state::read_state_again(database, *options.found, checksums);
    return state::read_state(database, options.table, checksums);
}

/// A stop while the tables are held by somebody else has changed nothing.
state::DatabaseState read_state_unless_stopped(Database& database, const ExecuteOptions& options) {
    try {
        return state_for(database, options, options.checksums);
    } catch (const CommandError& error) {
        if (options.stop.requested() && !error.connection_lost)
            throw base::stop_error("nothing was changed", options.stop);
        throw;
    }
}

}  // namespace

PreparedPlan prepare_unless_equal(Plan plan, PreparedPlan prepared, const ScriptDirectory& scripts,
                                  const PrepareOptions& options) {
    // Planned before the run lock was had: what has changed meanwhile is seen here.
    if (plan.steps != prepared.plan.steps) return prepare(std::move(plan), scripts, options);
    prepared.plan = std::move(plan);
    return prepared;
}

RunResult execute(Database& database, const PreparedPlan& plan, const ExecuteOptions& options,
                  state::Reporter& reporter) {
    return execute_on(database, plan, state_for(database, options, false), options, reporter);
}

RunResult run_planned(Database& database, const Planner& planner, const ScriptDirectory& scripts,
                      const PrepareOptions& prepare_options, const ExecuteOptions& options, state::Reporter& reporter,
                      PreparedPlan prepared) {
    const auto state = read_state_unless_stopped(database, options);
    prepared = prepare_unless_equal(planner(state), std::move(prepared), scripts, prepare_options);
    return execute_on(database, prepared, state, options, reporter);
}

}  // namespace rev::run
