// What is done about a failure, in this order: roll back, write the `fail` record in a transaction of its own, read the
// version rows as they are now, and throw what the caller shows. Its words are in failure_text.cpp.

#include "run/failure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <thread>

#include "base/interrupt.hpp"
#include "base/stop_token.hpp"
#include "run/failure_text.hpp"
#include "run/step_text.hpp"
#include "state/state.hpp"

namespace rev::run {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds patience{10'000};  ///< for a lost server to come back
constexpr milliseconds between_tries_to_record{200};

/// Calls `attempt` until it is true; false when patience or the user ended it.
template <typename Attempt>
bool try_for_a_while(const base::StopToken& stop, Attempt attempt) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!attempt()) {
        if (stop.requested() || std::chrono::steady_clock::now() >= deadline) return false;
        std::this_thread::sleep_for(between_tries_to_record);
    }
    return true;
}

bool reconnect(Database& database, const base::StopToken& stop) {
    return try_for_a_while(stop, [&] {
        try {
            database.reconnect();
            return true;
        } catch (const Error&) {
            // Refused or timed out: a server that restarts says both for a while.
            return false;
        }
    });
}

/// What is written and read behind a failure must not keep the user waiting for its end: whoever holds rev's tables may
/// hold them for long.
class ShortPatience {
public:
    ShortPatience(Database& database, milliseconds usual) : database_(database), usual_(usual) {
        database_.set_patience(std::min(usual, longest));
    }
    ~ShortPatience() { database_.set_patience(usual_); }
    ShortPatience(const ShortPatience&) = delete;
    ShortPatience& operator=(const ShortPatience&) = delete;

private:
    static constexpr milliseconds longest{2000};

    Database& database_;
    milliseconds usual_;
};

}  // namespace

void Failure::fail(const CommandError& error, const Batch& batch, const StepAtWork& current) {
    // A script has no database whose state could be told or mended.
    if (run_.options.offline) throw RunError(describe_failure(error, batch, current.step), run_.result);
    // Before the question for a stop: a connection that was lost at COMMIT needs an answer even then.
    if (error.connection_lost) fail_lost_connection(error, current);
    // The user's stop is why the server says "canceling statement", and that would be no reason to look for.
    if (run_.options.stop.requested()) fail(interruption(current), current);
    auto described = describe_failure(error, batch, current.step);
    const bool is_first_run = run_.plan.plan.from.empty() && current.step.step.direction == Direction::upgrade;
    if (is_first_run && is_already_there(error)) described = with_adoption_hint(std::move(described));
    fail(with_way_on(std::move(described), current), current);
}

/// Whether the ledger has the step, or gets it by record_failure.
bool Failure::can_be_resumed(const StepAtWork& current, const Error& error) const {
    if (current.step.transactional || current.step.statements.empty()) return false;
    return current.ledger ||
           (run_.online_sqlite() && !current.recorded && error.code() != error_codes::database_locked);
}

/// Outside a transaction the statements before the failing one stay, so the command cannot just be run again.
Error Failure::with_way_on(Error error, const StepAtWork& current) const {
    if (!can_be_resumed(current, error) || error.hint().find("`rev resume`") != std::string::npos) return error;
    const bool says_else = error.code() == error_codes::database_locked;  // that nothing was changed
    const auto advice = error.hint().empty() || says_else ? std::string() : error.hint() + "; ";
    return std::move(error).with_hint(advice + done_outside_text(current) +
                                      "; go on with `rev resume` when the cause is mended, or " +
                                      state::closing_advice(current.step.step.revision->id));
}

/// What is done of a step that runs outside a transaction: the ledger knows.
std::string Failure::done_outside_text(const StepAtWork& current) const {
    const auto done = current.place.statement - 1;
    const auto batches = state::batches_text(current.place.batches, current.place.rows);
    const bool has_batches = current.place.batches != 0;
    if (done == 0 && has_batches) return batches + " of its first statement stay done";
    if (done == 0) return "none of its statements is done";
    const auto of_next = has_batches ? fmt::format(", and {} of the next", batches) : std::string();
    if (done == 1) return fmt::format("its first statement is done and stays{}", of_next);
    return fmt::format("its first {} statements are done and stay{}", done, of_next);
}

