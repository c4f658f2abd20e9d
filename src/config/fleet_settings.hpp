#pragma once

#include "config/yaml_reader.hpp"
#include "rev/config.hpp"

namespace rev::config {

/// The mapping `fleet:`. Throws Error, located in the file. Source: docs/fleet.md.
void read_fleet(const YamlReader& reader, const Entry& entry, Config& config);

}  // namespace rev::config
