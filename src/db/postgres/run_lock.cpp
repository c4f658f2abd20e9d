#include <fmt/format.h>

#include <unistd.h>

#include <cstdint>
#include <utility>

#include "base/process.hpp"
#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/run_lock.hpp"

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
            "give rev the server's own address, or a pool in session mode (pgbouncer: pool_mode = session); or let the "
            "run lock be a lease (run_lock in alembic.yaml)");
}

Error lock_lost_error() {
    return Error(ExitCode::database, error_codes::lock_lost,
                 "the run lock was not held any more when it was to be released")
        .with_hint(
            "another run may have worked at the same time: look at `rev status` and `rev log`. A connection pooler "
            "in transaction mode, or pg_advisory_unlock_all() in a revision, can cause this");
}

Error no_session_lock_error() {
    return Error(ExitCode::database, error_codes::no_session_lock,
                 "the session cannot hold an advisory lock, which keeps other runs away")
        .with_hint(
            "GRANT EXECUTE on pg_try_advisory_lock and its kin, or let the run lock be a lease (run_lock in "
            "alembic.yaml)");
}

/// What the failing casts of a lock that is taken with a run show.
constexpr std::string_view locked_text = "rev:locked by another than ";
constexpr std::string_view moved_text = "rev:not as it was for ";

/// What a session's lock asks. Its second column: whether there is a table of leases, which count as well.
/// The third: whether what is locked can be released.
std::string lock_query(bool names_lease_table) {
    // A proxy makes up the number that the client is told at the start: then nothing is locked yet.
    return fmt::format(
        "SELECT CASE WHEN pg_catalog.pg_backend_pid() = ?::int AND may_use THEN"
        " pg_catalog.pg_try_advisory_lock(?::bigint) END, {}, may_use FROM (SELECT {} AS may_use OFFSET 0) AS rights",
        names_lease_table ? "pg_catalog.to_regclass(?) IS NOT NULL" : "false", may_use_locks);
}

}  // namespace

bool is_of_missing_right(const Error& error) {
    constexpr std::string_view insufficient_privilege = sqlstate::insufficient_privilege;
    return error.sqlstate() == insufficient_privilege;
}

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
    for (const auto& key : unlocks_due_) numbers.push_back(lock_number(key));
    return numbers;
}

/// Whether a reset sends end_functions_sql(): not where the session is others' too, whose locks it would release, nor
/// where those functions may not be called.
bool PostgresDatabase::ends_functions() const { return !no_session_lock_ && !is_known_to_be_shared(); }

bool PostgresDatabase::lock_with_next_run(const RunLockName& lock, std::string_view check) {
    lock_ready_.reset();
    refused_lock_ = false;
    // A lock that ends with the transaction would be no run lock.
    if (shares_session() || find_no_session_lock() || !may_lock_sessions()) return false;
    lock_ready_ = {lock.key, lock.lease_table, std::string(check)};
    return true;
}

/// A transaction of its own before the step's: a revision may want to choose the isolation level. Read committed, as
/// the check has to see what was committed before the lock was had. What is due to be released goes with it.
PostgresDatabase::OwnStatements PostgresDatabase::take_lock_due() {
    const auto due = std::exchange(lock_due_, std::nullopt);
    const auto unlocked = std::exchange(unlocks_due_, {});
    OwnStatements sql{.text = "BEGIN ISOLATION LEVEL READ COMMITTED; ", .count = 4};
    // Mostly it is one, and needs no statement of its own: columns are worked out in order.
    if (unlocked.size() == 1)
        sql.text += unlock_sql(unlocked) + ", ";
    else if (unlocked.empty())
        sql.text += "SELECT ";
    else
        sql = {sql.text + unlock_sql(unlocked) + "; SELECT ", sql.count + 1};
    // CASE, as the server would work out a constant cast beforehand. Names are qualified: the search_path may be any.
    sql.text += fmt::format(
        "CASE WHEN pg_catalog.pg_try_advisory_lock('{0}'::pg_catalog.int8) THEN 1"
        " ELSE CAST(pg_catalog.concat('{1}', pg_catalog.pg_backend_pid()) AS pg_catalog.int4) END;"
        " SELECT CASE WHEN pg_catalog.to_regclass({2}) IS NULL AND ({3}) THEN 1"
        " ELSE CAST(pg_catalog.concat('{4}', pg_catalog.pg_backend_pid()) AS pg_catalog.int4) END; COMMIT",
        lock_number(due->key), locked_text, server_text().literal(due->lease_table), due->check, moved_text);
    return sql;
}

