#pragma once

#include <span>
#include <string>

#include "fleet/queue.hpp"
#include "fleet/roll_out.hpp"
#include "report/error_text.hpp"
#include "report/style.hpp"

namespace rev::report {

/// "up_to_date", "behind", "ahead", "done", "failed", "not_begun"; failed members whose database does not answer:
/// "unreachable".
[[nodiscard]] std::string_view outcome_name(const fleet::MemberResult& result);

/// Where the fleet stands: how many members are where, and those that are odd with the reason.
[[nodiscard]] std::string fleet_status_text(std::span<const fleet::MemberResult> results, const Graph& graph,
                                            ListLength length, Style style);

/// A line for each member: name, state, revision.
[[nodiscard]] std::string fleet_members_text(std::span<const fleet::MemberResult> results, Style style);

/// A member that ran or failed, in one line, with its error behind it.
[[nodiscard]] std::string member_text(const fleet::MemberResult& result, Style style);

/// "3 done, 4 up to date, 1 failed, 2 not begun".
[[nodiscard]] std::string fleet_counts_text(std::span<const fleet::MemberResult> results);

/// How a queued roll-out stands: how many members of each ring, those that run and those that failed.
[[nodiscard]] std::string queued_run_status_text(const fleet::QueuedRun& run,
                                                 std::span<const fleet::QueuedMember> members, Style style);

/// A queued roll-out: what it is, and a line for each member.
[[nodiscard]] std::string queued_run_text(const fleet::QueuedRun& run, std::span<const fleet::QueuedMember> members,
                                          Style style);

}  // namespace rev::report
