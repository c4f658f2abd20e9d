#pragma once

#include <csignal>

namespace rev::commands {

/// While it lives SIGINT, SIGTERM and (unless ignored) SIGHUP stop the run after a rollback; a second signal ends the
/// program at once. Before and after that they end it as they end any program.
class StopOnSignal {
public:
    /// One at a time: it changes what the process does.
    StopOnSignal();
    ~StopOnSignal();
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;

private:
    struct sigaction interrupt_ {};
    struct sigaction terminate_ {};
    struct sigaction hang_up_ {};
};

}  // namespace rev::commands
