#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rev::base {

/// How a program ended.
struct ProcessResult {
    int exit_code = 0;   ///< as a shell tells it: 128 + n for signal n
    std::string output;  ///< standard output, and standard error with it unless that was to be kept apart
    std::string errors;  ///< standard error, kept apart; else empty
};

/// Where a program's standard error goes.
enum class ErrorOutput { with_output, apart };

/// How to run it.
struct ProcessOptions {
    /// Changes to the environment that it gets from this process; without a value: the variable is not passed on.
    std::map<std::string, std::optional<std::string>> environment = {};
    /// Asked about ten times a second; true sends it SIGTERM.
    std::function<bool()> interrupted = {};
    std::filesystem::path directory = {};  ///< where it runs; empty: where this process does
    ErrorOutput error_output = ErrorOutput::with_output;
    std::string input = {};  ///< what it finds on its standard input
};

/// Runs a program, found in PATH, without a shell. arguments: the program's name first.
/// Throws std::system_error when it cannot be started.
[[nodiscard]] ProcessResult run_process(const std::vector<std::string>& arguments, const ProcessOptions& options = {});

/// Of this machine; empty if the system does not say.
[[nodiscard]] std::string host_name();

}  // namespace rev::base
