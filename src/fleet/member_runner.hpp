#pragma once

#include <memory>
#include <string>

#include "fleet/roll_out.hpp"
#include "rev/database.hpp"
#include "rev/executor.hpp"

namespace rev::fleet {

/// Hands what the run of a member tells on to its result.
class MemberReporter final : public Reporter {
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
    /// Both must outlive it.
    MemberRunner(const app::MigrateRequest& migrate, const FleetContext& context)
        : migrate_(migrate), context_(context) {}

    /// Fills in what became of `result.member`. Throws nothing that the member's database or files cause.
    void run(MemberResult& result);

private:
    void migrate(MemberResult& result);
    [[nodiscard]] std::unique_ptr<Database> open(const Member& member, const Config& config, app::Access access);

    const app::MigrateRequest& migrate_;
    const FleetContext& context_;
    MemberReporter reporter_;
    std::unique_ptr<Database> connection_;  ///< behind reporter_, which it tells of notices
    std::string place_;                     ///< the database that it is to
};

}  // namespace rev::fleet
