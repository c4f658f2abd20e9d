// What a revision that runs outside a transaction leaves in rev_progress on its way, and how `rev resume` makes the
// session again as it was there.

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/text.hpp"
#include "run/as_written.hpp"
#include "run/concurrent_index.hpp"
#include "run/outside.hpp"
#include "run/step_text.hpp"
#include "sql/statement_effects.hpp"
#include "state/notes.hpp"

namespace rev::run {
namespace {

/// The ledger's text is one column; a line with a word of its own can be cut off and put on without reading the others.
constexpr std::string_view rowid_word = "\nlast_insert_rowid ";

}  // namespace

/// rev's own rights and search_path for what follows in the transaction. DEFAULT is the role of the login: ALTER ROLE
/// ... SET role, or one in the connection's options, makes it another one than NONE.
void Outside::own_session(Batch& batch) const {
    if (run_.dialect() != Dialect::postgresql) return;
    batch.own_sql(
        "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL role TO DEFAULT; SET LOCAL lock_timeout TO DEFAULT; "
        "SET LOCAL statement_timeout TO DEFAULT; SET LOCAL search_path TO pg_catalog");
    // The statement before may have released it.
    if (auto keep_lock = run_.database.keep_lock_sql(); !keep_lock.empty()) batch.own_sql(std::move(keep_lock));
}

/// PostgreSQL: asks the session, behind a BEGIN and with the section's role, for what keep_session then keeps.
void Outside::ask_session(Batch& batch, const StepAtWork& current) const {
    if (run_.dialect() != Dialect::postgresql) return;
    // The section may have made read-only what its transactions are by default.
    batch.own_sql("SET TRANSACTION READ WRITE");
    batch.own_sql(postgres_session::capture(current.step, named_settings_));
}

void Outside::write_ledger(StepAtWork& current, const state::Progress& progress) {
    if (!run_.recorder.ledger()) return;
    Batch batch;
    batch.begin();
    ask_session(batch, current);
    own_session(batch);
    run_.recorder.note_place(batch, current, progress);
    run_.recorder.add_session(batch, current);
    batch.commit();
    sender_.send_once(batch, current);  // the statement before it is done: a new try must not begin with that
    current.ledger = progress;
    current.place = progress;
    current.kept_session = current.session;
}

/// SQLite: where the ledger was left behind.
void Outside::catch_up(StepAtWork& current) {
    if (!current.ledger || current.ledger->statement != current.place.statement) write_ledger(current, current.place);
}

/// Before the statement that ends the section's own transaction.
void Outside::write_ledger_inside(StepAtWork& current, std::size_t index, const state::Progress& progress) {
    const auto& revision = current.step.step.revision->id;
    Batch batch;
    if (run_.dialect() == Dialect::postgresql) {
        batch.check_constraints(current.step, index);
        batch.own_sql(postgres_session::capture(current.step, named_settings_));
    } else {
        current.session = SqliteSession(run_.database).changes_since(*current.session_at_start);
        look_at_rowid(current);
    }
    const bool lifts = run_.online_sqlite() && run_.database.reads_only_by_default();
    if (lifts) batch.own_sql("PRAGMA query_only = OFF");
    own_session(batch);
    if (finishes_with(current, index)) {
        run_.recorder.add_end(batch, current);
    } else if (run_.dialect() == Dialect::postgresql) {
        batch.own(run_.recorder.ledger()->move(revision, Recorder::with_notes(current, progress)));
        batch.own(run_.recorder.ledger()->doubt_session(revision, postgres_session::captured));
    } else {
        // An inner RELEASE may have come before, and a ROLLBACK TO behind that: the row may be there or not.
        batch.own(run_.recorder.ledger()->clear(revision));
        batch.own(run_.recorder.ledger()->start(ledger_step(current.step), Recorder::with_notes(current, progress)));
        batch.own(run_.recorder.ledger()->keep_session(revision, current.session));
    }
    if (lifts) batch.own_sql("PRAGMA query_only = ON");
    sender_.send(batch, current);
}

/// Where the place was already noted.
void Outside::keep_session(StepAtWork& current) {
    if (run_.dialect() == Dialect::sqlite) {
        current.kept_session = current.session;  // by write_ledger_inside
        return;
    }
    Batch batch;
    batch.begin();
    ask_session(batch, current);
    own_session(batch);
    run_.recorder.add_session(batch, current);
    batch.commit();
    sender_.send_once(batch, current);
    current.kept_session = current.session;
}

/// SQLite: after a statement that may have changed the session.
void Outside::look_at_session(StepAtWork& current, std::size_t index) {
    if (!run_.online_sqlite()) return;
    if (sql::may_change_session(current.step.statements[index]))
        current.session = SqliteSession(run_.database).changes_since(*current.session_at_start);
    look_at_rowid(current);
}

/// A line of its own behind the session's others.
void Outside::look_at_rowid(StepAtWork& current) {
    if (!keeps_rowid_) return;
    auto& session = current.session;
    session.resize(std::min(session.size(), session.find(rowid_word)));
    const auto rowid = run_.database.query("SELECT last_insert_rowid()").at(0).at(0).value_or("0");
    // 0 is what a new connection says.
    if (rowid != "0") session += std::string(rowid_word) + rowid;
}

/// A view or a trigger may ask for it too.
bool Outside::may_ask_for_rowid(const PreparedStep& step) {
    constexpr std::string_view function = "last_insert_rowid";
    if (base::lower_case(step.sql).find(function) != std::string::npos) return true;
    return !run_.database.query("SELECT 1 FROM main.sqlite_master WHERE sql LIKE '%last_insert_rowid%' LIMIT 1")
                .empty();
}

void Outside::restore_session(StepAtWork& current, std::size_t before) {
    const auto kept = state::read_kept_session(run_.database, run_.tables, current.step.step.revision->id);
    current.invalid_indexes = kept.invalid_indexes;
    take_notes(current, state::decode_notes(kept.notes));
    try {
        if (run_.dialect() == Dialect::postgresql &&
            works_out_names(run_.database, std::span(current.step.statements).first(before)))
            throw LostSession{
                "what the section has set under a name that it works out, which the server then lists nowhere,"};
        if (!kept.session)
            repeat_statements(current, before, sql::is_session_setting);
        else
            restore_kept_session(*kept.session);
    } catch (const LostSession& lost) {
        refuse_lost_session(current, before, lost);
    }
    if (run_.dialect() == Dialect::postgresql) return;
    // They take effect with the next VACUUM only, and cannot be read until then: it is said again.
    repeat_statements(current, before, sql::is_pending_pragma);
    current.session = SqliteSession(run_.database).changes_since(*current.session_at_start);
    look_at_rowid(current);
    current.kept_session = kept.session;
}

void Outside::restore_kept_session(const std::string& session) {
    if (session.starts_with(state::doubtful))
        throw LostSession{"what its own transaction had set in the session, which was not noted behind its COMMIT,"};
    if (run_.dialect() == Dialect::postgresql) return postgres_session::restore(run_.database, session);
    SqliteSession::restore(run_.database, session);
    const auto rowid = session.find(rowid_word);
    if (rowid != std::string::npos)
        run_.database.set_last_insert_rowid(state::number(session.substr(rowid + rowid_word.size())));
}

void Outside::refuse_lost_session(const StepAtWork& current, std::size_t before, const LostSession& lost) {
    Batch batch;
    batch.reset();
    run_.database.run(batch.commands());
    const auto& statements = current.step.statements;
    const auto line = before < statements.size() ? line_in_file(current.step, statements[before]) : 0;
    throw Error(ExitCode::database, error_codes::session_lost,
                fmt::format("the {} cannot go on: {} cannot be had again in another session, and what follows may need "
                            "it; nothing was run",
                            step_name(current.step), lost.what))
        .with_location({.file = current.step.path, .line = line, .column = 0, .line_text = {}})
        .with_hint(state::closing_advice(current.step.step.revision->id));
}

/// Those of the first `before` statements that are meant.
void Outside::repeat_statements(StepAtWork& current, std::size_t before, bool (*is_meant)(const Statement& statement)) {
    for (std::size_t index = 0; index < before; ++index)
        if (is_meant(current.step.statements[index])) run_statement(current, index);
}

/// Whether the statement at which the run stopped was done all the same, as far as its effect tells.
bool Outside::is_done_already(const StepAtWork& current, std::size_t index) {
    if (run_.dialect() != Dialect::postgresql) return false;
    const auto& statement = current.step.statements[index];
    drop_left_indexes(current, statement);
    // These alone leave something by which it can be told that they are done, and fail when they run twice.
    return index_is_built(current, statement) || index_is_dropped(run_.database, statement) ||
           enum_value_is_there(run_.database, statement);
}

/// A CREATE INDEX CONCURRENTLY that was cut off leaves an INVALID index: dropped here, so that it can run again.
bool Outside::index_is_built(const StepAtWork& current, const Statement& statement) {
    const auto found = find_concurrent_index(run_.database, statement);
    if (!found || found->valid) return found.has_value();
    drop_index(current, found->name);
    return false;
}

/// What such a statement leaves has a name that only the server knows. So which ones were there before it is noted.
void Outside::note_invalid_indexes(StepAtWork& current, std::size_t index) {
    if (run_.dialect() != Dialect::postgresql || !may_leave_unnamed_index(current.step.statements[index])) return;
    current.invalid_indexes = invalid_indexes(run_.database);
    // In a transaction of its own before the statement: a list that was noted later would have what it left.
    Batch batch;
    batch.begin();
    batch.own_sql("SET TRANSACTION READ WRITE");
    own_session(batch);
    batch.own(run_.recorder.ledger()->keep_invalid_indexes(current.step.step.revision->id, *current.invalid_indexes));
    batch.commit();
    sender_.send(batch, current);
}

void Outside::drop_left_indexes(const StepAtWork& current, const Statement& statement) {
    if (!current.invalid_indexes || !may_leave_unnamed_index(statement)) return;
    for (const auto& name : left_invalid_indexes(run_.database, statement, *current.invalid_indexes))
        drop_index(current, name);
}

void Outside::drop_index(const StepAtWork& current, const std::string& name) {
    run_.reporter.warning(fmt::format("dropping the INVALID index {}", name));
    Batch batch;
    batch.own_sql("DROP INDEX CONCURRENTLY IF EXISTS " + name);
    sender_.send(batch, current);
}

}  // namespace rev::run
