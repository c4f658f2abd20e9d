#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_reader.hpp"
#include "rev/config.hpp"

namespace rev::config {

/// One key of alembic.yaml.
struct Setting {
    std::string_view key;  ///< as it is written in the file
    bool per_environment;  ///< an environment may set it, too
    /// Writes the value into the Config, whose directory is set. nullptr: load_config reads it by itself.
    void (*read)(const YamlReader& reader, const Entry& entry, Config& config);
};

/// All of them, in the order of the documentation.
[[nodiscard]] std::span<const Setting> settings();

/// Names of all keys, or of those that an environment may set.
[[nodiscard]] std::vector<std::string> known_keys();
[[nodiscard]] std::vector<std::string> environment_keys();

}  // namespace rev::config
