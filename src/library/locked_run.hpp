#pragma once

#include <chrono>
#include <functional>

#include "rev/config.hpp"
#include "rev/executor.hpp"

namespace rev {

/// A walk on one database, whoever asks for it.
struct LockedRun {
    Planner planner;  ///< is asked under the lock
    /// Called under the lock, if there is something to run; may throw. prepared: the member of that name, to be
    /// replaced where its steps are not the plan's.
    std::function<void(const Plan& plan, PreparedPlan& prepared)> before = {};
    std::chrono::milliseconds lock_timeout{60'000};
    PrepareOptions prepare;
    ExecuteOptions execute;
    PreparedPlan prepared = {};  ///< what run_planned may take over
};

/// Takes the run lock, plans, runs and releases the lock. plan: gets what was planned, also if the run fails. Throws as
/// RunLock and run_planned do.
RunResult run_locked(Database& database, const ScriptDirectory& scripts, LockedRun run, Reporter& reporter, Plan& plan);

[[nodiscard]] PrepareOptions prepare_options(const Config& config, TransactionMode transaction, Dialect dialect);
[[nodiscard]] ExecuteOptions execute_options(const Config& config, TransactionMode transaction);

}  // namespace rev
