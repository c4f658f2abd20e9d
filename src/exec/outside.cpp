// Revisions that run outside a transaction, one statement at a time. The ledger names the statement that comes next, so
// whatever happens, everything before it is done and nothing behind it. Where the server allows it, a statement and the
// ledger's step behind it are one transaction of their own: then the ledger also knows whether that statement is done.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <string>

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

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

/// A DO block may commit, and then fails in a transaction. One that names none of these words cannot.
bool may_commit(std::string_view block) {
    constexpr std::array<std::string_view, 4> words = {"commit", "rollback", "call", "execute"};
    std::string lower(block);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::any_of(words, [&](auto word) { return lower.find(word) != std::string::npos; });
}

/// Whether a statement does the same in a transaction of its own. What is not known to, does not count.
bool can_share_transaction(const Statement& statement, Dialect dialect) {
    constexpr std::array<std::string_view, 21> verbs = {
        "CREATE",  "ALTER",    "DROP",    "INSERT",  "UPDATE",   "DELETE", "MERGE",
        "REPLACE", "SELECT",   "WITH",    "VALUES",  "COPY",     "GRANT",  "REVOKE",
        "COMMENT", "TRUNCATE", "REFRESH", "ANALYZE", "SECURITY", "IMPORT", "REASSIGN"};
    // Before PostgreSQL 12 a new enum value could not be added in a transaction; some subscriptions cannot change
    // there.
    constexpr std::array<std::string_view, 3> others = {"ALTER TYPE", "ALTER SUBSCRIPTION", "ALTER DATABASE"};
    if (statement.kind == StatementKind::copy_from_stdin) return true;
    if (statement.kind != StatementKind::ordinary || is_one_of(statement.command, others)) return false;
    if (statement.command == "DO") return dialect == Dialect::postgresql && !may_commit(statement.text);
    return is_one_of(statement.command.substr(0, statement.command.find(' ')), verbs);
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
        ensure_table(database_, find_tables(database_, found_.table), progress_name, progress_columns());
        current.ledger = resumed;
    }
    limit_session(current);
    if (resumed) repeat_settings(current, progress.statement - 1);
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
    if (!statements.empty() && !current.ledger) write_ledger(current, progress);
    while (progress.statement <= statements.size()) {
        current.statement = progress.statement;
        stop_before_statement(current);
        const auto index = progress.statement - 1;
        const bool done = resumed_at == progress.statement && is_done_already(current, index);
        progress = next_progress(progress, current.step, dialect());
        if (done)
            write_ledger(current, progress);
        else
            run_next(current, index, progress);
    }
    refuse_open_transaction(current);
}

void Run::stop_before_statement(Current& current) {
    if (!stop_requested()) return;
    database_.rollback();
    fail(interruption(current), current);
}

/// Runs a statement and lets the ledger go on to the one behind it.
void Run::run_next(Current& current, std::size_t index, const Progress& next) {
    if (!progress_) return run_statement(current, index);
    const auto& statement = current.step.statements[index];
    if (database_.in_transaction()) {
        // The COMMIT of the revision's own transaction takes the ledger with it.
        if (statement.kind == StatementKind::transaction_control) write_ledger_inside(current, next);
    } else if (can_share_transaction(statement, dialect())) {
        return run_statement_with_ledger(current, index, next);
    }
    run_statement(current, index);
    if (!database_.in_transaction()) write_ledger(current, next);
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
    own_role(batch);
    progress_->move(batch, current.step.step.revision->id, next);
    batch.commit();
    send(batch, current);
    current.ledger = next;
}

void Run::own_role(Batch& batch) const {
    if (dialect() == Dialect::postgresql)
        batch.own_sql(
            "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE; SET LOCAL lock_timeout TO DEFAULT; "
            "SET LOCAL statement_timeout TO DEFAULT");
}

void Run::write_ledger(Current& current, const Progress& progress) {
    if (!progress_) return;
    Batch batch;
    batch.begin();
    own_role(batch);
    if (current.ledger)
        progress_->move(batch, current.step.step.revision->id, progress);
    else
        progress_->start(batch, current.step, progress);
    batch.commit();
    send_once(batch, current);  // the statement before it is done: a new try must not begin with that
    current.ledger = progress;
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
    begin_limited(batch, current.step);
    batch.verify(current.step);
    batch.reset();
    current.record.duration = current.elapsed();
    add_changes(batch, current);
    add_log(batch, current.record, false);
    if (progress_ && current.ledger) progress_->remove(batch, current.step.step.revision->id);
    batch.commit();
    batch.reset();
    send(batch, current);
}

void Run::repeat_settings(Current& current, std::size_t before) {
    for (std::size_t index = 0; index < before; ++index)
        if (is_session_setting(current.step.statements[index])) run_statement(current, index);
}

/// Whether the statement at which the run stopped was done all the same, as far as its effect tells.
bool Run::is_done_already(const Current& current, std::size_t index) {
    if (dialect() != Dialect::postgresql) return false;
    const auto& statement = current.step.statements[index];
    return index_is_built(current, statement) || index_is_dropped(database_, statement) ||
           enum_value_is_there(database_, statement);
}

/// A CREATE INDEX CONCURRENTLY that was cut off leaves an INVALID index: dropped here, so that it can run again.
bool Run::index_is_built(const Current& current, const Statement& statement) {
    const auto found = find_concurrent_index(database_, statement);
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
