#include "run/recorder.hpp"

#include <fmt/format.h>

#include "run/failure_text.hpp"
#include "run/place.hpp"
#include "run/step_text.hpp"
#include "state/notes.hpp"

namespace rev::run {

Recorder::Recorder(Database& database, const state::Tables& tables, const Plan& plan, const ExecuteOptions& options)
    : database_(database),
      tables_(tables),
      insert_row_(state::change_sql(tables, RowChange::Kind::insert)),
      update_row_(state::change_sql(tables, RowChange::Kind::update)),
      remove_row_(state::change_sql(tables, RowChange::Kind::remove)),
      rows_(plan.from) {
    std::set<RevisionId> seen;
    for (const auto& row : plan.from)
        // A version table that another program made may have no primary key.
        if (!seen.insert(row).second) duplicated_.insert(row);
    // A script changes the version rows alone: what it was, nobody knows before it has run.
    if (options.offline) return;
    log_.emplace(database, tables, options.tag, options.lease);
    ledger_.emplace(database, tables);
}

void Recorder::add_changes(Batch& batch, const Step& step) {
    for (const auto& change : step.changes) {
        if (removes_all(change)) {
            batch.own_sql("DELETE FROM " + tables_.version);
            continue;
        }
        if (removes_duplicates(change))
            batch.own_sql(fmt::format("DELETE FROM {} WHERE version_num {} {}", tables_.version, tables_.equals,
                                      database_.quote_literal(change.from)));
        else
            batch.change(sql_of(change.kind), state::change_parameters(change));
        // Kept in step with what the batch will do, as heads_after is written before anybody has run it.
        rows_.apply(change);
    }
    uncommitted_.push_back(&step);
}

void Recorder::add_changes(Batch& batch, StepAtWork& current) {
    add_changes(batch, current.step.step);
    current.record.heads_after = state::heads_text(rows_);
}

const std::string& Recorder::sql_of(RowChange::Kind kind) const {
    if (kind == RowChange::Kind::insert) return insert_row_;
    return kind == RowChange::Kind::update ? update_row_ : remove_row_;
}

/// Only a stamp with --purge comes so far with a row that is there twice; a change must else hit exactly one.
bool Recorder::removes_duplicates(const RowChange& change) const {
    return change.kind == RowChange::Kind::remove && duplicated_.contains(change.from);
}

void Recorder::add_log(Batch& batch, const state::LogRecord& record, bool measured_by_database) const {
    if (log_) batch.change(log_->insert_sql(measured_by_database), log_->parameters(record));
}

void Recorder::add_lock_renewal(Batch& batch) const {
    if (auto renewal = database_.lease_sql(); !renewal.empty()) batch.run_lock(std::move(renewal));
}

void Recorder::add_lease_check(Batch& batch) const {
    add_lock_renewal(batch);
    if (has_lease()) batch.lease(log_->lease_sql(), log_->lease_parameters());
}

void Recorder::take_lease() {
    if (!has_lease()) return;
    Batch batch;
    batch.begin();
    add_log(batch,
            {.event = "lease", .duration = std::chrono::milliseconds(0), .heads_after = state::heads_text(rows_)},
            false);
    add_lease_check(batch);
    batch.commit();
    try {
        database_.run(batch.commands());
    } catch (const CommandError& error) {
        if (error.wrong_row_count) throw lease_lost_error();
        throw;
    }
}

void Recorder::note_place(Batch& batch, const StepAtWork& current, const state::Progress& progress) const {
    add_lease_check(batch);
    const auto noted = with_notes(current, progress);
    batch.own(current.ledger ? ledger_->move(current.step.step.revision->id, noted)
                             : ledger_->start(ledger_step(current.step), noted));
}

state::Progress Recorder::with_notes(const StepAtWork& current, state::Progress progress) {
    progress.notes = state::encode_notes(current.record.notes);
    return progress;
}

void Recorder::add_session(Batch& batch, const StepAtWork& current) const {
    const auto& revision = current.step.step.revision->id;
    if (database_.dialect() == Dialect::postgresql)
        batch.own(ledger_->keep_captured_session(revision, postgres_session::captured));
    else if (current.kept_session != current.session)
        batch.own(ledger_->keep_session(revision, current.session));
}

void Recorder::add_end(Batch& batch, StepAtWork& current) {
    current.record.duration = current.elapsed();
    add_lease_check(batch);
    add_changes(batch, current);
    add_log(batch, current.record, false);
    if (ledger_ && current.ledger) batch.own(ledger_->remove(current.step.step.revision->id));
}

/// In reverse: a later change may build on the row of an earlier one.
void Recorder::take_back() {
    for (auto step = uncommitted_.rbegin(); step != uncommitted_.rend(); ++step) {
        const auto& changes = (*step)->changes;
        for (auto change = changes.rbegin(); change != changes.rend(); ++change) rows_.revert(*change);
    }
}

}  // namespace rev::run
