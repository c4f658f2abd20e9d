#include "library/locked_run.hpp"

#include <algorithm>
#include <utility>

#include "library/connect.hpp"

namespace rev {

RunResult run_locked(Database& database, const ScriptDirectory& scripts, LockedRun run, Reporter& reporter,
                     std::vector<Plan>& plans) {
    const auto& table = run.execute.table;
    RunLock lock(database, table, run.lock_timeout, reporter);
    if (run.before) {
        const auto plan = run.planner(read_state(database, table, run.execute.checksums));
        if (!plan.steps.empty()) run.before(plan);
    }
    const auto planner = [&](const DatabaseState& state) { return plans.emplace_back(run.planner(state)); };
    auto result = run_planned(database, planner, scripts, run.prepare, run.execute, reporter, std::move(run.prepared));
    lock.release();
    return result;
}

Plan plan_that_ran(const std::vector<Plan>& plans, const RunResult& result) {
    if (plans.size() == 1) return plans.front();
    Plan ran;
    ran.from = plans.front().from;
    ran.to = result.rows;
    for (const auto& done : result.steps) {
        for (auto plan = plans.rbegin(); plan != plans.rend(); ++plan) {
            const auto step = std::find_if(plan->steps.begin(), plan->steps.end(), [&](const Step& candidate) {
                return candidate.revision != nullptr && candidate.revision->id == done.revision;
            });
            if (step == plan->steps.end()) continue;
            ran.steps.push_back(*step);
            break;
        }
    }
    return ran;
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
