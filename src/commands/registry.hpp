#pragma once

#include <vector>

#include "commands/subcommand.hpp"

namespace rev::commands {

/// All commands in the order of `rev --help`.
[[nodiscard]] std::vector<Subcommand> subcommands();

}  // namespace rev::commands
