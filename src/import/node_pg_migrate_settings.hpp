#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rev::foreign {

/// What a project tells node-pg-migrate. Empty: its own default.
struct NodePgMigrateSettings {
    std::filesystem::path folder;      ///< of the migrations, absolute
    std::vector<std::string> schemas;  ///< its search_path
    std::string table_schema;
    std::string table;
};

/// Of the section `db` in config/default.json and of the scripts in package.json, both in `project` or above; the
/// arguments of a script come before that file. Throws Error for a file that cannot be read.
[[nodiscard]] NodePgMigrateSettings read_node_pg_migrate_settings(const std::filesystem::path& project);

}  // namespace rev::foreign
