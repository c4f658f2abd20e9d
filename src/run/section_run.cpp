#include "run/section_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "run/as_written.hpp"
#include "run/foreign_keys.hpp"
#include "run/script_guard.hpp"
#include "run/scripted_statement.hpp"
#include "run/step_text.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::run {

void SectionRun::add(StepAtWork& current, Batch& batch, std::span<const std::size_t> without) {
    if (run_.options.offline) batch.own_sql(script_heading(current.step));
    add_section(current, batch, without);
    if (run_.recorder.log() && !current.step.verify.empty()) {
        // The session is asked between the section and what verifies it, so they go in two messages.
        sender_.send(std::exchange(batch, {}), current);
        run_.record_session(current);
    }
    batch.verify(current.step);
    // A step without SQL has left nothing in the session.
    if (!has_sql(current.step)) return;
    batch.reset();
    if (!run_.one_transaction()) return;
    // The next step's transaction is this one too.
    if (puts_constraints_back(current.step)) batch.default_constraints();
    // What a reset behind a commit of the step's own would have ended.
    batch.discard();
}

/// Statement by statement where the database is asked on the way.
void SectionRun::add_section(StepAtWork& current, Batch& batch, std::span<const std::size_t> without) {
    const auto span = run_.one_transaction() ? Batch::Span::plan : Batch::Span::step;
    if (current.step.markers.empty()) return batch.section(current.step, span, without);
    if (run_.options.offline) return add_scripted(current.step, batch, span, without);
    const auto keeper = run_.guard_keeper(current.step, [&](const Batch& each) { return sender_.send(each, current); });
    current.record.notes = keeper.add_section(current.step, batch, span, without);
    current.record.statements = current.step.statements.size() - current.record.notes.size();
}

void SectionRun::add_scripted(const PreparedStep& step, Batch& batch, Batch::Span span,
                              std::span<const std::size_t> without) {
    SectionCutter cutter(step, batch, span, without);
    for (std::size_t index = 0; index < step.statements.size(); ++index) {
        if (markers_above(step, index).empty()) continue;
        cutter.add_up_to(index);
        batch.own_sql(scripted_statement(run_.database, step, index));
        cutter.leave_out(index);
    }
    cutter.add_up_to(step.statements.size());
}

namespace {

/// A word of the SQL alone tells it: there is nobody to ask for a script.
bool mentions_constraints(const PreparedStep& step) {
    return std::ranges::any_of(step.statements,
                               [](const Statement& statement) { return sql::mentions(statement.text, "CONSTRAINTS"); });
}

}  // namespace

bool SectionRun::puts_constraints_back(const PreparedStep& step) {
    if (run_.dialect() != Dialect::postgresql || run_.plan.steps.size() == 1) return false;
    if (run_.options.offline) return mentions_constraints(step);
    return may_run_blocks_;
}

/// What stands before a step's section in a script.
std::string SectionRun::script_heading(const PreparedStep& step) const {
    auto heading = running_comment(step);
    // A stamp that does not say where it starts takes whatever is there.
    const bool knows_rows = step.step.direction != Direction::stamp || !run_.plan.plan.from.empty();
    const bool has_guard = run_.dialect() == Dialect::postgresql && knows_rows;
    return has_guard
               ? heading + version_guard(run_.database, run_.tables, run_.plan.plan, step.step, run_.recorder.rows())
               : heading;
}

/// PostgreSQL's limits belong to the transaction; SQLite waits in its BEGIN.
void SectionRun::begin_limited(Batch& batch, const PreparedStep& step, Batch::Span span) const {
    const bool waits_in_begin = run_.dialect() == Dialect::sqlite;
    if (waits_in_begin) batch.limit(step.limits);
    batch.begin(span);
    // Before the limits, which a change of rev's own ends.
    run_.recorder.add_lease_check(batch);
    if (!waits_in_begin && has_sql(step)) batch.limit(step.limits);
}

void SectionRun::send_guarded(StepAtWork& current) {
    // Enforced, SQLite checks by itself; switched off, nobody does, also not at the commit.
    const bool guarded = current.step.sqlite_foreign_keys == false;
    if (guarded) tell_needless_pragmas(current.step);
    std::optional<ForeignKeyCheck> check;
    if (guarded) check.emplace(run_.database);
    if (run_.recorder.log() && !current.step.verify.empty()) current.session_at_start.emplace(run_.database);
    Batch batch;
    add(current, batch);
    sender_.send(batch, current);
    if (check) refuse_new_violations(current, *check);
}

void SectionRun::tell_needless_pragmas(const PreparedStep& step) {
    for (const auto& statement : step.statements)
        if (is_foreign_keys_pragma(statement))
            run_.reporter.warning(
                fmt::format("{}:{}: PRAGMA foreign_keys does nothing in a transaction; the header's "
                            "sqlite_foreign_keys: false has done it already",
                            step.path, line_in_file(step, statement)));
}

void SectionRun::refuse_new_violations(StepAtWork& current, ForeignKeyCheck& check) {
    const auto violations = check.compare();
    if (!violations.added.empty()) {
        run_.database.rollback();
        failure_.fail(violation_error(current.step, violations.added), current);
    }
    // Not the revision's fault, but this is where they can be seen.
    for (const auto& violation : violations.older)
        run_.reporter.warning("violated before this revision already: " + violation);
}

}  // namespace rev::run
