#include "base/interrupt.hpp"
#include "rev/stop.hpp"

#include <atomic>
#include <csignal>
#include <memory>
#include <string>

namespace rev::base {

static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch a lock-free atomic");

// A signal handler writes into it: it is there before main, needs no guard, and nothing destroys it.
StopToken::State& StopToken::of_process() noexcept {
    static constinit State state;
    return state;
}

/// A shared_ptr that owns nothing: the process's state outlives every token.
StopToken::StopToken() noexcept : state_(std::shared_ptr<State>(), &of_process()) {}

StopToken StopToken::for_one_run() { return StopToken(std::make_shared<State>()); }

int StopToken::signal() const noexcept {
    // Its own first: a run that was stopped alone says so, though the process may be stopped later.
    const int own = state_->signal.load();
    return own != 0 ? own : of_process().signal.load();
}

bool StopToken::requested() const noexcept { return state_->shields.load() == 0 && signal() != 0; }

void StopToken::request(int signal_number) const noexcept { state_->signal.store(signal_number); }

StopShield::StopShield(const StopToken& stop) noexcept : stop_(stop) { ++stop_.state_->shields; }

StopShield::~StopShield() { --stop_.state_->shields; }

void request_stop(int signal_number) noexcept { StopToken::of_process().signal.store(signal_number); }

bool stop_requested() noexcept { return StopToken().requested(); }

void clear_stop() noexcept { StopToken::of_process().signal.store(0); }

/// The exit codes are 128 and the signal's number, as a shell tells them.
Error stop_error(const std::string& done, const StopToken& stop) {
    switch (stop.signal()) {
        case SIGTERM:
            return {ExitCode::terminated, error_codes::terminated, "stopped by SIGTERM; " + done};
        case SIGHUP:
            return {ExitCode::hung_up, error_codes::hung_up, "stopped by SIGHUP; " + done};
        default:
            return {ExitCode::interrupted, error_codes::interrupted, "stopped by SIGINT; " + done};
    }
}

}  // namespace rev::base
