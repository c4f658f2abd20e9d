#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/subcommand.hpp"

namespace rev {

/// A command line that was understood.
struct CommandLine {
    std::string text;     ///< --help or --version: what to print; `run` is empty then
    Subcommand::Run run;  ///< the command with its arguments
};

/// Reads a command line. arguments: without the program's name. globals: filled in; must outlive what is returned.
/// Throws Error with ExitCode::usage, which suggests the nearest command or option.
[[nodiscard]] CommandLine parse_command_line(const std::vector<std::string>& arguments,
                                             const std::vector<Subcommand>& commands, GlobalOptions& globals);

}  // namespace rev
