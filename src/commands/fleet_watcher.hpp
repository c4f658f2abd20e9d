#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "commands/context.hpp"
#include "fleet/roll_out.hpp"
#include "report/live_line.hpp"

namespace rev::commands {

/// Tells how a roll-out goes, on standard error: people by a live line on a terminal and a line for each member that
/// ran, programs (`--json`) by a line of JSON for each member.
class FleetWatcher final : public fleet::Watcher {
public:
    /// context: must outlive it. Begins the live line.
    explicit FleetWatcher(Context& context);
    ~FleetWatcher() override { live_.end(); }
    FleetWatcher(const FleetWatcher&) = delete;
    FleetWatcher& operator=(const FleetWatcher&) = delete;

    void roll_out_started(std::size_t members) override;
    void ring_started(const std::string& ring, std::size_t members) override;
    void member_started(const fleet::Member& member) override;
    void member_finished(const fleet::MemberResult& result) override;
    /// Before anything else is written.
    void end() { live_.end(); }

private:
    using Clock = std::chrono::steady_clock;

    /// text: without its line end.
    void say(const std::string& text);
    void tell_progress();
    [[nodiscard]] std::string time_left() const;

    Context& context_;
    report::LiveLine live_;
    std::size_t members_ = 0;  ///< 0: nobody knows how many there will be
    std::size_t running_ = 0;
    std::size_t finished_ = 0;
    std::size_t ran_ = 0;  ///< of the finished: those that took time
    std::size_t failed_ = 0;
    Clock::time_point started_;
    std::string slowest_;
    std::chrono::milliseconds slowest_took_{0};
};

}  // namespace rev::commands
