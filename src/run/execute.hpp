#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/stop_token.hpp"
#include "db/database.hpp"
#include "rev/config.hpp"
#include "rev/plan.hpp"
#include "rev/run_result.hpp"
#include "run/prepared.hpp"
#include "script/script_directory.hpp"
#include "state/reporter.hpp"
#include "state/run_lock.hpp"
#include "state/state.hpp"

namespace rev::run {

/// What time it is, as the log is to have it.
using TimeSource = std::function<std::chrono::system_clock::time_point()>;

/// How the steps of a plan are run, as the configuration and the command say it.
struct ExecuteOptions {
    state::VersionTable table;
    TransactionMode transaction = TransactionMode::per_revision;
    bool sqlite_foreign_keys = false;
    std::string tag;  ///< --tag: written to the log
    /// How often statements are repeated before the run stops, to be resumed; absent: as often as there are rows.
    std::optional<std::size_t> max_batches = {};
    bool checksums = true;                           ///< whether the planner asks for DatabaseState::checksums
    std::chrono::milliseconds lock_timeout{60'000};  ///< for rev's own rows
    bool offline = false;       ///< the database is the SQL writer: rows are taken from the plan, nothing is logged
    base::StopToken stop = {};  ///< as the database's OpenOptions::interrupted asks for it
    TimeSource now = std::chrono::system_clock::now;  ///< for the times in the log
    /// Where the tables were before the lock was held: under it they are only compared. Null: they are looked for.
    const state::FoundTables* found = nullptr;
    /// Of a worker that has the database under a lease: a number that grows from lease to lease. It is written to
    /// rev_log before the first step, and each transaction of a step fails once the log has a greater one. Absent: no
    /// lease.
    std::optional<long long> lease = {};
    /// What was read in the exchange that took the lock, with checksums if they are asked for. Null: it is read.
    const state::DatabaseState* locked = nullptr;
};

/// Runs the steps. The caller holds the RunLock and made the plan while holding it. Creates the tables when needed.
/// Throws RunError with ExitCode::revision_failed (located in the revision file), database, interrupted or terminated.
RunResult execute(Database& database, const PreparedPlan& plan, const ExecuteOptions& options,
                  state::Reporter& reporter);

/// Makes a plan for the state that there is now.
using Planner = std::function<Plan(const state::DatabaseState& state)>;

/// Reads the state, plans, prepares and executes. The caller holds the RunLock, so that no other run comes in between.
/// Throws as its parts do.
/// prepared: with the same options before the lock was held; not prepared again if the steps are still these.
RunResult run_planned(Database& database, const Planner& planner, const ScriptDirectory& scripts,
                      const PrepareOptions& prepare_options, const ExecuteOptions& options, state::Reporter& reporter,
                      PreparedPlan prepared = {});

}  // namespace rev::run
