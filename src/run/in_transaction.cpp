#include "run/in_transaction.hpp"

#include <utility>

#include "run/foreign_keys.hpp"

namespace rev::run {

void InTransaction::run(StepAtWork& current) {
    sender_.with_lock_retries([&] { run_once(current); });
}

void InTransaction::run_once(StepAtWork& current) {
    const auto& header = current.step.sqlite_foreign_keys;
    const ForeignKeys foreign_keys(run_.database, header.value_or(run_.options.sqlite_foreign_keys));
    // PostgreSQL measures the step itself and so gets everything in one exchange. A call to SQLite costs nothing.
    const bool one_exchange = !run_.online_sqlite();
    current.record.started_at = run_.options.now();
    Batch batch;
    section_.begin_limited(batch, current.step);
    if (one_exchange) {
        section_.add(current, batch);
    } else {
        sender_.send(std::exchange(batch, {}), current);
        section_.send_guarded(current);
        current.record.duration = current.elapsed();
    }
    run_.recorder.add_changes(batch, current);
    run_.recorder.add_log(batch, current.record, one_exchange);
    // It lasted as long as the transaction, and from here on as long as a lease.
    run_.recorder.add_lock_renewal(batch);
    batch.commit();
    // Behind the commit: what the section has set with SET, not SET LOCAL, would go on in the next step.
    batch.reset();
    sender_.send(batch, current);
}

}  // namespace rev::run
