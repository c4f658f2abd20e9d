// Revisions that run outside a transaction, one statement at a time. The ledger names the statement that comes next, so
// whatever happens, everything before it is done and nothing behind it. Where the server allows it, a statement and the
// ledger's step behind it are one transaction of their own: then the ledger also knows whether that statement is done.
//
// A commit of SQLite waits for the disk, so there the ledger has as few of its own as can be: it may stay behind while
// nothing in a file changes, and the last commit of the section records the step itself where nothing else is to come.

#include "run/outside.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "base/interrupt.hpp"
#include "run/as_written.hpp"
#include "run/foreign_keys.hpp"
#include "run/guards.hpp"
#include "run/script_guard.hpp"
#include "run/step_text.hpp"
#include "sql/statement_effects.hpp"

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
                                state::progress_name, state::progress_columns());
        current.ledger = resumed;
    }
    limit_session(current);
    if (run_.online_sqlite() && !current.step.statements.empty()) current.session_at_start.emplace(run_.database);
    keeps_rowid_ = run_.online_sqlite() && may_ask_for_rowid(current.step);
    if (!run_.options.offline && run_.dialect() == Dialect::postgresql)
        named_settings_ = named_settings(run_.database, current.step.sql);
    if (resumed) restore_session(current, progress.statement - 1);
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

void Outside::run_statements(StepAtWork& current, state::Progress progress) {
    // Only the statement at which the stopped run was may be done already; what comes behind it is new.
    const auto resumed_at = current.ledger ? std::optional(progress.statement) : std::nullopt;
    const auto& statements = current.step.statements;
    current.place = progress;
    // Before the first statement, so that a run that dies in it is known to have begun.
    if (!statements.empty() && !current.ledger && !run_.online_sqlite()) write_ledger(current, progress);
    while (progress.statement <= statements.size()) {
        current.statement = progress.statement;
        stop_before_statement(current);
        failure_.refuse_misread(current, progress.statement - 1);
        const auto index = progress.statement - 1;
        const bool done = resumed_at == progress.statement && is_done_already(current, index);
        const auto next = next_progress(progress, current.step, run_.dialect());
        if (done)
            write_ledger(current, next);
        else
            run_as_marked(current, progress, next);
        progress = next;
    }
    current.statement = statements.size() + 1;
    refuse_open_transaction(current);
}

/// With `recorded` the step is done, and what is left only cleans up.
void Outside::stop_before_statement(StepAtWork& current) {
    if (!run_.options.stop.requested() || current.recorded) return;
    run_.database.rollback();
    failure_.fail(failure_.interruption(current), current);
}

void Outside::run_as_marked(StepAtWork& current, const state::Progress& here, const state::Progress& next) {
    const auto index = here.statement - 1;
    const bool is_marked = !markers_above(current.step, index).empty();
    if (is_marked && run_.options.offline) return write_scripted(current, index);
    if (is_marked && is_left_out(current, here)) return pass_over(current, next);
    if (is_marked && repetition_of(current.step, index) != nullptr) return run_repeated(current, here, next);
    run_next(current, index, next);
}

/// Runs a statement and lets the ledger go on to the one behind it.
void Outside::run_next(StepAtWork& current, std::size_t index, const state::Progress& next) {
    // A script has no ledger: whoever runs it sees where it stops.
    if (!run_.recorder.ledger()) return run_statement(current, index);
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
    run_statement(current, index);
    look_at_session(current, index);
    current.place = next;
}

void Outside::run_alone(StepAtWork& current, std::size_t index, const state::Progress& next) {
    // A statement that begins a transaction changes nothing yet: the ledger is written with what ends it.
    if (run_.online_sqlite() && !sql::begins_transaction(current.step.statements[index])) catch_up(current);
    note_invalid_indexes(current, index);
    run_statement(current, index);
    // The statement has begun a transaction of the section's own: its place is noted when that ends.
    if (run_.database.in_transaction()) return;
    look_at_session(current, index);
    write_ledger(current, next);
}

/// In the section's own transaction, whose COMMIT takes the ledger with it.
void Outside::run_inside(StepAtWork& current, std::size_t index, const state::Progress& next) {
    const bool commits = sql::may_commit(current.step.statements[index], run_.dialect()) && takes_ledger();
    const bool finishes = commits && finishes_with(current, index);
    if (commits) write_ledger_inside(current, index, next);
    run_statement(current, index);
    if (run_.database.in_transaction()) return;
    look_at_session(current, index);
    current.place = next;
    if (finishes) return take_as_recorded(current);
    if (!commits) {
        // It was rolled back or read-only, and nothing in a file has changed.
        if (!run_.online_sqlite()) write_ledger(current, next);
        return;
    }
    current.ledger = next;
    keep_session(current);
}

/// Whether the section's own transaction may write: one that is READ ONLY leaves the ledger's line for behind it.
bool Outside::takes_ledger() {
    if (run_.dialect() == Dialect::sqlite) return true;
    constexpr std::string_view question = "SELECT pg_catalog.current_setting('transaction_read_only')";
    return run_.database.query_in_session(question).at(0).at(0) != "on";
}

void Outside::run_statement(StepAtWork& current, std::size_t index) {
    Batch batch;
    batch.statement(current.step, index);
    sender_.send(batch, current);
}

void Outside::run_statement_with_ledger(StepAtWork& current, std::size_t index, const state::Progress& next) {
    Batch batch;
    batch.begin();
    batch.statement(current.step, index);
    if (run_.dialect() == Dialect::postgresql) {
        batch.check_constraints(current.step, index);
    } else if (keeps_rowid_ || sql::may_change_session(current.step.statements[index])) {
        sender_.send(std::exchange(batch, {}), current);
        look_at_session(current, index);
    }
    commit_with_ledger(current, batch, next, finishes_with(current, index));
}

/// Ends the transaction of a statement. place: what comes next. finishes: it is the section's end.
void Outside::commit_with_ledger(StepAtWork& current, Batch& batch, const state::Progress& place, bool finishes) {
    own_session(batch);
    if (finishes)
        run_.recorder.add_end(batch, current);
    else
        run_.recorder.note_place(batch, current, place);
    if (run_.dialect() == Dialect::postgresql) {
        batch.commit();
        // Only now: what a function set for the transaction alone has ended. It goes in the same message, and is
        // a commit only where something changed.
        batch.begin();
        ask_session(batch, current);
        own_session(batch);
    }
    if (!finishes) run_.recorder.add_session(batch, current);
    batch.commit();
    sender_.send(batch, current);
    current.place = place;
    if (finishes) return take_as_recorded(current);
    current.ledger = place;
    current.kept_session = current.session;
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

void Outside::take_as_recorded(StepAtWork& current) {
    current.recorded = true;
    current.ledger.reset();
}

/// SQLite: whether the statement's commit can record the step too: nothing behind it changes a file, or can fail.
bool Outside::finishes_with(const StepAtWork& current, std::size_t index) const {
    if (!run_.online_sqlite() || !current.step.verify.empty()) return false;
    return std::ranges::all_of(std::span(current.step.statements).subspan(index + 1), sql::is_setting_pragma);
}

}  // namespace rev::run
