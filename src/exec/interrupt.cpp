#include "exec/interrupt.hpp"

#include <atomic>
#include <csignal>

#include "rev/executor.hpp"

namespace rev {
namespace {

std::atomic<int> stop_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch a lock-free atomic");

std::atomic<int> shields{0};

}  // namespace

StopShield::StopShield() noexcept { ++shields; }

StopShield::~StopShield() { --shields; }

void request_stop(int signal_number) noexcept { stop_signal.store(signal_number); }

bool stop_requested() noexcept { return shields.load() == 0 && stop_signal.load() != 0; }

void clear_stop() noexcept { stop_signal.store(0); }

Error stop_error(const std::string& done) {
    switch (stop_signal.load()) {
        case SIGTERM:
            return {ExitCode::terminated, "terminated", "stopped by SIGTERM; " + done};
        case SIGHUP:
            return {ExitCode::hung_up, "hung_up", "stopped by SIGHUP; " + done};
        default:
            return {ExitCode::interrupted, "interrupted", "stopped by SIGINT; " + done};
    }
}

}  // namespace rev
