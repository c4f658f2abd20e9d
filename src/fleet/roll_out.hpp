#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/migrate.hpp"
#include "base/stop_token.hpp"
#include "fleet/member.hpp"
#include "fleet/state.hpp"

namespace rev::fleet {

/// What became of a member.
enum class Outcome {
    up_to_date,  ///< there was nothing to do
    behind,      ///< asked only where it stands: there is something to do
    ahead,       ///< likewise: it is past the target
    done,
    sound,      ///< was verified
    failed,     ///< it is as it was before the step that failed
    not_begun,  ///< others had failed, or somebody stopped the run
};

/// How one member stands, or what its run did. Refers to the members, which have to outlive it.
struct MemberResult {
    const Member* member = nullptr;
    std::string ring = {};  ///< empty: alembic.yaml has no rings
    Outcome outcome = Outcome::not_begun;
    std::vector<RevisionId> rows = {};  ///< where it is now, as far as is known
    std::size_t steps = 0;              ///< that ran; behind: that would run
    std::chrono::milliseconds took{0};
    RareError error = {};                   ///< failed
    std::vector<std::string> remarks = {};  ///< warnings and notices of its run
};

/// Who is told of a roll-out. Called by one thread at a time, on any thread.
class Watcher {
public:
    virtual ~Watcher() = default;
    /// members: in all rings together.
    virtual void roll_out_started(std::size_t /*members*/) {}
    /// ring: its name; empty where there are no rings. members: in this one.
    virtual void ring_started(const std::string& /*ring*/, std::size_t /*members*/) {}
    virtual void member_started(const Member& /*member*/) {}
    /// On the thread that ran it, in the order in which they end.
    virtual void member_finished(const MemberResult& /*result*/) {}
};

/// What a roll-out is handed. All that it refers to has to outlive it.
struct FleetContext {
    const ScriptDirectory& scripts;
    const Graph& graph;  ///< of the scripts
    const Config& config;
    std::map<std::string, std::string> given = {};  ///< variables of -x: they go before those of members
    base::StopToken stop = {};
    Watcher& watcher;

    /// The same with another configuration, which must outlive it.
    [[nodiscard]] FleetContext with(const Config& other) const {
        return {.scripts = scripts, .graph = graph, .config = other, .given = given, .stop = stop, .watcher = watcher};
    }
};

/// What is done, and to whom.
struct RollOut {
    app::MigrateRequest migrate;      ///< for each member; confirm: called on its thread
    std::optional<std::string> ring;  ///< only this one
    std::size_t jobs = 8;             ///< connections at once, for each server
};

/// Whether it runs a plan; what else there is goes on with, closes or accepts what is there.
[[nodiscard]] bool has_plan(app::MigrateMode mode);

/// Where the members stand against a target, without running anything: up_to_date, behind, ahead or failed. In the
/// order of the members. states: theirs, by value as their rows become those of the results.
[[nodiscard]] std::vector<MemberResult> compare(std::span<const Member> members, std::vector<MemberState> states,
                                                std::string_view target, const Graph& graph, const Config& config);

/// Runs app::migrate() on each member that has something to do, ring after ring; a ring begins when the one before is
/// whole. A member that fails stays as it was before its step, and the others do not notice; once as many have failed
/// as FleetSettings::stop_after says, no new member is begun. A stop ends after the steps that run. Results in the
/// order of rings, then of members. states: as of compare(). Throws Error with ExitCode::usage ("no_such_ring").
[[nodiscard]] std::vector<MemberResult> roll_out(const RollOut& request, std::span<const Member> members,
                                                 std::vector<MemberState> states, const FleetContext& context);

}  // namespace rev::fleet
