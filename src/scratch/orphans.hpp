#pragma once

#include <string>
#include <string_view>

#include "db/database.hpp"

namespace rev::scratch {

/// A new name for a scratch database: rev_scratch_PID_TIME_RANDOM, with the server's time in seconds.
[[nodiscard]] std::string scratch_name(long long server_time);

/// Drops databases of such names that are older than a minute and in which nobody is: their process was killed. What
/// the role may not drop stays. Throws only when the connection fails.
void drop_orphans(Database& server);

}  // namespace rev::scratch
