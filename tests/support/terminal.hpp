#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <string_view>

#include "support/program.hpp"

namespace rev::test {

/// A program at a terminal of 40 lines and 100 columns, as if a person typed.
class TerminalSession {
public:
    /// command: the program (searched in PATH) and its arguments. options: no standard input, no tracing.
    TerminalSession(const Arguments& command, const ProgramOptions& options);
    ~TerminalSession();
    TerminalSession(const TerminalSession&) = delete;
    TerminalSession& operator=(const TerminalSession&) = delete;

    void type(std::string_view keys) const;
    /// Reads until the screen has shown `text` since the last call. Throws with what was shown if it does not come, or
    /// not within longest_wait.
    std::string wait_for(std::string_view text);
    /// What is shown from the last wait_for() to the program's end. Throws if it goes on for longer than longest_wait.
    std::string read_to_end();

private:
    bool read_more(std::string_view awaited, std::chrono::steady_clock::time_point end);

    pid_t pid_ = -1;
    int terminal_ = -1;
    std::string shown_;
};

}  // namespace rev::test
