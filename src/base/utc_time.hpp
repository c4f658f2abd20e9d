#pragma once

#include <ctime>
#include <string>

namespace rev::base {

/// A moment as clocks in UTC show it. pattern: strftime's, for at most 63 characters. ({fmt} can do it, too, but brings
/// its whole machinery for locales into each file that asks.)
[[nodiscard]] std::string utc_time(std::time_t moment, const char* pattern);

}  // namespace rev::base
