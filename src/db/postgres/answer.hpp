#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <functional>

namespace rev::db {

/// Waits until PQgetResult() would not block. False when the time is over, or `ends`, asked about ten times a second,
/// says so; of a connection that was lost that result tells.
[[nodiscard]] bool wait_for_answer(PGconn* connection, std::chrono::steady_clock::time_point deadline,
                                   const std::function<bool()>& ends = {});

}  // namespace rev::db
