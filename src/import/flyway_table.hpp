#pragma once

#include <string>

#include "import/history.hpp"
#include "import/settings_text.hpp"
#include "rev/database.hpp"

namespace rev::foreign {

/// `schema.table` where the settings say so; empty: the default. settings: without `flyway.`.
[[nodiscard]] std::string flyway_table_name(const SettingValues& settings);

/// See Tool::recorded.
[[nodiscard]] Recorded flyway_recorded(Database& database, const History& history, const std::string& table);

}  // namespace rev::foreign
