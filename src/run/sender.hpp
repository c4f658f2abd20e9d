#pragma once

#include <cstddef>
#include <string>

#include "run/failure.hpp"
#include "run/run_state.hpp"

namespace rev::run {

/// Sends what a step does to the database, and decides what is tried again: work that got no lock and was rolled back,
/// as if nothing had been, as often as the step's limits say.
class Sender {
public:
    /// Both must outlive it.
    Sender(RunState& run, Failure& failure) : run_(run), failure_(failure) {}

    /// Within with_lock_retries(). Throws RunError, or what makes that try again.
    BatchResult send(const Batch& batch, const StepAtWork& current);
    /// The same with one statement of the step alone.
    void send_statement(const StepAtWork& current, std::size_t index);
    /// What must not be tried again. Throws RunError.
    void send_once(const Batch& batch, const StepAtWork& current);

    /// Does `work`, all of it in one transaction, again while it gets no lock and there are tries left.
    template <typename Work>
    void with_lock_retries(Work work) {
        for (tries_ = 0;; ++tries_) {
            run_.recorder.begin_try();
            try {
                return work();
            } catch (const LockConflict& conflict) {
                prepare_to_try_again(conflict);
            }
        }
    }

    /// Within with_lock_retries(): something is done and stays; from here on there are as many tries as before.
    void made_progress() noexcept { tries_ = 0; }

private:
    /// Thrown when a step got no lock, was rolled back, and may be tried again.
    struct LockConflict {
        StepAtWork current;
        std::string reason;  ///< what the database says, and who was in the way
    };

    [[nodiscard]] bool can_try_again(const CommandError& error, const Batch& batch, const PreparedStep& step) const;
    void prepare_to_try_again(const LockConflict& conflict);

    RunState& run_;
    Failure& failure_;
    int tries_ = 0;  ///< how often the work at hand was tried again
};

}  // namespace rev::run
