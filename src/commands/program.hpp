#pragma once

#include <string>
#include <vector>

namespace rev::commands {

/// The whole program: reads the command line, runs the command, prints its failure once. Returns the exit code.
/// arguments: without the program's name. Never throws.
[[nodiscard]] int run_program(const std::vector<std::string>& arguments) noexcept;

}  // namespace rev::commands
