#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace rev::base {

/// Whether work is to stop, as that work is handed it. A value whose copies share one request. One that is made without
/// more is the process's: it hears request_stop() of rev/stop.hpp.
class StopToken {
public:
    /// The process's.
    StopToken() noexcept;
    /// One for a single piece of work, which hears the process's request too. What is shielded in that work (see
    /// StopShield) hides a stop from no other.
    [[nodiscard]] static StopToken for_one_run();

    /// Whether it was asked for, and may be heeded now. Any thread may ask.
    [[nodiscard]] bool requested() const noexcept;
    /// The number of the signal that it was asked for with; 0: it was not.
    [[nodiscard]] int signal() const noexcept;
    /// Asks for it, as request_stop() does; of all work in the process if the token is the process's.
    void request(int signal_number) const noexcept;

private:
    friend class StopShield;
    friend void request_stop(int signal_number) noexcept;
    friend void clear_stop() noexcept;

    struct State {
        std::atomic<int> signal{0};
        std::atomic<int> shields{0};
    };
    explicit StopToken(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}
    static State& of_process() noexcept;

    std::shared_ptr<State> state_;
};

}  // namespace rev::base
