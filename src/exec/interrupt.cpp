#include "exec/interrupt.hpp"

#include <fmt/format.h>

#include <atomic>
#include <csignal>

#include "rev/executor.hpp"

namespace rev {
namespace {

std::atomic<int> stop_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch a lock-free atomic");

}  // namespace

void request_stop(int signal_number) noexcept { stop_signal.store(signal_number); }

bool stop_requested() noexcept { return stop_signal.load() != 0; }

void clear_stop() noexcept { stop_signal.store(0); }

Error stop_error(const std::string& done) {
    const bool terminated = stop_signal.load() == SIGTERM;
    return {terminated ? ExitCode::terminated : ExitCode::interrupted, terminated ? "terminated" : "interrupted",
            fmt::format("stopped by {}; {}", terminated ? "SIGTERM" : "SIGINT", done)};
}

}  // namespace rev
