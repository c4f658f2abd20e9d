#pragma once

#include <cstddef>

#include "support/program.hpp"

namespace rev::test {

/// How a program ended that was watched at its system calls.
struct TracedResult {
    ProgramResult result;
    std::size_t calls = 0;  ///< those that were counted
    bool killed = false;    ///< by the watcher
};

/// Runs a program and kills it with SIGKILL when it is about to make its `kill_at`-th counted system call (1-based; 0:
/// never). Counted are the calls that a database, on a file or behind a socket, can notice: between two of them, all
/// moments to be killed are the same. Needs ptrace. Threads other than the first are not watched, but die too.
[[nodiscard]] TracedResult run_traced(const Arguments& command, ProgramOptions options, std::size_t kill_at);

}  // namespace rev::test
