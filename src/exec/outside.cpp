// Revisions that run outside a transaction, one statement at a time. The ledger names a statement before the server
// gets it, so whatever happens, everything before that statement is done and nothing behind it.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "exec/concurrent_index.hpp"
#include "exec/interrupt.hpp"
#include "exec/run.hpp"

namespace rev {
namespace {

/// SET and RESET that outlive their statement.
bool is_session_setting(const Statement& statement) {
    if (statement.command.starts_with("RESET")) return true;
    constexpr std::array<std::string_view, 3> others = {"SET LOCAL", "SET TRANSACTION", "SET CONSTRAINTS"};
    return statement.command.starts_with("SET") &&
           std::ranges::none_of(others, [&](std::string_view other) { return statement.command.starts_with(other); });
}

}  // namespace

void Run::run_outside(Current& current, std::optional<Progress> resumed) {
    const auto& header = current.step.sqlite_foreign_keys;
    const ForeignKeys foreign_keys(database_, header.value_or(options_.sqlite_foreign_keys));
    auto progress = resumed.value_or(progress_at(current.step, 0, dialect()));
    if (options_.offline) {
        Batch batch;
        batch.own_sql(running_comment(current.step));
        send(batch, current);
    } else {
        ensure_table(database_, tables_, progress_name, progress_columns());
        current.in_ledger = resumed.has_value();
    }
    if (resumed) repeat_settings(current, progress.statement - 1);
    run_statements(current, progress);
    finish_outside(current);
}

void Run::run_statements(Current& current, Progress& progress) {
    const auto resumed_at = current.in_ledger ? std::optional(progress.statement) : std::nullopt;
    const auto& statements = current.step.statements;
    while (progress.statement <= statements.size()) {
        const auto index = progress.statement - 1;
        const bool open = !options_.offline && database_.in_transaction();
        if (!open) write_ledger(current, progress);
        if (stop_requested()) {
            database_.rollback();
            fail(stop_error(fmt::format("the {} stopped before statement {} of {}", step_name(current.step),
                                        progress.statement, statements.size())),
                 current);
        }
        const bool built = resumed_at == progress.statement && index_is_built(current, index);
        progress = next_progress(progress, current.step, dialect());
        // The COMMIT of the revision's own transaction takes the ledger with it.
        if (open && statements[index].kind == StatementKind::transaction_control)
            write_ledger_inside(current, progress);
        if (!built) run_statement(current, index);
    }
    refuse_open_transaction(current);
    if (!statements.empty()) write_ledger(current, progress);
}

void Run::run_statement(Current& current, std::size_t index) {
    Batch batch;
    batch.statement(current.step, index);
    send(batch, current);
}

void Run::own_role(Batch& batch) const {
    if (dialect() == Dialect::postgresql) batch.own_sql("SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE");
}

void Run::write_ledger(Current& current, const Progress& progress) {
    if (!progress_) return;
    Batch batch;
    batch.begin();
    own_role(batch);
    if (current.in_ledger)
        progress_->move(batch, current.step.step.revision->id, progress);
    else
        progress_->start(batch, current.step, progress);
    batch.commit();
    send(batch, current);
    current.in_ledger = true;
}

void Run::write_ledger_inside(const Current& current, const Progress& progress) {
    Batch batch;
    own_role(batch);
    progress_->move(batch, current.step.step.revision->id, progress);
    send(batch, current);
}

void Run::refuse_open_transaction(Current& current) {
    if (options_.offline || !database_.in_transaction()) return;
    database_.rollback();
    const auto& opened = *std::find_if(current.step.statements.rbegin(), current.step.statements.rend(),
                                       [](const auto& s) { return s.kind == StatementKind::transaction_control; });
    fail(
        Error(ExitCode::revision_failed, "open_transaction",
              fmt::format("{} leaves a transaction open at its end; it was rolled back", step_name(current.step)))
            .with_location({.file = current.step.path, .line = opened.line, .column = opened.column, .line_text = {}})
            .with_hint(fmt::format("add the missing COMMIT and run `rev resume`, or close the run with `rev repair {}`",
                                   current.step.step.revision->id)),
        current);
}

/// The version rows, the log and the end of the ledger, in one transaction.
void Run::finish_outside(Current& current) {
    Batch batch;
    batch.reset();
    batch.begin();
    batch.verify(current.step);
    batch.reset();
    current.record.duration = current.elapsed();
    add_changes(batch, current);
    add_log(batch, current.record, false);
    if (progress_ && current.in_ledger) progress_->remove(batch, current.step.step.revision->id);
    batch.commit();
    batch.reset();
    send(batch, current);
}

void Run::repeat_settings(Current& current, std::size_t before) {
    for (std::size_t index = 0; index < before; ++index)
        if (is_session_setting(current.step.statements[index])) run_statement(current, index);
}

/// A CREATE INDEX CONCURRENTLY that was cut off leaves an INVALID index: dropped here, so that it can run again.
bool Run::index_is_built(const Current& current, std::size_t index) {
    if (dialect() != Dialect::postgresql) return false;
    const auto found = find_concurrent_index(database_, current.step.statements[index]);
    if (!found || found->valid) return found.has_value();
    reporter_.warning(fmt::format("dropping the INVALID index {}", found->name));
    Batch batch;
    batch.own_sql("DROP INDEX CONCURRENTLY IF EXISTS " + found->name);
    send(batch, current);
    return false;
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
            .with_hint(fmt::format("put the file back as it was up to line {0}; or finish or undo the revision by "
                                   "hand, then close it with `rev repair {1} --applied` or `rev repair {1} "
                                   "--not-applied`",
                                   unfinished.line, unfinished.revision));
    run_outside(current, progress);
    finish_step(current);
    result_.rows = rows_.all();
    return std::move(result_);
}

}  // namespace rev
