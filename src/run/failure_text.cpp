// What a failure means, in words. Nothing is done about it here: see failure.cpp.

#include "run/failure_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "run/advice.hpp"
#include "run/as_written.hpp"
#include "run/retry.hpp"
#include "run/step_text.hpp"

namespace rev::run {

/// The place of a statement, for servers that name none.
Location statement_location(const PreparedStep& step, std::size_t index) {
    if (index >= step.statements.size()) return {.file = step.path, .line = 0, .column = 0, .line_text = {}};
    return place_of(sql_in_file(step), step.statements[index]);
}

namespace {

Location in_file(const PreparedStep& step, Location location) {
    return as_written(std::move(location), sql_in_file(step));
}

/// The same for what a verify section has run. part: its number in the step.
Location in_verify_part(const PreparedStep& step, std::size_t part, Location location) {
    return as_written(std::move(location), sql_in_file(step.verify.at(part), step.path));
}

Error with_server_facts(Error described, const CommandError& error) {
    return std::move(described).with_detail(error.detail()).with_hint(error.hint()).with_sqlstate(error.sqlstate());
}

/// No lock to be had is nothing that is wrong with the revision.
Error lock_failure(const CommandError& error, const PreparedStep& step) {
    const auto code =
        error.sqlstate() == deadlock_detected ? error_codes::deadlock_detected : error_codes::lock_not_available;
    auto described = with_server_facts(
        Error(ExitCode::database, code, fmt::format("{} failed: {}", step_name(step), conflict_text(error))), error);
    described.with_hint(fmt::format(
        "{} when the other session has ended; statement_lock_timeout and lock_retries, in alembic.yaml or in the "
        "revision's header, say how long and how often rev tries",
        step.transactional ? "run the command again" : "run `rev resume`"));
    return described;
}

Location section_place(const CommandError& error, const Batch::Entry& entry, const PreparedStep& step) {
    if (error.location().line != 0) return in_file(step, error.location());
    return statement_location(step, entry.first_statement + error.statement);
}

Error section_failure(const CommandError& error, const Batch::Entry& entry, const PreparedStep& step) {
    auto described = got_no_lock(error)
                         ? lock_failure(error, step)
                         : with_server_facts(Error(ExitCode::revision_failed, error_codes::sql_error,
                                                   fmt::format("{} failed: {}", step_name(step), error.what())),
                                             error);
    // The server's position is exact; without one, the statement is as near as can be told.
    described.with_location(section_place(error, entry, step));
    return described;
}

/// Where the guard stands: what the server found is in SQL of rev's own making.
Error guard_failure(const CommandError& error, const Batch::Entry& entry, const PreparedStep& step) {
    constexpr std::string_view read_only = sqlstate::read_only_sql_transaction;
    const auto& marker = step.markers.at(entry.marker);
    const auto place = place_at(sql_in_file(step), marker.offset);
    if (got_no_lock(error)) return lock_failure(error, step).with_location(place);
    auto described = with_server_facts(
        Error(ExitCode::revision_failed, error_codes::guard_failed,
              fmt::format("{} failed: its guard could not be asked: {}", step_name(step), error.what())),
        error);
    if (error.sqlstate() == read_only) described.with_hint("a guard only asks: it may call nothing that writes");
    return described.with_location(place);
}

Error verify_failure(const CommandError& error, const Batch::Entry& entry, const PreparedStep& step) {
    const auto place = in_verify_part(step, entry.verify_part, error.location());
    if (got_no_lock(error)) return lock_failure(error, step).with_location(place);
    const auto what = step.transactional
                          ? step_name(step) + " was undone"
                          : fmt::format("{} ran and stays as it is, but is not recorded", step_name(step));
    const auto message = error.returned_rows ? what + ": a statement under `-- rev:verify empty` returned a row"
                                             : fmt::format("{}: its verify section failed: {}", what, error.what());
    return with_server_facts(Error(ExitCode::revision_failed, error_codes::verify_failed, message), error)
        .with_location(place);
}

/// A section that has made its own transaction read-only; nullopt: it is so for another reason, as on a standby.
std::optional<Error> read_only_failure(const CommandError& error, const PreparedStep& step) {
    constexpr std::string_view read_only_transaction = sqlstate::read_only_sql_transaction;
    if (error.sqlstate() != read_only_transaction || !step.transactional) return std::nullopt;
    const auto setter = std::ranges::find_if(step.statements, is_set_transaction);
    if (setter == step.statements.end()) return std::nullopt;
    return Error(ExitCode::revision_failed, error_codes::read_only_transaction,
                 fmt::format("the {} makes its transaction read-only, so that rev cannot record it", step_name(step)))
        .with_location(place_of(sql_in_file(step), *setter))
        .with_sqlstate(error.sqlstate())
        .with_hint(
            "leave READ ONLY out; or let the revision run outside a transaction (`-- transaction: false` in its "
            "header) "
            "and write BEGIN READ ONLY ... COMMIT");
}

Error bookkeeping_failure(const CommandError& error, const PreparedStep& step) {
    if (got_no_lock(error)) return lock_failure(error, step);
    if (auto read_only = read_only_failure(error, step)) return std::move(*read_only);
    constexpr std::string_view insufficient_privilege = sqlstate::insufficient_privilege;
    if (!error.wrong_row_count) {
        auto described = with_server_facts(
            // A failure of rev's own SQL is none of the revision, whatever the driver takes it for.
            Error(error.exit_code() == ExitCode::revision_failed ? ExitCode::database : error.exit_code(), error.code(),
                  fmt::format("rev could not record the {}: {}", step_name(step), error.what())),
            error);
        if (error.sqlstate() == insufficient_privilege)
            described.with_hint("rev's role needs SELECT, INSERT, UPDATE and DELETE on rev's tables: GRANT them");
        return described;
    }
    return Error(ExitCode::database, error_codes::version_rows_changed,
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

Error lease_failure(const CommandError& error, const PreparedStep& step) {
    return error.wrong_row_count ? lease_lost_error() : bookkeeping_failure(error, step);
}

Error run_lock_failure(const CommandError& error, const PreparedStep& step) {
    if (!error.wrong_row_count) return bookkeeping_failure(error, step);
    return Error(ExitCode::database, error_codes::lock_lost,
                 "the lease that keeps other runs away was not renewed in time, and another run has it")
        .with_hint("nothing of this step was done; run the command again, which waits for that run");
}

/// By what the failing command is for.
Error describe_by_purpose(const CommandError& error, const Batch& batch, const PreparedStep& step) {
    const auto& entry = batch.entry(error.command);
    if (entry.purpose == Batch::Purpose::lease) return lease_failure(error, step);
    if (entry.purpose == Batch::Purpose::run_lock) return run_lock_failure(error, step);
    if (error.exit_code() == ExitCode::database && entry.purpose != Batch::Purpose::bookkeeping)
        return entry.purpose == Batch::Purpose::section && error.sqlstate() == "SQLITE_READONLY"
                   ? transaction_failure(error, step).with_location(section_place(error, entry, step))
                   : transaction_failure(error, step);
    switch (entry.purpose) {
        case Batch::Purpose::section:
            return section_failure(error, entry, step);
        case Batch::Purpose::guard:
            return guard_failure(error, entry, step);
        case Batch::Purpose::verify:
            return verify_failure(error, entry, step);
        case Batch::Purpose::bookkeeping:
            return bookkeeping_failure(error, step);
        case Batch::Purpose::lease:
        case Batch::Purpose::run_lock:
        case Batch::Purpose::transaction:
            break;
    }
    return transaction_failure(error, step);
}

/// PostgreSQL cuts long values: "Failing row contains (abc...)" has the beginning of one.
std::string hide_beginnings(std::string text, std::string_view secret) {
    constexpr std::string_view cut = "...";
    // Shorter beginnings would fit by chance, and hide what has nothing to do with the secret.
    constexpr std::size_t least = 4;
    for (auto at = text.find(cut); at != std::string::npos; at = text.find(cut, at + cut.size())) {
        // The longest beginning of the secret that ends where the server has cut.
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
    // The hint is rev's or the server's advice and the location is of the file: neither has values in it.
    return Error(described.exit_code(), described.code(), message)
        .with_detail(std::move(detail))
        .with_hint(described.hint())
        .with_sqlstate(described.sqlstate())
        .with_location(described.location());
}

}  // namespace

Error lease_lost_error() {
    return Error(ExitCode::database, error_codes::lease_lost,
                 "the lease on this member has passed to another worker, which runs it now")
        .with_hint("nothing of this step was done; `rev fleet log` tells who has the member");
}

/// SQLite has no code for it, and its messages one language.
bool is_already_there(const CommandError& error) {
    // duplicate_table, duplicate_object, duplicate_schema, duplicate_function, duplicate_column
    constexpr std::array<std::string_view, 5> codes = {sqlstate::duplicate_table, sqlstate::duplicate_object,
                                                       sqlstate::duplicate_schema, sqlstate::duplicate_function,
                                                       sqlstate::duplicate_column};
    return std::ranges::find(codes, error.sqlstate()) != codes.end() ||
           std::string_view(error.what()).ends_with("already exists");
}

/// The first run on a database that was there before rev, as it seems.
Error with_adoption_hint(Error described) {
    return described.with_hint(
        "if the database was there before rev, record what it holds with `rev stamp REV` and run only what comes "
        "after; "
        "`rev init --from URL` begins with its schema, `rev import` with another tool's files (`man rev-adopting`); "
        "else remove what is in the way");
}

Error describe_failure(const CommandError& error, const Batch& batch, const PreparedStep& step) {
    auto described = describe_by_purpose(error, batch, step);
    // The server's own hint knows more.
    if (described.hint().empty()) described.with_hint(advice_for(error));
    return without_secrets(std::move(described), step);
}

}  // namespace rev::run
