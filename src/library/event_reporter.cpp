#include "library/event_reporter.hpp"
#include "run/prepared.hpp"
#include "state/reporter.hpp"

#include <string>
#include <utility>

namespace rev {

using Kind = RunEvent::Kind;

void EventReporter::run_started(const run::PreparedPlan& plan) {
    number_ = 0;
    of_ = plan.steps.size();
    tell({.kind = Kind::run_started, .of = of_});
    // What an application throws in its callback stops the run between two steps, never within one.
    rethrow();
}

void EventReporter::step_started(const run::PreparedStep& step, std::size_t number, std::size_t of) {
    number_ = number;
    of_ = of;
    tell_of(step, {.kind = Kind::step_started});
    rethrow();
}

void EventReporter::step_finished(const run::PreparedStep& step, std::chrono::milliseconds took) {
    tell_of(step, {.kind = Kind::step_finished, .time = took});
}

void EventReporter::notice(std::string_view severity, std::string_view message) {
    const auto text = std::string(severity) + ": " + std::string(message);
    tell({.kind = Kind::notice, .text = text});
}

void EventReporter::warning(std::string_view message) { tell({.kind = Kind::warning, .text = message}); }

void EventReporter::waiting(std::string_view for_what, std::chrono::milliseconds waited) {
    tell({.kind = Kind::waiting, .time = waited, .text = for_what});
}

void EventReporter::retrying(const run::PreparedStep& step, const state::Retry& retry) {
    tell_of(step, {.kind = Kind::retrying, .time = retry.pause, .text = retry.reason});
}

void EventReporter::remark(const run::PreparedStep& step, std::string_view text, Remark /*how*/) {
    tell_of(step, {.kind = Kind::remark, .text = text});
}

void EventReporter::backed_up(const state::Backup& backup) {
    const auto file = backup.file.string();
    tell({.kind = Kind::backed_up, .time = backup.took, .text = file});
    rethrow();
}

void EventReporter::rethrow() {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

/// Some events come through libpq or SQLite, where no exception may pass: it is kept until it may.
void EventReporter::tell(RunEvent event) {
    // Nothing more is told after a throw: the application has given up.
    if (!on_event_ || thrown_) return;
    try {
        on_event_(event);
    } catch (...) {
        thrown_ = std::current_exception();
    }
}

void EventReporter::tell_of(const run::PreparedStep& step, RunEvent event) {
    event.direction = step.step.direction;
    event.revision = step.step.revision;
    event.repeatable = step.step.repeatable;
    event.number = number_;
    event.of = of_;
    tell(event);
}

}  // namespace rev
