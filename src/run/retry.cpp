// A step that got no lock was rolled back, so it can be tried again as if nothing had been.

#include "run/retry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <thread>

#include "base/interrupt.hpp"
#include "base/stop_token.hpp"
#include "base/text.hpp"

namespace rev::run {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds first_pause{250};
constexpr milliseconds longest_pause{10'000};

}  // namespace

bool got_no_lock(const Error& error) {
    return error.sqlstate() == lock_not_available || error.sqlstate() == deadlock_detected;
}

bool is_lock_conflict(const CommandError& error, const StatementLimits& limits) {
    if (error.connection_lost) return false;
    // Without a limit of its own, SQLite has waited for lock_timeout, which is long enough.
    if (error.code() == error_codes::database_locked) return limits.lock_timeout.has_value();
    return got_no_lock(error);
}

std::string conflict_text(const CommandError& error) {
    std::string text = error.what();
    // Asked of the server while it still waited: afterwards nobody knows who was in the way.
    if (!error.blocked) return text;
    if (!error.blocked->lock.empty()) text += "; waited for " + error.blocked->lock;
    return text + "; held by " + base::join(error.blocked->sessions, "; ");
}

std::string retry_reason(const CommandError& error) {
    auto reason = conflict_text(error);
    if (error.sqlstate() == deadlock_detected) reason += ": " + base::join(base::split_list(error.detail(), '\n'), " ");
    return reason;
}

milliseconds retry_pause(int number) {
    std::random_device random;
    // 250 ms, then twice as long each time, up to 10 s. The shift is bounded, as more would overflow.
    const auto most = std::min(longest_pause, first_pause * (1 << std::min(number - 1, 10)));
    // By chance, between half and all of it: two runs that were in each other's way must not meet again.
    return milliseconds(std::uniform_int_distribution<milliseconds::rep>(most.count() / 2, most.count())(random));
}

bool sleep_unless_stopped(milliseconds pause, const base::StopToken& stop) {
    constexpr milliseconds between_questions{20};
    const auto end = Clock::now() + pause;
    while (Clock::now() < end) {
        if (stop.requested()) return false;
        std::this_thread::sleep_for(std::min(between_questions, std::chrono::ceil<milliseconds>(end - Clock::now())));
    }
    return !stop.requested();
}

}  // namespace rev::run
