#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/subcommand.hpp"

namespace rev::commands {

/// A command line that was understood.
struct CommandLine {
    std::string text;     ///< --help or --version: what to print; `run` is empty then
    Subcommand::Run run;  ///< the command with its arguments
};

/// One argument of a command as --help shows it: what completion and the manual pages are made of.
struct ArgumentDescription {
    std::vector<std::string> names;  ///< "-m", "--message"; of a positional its name in capitals, such as TARGET
    std::string value;               ///< the value's name, such as FILE or per-revision|all; empty: a flag
    std::string help;
    std::string group;  ///< the title above it in --help; empty for positionals
    bool is_positional = false;
    bool is_required = false;
    bool is_repeatable = false;
    bool is_value_optional = false;
};

/// A command, or the program, as --help shows it.
struct CommandDescription {
    std::string name;  ///< empty: the program itself
    std::string summary;
    std::string examples;
    std::vector<ArgumentDescription> arguments;  ///< positionals, then options; each in the order of --help
};

/// The program with its global options.
[[nodiscard]] CommandDescription describe_program();
/// A command with its own options and the global ones.
[[nodiscard]] CommandDescription describe(const Subcommand& command);

/// With `_` for `-`, as command names are accepted too.
[[nodiscard]] std::string with_underscores(std::string name);

/// ExitCode::usage, "usage".
[[nodiscard]] Error usage_error(const std::string& message, const std::string& hint);

/// Reads a command line. arguments: without the program's name. globals: filled in; must outlive what is returned.
/// Throws Error with ExitCode::usage, which suggests the nearest command or option.
[[nodiscard]] CommandLine parse_command_line(const std::vector<std::string>& arguments,
                                             const std::vector<Subcommand>& commands, GlobalOptions& globals);

}  // namespace rev::commands
