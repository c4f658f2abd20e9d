#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/flyway_names.hpp"
#include "import/folder.hpp"
#include "import/settings_text.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

/// flyway.toml, flyway.conf, or Spring's application.properties or .yml, for a folder of migrations. path: what the
/// person gave, from which that folder may be further down than is looked up. Empty: there is none.
[[nodiscard]] std::filesystem::path find_flyway_settings(const std::filesystem::path& folder,
                                                         const std::filesystem::path& path);

/// The settings in Flyway's own names, without `flyway.`: those of the file, and of FLYWAY_NAME in the environment,
/// which count before it.
[[nodiscard]] SettingValues read_flyway_settings(const Place& place, const Files& files);

/// flyway.conf or the .conf of a migration: Java's properties whose backslashes are themselves, with variables of the
/// environment filled in.
[[nodiscard]] SettingValues read_flyway_conf(const std::filesystem::path& file, const Files& files);

/// A list as .conf (commas) and .toml (line feeds here) have it.
[[nodiscard]] std::vector<std::string> flyway_list(std::string_view text);

/// What the settings say; Flyway's defaults where they say nothing.
[[nodiscard]] FlywayNaming flyway_naming(const SettingValues& settings);

/// The same, with FLYWAY_PLACEHOLDERS_NAME before a setting's value. Of Flyway's own placeholders it has flyway:table
/// and, if it is known, flyway:defaultschema.
[[nodiscard]] FlywayPlaceholders flyway_placeholders(const SettingValues& settings, const Files& files);
/// FLYWAY_PLACEHOLDERS_NAME.
[[nodiscard]] std::optional<std::string> flyway_placeholder_of_environment(std::string_view name, const Files& files);

/// The folders of its `locations` that are there, none within another; where there is none, the place's own. Throws
/// Error with ExitCode::graph for a location that is a pattern.
[[nodiscard]] std::vector<std::filesystem::path> flyway_locations(const Place& place, const SettingValues& settings,
                                                                  const Files& files);

/// The schema in which Flyway works: `defaultSchema`, else the first of `schemas`, else the currentSchema of its URL;
/// empty: the connection's own.
[[nodiscard]] std::string flyway_schema(const SettingValues& settings);
/// Whether it is that of the URL, which is the whole search_path then.
[[nodiscard]] bool flyway_schema_is_of_url(const SettingValues& settings);
/// As History::table has it: `schema.table` where the settings say so; empty: the default.
[[nodiscard]] std::string flyway_table_name(const SettingValues& settings);

}  // namespace rev::foreign
