// Revisions that run outside a transaction, one statement at a time. The ledger names the statement that comes next, so
// whatever happens, everything before it is done and nothing behind it. Where the server allows it, a statement and the
// ledger's step behind it are one transaction of their own: then the ledger also knows whether that statement is done.
//
// A commit of SQLite waits for the disk, so there the ledger has as few of its own as can be: it may stay behind while
// nothing in a file changes, and the last commit of the section records the step itself where nothing else is to come.

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "exec/as_written.hpp"
#include "exec/interrupt.hpp"
#include "exec/run.hpp"
#include "exec/script_guard.hpp"
#include "sql/statement_effects.hpp"

namespace rev {

void Run::run_outside(Current& current, std::optional<Progress> resumed) {
    const auto& header = current.step.sqlite_foreign_keys;
    const ForeignKeys foreign_keys(database_, header.value_or(options_.sqlite_foreign_keys));
    const auto progress = resumed.value_or(progress_at(current.step, 0, dialect()));
    if (options_.offline) {
        Batch batch;
        batch.own_sql(running_comment(current.step) + run_alone_comment);
        send(batch, current);
    } else {
        if (!current.step.statements.empty())  // a revision of comments has nothing to note
            ensure_table(database_, find_tables(database_, found_.table), progress_name, progress_columns());
        current.ledger = resumed;
    }
    limit_session(current);
    if (online_sqlite() && !current.step.statements.empty()) session_at_start_.emplace(database_);
    keeps_rowid_ = online_sqlite() && may_ask_for_rowid(current.step);
    if (!options_.offline && dialect() == Dialect::postgresql)
        named_settings_ = named_settings(database_, current.step.sql);
    if (resumed) restore_session(current, progress.statement - 1);
    // What a statement did is in the ledger before the next one: a new try begins with the one that got no lock, or
    // with the BEGIN of the revision's own transaction that it stands in.
    with_lock_retries([&] { run_statements(current, current.ledger.value_or(progress)); });
    with_lock_retries([&] { finish_outside(current); });
}

/// For all statements: one that the revision sets itself goes over it.
void Run::limit_session(const Current& current) {
    Batch batch;
    batch.limit(current.step.limits);
    send(batch, current);
}

void Run::run_statements(Current& current, Progress progress) {
    const auto resumed_at = current.ledger ? std::optional(progress.statement) : std::nullopt;
    const auto& statements = current.step.statements;
    current.place = progress;
    if (!statements.empty() && !current.ledger && !online_sqlite()) write_ledger(current, progress);
    while (progress.statement <= statements.size()) {
        current.statement = progress.statement;
        stop_before_statement(current);
        refuse_misread(current, progress.statement - 1);
        const auto index = progress.statement - 1;
        const bool done = resumed_at == progress.statement && is_done_already(current, index);
        progress = next_progress(progress, current.step, dialect());
        if (done)
            write_ledger(current, progress);
        else
            run_next(current, index, progress);
    }
    current.statement = statements.size() + 1;
    refuse_open_transaction(current);
}

void Run::stop_before_statement(Current& current) {
    if (!options_.stop.requested() || current.recorded) return;
    database_.rollback();
    fail(interruption(current), current);
}

/// Runs a statement and lets the ledger go on to the one behind it.
void Run::run_next(Current& current, std::size_t index, const Progress& next) {
    if (!progress_) return run_statement(current, index);
    if (database_.in_transaction()) return run_inside(current, index, next);
    if (online_sqlite() && leaves_files_alone(current.step.statements[index])) return run_unnoted(current, index, next);
    if (can_share_transaction(current.step.statements[index], dialect()))
        run_statement_with_ledger(current, index, next);
    else
        run_alone(current, index, next);
    // BEGIN, START TRANSACTION, SQLite's SAVEPOINT: whatever it was that opened it.
    if (database_.in_transaction()) current.opener = index;
}

/// The ledger hears of it with the next statement that changes something. Until then resume runs it again.
void Run::run_unnoted(Current& current, std::size_t index, const Progress& next) {
    run_statement(current, index);
    look_at_session(current, index);
    current.place = next;
}

void Run::run_alone(Current& current, std::size_t index, const Progress& next) {
    if (online_sqlite() && !begins_transaction(current.step.statements[index])) catch_up(current);
    note_invalid_indexes(current, index);
    run_statement(current, index);
    if (database_.in_transaction()) return;
    look_at_session(current, index);
    write_ledger(current, next);
}

/// In the section's own transaction, whose COMMIT takes the ledger with it.
void Run::run_inside(Current& current, std::size_t index, const Progress& next) {
    const bool commits = may_commit(current.step.statements[index], dialect());
    const bool finishes = commits && finishes_with(current, index);
    if (commits) write_ledger_inside(current, index, next);
    run_statement(current, index);
    if (database_.in_transaction()) return;
    look_at_session(current, index);
    current.place = next;
    if (finishes) return take_as_recorded(current);
    if (!commits) {
        // It was rolled back, and nothing in a file has changed.
        if (!online_sqlite()) write_ledger(current, next);
        return;
    }
    current.ledger = next;
    keep_session(current);
}

void Run::run_statement(Current& current, std::size_t index) {
    Batch batch;
    batch.statement(current.step, index);
    send(batch, current);
}

void Run::run_statement_with_ledger(Current& current, std::size_t index, const Progress& next) {
    Batch batch;
    batch.begin();
    batch.statement(current.step, index);
    if (dialect() == Dialect::postgresql) {
        batch.check_constraints(current.step, index);
    } else if (keeps_rowid_ || may_change_session(current.step.statements[index])) {
        send(std::exchange(batch, {}), current);
        look_at_session(current, index);
    }
    own_session(batch);
    const bool finishes = finishes_with(current, index);
    if (finishes)
        add_end(batch, current);
    else
        note_place(batch, current, next);
    if (dialect() == Dialect::postgresql) {
        batch.commit();
        // Only now: what a function set for the transaction alone has ended. It goes in the same message, and is
        // a commit only where something changed.
        batch.begin();
        ask_session(batch, current);
        own_session(batch);
    }
    if (!finishes) add_session(batch, current);
    batch.commit();
    send(batch, current);
    current.place = next;
    if (finishes) return take_as_recorded(current);
    current.ledger = next;
    current.kept_session = current.session;
}

void Run::refuse_open_transaction(Current& current) {
    if (options_.offline || !database_.in_transaction()) return;
    database_.rollback();
    const auto& opened = current.step.statements.at(current.opener);
    fail(Error(ExitCode::revision_failed, "open_transaction",
               fmt::format("{} leaves a transaction open at its end; it was rolled back", step_name(current.step)))
             .with_location(place_of(sql_in_file(current.step), opened))
             .with_hint(fmt::format("{} here opens it: add what ends it and run `rev resume`; or {}", opened.command,
                                    closing_advice(current.step.step.revision->id))),
         current);
}

/// The verify sections, which still see what the section has set, as they do where it runs in a transaction; then the
/// version rows, the log and the end of the ledger, in one transaction.
void Run::finish_outside(Current& current) {
    if (current.recorded) {
        Batch reset;
        reset.reset();
        return send(reset, current);
    }
    if (log_ && !current.step.verify.empty()) record_session(current);
    Batch batch;
    // SQLite waits for locks in BEGIN. On PostgreSQL the limits of the session still hold, or the section's own.
    if (dialect() == Dialect::sqlite) batch.limit(current.step.limits);
    batch.begin();
    if (dialect() == Dialect::postgresql) batch.own_sql("SET TRANSACTION READ WRITE");
    batch.verify(current.step);
    batch.reset();
    add_end(batch, current);
    batch.commit();
    batch.reset();
    send(batch, current);
}

void Run::take_as_recorded(Current& current) {
    current.recorded = true;
    current.ledger.reset();
}

void Run::add_end(Batch& batch, Current& current) {
    current.record.duration = current.elapsed();
    add_changes(batch, current);
    add_log(batch, current.record, false);
    if (progress_ && current.ledger) progress_->remove(batch, current.step.step.revision->id);
}

/// SQLite: whether the statement's commit can record the step too: nothing behind it changes a file, or can fail.
bool Run::finishes_with(const Current& current, std::size_t index) const {
    if (!online_sqlite() || !current.step.verify.empty()) return false;
    return std::ranges::all_of(std::span(current.step.statements).subspan(index + 1), is_setting_pragma);
}

RunResult Run::resume(const UnfinishedRun& unfinished) {
    reporter_.run_started(plan_);
    auto current = start_step(0);
    auto progress = progress_at(current.step, unfinished.statement - 1, dialect());
    if (progress.statement != unfinished.statement || progress.checksum != unfinished.checksum)
        throw Error(ExitCode::graph, "changed_file",
                    fmt::format("the first {} statements of {} are other ones than those that were run",
                                unfinished.statement - 1, step_name(current.step)))
            .with_location({.file = current.step.path, .line = unfinished.line, .column = 0, .line_text = {}})
            .with_hint(fmt::format("put the file back as it was up to line {}; or {}", unfinished.line,
                                   closing_advice(unfinished.revision)));
    try {
        run_outside(current, progress);
    } catch (const CommandError& error) {
        fail_around_steps(error);
    }
    finish_step(current);
    result_.rows = rows_.all();
    return std::move(result_);
}

}  // namespace rev
