#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "base/text.hpp"
#include "db/postgres_database.hpp"
#include "db/postgres_pool.hpp"
#include "db/postgres_run_lock.hpp"

namespace rev::db {
namespace {

/// FNV-1a: the same key gives the same lock in every version of rev, on every machine.
/// std::hash promises neither.
std::int64_t lock_number(std::string_view key) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : "rev:" + std::string(key)) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3;
    }
    return static_cast<std::int64_t>(hash);
}

Error pooled_connection_error() {
    return Error(ExitCode::database, error_codes::pooled_connection,
                 "the database is behind a connection pooler that shares sessions between clients")
        .with_hint(
            "give rev the server's own address, or a pool in session mode (pgbouncer: pool_mode = session): its lock "
            "and settings need a session of their own");
}

}  // namespace

std::string unlock_sql(std::string_view key) {
    return fmt::format("SELECT pg_catalog.pg_advisory_unlock('{}'::pg_catalog.int8)", lock_number(key));
}

namespace {

/// "{1,2}", an array's text.
std::string numbers_text(std::span<const std::string> keys) {
    std::vector<std::int64_t> numbers;
    for (const auto& key : keys) numbers.push_back(lock_number(key));
    return fmt::format("{{{}}}", fmt::join(numbers, ","));
}

}  // namespace

std::string unlock_sql(std::span<const std::string> keys) {
    if (keys.size() == 1) return unlock_sql(keys.front());
    return fmt::format(
        "SELECT pg_catalog.pg_advisory_unlock(k) FROM pg_catalog.unnest('{}'::pg_catalog.int8[])"
        " WITH ORDINALITY AS locks(k, place) ORDER BY place",
        numbers_text(keys));
}

int PostgresDatabase::backend_pid() {
    return std::stoi(query("SELECT pg_catalog.pg_backend_pid()", {}).at(0).at(0).value());
}

/// Of the run locks that the session should hold.
std::vector<std::int64_t> PostgresDatabase::held_numbers() const {
    std::vector<std::int64_t> numbers;
    if (!held_key_.empty()) numbers.push_back(lock_number(held_key_));
    for (const auto& key : locks_ready_) numbers.push_back(lock_number(key));
    for (const auto& key : unlocks_due_) numbers.push_back(lock_number(key));
    return numbers;
}

std::vector<bool> PostgresDatabase::try_locks(std::span<const std::string> keys) {
    unlocks_due_.insert(unlocks_due_.end(), locks_ready_.begin(), locks_ready_.end());
    locks_ready_.clear();
    // Behind a proxy none is had, as the answer comes from another session: each is then asked for by itself.
    const auto answers = query(
        "SELECT CASE WHEN pg_catalog.pg_backend_pid() = ?::int THEN pg_catalog.pg_try_advisory_lock(k) END"
        " FROM pg_catalog.unnest(?::bigint[]) WITH ORDINALITY AS locks(k, place) ORDER BY place",
        std::vector<SqlValue>{std::to_string(PQbackendPID(session_.raw)), numbers_text(keys)});
    std::vector<bool> had;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        had.push_back(answers.at(i).at(0) == "t");
        if (had.back()) locks_ready_.insert(keys[i]);
    }
    return had;
}

bool PostgresDatabase::try_lock(std::string_view key) { return try_lock_and_ask(key, {}).has_value(); }

std::optional<std::vector<std::vector<SqlRow>>> PostgresDatabase::try_lock_and_ask(std::string_view key,
                                                                                   std::span<const Query> queries) {
    if (const auto ready = locks_ready_.find(key); ready != locks_ready_.end()) {
        locks_ready_.erase(ready);
        held_key_ = key;
        if (queries.empty()) return std::vector<std::vector<SqlRow>>();
        return answers_to(queries, NameSearch::catalog, Snapshots::one_for_each);
    }
    // A proxy makes up the number that the client is told at the start: then nothing is locked yet.
    std::vector<Query> all{
        {"SELECT CASE WHEN pg_catalog.pg_backend_pid() = ?::int THEN pg_catalog.pg_try_advisory_lock(?::bigint) END",
         {std::to_string(PQbackendPID(session_.raw)), std::to_string(lock_number(key))}}};
    all.insert(all.end(), queries.begin(), queries.end());
    std::vector<std::vector<SqlRow>> answers;
    try {
        // What is read behind the lock must be no older than the lock, whatever the session's isolation level is.
        answers = answers_to(all, NameSearch::catalog, Snapshots::one_for_each);
    } catch (const Error&) {
        // It outlives the transaction that failed.
        if (!queries.empty() && is_alive()) (void)query(unlock_sql(key), {});
        throw;
    }
    const auto locked = answers.at(0).at(0).at(0);
    const bool is_held = locked ? locked == "t" : try_lock_behind_proxy(key);
    if (!is_held) return std::nullopt;
    held_key_ = key;
    if (!locked) return query_all(queries);
    answers.erase(answers.begin());
    return answers;
}

