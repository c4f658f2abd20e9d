#pragma once

#include <span>
#include <string>

#include "fleet/roll_out.hpp"

namespace rev::fleet {

/// A member that was made, and what its run did.
struct NewMember {
    Member member;
    MemberResult result;  ///< its `member` points to the one above
    NewMember() = default;
    NewMember(const NewMember&) = delete;
    NewMember& operator=(const NewMember&) = delete;
    NewMember(NewMember&& other) noexcept : member(std::move(other.member)), result(std::move(other.result)) {
        result.member = &member;
    }
};

/// Makes the schema, database or file of that name, if it is not there, and brings it to where most members are; to
/// the heads if there are none. Throws Error with ExitCode::usage: a fleet whose members come from a list of URLs.
[[nodiscard]] NewMember create_member(const std::string& name, std::span<const MemberState> states,
                                      const FleetContext& context);

}  // namespace rev::fleet
