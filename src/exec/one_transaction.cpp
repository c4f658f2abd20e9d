// The whole plan in one transaction.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "exec/as_written.hpp"
#include "exec/run.hpp"

namespace rev {

bool Run::all_foreign_keys() const {
    // SQLite's setting cannot change within a transaction: one revision that needs it off turns it off for all.
    return options_.sqlite_foreign_keys &&
           std::ranges::none_of(plan_.steps, [](const auto& step) { return step->sqlite_foreign_keys == false; });
}

namespace {

/// Whether SET TRANSACTION may still stand behind it. Source: PostgreSQL's PlannedStmtRequiresSnapshot().
bool needs_no_snapshot(const Statement& statement) {
    constexpr std::array<std::string_view, 8> commands = {"SET",    "RESET",  "SHOW",     "LOCK",
                                                          "LISTEN", "NOTIFY", "UNLISTEN", "CHECKPOINT"};
    return is_set_transaction(statement) || std::ranges::find(commands, statement.command) != commands.end();
}

/// A word of the SQL alone tells it: there is nobody to ask for a script.
bool mentions_constraints(const PreparedStep& step) {
    return std::ranges::any_of(step.statements, [](const Statement& statement) {
        return lower_case(statement.text).find("constraints") != std::string::npos;
    });
}

}  // namespace

std::vector<std::size_t> late_set_transactions(const PreparedStep& step) {
    std::vector<std::size_t> found;
    for (std::size_t index = 0; index < step.statements.size(); ++index) {
        if (!needs_no_snapshot(step.statements[index])) break;
        if (is_set_transaction(step.statements[index])) found.push_back(index);
    }
    return found;
}

bool Run::puts_constraints_back(const PreparedStep& step) const {
    return dialect() == Dialect::postgresql && (options_.offline ? mentions_constraints(step) : may_run_blocks_);
}

std::string left_out_text(const PreparedStep& step, std::size_t statement) {
    return fmt::format("{}:{}: SET TRANSACTION is left out: the transaction has begun with another step", step.path,
                       line_in_file(step, step.statements[statement]));
}

void Run::run_all_in_one() {
    const ForeignKeys foreign_keys(database_, all_foreign_keys());
    const bool asks = dialect() == Dialect::postgresql && !options_.offline && plan_.steps.size() > 1;
    may_run_blocks_ = asks && may_run_blocks(database_);
    with_lock_retries([&] { run_all_steps(); });
}

void Run::run_all_steps() {
    std::vector<LogRecord> records;
    for (std::size_t index = 0; index < plan_.steps.size(); ++index) {
        auto current = start_step(index);
        Batch batch;
        if (index == 0)
            begin_limited(batch, current.step, Batch::Span::plan);
        else if (has_sql(current.step) && !online_sqlite())
            batch.limit(current.step.limits);
        if (online_sqlite()) {
            send(std::exchange(batch, {}), current);
            run_guarded_work(current);
        } else {
            const auto late = index == 0 ? std::vector<std::size_t>() : late_set_transactions(current.step);
            for (const auto statement : late) reporter_.warning(left_out_text(current.step, statement));
            run_work(current, batch, late);
        }
        add_changes(batch, current);
        send(batch, current);
        current.record.duration = current.elapsed();
        finish_step(current);
        if (log_) records.push_back(std::move(current.record));
    }
    commit_all(records);
}

void Run::commit_all(std::vector<LogRecord>& records) {
    constexpr std::size_t at_once = 200;
    const auto last = at_work(*plan_.steps.back());
    Batch batch;
    for (const auto& record : records) {
        add_log(batch, record, false);
        if (batch.commands().size() < at_once) continue;
        send(batch, last);
        batch = Batch();
    }
    batch.commit();
    batch.reset();
    send(batch, last);
}

}  // namespace rev
