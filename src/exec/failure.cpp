#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <thread>

#include "base/text.hpp"
#include "exec/advice.hpp"
#include "exec/as_written.hpp"
#include "exec/interrupt.hpp"
#include "exec/retry.hpp"
#include "exec/run.hpp"

namespace rev {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds patience{10'000};  ///< for a lost server to come back
constexpr milliseconds retry_pause{200};

/// Calls `attempt` until it is true; false when patience or the user ended it.
template <typename Attempt>
bool try_for_a_while(const StopToken& stop, Attempt attempt) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!attempt()) {
        if (stop.requested() || std::chrono::steady_clock::now() >= deadline) return false;
        std::this_thread::sleep_for(retry_pause);
    }
    return true;
}

bool reconnect(Database& database, const StopToken& stop) {
    return try_for_a_while(stop, [&] {
        try {
            database.reconnect();
            return true;
        } catch (const Error&) {
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

Location in_file(const PreparedStep& step, Location location) {
    return as_written(std::move(location), sql_in_file(step));
}

/// The same for what a verify section has run. part: its number in the step.
Location in_verify_part(const PreparedStep& step, std::size_t part, Location location) {
    return as_written(std::move(location), sql_in_file(step.verify.at(part), step.path));
}

/// The place of a statement, for servers that name none.
Location statement_location(const PreparedStep& step, std::size_t index) {
    if (index >= step.statements.size()) return {.file = step.path, .line = 0, .column = 0, .line_text = {}};
    return place_of(sql_in_file(step), step.statements[index]);
}

Error with_server_facts(Error described, const CommandError& error) {
    return std::move(described).with_detail(error.detail()).with_hint(error.hint()).with_sqlstate(error.sqlstate());
}

/// No lock to be had is nothing that is wrong with the revision.
Error lock_failure(const CommandError& error, const PreparedStep& step) {
    const auto code = error.sqlstate() == deadlock_detected ? "deadlock_detected" : "lock_not_available";
    auto described = with_server_facts(
        Error(ExitCode::database, code, fmt::format("{} failed: {}", step_name(step), conflict_text(error))), error);
    described.with_hint(fmt::format(
        "{} when the other session has ended; statement_lock_timeout and lock_retries, in alembic.yaml or in the "
        "revision's header, say how long and how often rev tries",
        step.transactional ? "run the command again" : "run `rev resume`"));
    return described;
}

Error section_failure(const CommandError& error, const Batch::Entry& entry, const PreparedStep& step) {
    auto described = got_no_lock(error)
                         ? lock_failure(error, step)
                         : with_server_facts(Error(ExitCode::revision_failed, "sql_error",
                                                   fmt::format("{} failed: {}", step_name(step), error.what())),
                                             error);
    if (error.location().line != 0)
        described.with_location(in_file(step, error.location()));
    else
        described.with_location(statement_location(step, entry.first_statement + error.statement));
    return described;
}

Error verify_failure(const CommandError& error, const Batch::Entry& entry, const PreparedStep& step) {
    const auto place = in_verify_part(step, entry.verify_part, error.location());
    if (got_no_lock(error)) return lock_failure(error, step).with_location(place);
    const auto what = step.transactional
                          ? step_name(step) + " was undone"
                          : fmt::format("{} ran and stays as it is, but is not recorded", step_name(step));
    const auto message = error.returned_rows ? what + ": a statement under `-- rev:verify empty` returned a row"
                                             : fmt::format("{}: its verify section failed: {}", what, error.what());
    return with_server_facts(Error(ExitCode::revision_failed, "verify_failed", message), error).with_location(place);
}

Error bookkeeping_failure(const CommandError& error, const PreparedStep& step) {
    if (got_no_lock(error)) return lock_failure(error, step);
    constexpr std::string_view insufficient_privilege = "42501";
    if (!error.wrong_row_count) {
        auto described = with_server_facts(
            Error(error.exit_code() == ExitCode::revision_failed ? ExitCode::database : error.exit_code(), error.code(),
                  fmt::format("rev could not record the {}: {}", step_name(step), error.what())),
            error);
        if (error.sqlstate() == insufficient_privilege)
            described.with_hint("rev's role needs SELECT, INSERT, UPDATE and DELETE on rev's tables: GRANT them");
        return described;
    }
    return Error(ExitCode::database, "version_rows_changed",
                 fmt::format("the version table does not have the rows that the {} changes: someone else changed it "
                             "meanwhile",
                             step_name(step)))
        .with_hint(step.transactional ? "the step was rolled back; look at `rev current` and run the command again"
                                      : "nothing of the revision was undone; look at `rev current`");
}

/// BEGIN and COMMIT: deferred constraints fail here, and locks.
Error transaction_failure(const CommandError& error, const PreparedStep& step) {
    if (got_no_lock(error)) return lock_failure(error, step);
    return with_server_facts(
               Error(error.exit_code(), error.code(), fmt::format("{} failed: {}", step_name(step), error.what())),
               error)
        .with_location({.file = step.path, .line = 0, .column = 0, .line_text = {}});
}

/// SQLite has no code for it, and its messages one language.
bool is_already_there(const CommandError& error) {
    constexpr std::array<std::string_view, 5> codes = {"42P07", "42710", "42P06", "42723", "42701"};
    return std::ranges::find(codes, error.sqlstate()) != codes.end() ||
           std::string_view(error.what()).ends_with("already exists");
}

/// The first run on a database that was there before rev, as it seems.
Error with_adoption_hint(Error described) {
    return described.with_hint(
        "if the database was there before rev, record what it holds with `rev stamp REV` and run only what comes "
        "after (`man rev-adopting`); else remove what is in the way");
}

}  // namespace

std::string step_name(const PreparedStep& step) {
    const auto* revision = step.step.revision;
    return fmt::format("{} of {}", direction_name(step.step.direction), revision == nullptr ? "base" : revision->id);
}

std::vector<std::string> added_violations(const std::vector<std::string>& before,
                                          const std::vector<std::string>& after) {
    std::vector<std::string> added;
    std::ranges::set_difference(after, before, std::back_inserter(added));
    return added;
}

Error violation_error(const PreparedStep& step, const std::vector<std::string>& added) {
    constexpr std::size_t most_shown = 20;
    return Error(ExitCode::revision_failed, "foreign_key_violation",
                 fmt::format("{} would leave {}", step_name(step), counted(added.size(), "violated foreign key")))
        .with_detail(join(std::span(added).first(std::min(added.size(), most_shown)), "\n"))
        .with_location({.file = step.path, .line = 0, .column = 0, .line_text = {}});
}

namespace {

/// By what the failing command is for.
Error describe_by_purpose(const CommandError& error, const Batch& batch, const PreparedStep& step) {
    const auto& entry = batch.entry(error.command);
    if (error.exit_code() == ExitCode::database && entry.purpose != Batch::Purpose::bookkeeping)
        return transaction_failure(error, step);
    switch (entry.purpose) {
        case Batch::Purpose::section:
            return section_failure(error, entry, step);
        case Batch::Purpose::verify:
            return verify_failure(error, entry, step);
        case Batch::Purpose::bookkeeping:
            return bookkeeping_failure(error, step);
        case Batch::Purpose::transaction:
            break;
    }
    return transaction_failure(error, step);
}

/// PostgreSQL cuts long values: "Failing row contains (abc...)" has the beginning of one.
std::string hide_beginnings(std::string text, std::string_view secret) {
    constexpr std::string_view cut = "...";
    constexpr std::size_t least = 4;
    for (auto at = text.find(cut); at != std::string::npos; at = text.find(cut, at + cut.size())) {
        auto length = std::min(at, secret.size());
        while (length >= least && text.compare(at - length, length, secret.substr(0, length)) != 0) --length;
        if (length < least) continue;
        text.replace(at - length, length, "***");
        at = at - length + 3;
    }
    return text;
}

/// The server repeats values of variables in its messages, and the log keeps those.
Error without_secrets(Error described, const PreparedStep& step) {
    if (step.secrets.empty()) return described;
    std::string message = described.what();
    auto detail = described.detail();
    for (const auto& secret : step.secrets) {
        message = hide_beginnings(hide_secret(std::move(message), secret), secret);
        detail = hide_beginnings(hide_secret(std::move(detail), secret), secret);
    }
    return Error(described.exit_code(), described.code(), message)
        .with_detail(std::move(detail))
        .with_hint(described.hint())
        .with_sqlstate(described.sqlstate())
        .with_location(described.location());
}

}  // namespace

Error describe_failure(const CommandError& error, const Batch& batch, const PreparedStep& step) {
    auto described = describe_by_purpose(error, batch, step);
    // The server's own hint knows more.
    if (described.hint().empty()) described.with_hint(advice_for(error));
    return without_secrets(std::move(described), step);
}

void Run::fail(const CommandError& error, const Batch& batch, const Current& current) {
    if (options_.offline) throw RunError(describe_failure(error, batch, current.step), result_);
    if (error.connection_lost) fail_lost_connection(error, current);
    if (options_.stop.requested()) fail(interruption(current), current);
    auto described = describe_failure(error, batch, current.step);
    const bool is_first_run = plan_.plan.from.empty() && current.step.step.direction == Direction::upgrade;
    if (is_first_run && is_already_there(error)) described = with_adoption_hint(std::move(described));
    fail(with_way_on(std::move(described), current), current);
}

/// Whether the ledger has the step, or gets it by record_failure.
bool Run::can_be_resumed(const Current& current, const Error& error) const {
    if (current.step.transactional || current.step.statements.empty()) return false;
    return current.ledger || (online_sqlite() && !current.recorded && error.code() != "database_locked");
}

/// Outside a transaction the statements before the failing one stay, so the command cannot just be run again.
Error Run::with_way_on(Error error, const Current& current) const {
    if (!can_be_resumed(current, error) || error.hint().find("`rev resume`") != std::string::npos) return error;
    const bool says_else = error.code() == "database_locked";  // that nothing was changed
    const auto advice = error.hint().empty() || says_else ? std::string() : error.hint() + "; ";
    return std::move(error).with_hint(advice + done_outside_text(current) +
                                      "; go on with `rev resume` when the cause is mended, or " +
                                      closing_advice(current.step.step.revision->id));
}

/// What is done of a step that runs outside a transaction: the ledger knows.
std::string Run::done_outside_text(const Current& current) const {
    const auto done = current.place.statement - 1;
    if (done == 0) return "none of its statements is done";
    if (done == 1) return "its first statement is done and stays";
    return fmt::format("its first {} statements are done and stay", done);
}

/// The user's stop, and how far the step came.
Error Run::interruption(const Current& current) const {
    const auto name = step_name(current.step);
    if (current.step.transactional)
        return stop_error(fmt::format("the {} was rolled back; {}", name, done_text()), options_.stop);
    const auto before = result_.steps.empty() ? std::string() : "; " + done_text();
    const auto where = current.statement <= current.step.statements.size()
                           ? fmt::format("at statement {} of {}", current.statement, current.step.statements.size())
                           : std::string("before it was recorded");
    auto stopped = stop_error(fmt::format("the {} stopped {}; {}{}", name, where, done_outside_text(current), before),
                              options_.stop);
    const auto* way_on = can_be_resumed(current, stopped) ? "go on with `rev resume`" : "run the command again";
    return std::move(stopped).with_hint(way_on);
}

void Run::fail(Error error, const Current& current) {
    if (one_transaction()) result_.steps.clear();
    record_failure(error, current);
    read_rows_back();
    throw RunError(std::move(error), result_);
}

/// The section was cut into statements as its own SET statements say. What a function set is known only now.
void Run::refuse_misread(Current& current, std::size_t index) {
    const auto& statement = current.step.statements[index];
    const auto rest = current.step.sql.substr(statement.offset);
    if (options_.offline || statement.backslash == database_.backslash() || rest.find('\\') == std::string_view::npos)
        return;
    database_.rollback();
    fail(Error(ExitCode::revision_failed, "text_setting_changed",
               "a statement before this one changed standard_conforming_strings in a way that rev could not foresee")
             .with_location(statement_location(current.step, index))
             .with_hint("write the change as SET standard_conforming_strings = ... in the section, or move what stands "
                        "behind it to a revision of its own; then run `rev resume`"),
         current);
}

/// In what belongs to no step, such as the making of rev's own tables.
void Run::fail_around_steps(const CommandError& error) {
    if (one_transaction()) result_.steps.clear();
    read_rows_back();
    const bool stopped = options_.stop.requested() && !error.connection_lost;
    throw RunError(stopped ? stop_error(done_text(), options_.stop) : Error(error), result_);
}

/// The answer to COMMIT may be what was lost. The log tells, but only when the old session is gone for certain: then,
/// and not before, its run lock can be had.
void Run::fail_lost_connection(const CommandError& error, const Current& current) {
    const auto name = step_name(current.step);
    const auto give_up = [&](const std::string& why) {
        if (one_transaction()) result_.steps.clear();
        result_.rows_known = false;
        throw RunError(Error(ExitCode::database, "connection_lost",
                             fmt::format("the connection was lost during the {}, and {}: {}", name, why, error.what()))
                           .with_hint(current.step.transactional
                                          ? "the step is either wholly done or wholly undone: `rev current` tells "
                                            "which, once the server answers"
                                          : "`rev status` tells where it stopped, once the server answers; go on from "
                                            "there with `rev resume`"),
                       result_);
    };
    if (!reconnect(database_, options_.stop)) give_up("the server does not answer");
    if (!try_for_a_while(options_.stop, [&] { return database_.try_lock(tables_.key); }))
        give_up("its old session still runs");
    const std::array<SqlValue, 1> parameters{log_->run()};
    const auto rows =
        database_.query("SELECT count(*) FROM " + tables_.log + " WHERE run = ? AND event <> 'fail'", parameters);
    const auto known = one_transaction() ? 0 : result_.steps.size();
    const bool committed = rows.at(0).at(0).value_or("0") != std::to_string(known);
    auto lost = lost_connection(error, current, committed);
    if (committed && !one_transaction()) finish_step(current);
    if (!committed) {
        if (one_transaction()) result_.steps.clear();
        record_failure(lost, current);
    }
    read_rows_back();
    database_.unlock(tables_.key);
    throw RunError(std::move(lost), result_);
}

/// What became of the step, read on a new connection.
Error Run::lost_connection(const CommandError& error, const Current& current, bool committed) {
    const bool outside = !current.step.transactional && !committed;
    std::string outcome = committed ? "the step was committed"
                          : outside ? "none of its statements was run"
                                    : "the step was rolled back";
    std::string hint = "run the command again to go on";
    for (const auto& run : outside ? read_unfinished(database_, found_.table) : std::vector<UnfinishedRun>()) {
        if (run.revision != current.step.step.revision->id) continue;
        outcome = "the " + stopped_text(run);
        hint = "go on with `rev resume`";
    }
    return Error(ExitCode::database, "connection_lost",
                 fmt::format("the connection was lost during the {}; {}: {}", step_name(current.step), outcome,
                             error.what()))
        .with_hint(std::move(hint));
}

void Run::record_failure(const Error& error, const Current& current) noexcept {
    if (error.code() == "database_locked") return;  // for the log as well
    // SQLite is not asked to wait for another process, which a stop must be able to end.
    std::optional<StopShield> shield;
    if (dialect() == Dialect::postgresql) shield.emplace(options_.stop);
    const ShortPatience patience(database_, options_.lock_timeout);
    try {
        if (!database_.is_alive()) database_.reconnect();
        database_.rollback();
        auto record = current.record;
        record.event = "fail";
        record.error = error.what();
        if (!error.detail().empty()) record.error += "\n" + error.detail();
        record.duration = current.elapsed();
        record.downgrade_sql.reset();
        record.header.clear();
        record.heads_after = heads_text(RowSet(read_rows(database_, found_.table)));
        Batch batch;
        batch.begin();
        add_log(batch, record, false);
        if (online_sqlite() && can_be_resumed(current, error)) {
            note_place(batch, current, current.place);
            add_session(batch, current);
        }
        if (can_be_resumed(current, error)) progress_->fail(batch, current.step.step.revision->id, error.what());
        batch.commit();
        database_.run(batch.commands());
    } catch (const std::exception&) {  // the failure itself matters more
    }
}

void Run::read_rows_back() noexcept {
    const ShortPatience patience(database_, options_.lock_timeout);
    try {
        result_.rows = options_.offline ? rows_.all() : read_rows(database_, found_.table);
    } catch (const std::exception&) {
        result_.rows.clear();
        result_.rows_known = false;
    }
}

std::string Run::done_text() const {
    if (result_.steps.empty() || one_transaction()) return "nothing was changed";
    return fmt::format("{} of {} steps are done and stay", result_.steps.size(), plan_.steps.size());
}

}  // namespace rev