/// Of a message that failed before anything of the caller's own ran.
Error PostgresDatabase::lock_refused(const CommandError& error) {
    refused_lock_ = true;
    const auto says = [&](std::string_view text) { return error.detail().find(text) != std::string::npos; };
    // Behind the lock it was the check that said no, and the lock is held.
    const auto key = says(moved_text) ? std::string() : std::exchange(held_key_, {});
    // What the check asks for cannot be told any more: the lock may be held, and nobody would release it.
    if (!key.empty() && !says(locked_text) && is_alive()) (void)query(unlock_sql(key), {});
    return Error(error.exit_code(), error.code(), error.what()).with_detail(error.detail());
}

void PostgresDatabase::set_lease_table(std::string_view name, LeaseTable state) {
    lease_table_ = name;
    lease_table_is_ready_ = state == LeaseTable::ready;
}

bool PostgresDatabase::try_lock(std::string_view key) { return try_lock_and_ask(key, {}).has_value(); }

std::optional<std::vector<std::vector<SqlRow>>> PostgresDatabase::try_lock_and_ask(std::string_view key,
                                                                                   std::span<const Query> queries) {
    saw_lease_table_ = false;
    if (has_lock_ready(key) && queries.empty()) {
        lock_due_ = std::exchange(lock_ready_, std::nullopt);
        held_key_ = key;
        return std::vector<std::vector<SqlRow>>();
    }
    lock_ready_.reset();
    if (!find_no_session_lock()) {
        try {
            return try_session_lock(key, queries);
        } catch (const Error&) {
            // What was refused may be the lock, or one of the questions.
            if (!find_no_session_lock()) throw;
        }
    }
    if (!lease_table_is_ready_)
        throw no_session_lock_ == NoSessionLock::shared_session ? pooled_connection_error() : no_session_lock_error();
    if (!try_lease(key)) return std::nullopt;
    return answers_to(queries, NameSearch::catalog, Snapshots::one_for_each);
}

std::optional<std::vector<std::vector<SqlRow>>> PostgresDatabase::try_session_lock(std::string_view key,
                                                                                   std::span<const Query> queries) {
    std::vector<Query> all{{lock_query(!lease_table_.empty()),
                            {std::to_string(PQbackendPID(session_.raw)), std::to_string(lock_number(key))}}};
    if (!lease_table_.empty()) all.front().parameters.emplace_back(lease_table_);
    all.insert(all.end(), queries.begin(), queries.end());
    std::vector<std::vector<SqlRow>> answers;
    try {
        // What is read behind the lock must be no older than the lock, whatever the session's isolation level is.
        answers = answers_to(all, NameSearch::catalog, Snapshots::one_for_each);
    } catch (const Error& error) {
        no_session_lock_ =
            error.sqlstate().empty() || may_lock_sessions() ? std::nullopt : std::optional(NoSessionLock::no_functions);
        // It outlives the transaction that failed.
        if (!no_session_lock_ && !queries.empty() && is_alive()) (void)query(unlock_sql(key), {});
        throw;
    }
    const auto& locked = answers.at(0).at(0);
    if (locked.at(2) != "t") {
        no_session_lock_ = NoSessionLock::no_functions;
        throw no_session_lock_error();
    }
    const bool is_held = locked.at(0) ? locked.at(0) == "t" : try_lock_behind_proxy(key);
    if (locked.at(0)) saw_lease_table_ = locked.at(1) == "t";
    if (!is_held) return std::nullopt;
    held_key_ = key;
    if (!locked.at(0)) return query_all(queries);
    answers.erase(answers.begin());
    return answers;
}

