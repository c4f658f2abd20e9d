#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/stop_token.hpp"
#include "fleet/member.hpp"
#include "run/prepared.hpp"

namespace rev::fleet {

/// Where a member stands.
struct MemberState {
    std::vector<RevisionId> rows;  ///< of its version table, in table order
    bool has_unfinished = false;   ///< a revision stopped half-way
    RareError failure;             ///< why nothing is known: its fault, or what its database says
};

/// The states of all members, in their order. Schemas of one database are read in a constant number of exchanges over
/// one connection; other members on up to FleetSettings::jobs threads. Changes nothing.
[[nodiscard]] std::vector<MemberState> read_states(std::span<const Member> members, const Config& config,
                                                   const base::StopToken& stop);

}  // namespace rev::fleet
