#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/migrate.hpp"
#include "fleet/roll_out.hpp"

namespace rev::fleet {

/// A roll-out that waits in the coordinating database for whoever works on it. Source: the tables rev_fleet_run and
/// rev_fleet_member, see docs/fleet.md.
struct QueuedRun {
    long long id = 0;
    std::string target;                     ///< as it was asked for
    std::string history;                    ///< what the revision files were, see history_of()
    std::optional<std::size_t> stop_after;  ///< as FleetSettings::stop_after
    std::string created_at;                 ///< UTC, by the server's clock
};

/// How a member of a queued roll-out stands.
struct QueuedMember {
    std::string name;
    std::string ring;        ///< empty: there are no rings
    std::string state;       ///< waiting, running, done, failed, forgotten
    std::string worker;      ///< who has it, or had it: "host:pid"
    long long attempts = 0;  ///< how often a worker has taken it
    std::string rows;        ///< where it was left, ids joined by ", "
    std::string error;       ///< failed: why
};

/// The coordinating database. Not thread-safe. Every method throws Error with ExitCode::database when it fails.
class RollOutQueue {
public:
    /// Throws Error with ExitCode::usage if it is no PostgreSQL, and "foreign_table" if one of its tables is not rev's.
    explicit RollOutQueue(const Config& config);
    ~RollOutQueue();
    RollOutQueue(const RollOutQueue&) = delete;
    RollOutQueue& operator=(const RollOutQueue&) = delete;

    /// Makes the tables if they are not there.
    void ensure_tables();
    /// Writes a roll-out with all members, ring by ring, in one transaction.
    QueuedRun enqueue(const std::string& target, const std::string& history, std::span<const Wave> waves,
                      std::optional<std::size_t> stop_after);
    /// id absent: the newest. nullopt: there is none.
    [[nodiscard]] std::optional<QueuedRun> find(std::optional<long long> id);
    /// run: its id. In the order of the roll-out, ring by ring.
    [[nodiscard]] std::vector<QueuedMember> members(long long run);

    /// A member that this worker may run until its lease ends.
    struct Lease {
        std::string member;
        long long token = 0;     ///< of this lease alone: what another one has taken over is not written by this one
        long long attempts = 0;  ///< this one included
    };
    /// The next members of the first ring that is not whole, in their order: those that wait, or whose lease has ended.
    /// A handful while many wait, at last one, so that other workers find some. Empty: nothing can be begun now.
    [[nodiscard]] std::vector<Lease> take(const QueuedRun& run, const std::string& worker, std::chrono::seconds lease);
    /// Whether members that were taken may still be begun: not once as many have failed as is allowed.
    [[nodiscard]] bool may_begin(const QueuedRun& run);
    /// Of members that were not begun: they are anybody's again.
    void give_back(const QueuedRun& run, const Lease& taken);
    /// Whether some member still waits or runs and may come to be taken, so that waiting for it makes sense.
    [[nodiscard]] bool is_open(const QueuedRun& run);
    /// Goes on for another `lease`; false if somebody else has taken the member over.
    bool renew(const QueuedRun& run, const Lease& taken, std::chrono::seconds lease);
    /// Writes what became of the member; false if somebody else has taken it over, whose word it is then.
    bool finish(const QueuedRun& run, const Lease& taken, const MemberResult& result);
    /// Puts it back, as it could not be run now: another run has its lock.
    void put_back(const QueuedRun& run, const Lease& taken);
    /// A member that is gone: the roll-out goes on without it. False if it is done, forgotten or running, or none of
    /// its members.
    bool forget(const QueuedRun& run, const std::string& member);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// A checksum of all revision files: what a worker with other files must not touch.
[[nodiscard]] std::string history_of(const Graph& graph, const ScriptDirectory& scripts);

/// How a worker works.
struct WorkOptions {
    std::chrono::seconds lease{30};  ///< how long a member is this worker's unless it is renewed
    std::size_t jobs = 8;            ///< connections at once
    std::string worker;              ///< "host:pid"
    app::RepeatableUse repeatables = app::RepeatableUse::run;
};

/// The members, and with a fault those of a roll-out that are none any more.
[[nodiscard]] std::vector<Member> with_gone_members(std::vector<Member> members, std::span<const QueuedMember> queued);

/// Takes members of the run and runs them until none is left for it, on `jobs` threads, each with a lease that is
/// renewed while it works. Returns what this worker did. Throws Error with ExitCode::graph ("other_history") if the
/// revision files are not those of the run. members: with_gone_members().
[[nodiscard]] std::vector<MemberResult> work(const QueuedRun& run, std::span<const Member> members,
                                             const WorkOptions& options, const FleetContext& context);

}  // namespace rev::fleet