/// A function that fails, behind a CASE: the server would work out a constant beforehand.
/// It asks pg_locks first, since a session may take an advisory lock several times, and each would need its own
/// release. A key of 64 bits is shown there as two halves, with objsubid 1.
std::string PostgresDatabase::keep_lock_sql() const {
    if (held_key_.empty()) return {};
    const auto number = static_cast<std::uint64_t>(lock_number(held_key_));
    return fmt::format(
        "SELECT CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory'"
        " AND l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid() AND l.granted"
        " AND l.classid OPERATOR(pg_catalog.=) '{}'::pg_catalog.oid AND l.objid OPERATOR(pg_catalog.=)"
        " '{}'::pg_catalog.oid AND l.objsubid OPERATOR(pg_catalog.=) 1) THEN 1"
        " WHEN pg_catalog.pg_try_advisory_lock('{}'::pg_catalog.int8) THEN 1"
        " ELSE CAST(pg_catalog.concat('{}', pg_catalog.pg_backend_pid()) AS integer) END",
        number >> 32, number & 0xffffffff, lock_number(held_key_),
        "the section released the run lock, and another run took it: pid ");
}

/// A lock in a session that others use would stay there for good, so first it is tried whether they do; and the lock is
/// taken only by the statement that still finds itself in that session.
bool PostgresDatabase::try_lock_behind_proxy(std::string_view key) {
    const int pid = backend_pid();
    lock_watch_.set_backend(pid);
    refuse_shared_session(pid);
    const std::vector<SqlValue> parameters = {std::to_string(pid), std::to_string(lock_number(key))};
    const auto locked =
        query(
            "SELECT CASE WHEN pg_catalog.pg_backend_pid() = ?::int THEN pg_catalog.pg_try_advisory_lock(?::bigint) END",
            parameters)
            .at(0)
            .at(0);
    if (!locked) throw pooled_connection_error();
    return locked == "t";
}

/// Throws Error if another client of the proxy gets the same session while this one is idle, or this one gets another.
/// Idle is what matters: a pooler in transaction mode takes the session back after each statement.
void PostgresDatabase::refuse_shared_session(int pid) {
    constexpr int tries = 3;  // a pooler that hands its sessions out in turn gives another one
    for (int i = 0; i < tries; ++i)
        if (backend_pid() != pid) throw pooled_connection_error();
    constexpr std::chrono::milliseconds patience{2000};
    const auto other = ask_for_other_session(url_, patience);
    const bool is_shared = other.answer == OtherSession::Answer::no_transaction ||
                           (other.answer == OtherSession::Answer::pid && other.pid == pid);
    // Asked once more, as the other client may have been given this session just then, and this one another.
    if (is_shared || backend_pid() != pid) throw pooled_connection_error();
    if (other.answer == OtherSession::Answer::none && options_.on_notice)
        options_.on_notice("WARNING",
                           "the connection pooler has no second session to give; rev goes on with the one it has");
}

std::optional<LockHolder> PostgresDatabase::lock_holder(std::string_view key) {
    const auto number = static_cast<std::uint64_t>(lock_number(key));
    const std::vector<SqlValue> parameters = {std::to_string(number >> 32), std::to_string(number & 0xffffffff)};
    const auto rows = query(
        "SELECT " + session_columns("a", "backend_start") +
            " FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid "
            "WHERE l.locktype = 'advisory' AND l.granted AND l.classid = ?::oid AND l.objid = ?::oid AND l.objsubid = "
            "1 "
            // Advisory locks are of one database; pg_locks shows those of all.
            "AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) "
            "LIMIT 1",
        parameters);
    if (rows.empty()) return std::nullopt;
    return LockHolder{describe_session(rows.front(), "since")};
}

void PostgresDatabase::unlock_later(std::string_view key) {
    held_key_.clear();
    unlocks_due_.emplace_back(key);
}

void PostgresDatabase::unlock_now_if_due() {
    if (unlocks_due_.empty()) return;
    const auto keys = std::exchange(unlocks_due_, {});
    tell_whether_held(query(unlock_sql(keys), {}), keys);
}

/// answers: a row for each of the keys.
void PostgresDatabase::tell_whether_held(std::span<const SqlRow> answers, std::span<const std::string> keys) const {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (answers[i].at(0) == "t" || !options_.on_notice) continue;
        options_.on_notice("WARNING",
                           fmt::format("the run lock of {} was not held any more when it was to be released: another "
                                       "run may have worked at the same time",
                                       base::printable(keys[i])));
    }
}

void PostgresDatabase::unlock(std::string_view key) {
    held_key_.clear();
    if (query(unlock_sql(key), {}).at(0).at(0) == "t") return;
    throw Error(ExitCode::database, error_codes::lock_lost,
                "the run lock was not held any more when it was to be released")
        .with_hint(
            "another run may have worked at the same time: look at `rev status` and `rev log`. A connection pooler "
            "in transaction mode, or pg_advisory_unlock_all() in a revision, can cause this");
}

}  // namespace rev::db
