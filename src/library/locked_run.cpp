#include "library/locked_run.hpp"

#include <utility>

#include "library/connect.hpp"

namespace rev {

RunResult run_locked(Database& database, const ScriptDirectory& scripts, LockedRun run, Reporter& reporter,
                     Plan& plan) {
    const auto& table = run.execute.table;
    RunLock lock(database, table, run.lock_timeout, reporter);
    if (run.before) {
        const auto first = run.planner(read_state(database, table, run.execute.checksums));
        if (!first.steps.empty()) run.before(first, run.prepared);
    }
    const auto planner = [&](const DatabaseState& state) { return plan = run.planner(state); };
    auto result = run_planned(database, planner, scripts, run.prepare, run.execute, reporter, std::move(run.prepared));
    lock.release();
    return result;
}

PrepareOptions prepare_options(const Config& config, TransactionMode transaction, Dialect dialect) {
    PrepareOptions prepared;
    prepared.dialect = dialect;
    prepared.transaction = transaction;
    prepared.variables = config.variables;
    prepared.limits = config.limits;
    return prepared;
}

ExecuteOptions execute_options(const Config& config, TransactionMode transaction) {
    ExecuteOptions execute;
    execute.table = version_table(config);
    execute.transaction = transaction;
    execute.sqlite_foreign_keys = config.sqlite_foreign_keys;
    execute.lock_timeout = config.lock_timeout;
    return execute;
}

}  // namespace rev