/// Two looks, each behind what the other kind of run has written: whoever holds the session's lock looks for leases,
/// and whoever has a lease looks for the lock. So of two that come at the same moment at most one goes on.
bool PostgresDatabase::try_lease(std::string_view key) {
    LeaseRow lease(lease_table_, key, server_text().literal(key), options_.lease);
    // The lease that a lost connection has left behind is still this run's.
    if (lease_ && lease_->key() == key) lease = *lease_;
    const auto holder = fmt::format("user {}, host {}, process {}", server_info().user, base::host_name(), ::getpid());
    const auto answers = answers_to(lease.take(holder), NameSearch::catalog, Snapshots::one_for_each);
    lease_keeper_.reset();
    lease_.reset();
    if (answers.at(0).empty() && answers.at(1).empty()) return false;
    lease_ = lease;
    if (session_lock_holder(key)) {
        release_lease();
        return false;
    }
    lease_keeper_ = std::make_unique<LeaseKeeper>(url_, lease.renew_beside(), options_.lease);
    return true;
}

void PostgresDatabase::release_lease() {
    lease_keeper_.reset();
    const auto lease = std::exchange(lease_, std::nullopt);
    if (!query(lease->release().sql, {}).empty()) return;
    throw lock_lost_error();
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
    std::vector<SqlValue> parameters = {std::to_string(pid), std::to_string(lock_number(key))};
    if (!lease_table_.empty()) parameters.emplace_back(lease_table_);
    const auto locked = shares_session() ? SqlRow(3) : query(lock_query(!lease_table_.empty()), parameters).at(0);
    if (!locked.at(0)) {
        shares_session_ = true;
        no_session_lock_ = NoSessionLock::shared_session;
        throw pooled_connection_error();
    }
    saw_lease_table_ = locked.at(1) == "t";
    return locked.at(0) == "t";
}

std::optional<LockHolder> PostgresDatabase::session_lock_holder(std::string_view key) {
    const auto number = static_cast<std::uint64_t>(lock_number(key));
    const std::vector<SqlValue> parameters = {std::to_string(number >> 32), std::to_string(number & 0xffffffff)};
    const std::string of_lock =
        " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = ?::oid AND l.objid = ?::oid AND l.objsubid = 1 "
        // Advisory locks are of one database; pg_locks shows those of all.
        "AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) "
        "LIMIT 1";
    try {
        const auto rows = query("SELECT " + session_columns("a", "backend_start") +
                                    " FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a"
                                    " ON a.pid = l.pid" +
                                    of_lock,
                                parameters);
        return rows.empty() ? std::nullopt : std::optional(LockHolder{describe_session(rows.front(), "since")});
    } catch (const Error& error) {
        if (!is_of_missing_right(error)) throw;
    }
    // Who may not see the sessions may still see the locks.
    if (!is_answered("SELECT FROM pg_catalog.pg_locks LIMIT 1")) return std::nullopt;
    const auto rows = query("SELECT l.pid FROM pg_catalog.pg_locks l" + of_lock, parameters);
    return rows.empty() ? std::nullopt : std::optional(LockHolder{"pid " + rows.front().at(0).value_or("?")});
}

std::optional<LockHolder> PostgresDatabase::lock_holder(std::string_view key) {
    if (auto holder = session_lock_holder(key)) return holder;
    if (!lease_table_is_ready_) return std::nullopt;
    const std::vector<SqlValue> parameters = {std::string(key)};
    const auto rows = query(
        "SELECT pg_catalog.concat(holder, ', since ', pg_catalog.to_char(taken_at AT TIME ZONE 'UTC',"
        " 'YYYY-MM-DD HH24:MI:SS\"Z\"')) FROM " +
            lease_table_ + " WHERE version_table = ? AND lease_until >= pg_catalog.clock_timestamp()",
        parameters);
    if (rows.empty()) return std::nullopt;
    return LockHolder{base::printable(rows.front().at(0).value_or(""))};
}

void PostgresDatabase::unlock_later(std::string_view key) {
    if (lease_) return release_lease();
    // It was never asked for, or not had, or went with the connection.
    const bool is_held = held_key_ == key && !lock_due_;
    lock_due_.reset();
    held_key_.clear();
    if (is_held) unlocks_due_.emplace_back(key);
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
    if (lease_) return release_lease();
    held_key_.clear();
    if (find_no_session_lock()) throw lock_lost_error();
    if (query(unlock_sql(key), {}).at(0).at(0) != "t") throw lock_lost_error();
}

}  // namespace rev::db
