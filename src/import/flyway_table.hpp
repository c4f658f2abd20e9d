#pragma once

#include <string>

#include "import/history.hpp"
#include "rev/database.hpp"

namespace rev::foreign {

/// See Tool::recorded.
[[nodiscard]] Recorded flyway_recorded(Database& database, const History& history, const std::string& table);

}  // namespace rev::foreign
