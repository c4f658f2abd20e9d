#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/sqlstate.hpp"
#include "base/stop_token.hpp"
#include "run/execute.hpp"

namespace rev::run {

inline constexpr std::string_view lock_not_available = sqlstate::lock_not_available;
inline constexpr std::string_view deadlock_detected = sqlstate::deadlock_detected;

/// PostgreSQL: whether the failure says that a lock could not be had in time, or only by a deadlock.
[[nodiscard]] bool got_no_lock(const Error& error);

/// Whether the failure says that a lock could not be had in time, so that the same SQL may work a little later.
[[nodiscard]] bool is_lock_conflict(const CommandError& error, const StatementLimits& limits);

/// What the database says, and who was in the way.
[[nodiscard]] std::string conflict_text(const CommandError& error);

/// The same in full: for a deadlock, the server's DETAIL names the other.
[[nodiscard]] std::string retry_reason(const CommandError& error);

/// Before try `number` (from 1): doubles from a quarter of a second to ten; random, so that two runs that got in each
/// other's way do not meet again.
[[nodiscard]] std::chrono::milliseconds retry_pause(int number);

/// False if a stop was asked for meanwhile.
[[nodiscard]] bool sleep_unless_stopped(std::chrono::milliseconds pause, const base::StopToken& stop);

}  // namespace rev::run
