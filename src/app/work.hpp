#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "app/migrate.hpp"
#include "state/state.hpp"

namespace rev::app {

/// What one mode of migrate() does before the run lock is held, and under it.
class Work {
public:
    Work() = default;
    virtual ~Work() = default;
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

    /// Of the connection to begin with.
    [[nodiscard]] virtual Access first_access() const { return Access::write; }
    /// Of the connection that act() gets.
    [[nodiscard]] virtual Access last_access() const { return Access::write; }
    /// Before the lock: refuses what can be refused without it, and calls MigrateRequest::on_ready. Returns the answer
    /// if there is nothing to take the lock for. Throws Error.
    [[nodiscard]] virtual std::optional<MigrateResult> look(Database& database) = 0;
    /// The version table whose lock is taken, after look().
    [[nodiscard]] virtual const state::VersionTable& table() const = 0;
    /// What act() is to be told, asked in the exchange that takes the lock. Empty: nothing.
    [[nodiscard]] virtual std::vector<Query> questions(Database& /*database*/) const { return {}; }
    /// Their answers; empty if they could not be had.
    virtual void take(Database& /*database*/, std::vector<std::vector<SqlRow>>&& /*answers*/) {}
    /// Under the lock. Throws Error, or RunError once something ran.
    [[nodiscard]] virtual MigrateResult act(Database& database) = 0;
    /// Adds what this work knows to a failure under the lock.
    virtual void explain(Error& /*error*/) const {}
};

// Both arguments must outlive the work.
/// upgrade, downgrade, stamp
[[nodiscard]] std::unique_ptr<Work> make_target_work(const MigrateRequest& request, const RunContext& context);
/// resume
[[nodiscard]] std::unique_ptr<Work> make_resume_work(const MigrateRequest& request, const RunContext& context);
/// repair_applied, repair_not_applied, accept_changed
[[nodiscard]] std::unique_ptr<Work> make_repair_work(const MigrateRequest& request, const RunContext& context);
/// take_over
[[nodiscard]] std::unique_ptr<Work> make_take_over_work(const MigrateRequest& request, const RunContext& context);

}  // namespace rev::app
