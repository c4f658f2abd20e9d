#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rev {

/// How a program ended.
struct ProcessResult {
    int exit_code = 0;   ///< as a shell tells it: 128 + n for signal n
    std::string output;  ///< standard output, and standard error unless it is dropped
};

/// How to run it.
struct ProcessOptions {
    /// Changes to the environment that it gets from this process; without a value: the variable is not passed on.
    std::map<std::string, std::optional<std::string>> environment = {};
    /// Asked about ten times a second; true sends it SIGTERM.
    std::function<bool()> interrupted = {};
    /// What it finds on its standard input.
    std::string input = {};
    enum class Errors {
        with_output,  ///< what it writes to standard error is part of ProcessResult::output
        dropped,      ///< for output that must be what it wrote to standard output and nothing else
    };
    Errors errors = Errors::with_output;
};

/// Runs a program, found in PATH, without a shell. arguments: the program's name first.
/// Throws std::system_error when it cannot be started.
[[nodiscard]] ProcessResult run_process(const std::vector<std::string>& arguments, const ProcessOptions& options = {});

}  // namespace rev
