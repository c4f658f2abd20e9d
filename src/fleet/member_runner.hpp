#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "app/shared_plans.hpp"
#include "fleet/connections.hpp"
#include "fleet/roll_out.hpp"
#include "rev/database.hpp"
#include "rev/executor.hpp"

namespace rev::fleet {

/// Hands what the run of a member tells on to its result.
class MemberReporter final : public state::Reporter {
public:
    void notice(std::string_view severity, std::string_view message) override;
    void warning(std::string_view message) override;
    /// null: nobody listens.
    void listen_for(MemberResult* result) { result_ = result; }

private:
    MemberResult* result_ = nullptr;
};

/// Runs members one after the other on one thread, over one connection as long as they are schemas of one database.
class MemberRunner {
public:
    /// All must outlive it.
    MemberRunner(const app::MigrateRequest& migrate, const FleetContext& context, app::SharedPlans& shared)
        : migrate_(migrate), context_(context), shared_(shared) {}

    /// Before run() of these: takes the run locks of all of them at once, as far as they are schemas of one database,
    /// and reads under these where they stand, in three exchanges. What cannot be had so is left to their runs. A lock
    /// is held until the next look_ahead() at most.
    void look_ahead(std::span<const MemberResult* const> results);
    /// Fills in what became of `result.member`. Throws nothing that the member's database or files cause.
    /// lease: of a worker that has the member for a time, see ExecuteOptions::lease.
    void run(MemberResult& result, std::optional<long long> lease = {});
    /// Keeps no connection until the next run.
    void rest() { connections_.close(); }

private:
    void migrate(MemberResult& result, std::optional<long long> lease);
    /// members: by schema, all of the database. Returns those whose lock was had, by schema. Throws Error.
    [[nodiscard]] std::map<std::string, state::DatabaseState> read_under_locks(
        Database& database, const std::map<std::string, const Member*>& members) const;

    const app::MigrateRequest& migrate_;
    const FleetContext& context_;
    app::SharedPlans& shared_;
    MemberReporter reporter_;
    Connections connections_{context_, reporter_};
    std::map<const Member*, state::DatabaseState> locked_;  ///< of members that were looked at and not yet run
};

}  // namespace rev::fleet
