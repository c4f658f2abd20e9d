#include "run/marked_statements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/interrupt.hpp"
#include "rev/config.hpp"
#include "run/as_written.hpp"
#include "run/guards.hpp"
#include "run/retry.hpp"
#include "run/scripted_statement.hpp"
#include "run/step_text.hpp"
#include "state/notes.hpp"
#include "state/reporter.hpp"

namespace rev::run {
namespace {

/// What a try that was rolled back has said of the statement is said anew.
void add_note(StepAtWork& current, StatementNote note) {
    auto& notes = current.record.notes;
    std::erase_if(notes, [&](const StatementNote& each) { return each.line == note.line; });
    notes.push_back(std::move(note));
    current.record.statements = current.step.statements.size() -
                                static_cast<std::size_t>(std::ranges::count(notes, true, &StatementNote::skipped));
}

StatementNote note_of_batches(const StepAtWork& current, const sql::StatementMarker& repetition) {
    auto note = note_of(current.step, repetition);
    note.batches = current.place.batches;
    note.rows = current.place.rows;
    return note;
}

}  // namespace

bool MarkedStatements::run_as_marked(StepAtWork& current, const state::Progress& here, const state::Progress& next) {
    const auto index = here.statement - 1;
    if (markers_above(current.step, index).empty()) return false;
    if (run_.options.offline)
        write_scripted(current, index);
    else if (is_left_out(current, here))
        pass_over(current, next);
    else if (repetition_of(current.step, index) != nullptr)
        run_repeated(current, here, next);
    else
        return false;
    return true;
}

/// Whether the guards above the statement leave it out. Not asked again once its first batch is done.
bool MarkedStatements::is_left_out(StepAtWork& current, const state::Progress& here) {
    const auto index = here.statement - 1;
    if (here.batches != 0 || !is_guarded(current.step, index)) return false;
    const auto keeper = run_.guard_keeper(current.step, [&](const Batch& each) { return sender_.send(each, current); });
    auto refusal = keeper.find_refusal(current.step, index, run_.database.in_transaction());
    if (!refusal) return false;
    add_note(current, std::move(*refusal));
    return true;
}

void MarkedStatements::take_notes(StepAtWork& current, std::vector<StatementNote> notes) {
    for (auto& note : notes) add_note(current, std::move(note));
}

void MarkedStatements::pass_over(StepAtWork& current, const state::Progress& next) {
    if (run_.database.in_transaction()) return;  // the commit takes the ledger along
    if (!run_.online_sqlite()) return ledger_.write(current, next);
    current.place = next;  // nothing in a file has changed: see Outside::run_unnoted
}

/// In a script the server itself decides.
void MarkedStatements::write_scripted(const StepAtWork& current, std::size_t index) {
    Batch batch;
    batch.own_sql(scripted_statement(run_.database, current.step, index));
    sender_.send(batch, current);
}

void MarkedStatements::run_repeated(StepAtWork& current, const state::Progress& here, const state::Progress& next) {
    const auto index = here.statement - 1;
    const auto& repetition = *repetition_of(current.step, index);
    refuse_open_transaction_around(current, repetition);
    const auto pause = parse_duration(repetition.pause).value_or(std::chrono::milliseconds(0));
    current.place = here;
    while (true) {
        failure_.stop_before_statement(current);
        stop_at_most_batches(current, repetition);
        if (!run_batch(current, index, next)) return;
        sender_.made_progress();
        run_.reporter.remark(current.step,
                             fmt::format("{} so far", state::batches_text(current.place.batches, current.place.rows)),
                             state::Reporter::Remark::passing);
        if (pause.count() > 0) (void)sleep_unless_stopped(pause, run_.options.stop);
    }
}

/// One batch; false: it changed no row, and the ledger has gone on to the next statement. A stop waits for its end.
bool MarkedStatements::run_batch(StepAtWork& current, std::size_t index, const state::Progress& next) {
    const base::StopShield until_it_is_done(run_.options.stop);
    ++batches_run_;
    Batch batch;
    batch.begin();
    batch.statement(current.step, index);
    if (run_.dialect() == Dialect::postgresql) batch.check_constraints(current.step, index);
    const auto rows = sender_.send(std::exchange(batch, {}), current).rows;
    if (run_.online_sqlite()) session_.look(current, index);
    if (rows == 0) {
        const auto note = note_of_batches(current, *repetition_of(current.step, index));
        add_note(current, note);
        ledger_.commit(current, batch, next, ledger_.finishes_with(current, index));
        run_.reporter.remark(current.step,
                             fmt::format("{}:{}: {}", current.step.path, note.line, state::note_text(note)),
                             state::Reporter::Remark::lasting);
        return false;
    }
    auto place = current.place;
    ++place.batches;
    place.rows += rows;
    ledger_.commit(current, batch, place, false);
    return true;
}

void MarkedStatements::stop_at_most_batches(StepAtWork& current, const sql::StatementMarker& repetition) {
    const auto& most = run_.options.max_batches;
    if (!most || batches_run_ < *most) return;
    add_note(current, note_of_batches(current, repetition));
    failure_.fail(Error(ExitCode::revision_failed, error_codes::batches_left,
                        fmt::format("the {} stopped at statement {} of {} after {}, as --max-batches {} says",
                                    step_name(current.step), current.statement, current.step.statements.size(),
                                    state::batches_text(current.place.batches, current.place.rows), *most))
                      .with_location(place_at(sql_in_file(current.step), repetition.offset))
                      .with_hint("go on with `rev resume`"),
                  current);
}

/// What its text does not tell: a procedure, or SQLite's SAVEPOINT, may have opened it.
void MarkedStatements::refuse_open_transaction_around(StepAtWork& current, const sql::StatementMarker& repetition) {
    if (!run_.database.in_transaction()) return;
    run_.database.rollback();
    failure_.fail(Error(ExitCode::revision_failed, error_codes::open_transaction,
                        "rev:repeat within a transaction of the section: each batch is one of its own")
                      .with_location(place_at(sql_in_file(current.step), repetition.offset))
                      .with_hint("move it behind what ends the transaction, and run `rev resume`"),
                  current);
}

}  // namespace rev::run
