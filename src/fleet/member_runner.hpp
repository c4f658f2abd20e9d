#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "app/shared_plans.hpp"
#include "db/database.hpp"
#include "fleet/connections.hpp"
#include "fleet/roll_out.hpp"
#include "fleet/sound_logs.hpp"
#include "run/execute.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

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
    MemberRunner(const app::MigrateRequest& migrate, const FleetContext& context, app::SharedPlans& shared,
                 SoundLogs& sound)
        : migrate_(migrate), context_(context), shared_(shared), sound_(sound) {}

    /// What is known of members before look_ahead().
    enum class Known { rows, nothing };
    /// Before run() of these: finds their tables and reads their logs, and their rows unless those are known, in a few
    /// exchanges, as far as they are schemas of one database. A run then asks nothing: its first message takes the lock
    /// and checks that all is as it was read. Holds nothing.
    void look_ahead(std::span<const MemberResult* const> results, Known known);
    /// Fills in what became of `result.member`. result.rows: where it stood when it was read. Throws nothing that the
    /// member's database or files cause.
    /// lease: of a worker that has the member for a time, see ExecuteOptions::lease.
    void run(MemberResult& result, std::optional<long long> lease = {});
    /// Keeps no connection until the next run.
    void rest() { connections_.close(); }

private:
    void migrate(MemberResult& result, std::optional<long long> lease);
    /// What look_ahead() has read of a member.
    struct Ahead {
        state::FoundTables tables;
        std::vector<RevisionId> rows;
        std::optional<state::LogAsRead> log;
    };
    using Members = std::map<std::string, const MemberResult*>;  ///< by schema
    void read_ahead(Database& database, const Members& members, Known known);
    [[nodiscard]] bool migrate_as_read(MemberResult& result, std::optional<long long> lease, const Ahead& ahead);
    [[nodiscard]] bool migrate_by_seal(MemberResult& result, std::optional<long long> lease, const Ahead& ahead);
    [[nodiscard]] bool migrate_if(const std::optional<std::string>& unchanged, MemberResult& result,
                                  std::optional<long long> lease, const state::DatabaseState& known);
    void migrate(MemberResult& result, std::optional<long long> lease, const state::DatabaseState* known);

    const app::MigrateRequest& migrate_;
    const FleetContext& context_;
    app::SharedPlans& shared_;
    SoundLogs& sound_;
    MemberReporter reporter_;
    Connections connections_{context_, reporter_};
    std::map<const Member*, Ahead> ahead_;  ///< of members that were looked at and not yet run
};

}  // namespace rev::fleet
