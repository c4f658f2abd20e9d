// Revisions that run outside a transaction, one statement at a time. The ledger names the statement that comes next, so
// whatever happens, everything before it is done and nothing behind it.

#include "run/outside.hpp"

#include <fmt/format.h>

#include <utility>

#include "run/as_written.hpp"
#include "run/foreign_keys.hpp"
#include "run/place.hpp"
#include "run/script_guard.hpp"
#include "run/step_text.hpp"
#include "sql/statement_effects.hpp"
#include "state/notes.hpp"
#include "state/state.hpp"

namespace rev::run {

void Outside::run_from(StepAtWork& current, const std::optional<state::Progress>& resumed) {
    const auto& header = current.step.sqlite_foreign_keys;
    const ForeignKeys foreign_keys(run_.database, header.value_or(run_.options.sqlite_foreign_keys));
    const auto progress = resumed.value_or(progress_at(current.step, 0, run_.dialect()));
    if (run_.options.offline) {
        Batch batch;
        batch.own_sql(running_comment(current.step) + run_alone_comment);
        sender_.send(batch, current);
    } else {
        if (!current.step.statements.empty())  // a revision of comments has nothing to note
            state::ensure_table(run_.database, state::find_tables(run_.database, run_.found.table),
                                state::progress_table());
        current.ledger = resumed;
    }
    limit_session(current);
    session_.start(current);
    if (resumed) restore(current, progress.statement - 1);
    // What a statement did is in the ledger before the next one: a new try begins with the one that got no lock, or
    // with the BEGIN of the revision's own transaction that it stands in.
    sender_.with_lock_retries([&] { run_statements(current, current.ledger.value_or(progress)); });
    sender_.with_lock_retries([&] { finish_outside(current); });
}

/// For all statements: one that the revision sets itself goes over it.
void Outside::limit_session(const StepAtWork& current) {
    Batch batch;
    batch.limit(current.step.limits);
    sender_.send(batch, current);
}

/// What the stopped run has left in the ledger beside the place.
void Outside::restore(StepAtWork& current, std::size_t before) {
    const auto kept = state::read_kept_session(run_.database, run_.tables, current.step.step.revision->id);
    current.invalid_indexes = kept.invalid_indexes;
    MarkedStatements::take_notes(current, state::decode_notes(kept.notes));
    session_.restore(current, before, kept.session);
}

void Outside::run_statements(StepAtWork& current, state::Progress progress) {
    // Only the statement at which the stopped run was may be done already; what comes behind it is new.
    const auto resumed_at = current.ledger ? std::optional(progress.statement) : std::nullopt;
    const auto& statements = current.step.statements;
    current.place = progress;
    // Before the first statement, so that a run that dies in it is known to have begun.
    if (!statements.empty() && !current.ledger && !run_.online_sqlite()) ledger_.write(current, progress);
    while (progress.statement <= statements.size()) {
        current.statement = progress.statement;
        failure_.stop_before_statement(current);
        failure_.refuse_misread(current, progress.statement - 1);
        const auto index = progress.statement - 1;
        const bool done = resumed_at == progress.statement && left_indexes_.is_done_already(current, index);
        const auto next = next_progress(progress, current.step, run_.dialect());
        if (done)
            ledger_.write(current, next);
        else if (!marked_.run_as_marked(current, progress, next))
            run_next(current, index, next);
        progress = next;
    }
    current.statement = statements.size() + 1;
    refuse_open_transaction(current);
}

/// Runs a statement and lets the ledger go on to the one behind it.
void Outside::run_next(StepAtWork& current, std::size_t index, const state::Progress& next) {
    // A script has no ledger: whoever runs it sees where it stops.
    if (!run_.recorder.ledger()) return sender_.send_statement(current, index);
    if (run_.database.in_transaction()) return run_inside(current, index, next);
    if (run_.online_sqlite() && sql::leaves_files_alone(current.step.statements[index]))
        return run_unnoted(current, index, next);
    // Where the section has made transactions read-only, that is so for its statements and not for the ledger.
    if (sql::can_share_transaction(current.step.statements[index], run_.dialect()) &&
        !run_.database.reads_only_by_default())
        run_statement_with_ledger(current, index, next);
    else
        run_alone(current, index, next);
    // BEGIN, START TRANSACTION, SQLite's SAVEPOINT: whatever it was that opened it.
    if (run_.database.in_transaction()) current.opener = index;
}

/// The ledger hears of it with the next statement that changes something. Until then resume runs it again.
void Outside::run_unnoted(StepAtWork& current, std::size_t index, const state::Progress& next) {
    sender_.send_statement(current, index);
    session_.look(current, index);
    current.place = next;
}

void Outside::run_alone(StepAtWork& current, std::size_t index, const state::Progress& next) {
    // A statement that begins a transaction changes nothing yet: the ledger is written with what ends it.
    if (run_.online_sqlite() && !sql::begins_transaction(current.step.statements[index])) ledger_.catch_up(current);
    left_indexes_.note_before(current, index);
    sender_.send_statement(current, index);
    // The statement has begun a transaction of the section's own: its place is noted when that ends.
    if (run_.database.in_transaction()) return;
    session_.look(current, index);
    ledger_.write(current, next);
}

/// In the section's own transaction, whose COMMIT takes the ledger with it.
void Outside::run_inside(StepAtWork& current, std::size_t index, const state::Progress& next) {
    const bool commits = sql::may_commit(current.step.statements[index], run_.dialect()) && ledger_.may_write_inside();
    if (commits) ledger_.write_inside(current, index, next);
    sender_.send_statement(current, index);
    if (run_.database.in_transaction()) return;
    session_.look(current, index);
    current.place = next;
    if (commits)
        ledger_.take_as_committed(current, index, next);
    else if (!run_.online_sqlite())
        // It was rolled back or read-only, and nothing in a file has changed.
        ledger_.write(current, next);
}

void Outside::run_statement_with_ledger(StepAtWork& current, std::size_t index, const state::Progress& next) {
    Batch batch;
    batch.begin();
    batch.statement(current.step, index);
    if (run_.dialect() == Dialect::postgresql) {
        batch.check_constraints(current.step, index);
    } else if (session_.may_change_with(current.step.statements[index])) {
        sender_.send(std::exchange(batch, {}), current);
        session_.look(current, index);
    }
    ledger_.commit(current, batch, next, ledger_.finishes_with(current, index));
}

void Outside::refuse_open_transaction(StepAtWork& current) {
    if (run_.options.offline || !run_.database.in_transaction()) return;
    run_.database.rollback();
    const auto& opened = current.step.statements.at(current.opener);
    failure_.fail(
        Error(ExitCode::revision_failed, error_codes::open_transaction,
              fmt::format("{} leaves a transaction open at its end; it was rolled back", step_name(current.step)))
            .with_location(place_of(sql_in_file(current.step), opened))
            .with_hint(fmt::format("{} here opens it: add what ends it and run `rev resume`; or {}", opened.command,
                                   state::closing_advice(current.step.step.revision->id))),
        current);
}

/// The verify sections, which still see what the section has set, as they do where it runs in a transaction; then the
/// version rows, the log and the end of the ledger, in one transaction.
void Outside::finish_outside(StepAtWork& current) {
    if (current.recorded) {
        Batch reset;
        reset.reset();
        sender_.send(reset, current);
        return;
    }
    // For `rev verify`, which later runs the sections as they see it now.
    if (run_.recorder.log() && !current.step.verify.empty()) run_.record_session(current);
    Batch batch;
    // SQLite waits for locks in BEGIN. On PostgreSQL the limits of the session still hold, or the section's own.
    if (run_.dialect() == Dialect::sqlite) batch.limit(current.step.limits);
    batch.begin();
    // The section may have set default_transaction_read_only.
    if (run_.dialect() == Dialect::postgresql) batch.own_sql("SET TRANSACTION READ WRITE");
    batch.verify(current.step);
    // Before rev's own rows: they are written with rev's rights and search_path, not with the section's.
    batch.reset();
    run_.recorder.add_end(batch, current);
    batch.commit();
    batch.reset();
    sender_.send(batch, current);
}

}  // namespace rev::run
