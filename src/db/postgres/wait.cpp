// Waiting for the server: with a word to the user, with a limit for what is rev's own, and until a stop.

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <future>
#include <thread>
#include <utility>

#include "base/signals_blocked.hpp"
#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "db/between_words.hpp"
#include "db/postgres/database.hpp"

namespace rev::db {
namespace {

using std::chrono::milliseconds;

/// A tenth of a second: a Ctrl-C that takes longer feels ignored.
constexpr milliseconds between_questions{100};
constexpr milliseconds between_cancels{500};
/// A question of rev's own is nearly always answered sooner, and what it writes down may be what became of the run.
constexpr milliseconds grace_after_stop{1000};
/// A pooler that has no session to give knows nothing of the request to cancel.
constexpr milliseconds longest_cancel{2000};
constexpr milliseconds usual_cancel{500};
/// Of a server that was asked to stop a revision's statement.
constexpr milliseconds longest_silence{8000};

}  // namespace

void PostgresDatabase::start_waiting(Waiting waiting) {
    waiting_ = waiting;
    cancelled_ = out_of_patience_ = false;
    // Each wait has a grace of its own: after a stop, rev still has several things to write down.
    stop_seen_at_.reset();
    sent_at_ = Clock::now();
    next_word_ = sent_at_ + between_words;
    counted_encoding_ = counted_encoding(session_.raw);
    lock_watch_.start();
}

/// PQgetResult would block without a word where nothing has arrived; waiting first keeps the loop above it in charge.
Result PostgresDatabase::next_result() {
    wait_for_server();
    return Result(PQgetResult(session_.raw));
}

void PostgresDatabase::wait_for_server() {
    while (PQisBusy(session_.raw) == 1 && wait_a_moment()) {
    }
}

bool PostgresDatabase::wait_a_moment() {
    const auto waited = std::chrono::duration_cast<milliseconds>(Clock::now() - sent_at_);
    // It stays: the reason to cancel is told at the end, when the answer to the cancel has come.
    out_of_patience_ = out_of_patience_ || (waiting_ == Waiting::for_own && waited >= patience_);
    if (must_stop() || out_of_patience_) cancel();
    if (cancelled_) drop_connection_that_ignores_cancel();
    lock_watch_.look();
    tell_of_silence(waited);
    // The watch may have to look sooner than the stop is asked about.
    const auto pause = std::min(between_questions, lock_watch_.pause());
    pollfd socket = {PQsocket(session_.raw), POLLIN, 0};
    // When the connection breaks, PQgetResult has the message.
    return poll(&socket, 1, static_cast<int>(pause.count())) <= 0 || PQconsumeInput(session_.raw) != 0;
}

bool PostgresDatabase::must_stop() {
    if (!options_.interrupted || !options_.interrupted()) return false;
    if (!stop_seen_at_) stop_seen_at_ = Clock::now();
    return waiting_ == Waiting::for_revision || Clock::now() - *stop_seen_at_ >= grace_after_stop;
}

/// Where no lock is seen in the way, such as behind a pooler that has no session left.
void PostgresDatabase::tell_of_silence(milliseconds waited) {
    // A revision's statement may take hours without being in anybody's way.
    if (waiting_ != Waiting::for_own || !options_.on_blocked || lock_watch_.seen() || Clock::now() < next_word_) return;
    next_word_ = Clock::now() + between_words;
    options_.on_blocked({.lock = "the database's answer", .sessions = {}}, waited);
}

/// Asks again now and then: a request that comes just before the statement, or between two, cancels nothing.
void PostgresDatabase::cancel() {
    if (cancelled_ && Clock::now() < next_cancel_) return;
    if (!cancelled_) first_cancel_ = Clock::now();
    cancelled_ = true;
    next_cancel_ = Clock::now() + between_cancels;
    // One request at a time; the request before may itself be waiting for a connection.
    if (cancels_.valid() && cancels_.wait_for(milliseconds(0)) != std::future_status::ready) return;
    // A copy of address and key: the thread that uses it may outlive this connection.
    PGcancel* request = PQgetCancel(session_.raw);
    if (request == nullptr) return;
    // It connects anew, and waits without a limit for a server or a network that has fallen silent.
    std::packaged_task<void()> ask([request] {
        std::array<char, 256> reason = {};
        PQcancel(request, reason.data(), static_cast<int>(reason.size()));
        PQfreeCancel(request);
    });
    cancels_ = ask.get_future();
    // The thread inherits the mask. Signals are for the thread that asks `interrupted`.
    const base::SignalsBlocked signals_blocked;
    // Nobody joins it: a std::async future would wait in its destructor for the very server that is silent.
    std::thread(std::move(ask)).detach();
    // Mostly it is there at once, and nothing that the server would still do comes before it.
    cancels_.wait_for(usual_cancel);
}

void PostgresDatabase::drop_connection_that_ignores_cancel() {
    const bool is_own = waiting_ == Waiting::for_own;
    if (Clock::now() - first_cancel_ < (is_own ? longest_cancel : longest_silence)) return;
    const auto error = is_own ? gave_up() : lost("the server did not answer the request to stop", 0);
    // The server notices the closed connection when it next writes to it, and rolls back.
    session_ = {};
    transaction_ = {};
    throw error;
}

/// For a revision's SQL the same SQLSTATE is told as an interruption, see failure().
bool PostgresDatabase::has_given_up(const std::string& sqlstate) const {
    constexpr std::string_view query_canceled = sqlstate::query_canceled;
    return cancelled_ && waiting_ == Waiting::for_own && sqlstate == query_canceled;
}

CommandError PostgresDatabase::gave_up() const {
    if (!out_of_patience_) {
        return CommandError(Error(ExitCode::database, error_codes::interrupted, "the statement was interrupted")
                                .with_sqlstate(sqlstate::query_canceled),
                            0);
    }
    const auto seen = lock_watch_.seen();
    auto what = seen && !seen->lock.empty() ? seen->lock : std::string("the database's answer");
    if (seen && !seen->sessions.empty()) what += ", held by " + base::join(seen->sessions, "; ");
    const auto seconds = std::chrono::duration<double>(patience_).count();
    CommandError error(
        Error(ExitCode::database, error_codes::database_locked,
              fmt::format("gave up after {} s waiting for {}", seconds, what))
            .with_hint("run the command again when it is free; lock_timeout in alembic.yaml says how long rev waits; "
                       "behind a connection pooler, all of its sessions may be in use"),
        0);
    error.blocked = seen;
    return error;
}

}  // namespace rev::db
