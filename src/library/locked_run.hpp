#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "rev/config.hpp"
#include "rev/executor.hpp"

namespace rev {

/// A walk on one database, whoever asks for it.
struct LockedRun {
    Planner planner;                               ///< is asked under the lock
    std::function<void(const Plan&)> before = {};  ///< called under the lock, if there is something to run; may throw
    std::chrono::milliseconds lock_timeout{60'000};
    PrepareOptions prepare;
    ExecuteOptions execute;
    PreparedPlan prepared = {};  ///< what run_planned may take over
};

/// Takes the run lock, plans, runs and releases the lock. plans: gets every plan that was in force, oldest first, also
/// if the run fails. Throws as RunLock and run_planned do.
RunResult run_locked(Database& database, const ScriptDirectory& scripts, LockedRun run, Reporter& reporter,
                     std::vector<Plan>& plans);

/// The steps of `result`, taken from the plan that was in force when each ran. plans: not empty.
[[nodiscard]] Plan plan_that_ran(const std::vector<Plan>& plans, const RunResult& result);

[[nodiscard]] PrepareOptions prepare_options(const Config& config, TransactionMode transaction, Dialect dialect);
[[nodiscard]] ExecuteOptions execute_options(const Config& config, TransactionMode transaction);

}  // namespace rev
