#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "fleet/roll_out.hpp"

namespace rev::fleet {

/// Runs the verify sections of what is applied in each member, read-only, and looks whether the files of its revisions
/// are still those that were run. Outcome::sound, with the number of sections as `steps`, or failed ("not_sound": the
/// detail lists what is wrong). states: of the same members. jobs: threads. Results in the order of the members.
[[nodiscard]] std::vector<MemberResult> verify_members(std::span<const Member> members,
                                                       std::span<const MemberState> states, std::size_t jobs,
                                                       const FleetContext& context);

}  // namespace rev::fleet
