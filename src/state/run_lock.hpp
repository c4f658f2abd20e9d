#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/stop_token.hpp"
#include "db/database.hpp"
#include "state/own_table.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::state {

/// rev_lock, of PostgreSQL alone.
[[nodiscard]] const OwnTable& lease_table();

/// Who else holds the run lock of these tables now; nullopt if nobody or unknown. Never waits.
[[nodiscard]] std::optional<LockHolder> find_run(Database& database, const FoundTables& tables);

/// Holds the run lock while it lives (nothing offline and for SQLite in memory). Where the session can hold none, it is
/// a lease in rev_lock, which is made if it is not there. Waits up to `timeout`, telling `reporter` who holds it.
/// Throws Error with ExitCode::database ("locked", or why rev_lock cannot be had).
class RunLock {
public:
    /// table: of FoundTables, where the caller has them already.
    /// stop: ends the wait, with the Error that stop_error() gives.
    /// questions: asked as soon as it is had, in the same exchange.
    RunLock(Database& database, const VersionTable& table, std::chrono::milliseconds timeout, Reporter& reporter,
            const base::StopToken& stop = {}, std::vector<Query> questions = {});
    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

    /// Releases it now. Throws Error ("lock_lost") if it was not held any more: two runs may have met. The destructor
    /// releases it too, without a word.
    void release();

    /// Of the questions; empty if there were none, or if they could not be answered.
    [[nodiscard]] std::vector<std::vector<SqlRow>> take_answers() { return std::move(answers_); }

private:
    [[nodiscard]] bool try_once();
    [[nodiscard]] bool try_lock();
    void use_leases();
    [[nodiscard]] bool is_free_of_leases();

    Database& database_;
    VersionTable table_;  ///< with its schema
    std::string key_;
    std::vector<Query> questions_;
    std::vector<std::vector<SqlRow>> answers_;
    bool held_ = false;
    bool uses_leases_ = false;
};

}  // namespace rev::state
