#pragma once

#include <cstddef>
#include <string>

#include "db/database.hpp"
#include "rev/error.hpp"
#include "run/batch.hpp"
#include "run/run_state.hpp"

namespace rev::run {

/// What is done when something fails: the database is rolled back or connected to again, log and ledger are told, and a
/// RunError says what it was, where the database is now, and how to go on.
class Failure {
public:
    /// run: must outlive it.
    explicit Failure(RunState& run) : run_(run) {}

    /// A command of the step's has failed.
    [[noreturn]] void fail(const CommandError& error, const Batch& batch, const StepAtWork& current);
    /// rev itself refuses to go on.
    [[noreturn]] void fail(Error error, const StepAtWork& current);
    /// In what belongs to no step, such as the making of rev's own tables.
    [[noreturn]] void fail_around_steps(const CommandError& error);

    /// Between two steps.
    void stop_if_requested();
    /// Outside a transaction, before a statement; not where the step is recorded: what is left then only cleans up.
    void stop_before_statement(const StepAtWork& current);
    /// The user's stop, and how far the step came.
    [[nodiscard]] Error interruption(const StepAtWork& current) const;
    /// Outside a transaction: the section was cut into statements as its own SET statements say; what a function set is
    /// known only before each of them.
    void refuse_misread(const StepAtWork& current, std::size_t index);

private:
    [[noreturn]] void fail_lost_connection(const CommandError& error, const StepAtWork& current);
    [[nodiscard]] Error lost_connection(const CommandError& error, const StepAtWork& current, bool committed);
    void record_failure(const Error& error, const StepAtWork& current) noexcept;
    void read_rows_back() noexcept;
    [[nodiscard]] std::string done_outside_text(const StepAtWork& current) const;
    [[nodiscard]] bool can_be_resumed(const StepAtWork& current, const Error& error) const;
    [[nodiscard]] Error with_way_on(Error error, const StepAtWork& current) const;

    RunState& run_;
};

}  // namespace rev::run
