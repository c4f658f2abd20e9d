#include "run/whole_plan.hpp"

#include <algorithm>
#include <utility>

#include "run/foreign_keys.hpp"
#include "run/step_text.hpp"

namespace rev::run {

bool WholePlan::all_foreign_keys() const {
    // SQLite's setting cannot change within a transaction: one revision that needs it off turns it off for all.
    return run_.options.sqlite_foreign_keys &&
           std::ranges::none_of(run_.plan.steps, [](const auto& step) { return step->sqlite_foreign_keys == false; });
}

void WholePlan::run() {
    const ForeignKeys foreign_keys(run_.database, all_foreign_keys());
    const bool asks = run_.dialect() == Dialect::postgresql && !run_.options.offline && run_.plan.steps.size() > 1;
    // Asked before the transaction, and only where a step follows another.
    section_.set_may_run_blocks(asks && may_run_blocks(run_.database));
    // The whole transaction again, as a deadlock or a lock that was not to be had has aborted all of it.
    sender_.with_lock_retries([&] { run_all_steps(); });
}

void WholePlan::run_all_steps() {
    std::vector<state::LogRecord> records;
    for (std::size_t index = 0; index < run_.plan.steps.size(); ++index) {
        failure_.stop_if_requested();
        auto current = run_.start_step(index);
        Batch batch;
        if (index == 0)
            section_.begin_limited(batch, current.step, Batch::Span::plan);
        else if (has_sql(current.step) && !run_.online_sqlite())
            batch.limit(current.step.limits);
        if (run_.online_sqlite()) {
            sender_.send(std::exchange(batch, {}), current);
            section_.send_guarded(current);
        } else {
            const auto late = index == 0 ? std::vector<std::size_t>() : late_set_transactions(current.step);
            for (const auto statement : late) run_.reporter.warning(left_out_text(current.step, statement));
            section_.add(current, batch, late);
        }
        run_.recorder.add_changes(batch, current);
        sender_.send(batch, current);
        current.record.duration = current.elapsed();
        run_.finish_step(current);
        if (run_.recorder.log()) records.push_back(std::move(current.record));
    }
    commit_all(records);
}

void WholePlan::commit_all(std::vector<state::LogRecord>& records) {
    constexpr std::size_t at_once = 200;
    const auto last = run_.at_work(*run_.plan.steps.back());
    Batch batch;
    for (const auto& record : records) {
        run_.recorder.add_log(batch, record, false);
        if (batch.commands().size() < at_once) continue;
        sender_.send(batch, last);
        // A batch keeps the values of all its rows.
        batch = Batch();
    }
    run_.recorder.add_lock_renewal(batch);
    batch.commit();
    batch.reset();
    sender_.send(batch, last);
}

}  // namespace rev::run
