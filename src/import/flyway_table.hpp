#pragma once

#include <string>

#include "db/database.hpp"
#include "import/history.hpp"

namespace rev::foreign {

/// See Tool::recorded.
[[nodiscard]] Recorded flyway_recorded(Database& database, const History& history, const std::string& table);

}  // namespace rev::foreign
