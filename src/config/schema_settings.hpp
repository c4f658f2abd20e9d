#pragma once

#include <filesystem>

#include "config/yaml_reader.hpp"
#include "rev/config.hpp"

/// The settings that the schema commands read. Source: docs/configuration.md "The desired schema".
namespace rev::config {

/// Each reads the setting of its name into `config`, whose `directory` is set. entry: has a value. Throws Error,
/// located: "bad_value", "unknown_key".
void read_schema(const YamlReader& reader, const Entry& entry, Config& config);
void read_scratch_setup(const YamlReader& reader, const Entry& entry, Config& config);
void read_dump(const YamlReader& reader, const Entry& entry, Config& config);
void read_protected(const YamlReader& reader, const Entry& entry, Config& config);
void read_autogenerate(const YamlReader& reader, const Entry& entry, Config& config);

/// Whether `schema` reads that file, for any dialect. file: empty: false.
[[nodiscard]] bool is_file_of_schema(const Config& config, const std::filesystem::path& file);

}  // namespace rev::config
