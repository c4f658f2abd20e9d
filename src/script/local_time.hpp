#pragma once

#include <ctime>
#include <string>

namespace rev::script {

/// A moment as clocks in some time zone show it.
struct LocalTime {
    std::tm clock{};  ///< tm_gmtoff holds the offset from UTC, seconds; tm_isdst and tm_zone say nothing
    std::time_t epoch = 0;
    bool is_utc = false;  ///< the zone is UTC itself
};

/// zone: an IANA name such as "Europe/Berlin". Throws Error with ExitCode::usage for a name that the system's time
/// zone database does not have. Reads that database and leaves the process's own zone alone.
[[nodiscard]] LocalTime local_time(const std::string& zone, std::time_t moment);

/// "2026-11-21 03:47:11Z", or with an offset such as "+01:00".
[[nodiscard]] std::string format_time(const LocalTime& time);

}  // namespace rev::script