Error Failure::interruption(const StepAtWork& current) const {
    const auto name = step_name(current.step);
    if (current.step.transactional)
        return base::stop_error(fmt::format("the {} was rolled back; {}", name, run_.done_text()), run_.options.stop);
    const auto before = run_.result.steps.empty() ? std::string() : "; " + run_.done_text();
    const auto where = current.statement <= current.step.statements.size()
                           ? fmt::format("at statement {} of {}", current.statement, current.step.statements.size())
                           : std::string("before it was recorded");
    auto stopped = base::stop_error(
        fmt::format("the {} stopped {}; {}{}", name, where, done_outside_text(current), before), run_.options.stop);
    const auto* way_on = can_be_resumed(current, stopped) ? "go on with `rev resume`" : "run the command again";
    return std::move(stopped).with_hint(way_on);
}

void Failure::fail(Error error, const StepAtWork& current) {
    // The one transaction took them with it.
    if (run_.one_transaction()) run_.result.steps.clear();
    record_failure(error, current);
    read_rows_back();
    throw RunError(std::move(error), run_.result);
}

void Failure::refuse_misread(const StepAtWork& current, std::size_t index) {
    const auto& statement = current.step.statements[index];
    const auto rest = current.step.sql.substr(statement.offset);
    if (run_.options.offline || statement.backslash == run_.database.backslash() ||
        // Without a backslash both ways of reading the rest are one.
        rest.find('\\') == std::string_view::npos)
        return;
    run_.database.rollback();
    fail(Error(ExitCode::revision_failed, error_codes::text_setting_changed,
               "a statement before this one changed standard_conforming_strings in a way that rev could not foresee")
             .with_location(statement_location(current.step, index))
             .with_hint("write the change as SET standard_conforming_strings = ... in the section, or move what stands "
                        "behind it to a revision of its own; then run `rev resume`"),
         current);
}

void Failure::fail_around_steps(const CommandError& error) {
    if (run_.one_transaction()) run_.result.steps.clear();
    read_rows_back();
    const bool stopped = run_.options.stop.requested() && !error.connection_lost;
    throw RunError(stopped ? base::stop_error(run_.done_text(), run_.options.stop) : Error(error), run_.result);
}

/// The answer to COMMIT may be what was lost. The log tells, but only when the old session is gone for certain: then,
/// and not before, its run lock can be had.
void Failure::fail_lost_connection(const CommandError& error, const StepAtWork& current) {
    const auto name = step_name(current.step);
    const auto give_up = [&](const std::string& why) {
        if (run_.one_transaction()) run_.result.steps.clear();
        // Whether the COMMIT arrived is not known, so nothing may be said of the rows.
        run_.result.rows_known = false;
        throw RunError(Error(ExitCode::database, error_codes::connection_lost,
                             fmt::format("the connection was lost during the {}, and {}: {}", name, why, error.what()))
                           .with_hint(current.step.transactional
                                          ? "the step is either wholly done or wholly undone: `rev current` tells "
                                            "which, once the server answers"
                                          : "`rev status` tells where it stopped, once the server answers; go on from "
                                            "there with `rev resume`"),
                       run_.result);
    };
    if (!reconnect(run_.database, run_.options.stop)) give_up("the server does not answer");
    // The lock goes with the session that had it: as long as the old backend lives, its COMMIT may still come.
    if (!try_for_a_while(run_.options.stop, [&] { return run_.database.try_lock(run_.tables.key); }))
        give_up("its old session still runs");
    const std::array<SqlValue, 1> parameters{run_.recorder.log()->run()};
    const auto rows = run_.database.query(
        "SELECT count(*) FROM " + run_.tables.log + " WHERE run = ? AND event <> 'fail'", parameters);
    // Steps of this run that the log has: as many as are known to be done, or one more if the COMMIT went through.
    const auto known = run_.one_transaction() ? 0 : run_.result.steps.size();
    const bool committed = rows.at(0).at(0).value_or("0") != std::to_string(known);
    auto lost = lost_connection(error, current, committed);
    if (committed && !run_.one_transaction()) run_.finish_step(current);
    if (!committed) {
        if (run_.one_transaction()) run_.result.steps.clear();
        record_failure(lost, current);
    }
    read_rows_back();
    // It was taken to learn about the old session, and not for going on.
    run_.database.unlock(run_.tables.key);
    throw RunError(std::move(lost), run_.result);
}

