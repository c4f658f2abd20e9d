// What the server lets this connection do. Asked and not guessed, save for what cannot be tried: whether DDL is undone
// with its transaction, and whether a lock that is granted keeps anybody away, are known by the server's name.

#include "db/postgres/database.hpp"
#include "db/postgres/pool.hpp"
#include "db/postgres/run_lock.hpp"

namespace rev::db {
namespace {

std::string_view parameter(PGconn* connection, const char* name) {
    const char* value = PQparameterStatus(connection, name);
    return value == nullptr ? std::string_view() : value;
}

}  // namespace

/// Both say so in what they report of themselves when a session begins.
std::string_view PostgresDatabase::product() const {
    if (!parameter(session_.raw, "crdb_version").empty()) return "CockroachDB";
    if (parameter(session_.raw, "server_version").find("-YB-") != std::string_view::npos) return "YugabyteDB";
    return "PostgreSQL";
}

bool PostgresDatabase::has_transactional_ddl() {
    return options_.transactional_ddl.value_or(product() == "PostgreSQL");
}

bool PostgresDatabase::shares_session() {
    if (!shares_session_) shares_session_ = is_shared_with_others();
    return *shares_session_;
}

/// Whether another client of a proxy gets the same session while this one is idle, or this one gets another.
/// Idle is what matters: a pooler in transaction mode takes the session back after each statement.
bool PostgresDatabase::is_shared_with_others() {
    const int pid = backend_pid();
    // A proxy makes up the number that the client is told at the start.
    if (pid == PQbackendPID(session_.raw)) return false;
    // In turn, and often: where several runs ask at once, each may by chance get the same session as before. A pooler
    // that hands its sessions out in turn gives another one.
    constexpr int tries = 8;
    constexpr std::chrono::milliseconds patience{2000};
    OtherClient other(url_);
    for (int i = 0; i < tries; ++i) {
        const auto answer = other.ask(patience);
        const bool is_shared = answer.answer == OtherSession::Answer::no_transaction ||
                               (answer.answer == OtherSession::Answer::pid && answer.pid == pid);
        if (is_shared || backend_pid() != pid) return true;
        if (answer.answer == OtherSession::Answer::pid) continue;
        if (options_.on_notice)
            options_.on_notice("WARNING",
                               "the connection pooler has no second session to give; rev goes on with the one it has");
        break;
    }
    return false;
}

/// Whether the server answers at all.
bool PostgresDatabase::is_answered(const std::string& sql) {
    try {
        (void)query(sql, {});
        return true;
    } catch (const Error& error) {
        if (error.sqlstate().empty()) throw;
        return false;
    }
}

/// By calling one that ends with the statement; of the others, whether they may be called.
bool PostgresDatabase::may_lock_sessions() {
    if (!may_lock_sessions_)
        may_lock_sessions_ = is_answered("SELECT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.pg_backend_pid())") &&
                             query("SELECT " + std::string(may_use_locks), {}).at(0).at(0) == "t";
    return *may_lock_sessions_;
}

/// As far as is known without asking.
std::optional<PostgresDatabase::NoSessionLock> PostgresDatabase::find_no_session_lock() {
    if (options_.run_lock == RunLockKind::lease) no_session_lock_ = NoSessionLock::setting;
    // CockroachDB grants every advisory lock to everybody.
    if (!options_.run_lock && product() == "CockroachDB") no_session_lock_ = NoSessionLock::no_functions;
    if (shares_session_.value_or(false)) no_session_lock_ = NoSessionLock::shared_session;
    return no_session_lock_;
}

Capabilities PostgresDatabase::capabilities(std::string_view schema) {
    Capabilities found;
    found.has_own_session = !shares_session();
    auto why = find_no_session_lock();
    if (!why && !may_lock_sessions()) why = no_session_lock_ = NoSessionLock::no_functions;
    if (why) {
        found.run_lock = RunLockKind::lease;
        found.lease_reason = *why == NoSessionLock::setting          ? "run_lock says so"
                             : *why == NoSessionLock::shared_session ? "a pooler shares the session with other clients"
                                                                     : "the session cannot hold an advisory lock";
    }
    found.has_transactional_ddl = has_transactional_ddl();
    found.sees_sessions = is_answered("SELECT FROM pg_catalog.pg_stat_activity, pg_catalog.pg_locks LIMIT 1");
    const std::vector<SqlValue> name = {schema.empty() ? SqlValue() : SqlValue(std::string(schema))};
    found.may_create_tables =
        query_in_session(
            "SELECT pg_catalog.has_schema_privilege(n.oid, 'CREATE') FROM pg_catalog.pg_namespace n"
            " WHERE n.nspname OPERATOR(pg_catalog.=)"
            " coalesce(CAST(? AS pg_catalog.name), pg_catalog.current_schema())",
            name) == std::vector<SqlRow>{{"t"}};
    return found;
}

}  // namespace rev::db
