#include "run/run_state.hpp"

#include <fmt/format.h>

#include <utility>

#include "run/step_text.hpp"
#include "state/notes.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::run {

RunState::RunState(Database& database, const PreparedPlan& plan, const state::FoundTables& found,
                   const ExecuteOptions& options, state::Reporter& reporter)
    : database(database),
      plan(plan),
      found(found),
      options(options),
      reporter(reporter),
      tables(state::sql_names(database, found.table)),
      recorder(database, tables, plan.plan, options) {
    result.planned = plan.steps.size();
}

/// A stamp runs no SQL of its own, so that there is nothing to gain by parts.
bool RunState::one_transaction() const {
    return options.transaction == TransactionMode::all || plan.steps.front()->step.direction == Direction::stamp;
}

StepAtWork RunState::start_step(std::size_t index) const {
    const auto& step = *plan.steps[index];
    reporter.step_started(step, index + 1, plan.steps.size());
    return at_work(step);
}

StepAtWork RunState::at_work(const PreparedStep& step) const {
    StepAtWork current{.step = step, .record = record_of(step)};
    current.record.started_at = options.now();
    return current;
}

void RunState::finish_step(const StepAtWork& current) {
    const auto took = current.elapsed();
    const auto& step = current.step.step;
    result.steps.push_back({.direction = step.direction,
                            .revision = step.revision == nullptr ? RevisionId{} : step.revision->id,
                            .duration = took,
                            .notes = current.record.notes,
                            .repeatable = step.repeatable == nullptr ? std::string() : step.repeatable->name});
    reporter.step_finished(current.step, took);
}

void RunState::record_session(StepAtWork& current) const {
    if (dialect() == Dialect::postgresql)
        // As the section has left it: query() itself sets a search_path.
        current.record.session =
            // From the section's own text alone: what functions set is looked for only where the step can be resumed.
            database.query_in_session(postgres_session::capture(current.step, named_settings(current.step.sql)))
                .at(0)
                .at(0);
    else if (current.session_at_start)
        current.record.session = SqliteSession(database).changes_since(*current.session_at_start);
}

GuardKeeper RunState::guard_keeper(const PreparedStep& step, GuardKeeper::Send send) const {
    return {database, std::move(send), [this, &step](const StatementNote& note, const std::string& warning) {
                const auto place = fmt::format("{}:{}", step.path, note.line);
                reporter.remark(step, fmt::format("{}: {}", place, state::note_text(note)),
                                state::Reporter::Remark::lasting);
                if (!warning.empty()) reporter.warning(fmt::format("{}: {}", place, warning));
            }};
}

std::string RunState::done_text() const {
    if (result.steps.empty() || one_transaction()) return "nothing was changed";
    return fmt::format("{} of {} steps are done and stay", result.steps.size(), plan.steps.size());
}

}  // namespace rev::run
