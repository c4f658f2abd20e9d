#pragma once

#include <cstddef>
#include <functional>

#include "support/program.hpp"

namespace rev::test {

/// How a program ended that was watched at its system calls.
struct TracedResult {
    ProgramResult result;
    std::size_t calls = 0;  ///< those that were counted
};

/// Runs a program, holds it when it is about to make its `at`-th counted system call (1-based; 0: never), calls `blow`,
/// and lets it go on. Counted are the calls that a database, on a file or behind a socket, can notice: between two of
/// them, all moments to be killed are the same. Needs ptrace. Threads other than the first are not watched.
[[nodiscard]] TracedResult run_traced(const Arguments& command, ProgramOptions options, std::size_t at = 0,
                                      const std::function<void(const RunningProgram&)>& blow = {});

}  // namespace rev::test
