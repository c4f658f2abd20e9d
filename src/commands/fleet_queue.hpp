#pragma once

#include <string>

#include "commands/fleet_project.hpp"

namespace rev::commands {

// Roll-outs for several machines: what `rev fleet` does with the queue in PostgreSQL. Each throws Error.

/// status --run: how a queued roll-out stands, over all workers.
[[nodiscard]] ExitCode show_queued_run(const FleetProject& project);
[[nodiscard]] ExitCode forget_member(const FleetProject& project, const std::string& name);
[[nodiscard]] ExitCode enqueue_roll_out(const FleetProject& project, const std::string& target);
/// Takes members and runs them until none are left.
[[nodiscard]] ExitCode work_on_queue(const FleetProject& project);
/// log: what became of each member.
[[nodiscard]] ExitCode list_queued_members(const FleetProject& project);

}  // namespace rev::commands
