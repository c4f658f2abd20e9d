#include "commands/fleet_watcher.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/fleet_text.hpp"
#include "report/json.hpp"
#include "report/text_reporter.hpp"

namespace rev::commands {

using fleet::MemberResult;
using fleet::Outcome;
using std::chrono::milliseconds;

FleetWatcher::FleetWatcher(Context& context)
    : context_(context),
      live_(context.err(), context.quiet() || context.json() ? report::TerminalWidth() : context.err_width()),
      started_(Clock::now()) {
    // Once: a line that began anew with each member would never be old enough to be drawn.
    live_.begin("Running");
}

void FleetWatcher::roll_out_started(std::size_t members) {
    members_ = members;
    tell_progress();
}

void FleetWatcher::ring_started(const std::string& ring, std::size_t members) {
    if (!ring.empty()) say(fmt::format("Ring {}: {}", base::printable_word(ring), base::counted(members, "member")));
}

void FleetWatcher::member_started(const fleet::Member&) {
    ++running_;
    tell_progress();
}

void FleetWatcher::member_finished(const MemberResult& result) {
    // Verifying tells of ends only.
    if (running_ > 0) --running_;
    ++finished_;
    if (result.outcome != Outcome::up_to_date) ++ran_;
    if (result.outcome == Outcome::failed) ++failed_;
    if (result.took > slowest_took_) {
        slowest_took_ = result.took;
        slowest_ = base::printable_word(result.member->name);
    }
    if (context_.json()) {
        // On standard error: standard output has one answer, at the end.
        json::write_member_event(context_.err(), "member_finished", result);
        return;
    }
    if (result.outcome != Outcome::up_to_date) {
        auto text = report::member_text(result, context_.err_style());
        // Without its line end, which say() adds.
        text.pop_back();
        say(text);
    }
    tell_progress();
}

void FleetWatcher::say(const std::string& text) {
    if (context_.quiet() || context_.json()) return;
    if (live_.is_drawn())
        live_.print(text + '\n');
    else
        context_.err() << text << '\n' << std::flush;
}

void FleetWatcher::tell_progress() {
    if (!live_.is_drawn()) return;
    auto text = members_ == 0 ? base::counted(finished_, "member")
                              : fmt::format("{} of {}", finished_, base::counted(members_, "member"));
    text += fmt::format(", {} running, {} failed", running_, failed_);
    if (!slowest_.empty()) text += fmt::format(", slowest {} ({})", slowest_, report::duration_text(slowest_took_));
    live_.tell(text + time_left());
}

/// As if those that are left took as long as those that ran; empty while there is nothing to judge by.
std::string FleetWatcher::time_left() const {
    if (members_ <= finished_ || ran_ == 0) return {};
    const auto elapsed = std::chrono::duration_cast<milliseconds>(Clock::now() - started_);
    const auto left = elapsed * static_cast<long long>(members_ - finished_) / static_cast<long long>(ran_);
    // To the second: what is guessed needs no more, and a line that changes all the time must not jump about.
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(left);
    return fmt::format(", about {} left", report::duration_text(seconds));
}

}  // namespace rev::commands
