#pragma once

namespace rev::base {

/// Asks all running work of this process to stop, on every thread: steps that run are rolled back, and the runs throw
/// an Error with the ExitCode of the signal (SIGINT, SIGTERM or SIGHUP; any other number counts as SIGINT). The request
/// stays until clear_stop(): the one global state that rev has. Async-signal-safe, so a signal handler may call it.
void request_stop(int signal_number) noexcept;

/// Whether it was asked for, and what runs may be stopped. A statement that runs or waits for a lock is cancelled too.
[[nodiscard]] bool stop_requested() noexcept;

/// Forgets the request. Async-signal-safe.
void clear_stop() noexcept;

}  // namespace rev::base

namespace rev {
using base::clear_stop;
using base::request_stop;
using base::stop_requested;
}  // namespace rev
