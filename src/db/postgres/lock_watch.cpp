// A statement that waits says nothing, and pg_locks can only be asked by somebody else: hence a second connection,
// which is opened when a statement first takes longer than a look's interval, so that quick runs have one only.

#include "db/postgres/lock_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "db/between_words.hpp"
#include "db/postgres/answer.hpp"
#include "db/postgres/own_query.hpp"
#include "db/postgres/progress.hpp"

namespace rev::db {
namespace {

using std::chrono::milliseconds;

/// The server answers in milliseconds. One that does not is not asked again: while it is waited for, nobody looks at
/// the main connection.
constexpr milliseconds longest_answer{1000};
constexpr milliseconds between_progress{500};

/// What a session waits for, with a row for each session in its way. A wait for a row is one for the transaction that
/// changed it; the table is known from the lock on the row's place that the waiter holds. pg_blocking_pids() stops all
/// locking for a moment: it is asked only when there is a wait.
/// Columns: the pid of one that is in the way; what is waited for, as text; then those of session_columns() for it,
/// null where the session is gone or is a prepared transaction. DISTINCT, as a pid is listed once for each of its
/// parallel workers that stands in the way. coalesce falls back to the lock's type where there is no relation (advisory
/// locks, an object's).
std::string wait_query(int pid) {
    return "SELECT DISTINCT blocker.pid, (SELECT l.mode || coalesce(' on '"
           " || CASE l.locktype WHEN 'relation' THEN '' WHEN 'transactionid' THEN 'a row of ' ELSE l.locktype || ' ' "
           "END"
           " || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), ' on ' || l.locktype)"
           " FROM pg_catalog.pg_locks l"
           " LEFT JOIN pg_catalog.pg_locks t ON t.pid = l.pid AND t.granted AND t.locktype = 'tuple'"
           " LEFT JOIN pg_catalog.pg_class c ON c.oid = coalesce(l.relation, t.relation)"
           " LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
           " WHERE l.pid = w.pid AND NOT l.granted LIMIT 1), " +
           session_columns("b", "query_start") +
           " FROM pg_catalog.pg_stat_activity w"
           " CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) AS blocker(pid)"
           " LEFT JOIN pg_catalog.pg_stat_activity b ON b.pid = blocker.pid" +
           fmt::format(" WHERE w.pid = {} AND w.wait_event_type = 'Lock' ORDER BY blocker.pid", pid);
}

/// Null when the answer takes too long.
Result next_answer_of(PGconn* connection) {
    const auto deadline = LockWatch::Clock::now() + longest_answer;
    return wait_for_answer(connection, deadline) ? Result(PQgetResult(connection)) : nullptr;
}

/// Of several statements, of which the last one is a SELECT; null when it failed or took too long.
Result last_answer_of(PGconn* connection) {
    Result last;
    for (Result answer; (answer = next_answer_of(connection));) last = std::move(answer);
    // Busy means that the time ran out half-way: then what was read so far may be the answer to a SET.
    const bool complete = PQisBusy(connection) == 0 && PQresultStatus(last.get()) == PGRES_TUPLES_OK;
    return complete ? std::move(last) : nullptr;
}

LockWait wait_in(const PGresult* result) {
    LockWait wait;
    for (int row = 0; row < PQntuples(result); ++row) {
        const auto values = row_of(result, row);
        wait.lock = base::printable(values[1].value_or(""));
        // 0 stands for a prepared transaction, which has no session.
        wait.sessions.push_back(values[0] == "0" ? "a prepared transaction (see pg_prepared_xacts)"
                                                 : describe_session(std::span(values).subspan(2), "query of"));
    }
    return wait;
}

}  // namespace

void LockWatch::set_lock_timeout(std::optional<milliseconds> timeout) {
    constexpr milliseconds usual{500};
    constexpr milliseconds least{10};
    const bool limited = timeout && timeout->count() > 0;
    // Three looks within the limit, so that at least one finds the statement waiting before it fails.
    interval_ = limited ? std::clamp(*timeout / 3, least, usual) : usual;
}

void LockWatch::start() {
    seen_.reset();
    is_blocked_ = false;
    next_look_ = Clock::now() + interval_;
    // The line on the terminal is of the statement before.
    if (std::exchange(told_progress_, false)) on_progress_("");
}

milliseconds LockWatch::pause() const {
    if (out_of_order_) return interval_;
    return std::max(milliseconds(1), std::chrono::ceil<milliseconds>(next_look_ - Clock::now()));
}

/// A wait that was seen long ago need not be what the statement failed of.
std::optional<LockWait> LockWatch::seen() const {
    constexpr milliseconds just_now{1000};
    return seen_ && Clock::now() - seen_at_ < std::max(just_now, 3 * interval_) ? seen_ : std::nullopt;
}

void LockWatch::look() {
    if (out_of_order_ || Clock::now() < next_look_) return;
    const bool was_blocked = is_blocked_;
    auto wait = look_for_wait();
    // Who waits does not progress; one question a look is enough.
    if (!wait) look_for_progress();
    const auto now = Clock::now();
    next_look_ = now + interval_;
    is_blocked_ = wait.has_value();
    if (!wait) return;  // what was seen stays: the wait may have ended just now, in failure
    seen_ = std::move(wait);
    seen_at_ = now;
    if (!was_blocked) {
        blocked_since_ = now;
        next_word_ = now + between_words;
    }
    tell();
}

void LockWatch::tell() {
    if (!on_blocked_ || seen_at_ < next_word_) return;
    next_word_ = seen_at_ + between_words;
    on_blocked_(*seen_, std::chrono::duration_cast<milliseconds>(seen_at_ - blocked_since_));
}

std::optional<LockWait> LockWatch::look_for_wait() {
    const auto result = ask([this](PGconn*) { return wait_query(pid_); });
    return result && PQntuples(result.get()) > 0 ? std::optional(wait_in(result.get())) : std::nullopt;
}

void LockWatch::look_for_progress() {
    if (!on_progress_ || out_of_order_ || Clock::now() < next_progress_) return;
    next_progress_ = Clock::now() + between_progress;
    const auto result = ask([this](PGconn* connection) { return progress_query(PQserverVersion(connection), pid_); });
    const bool is_known = result && PQntuples(result.get()) > 0;
    if (is_known || told_progress_) on_progress_(is_known ? progress_text(row_of(result.get(), 0)) : "");
    told_progress_ = is_known;
}

/// What the second connection answers; null once it does not. Never waits long:
/// the statement's own answer must not be missed.
Result LockWatch::ask(const std::function<std::string(PGconn*)>& query) {
    try {
        if (session_.raw == nullptr) {
            auto url = url_;
            // libpq's smallest. The user's own limit is for the connection that the run needs.
            url.query["connect_timeout"] = "2";
            session_ = connect_postgres(url);
        }
        const auto frame = own_query_frame(NameSearch::catalog, false);
        const auto sql = frame.before + query(session_.raw);
        if (PQsendQuery(session_.raw, sql.c_str()) == 1) {
            if (auto result = last_answer_of(session_.raw)) return result;
        }
    } catch (const Error&) {  // no connection left, perhaps
    }
    // For good: a server that has no connection left is not asked for one twice a second.
    session_ = {};
    out_of_order_ = true;
    return nullptr;
}

std::string session_columns(std::string_view alias, std::string_view since) {
    return fmt::format(
        "{0}.pid, {0}.usename, {0}.application_name, pg_catalog.host({0}.client_addr), {0}.client_port, {0}.state, "
        "pg_catalog.to_char({0}.{1} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS\"Z\"')",
        alias, since);
}

std::string describe_session(std::span<const SqlValue> columns, std::string_view since) {
    auto text = "pid " + columns[0].value_or("?");
    if (columns[1]) text += ", user " + *columns[1];
    if (columns[2] && !columns[2]->empty()) text += ", application " + *columns[2];
    if (columns[3]) text += ", host " + *columns[3];
    // PostgreSQL says so of a client on a Unix socket; null is one that this role may not look at.
    if (!columns[3] && columns[4] == "-1") text += ", local socket";
    if (columns[6]) text += fmt::format(", {} {}", since, *columns[6]);
    if (columns[5]) text += ", " + *columns[5];
    return base::printable(text);
}

}  // namespace rev::db
