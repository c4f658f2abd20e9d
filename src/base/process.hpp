#pragma once

#include <string>
#include <vector>

namespace rev {

/// How a program ended.
struct ProcessResult {
    int exit_code = 0;   ///< as a shell tells it: 128 + n for signal n
    std::string output;  ///< standard output and standard error together
};

/// Runs a program, found in PATH, without a shell; its standard input is empty. arguments: the program's name first.
/// Throws std::system_error when it cannot be started.
[[nodiscard]] ProcessResult run_process(const std::vector<std::string>& arguments);

}  // namespace rev