/// What became of the step, read on a new connection.
Error Failure::lost_connection(const CommandError& error, const StepAtWork& current, bool committed) {
    const bool outside = !current.step.transactional && !committed;
    std::string outcome = committed ? "the step was committed"
                          : outside ? "none of its statements was run"
                                    : "the step was rolled back";
    std::string hint = "run the command again to go on";
    for (const auto& run :
         outside ? state::read_unfinished(run_.database, run_.found.table) : std::vector<state::UnfinishedRun>()) {
        if (run.revision != current.step.step.revision->id) continue;
        outcome = "the " + state::stopped_text(run);
        hint = "go on with `rev resume`";
    }
    return Error(ExitCode::database, error_codes::connection_lost,
                 fmt::format("the connection was lost during the {}; {}: {}", step_name(current.step), outcome,
                             error.what()))
        .with_hint(std::move(hint));
}

void Failure::record_failure(const Error& error, const StepAtWork& current) noexcept {
    if (error.code() == error_codes::database_locked) return;  // for the log as well
    // SQLite is not asked to wait for another process, which a stop must be able to end.
    std::optional<base::StopShield> shield;
    if (run_.dialect() == Dialect::postgresql) shield.emplace(run_.options.stop);
    const ShortPatience patience(run_.database, run_.options.lock_timeout);
    try {
        if (!run_.database.is_alive()) run_.database.reconnect();
        run_.database.rollback();
        auto record = current.record;
        record.event = "fail";
        record.error = error.what();
        if (!error.detail().empty()) record.error += "\n" + error.detail();
        record.duration = current.elapsed();
        // It was not applied, so the log must not offer what would undo it.
        record.downgrade_sql.reset();
        record.header.clear();
        // Read again, not computed: another run may have changed the rows meanwhile.
        record.heads_after = state::heads_text(state::RowSet(state::read_rows(run_.database, run_.found.table)));
        Batch batch;
        batch.begin();
        run_.recorder.add_log(batch, record, false);
        if (run_.online_sqlite() && can_be_resumed(current, error)) {
            run_.recorder.note_place(batch, current, current.place);
            run_.recorder.add_session(batch, current);
        }
        // In the same transaction as the log's record: `rev status` and `rev history` must not disagree.
        if (can_be_resumed(current, error))
            batch.own(run_.recorder.ledger()->fail(current.step.step.revision->id, error.what()));
        batch.commit();
        run_.database.run(batch.commands());
    } catch (const std::exception&) {  // the failure itself matters more
    }
}

void Failure::read_rows_back() noexcept {
    const ShortPatience patience(run_.database, run_.options.lock_timeout);
    try {
        run_.result.rows =
            run_.options.offline ? run_.recorder.rows().all() : state::read_rows(run_.database, run_.found.table);
    } catch (const std::exception&) {
        run_.result.rows.clear();
        run_.result.rows_known = false;
    }
}

/// Between two steps: what is done of a plan with a transaction for each step is whole.
void Failure::stop_if_requested() {
    if (!run_.options.stop.requested()) return;
    if (run_.one_transaction()) {
        run_.database.rollback();
        run_.result.steps.clear();
    }
    read_rows_back();
    throw RunError(base::stop_error(run_.done_text(), run_.options.stop), run_.result);
}

void Failure::stop_before_statement(const StepAtWork& current) {
    if (!run_.options.stop.requested() || current.recorded) return;
    run_.database.rollback();
    fail(interruption(current), current);
}

}  // namespace rev::run
