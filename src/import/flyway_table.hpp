#pragma once

#include <string>

#include "import/history.hpp"
#include "import/settings_text.hpp"
#include "rev/database.hpp"

namespace rev::foreign {

/// The schema in which Flyway works: `defaultSchema`, else the first of `schemas`; empty: the connection's own.
/// settings: without `flyway.`.
[[nodiscard]] std::string flyway_schema(const SettingValues& settings);
/// `schema.table` where the settings say so; empty: the default. settings: without `flyway.`.
[[nodiscard]] std::string flyway_table_name(const SettingValues& settings);

/// See Tool::recorded.
[[nodiscard]] Recorded flyway_recorded(Database& database, const History& history, const std::string& table);

}  // namespace rev::foreign
