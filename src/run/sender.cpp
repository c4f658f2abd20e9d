#include "run/sender.hpp"

#include "base/interrupt.hpp"
#include "run/retry.hpp"
#include "state/reporter.hpp"

namespace rev::run {
namespace {

/// Procedures and DO blocks may commit on their way, where there is no transaction around them.
bool may_have_committed(const CommandError& error, const Batch& batch, const PreparedStep& step) {
    const auto& entry = batch.entry(error.command);
    const bool in_transaction = batch.commands().front().kind == Command::Kind::begin;
    if (in_transaction || entry.purpose != Batch::Purpose::section) return false;
    return step.statements.at(entry.first_statement).facts.verb_in({sql::Verb::call, sql::Verb::do_block});
}

}  // namespace

bool Sender::can_try_again(const CommandError& error, const Batch& batch, const PreparedStep& step) const {
    return !run_.options.offline && tries_ < step.limits.lock_retries && !run_.options.stop.requested() &&
           is_lock_conflict(error, step.limits) && !may_have_committed(error, batch, step);
}

void Sender::prepare_to_try_again(const LockConflict& conflict) {
    // The version rows as rev thinks them must be those of before the try as well.
    run_.recorder.take_back();
    if (run_.one_transaction()) run_.result.steps.clear();
    const auto& step = conflict.current.step;
    const state::Retry retry{.number = tries_ + 1,
                             .of = step.limits.lock_retries,
                             .pause = retry_pause(tries_ + 1),
                             .reason = conflict.reason};
    run_.reporter.retrying(step, retry);
    if (sleep_unless_stopped(retry.pause, run_.options.stop)) return;
    // The user stopped it during the pause, when nothing was running.
    failure_.fail(failure_.interruption(conflict.current), conflict.current);
}

BatchResult Sender::send(const Batch& batch, const StepAtWork& current) {
    try {
        return run_.database.run(batch.commands());
    } catch (const CommandError& error) {
        if (can_try_again(error, batch, current.step)) throw LockConflict{current, retry_reason(error)};
        failure_.fail(error, batch, current);
    }
}

void Sender::send_statement(const StepAtWork& current, std::size_t index) {
    Batch batch;
    batch.statement(current.step, index);
    send(batch, current);
}

void Sender::send_once(const Batch& batch, const StepAtWork& current) {
    try {
        run_.database.run(batch.commands());
    } catch (const CommandError& error) {
        failure_.fail(error, batch, current);
    }
}

}  // namespace rev::run
