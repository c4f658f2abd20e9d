// Where the server allows it, a statement and the ledger's step behind it are one transaction of their own: then the
// ledger also knows whether that statement is done.
//
// A commit of SQLite waits for the disk, so there the ledger has as few of its own as can be: it may stay behind while
// nothing in a file changes, and the last commit of the section records the step itself where nothing else is to come.

#include "run/ledger_keeper.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "run/place.hpp"
#include "sql/statement_effects.hpp"

namespace rev::run {

/// rev's own rights and search_path for what follows in the transaction. DEFAULT is the role of the login: ALTER ROLE
/// ... SET role, or one in the connection's options, makes it another one than NONE.
void LedgerKeeper::own_session(Batch& batch) const {
    if (run_.dialect() != Dialect::postgresql) return;
    batch.own_sql(
        "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL role TO DEFAULT; SET LOCAL lock_timeout TO DEFAULT; "
        "SET LOCAL statement_timeout TO DEFAULT; SET LOCAL search_path TO pg_catalog");
    // The statement before may have released it.
    if (auto keep_lock = run_.database.keep_lock_sql(); !keep_lock.empty()) batch.own_sql(std::move(keep_lock));
}

void LedgerKeeper::write(StepAtWork& current, const state::Progress& place) {
    if (!run_.recorder.ledger()) return;
    Batch batch;
    batch.begin();
    session_.ask(batch, current);
    own_session(batch);
    run_.recorder.note_place(batch, current, place);
    run_.recorder.add_session(batch, current);
    batch.commit();
    sender_.send_once(batch, current);  // the statement before it is done: a new try must not begin with that
    current.ledger = place;
    current.place = place;
    current.kept_session = current.session;
}

void LedgerKeeper::catch_up(StepAtWork& current) {
    if (!current.ledger || current.ledger->statement != current.place.statement) write(current, current.place);
}

void LedgerKeeper::keep_invalid_indexes(const StepAtWork& current) {
    Batch batch;
    batch.begin();
    batch.own_sql("SET TRANSACTION READ WRITE");
    own_session(batch);
    batch.own(run_.recorder.ledger()->keep_invalid_indexes(current.step.step.revision->id, *current.invalid_indexes));
    batch.commit();
    sender_.send(batch, current);
}

void LedgerKeeper::commit(StepAtWork& current, Batch& batch, const state::Progress& place, bool finishes) {
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
        session_.ask(batch, current);
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

bool LedgerKeeper::finishes_with(const StepAtWork& current, std::size_t index) const {
    if (!run_.online_sqlite() || !current.step.verify.empty()) return false;
    return std::ranges::all_of(std::span(current.step.statements).subspan(index + 1), sql::is_setting_pragma);
}

bool LedgerKeeper::may_write_inside() const {
    if (run_.dialect() == Dialect::sqlite) return true;
    constexpr std::string_view question = "SELECT pg_catalog.current_setting('transaction_read_only')";
    return run_.database.query_in_session(question).at(0).at(0) != "on";
}

void LedgerKeeper::write_inside(StepAtWork& current, std::size_t index, const state::Progress& place) {
    const auto& revision = current.step.step.revision->id;
    Batch batch;
    if (run_.dialect() == Dialect::postgresql) batch.check_constraints(current.step, index);
    session_.ask_inside(batch, current);
    const bool lifts = run_.online_sqlite() && run_.database.reads_only_by_default();
    if (lifts) batch.own_sql("PRAGMA query_only = OFF");
    own_session(batch);
    if (finishes_with(current, index)) {
        run_.recorder.add_end(batch, current);
    } else if (run_.dialect() == Dialect::postgresql) {
        batch.own(run_.recorder.ledger()->move(revision, Recorder::with_notes(current, place)));
        batch.own(run_.recorder.ledger()->doubt_session(revision, postgres_session::captured));
    } else {
        // An inner RELEASE may have come before, and a ROLLBACK TO behind that: the row may be there or not.
        batch.own(run_.recorder.ledger()->clear(revision));
        batch.own(run_.recorder.ledger()->start(ledger_step(current.step), Recorder::with_notes(current, place)));
        batch.own(run_.recorder.ledger()->keep_session(revision, current.session));
    }
    if (lifts) batch.own_sql("PRAGMA query_only = ON");
    sender_.send(batch, current);
}

void LedgerKeeper::take_as_committed(StepAtWork& current, std::size_t index, const state::Progress& place) {
    if (finishes_with(current, index)) return take_as_recorded(current);
    current.ledger = place;
    keep_session(current);
}

/// Where the place was already noted.
void LedgerKeeper::keep_session(StepAtWork& current) {
    if (run_.dialect() == Dialect::sqlite) {
        current.kept_session = current.session;  // by write_inside
        return;
    }
    Batch batch;
    batch.begin();
    session_.ask(batch, current);
    own_session(batch);
    run_.recorder.add_session(batch, current);
    batch.commit();
    sender_.send_once(batch, current);
    current.kept_session = current.session;
}

void LedgerKeeper::take_as_recorded(StepAtWork& current) {
    current.recorded = true;
    current.ledger.reset();
}

}  // namespace rev::run
