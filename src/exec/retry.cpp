// A step that got no lock was rolled back, so it can be tried again as if nothing had been.

#include "exec/retry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <thread>

#include "base/text.hpp"
#include "exec/interrupt.hpp"
#include "exec/run.hpp"

namespace rev {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds first_pause{250};
constexpr milliseconds longest_pause{10'000};

/// Procedures and DO blocks may commit on their way, where there is no transaction around them.
bool may_have_committed(const CommandError& error, const Batch& batch, const PreparedStep& step) {
    const auto& entry = batch.entry(error.command);
    const bool in_transaction = batch.commands().front().kind == Command::Kind::begin;
    if (in_transaction || entry.purpose != Batch::Purpose::section) return false;
    const auto& command = step.statements.at(entry.first_statement).command;
    return command == "CALL" || command == "DO";
}

}  // namespace

bool got_no_lock(const Error& error) {
    return error.sqlstate() == lock_not_available || error.sqlstate() == deadlock_detected;
}

bool is_lock_conflict(const CommandError& error, const StatementLimits& limits) {
    if (error.connection_lost) return false;
    // Without a limit of its own, SQLite has waited for lock_timeout, which is long enough.
    if (error.code() == "database_locked") return limits.lock_timeout.has_value();
    return got_no_lock(error);
}

std::string conflict_text(const CommandError& error) {
    std::string text = error.what();
    if (!error.blocked) return text;
    if (!error.blocked->lock.empty()) text += "; waited for " + error.blocked->lock;
    return text + "; held by " + join(error.blocked->sessions, "; ");
}

std::string retry_reason(const CommandError& error) {
    auto reason = conflict_text(error);
    if (error.sqlstate() == deadlock_detected) reason += ": " + join(split_list(error.detail(), '\n'), " ");
    return reason;
}

milliseconds retry_pause(int number) {
    static thread_local std::minstd_rand random{std::random_device{}()};
    const auto most = std::min(longest_pause, first_pause * (1 << std::min(number - 1, 10)));
    return milliseconds(std::uniform_int_distribution<milliseconds::rep>(most.count() / 2, most.count())(random));
}

bool sleep_unless_stopped(milliseconds pause, const StopToken& stop) {
    constexpr milliseconds between_questions{20};
    const auto end = Clock::now() + pause;
    while (Clock::now() < end) {
        if (stop.requested()) return false;
        std::this_thread::sleep_for(std::min(between_questions, std::chrono::ceil<milliseconds>(end - Clock::now())));
    }
    return !stop.requested();
}

bool Run::can_try_again(const CommandError& error, const Batch& batch, const PreparedStep& step) const {
    return !options_.offline && tries_ < step.limits.lock_retries && !options_.stop.requested() &&
           is_lock_conflict(error, step.limits) && !may_have_committed(error, batch, step);
}

void Run::prepare_to_try_again(const LockConflict& conflict) {
    for (auto step = uncommitted_.rbegin(); step != uncommitted_.rend(); ++step) {
        const auto& changes = (*step)->changes;
        for (auto change = changes.rbegin(); change != changes.rend(); ++change) rows_.revert(*change);
    }
    if (one_transaction()) result_.steps.clear();
    const auto& step = conflict.current.step;
    const Retry retry{.number = tries_ + 1,
                      .of = step.limits.lock_retries,
                      .pause = retry_pause(tries_ + 1),
                      .reason = conflict.reason};
    reporter_.retrying(step, retry);
    if (sleep_unless_stopped(retry.pause, options_.stop)) return;
    fail(interruption(conflict.current), conflict.current);
}

}  // namespace rev
