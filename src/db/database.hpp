#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database_url.hpp"
#include "rev/dialect.hpp"
#include "rev/error.hpp"

struct sqlite3;  // of <sqlite3.h>

namespace rev::db {

/// A value for a parameter or from a result: text, or SQL NULL.
using SqlValue = std::optional<std::string>;
using SqlRow = std::vector<SqlValue>;

/// A value of a row; empty for NULL, too.
[[nodiscard]] inline std::string text_at(const SqlRow& row, std::size_t column) {
    return row.at(column).value_or(std::string());
}

/// One unit of a batch.
struct Command {
    enum class Kind {
        sql,  ///< `sql` as it is, byte for byte: one or more statements, or none. Inside a transaction it may share an
              ///< exchange with its neighbours; outside one it is sent alone, so that VACUUM and the like work
        change,        ///< one INSERT, UPDATE or DELETE of rev's own (without `;`) that must hit exactly one row
        expect_empty,  ///< as sql, but a statement that returns a row fails (CommandError::returned_rows)
        ask,           ///< as sql, one SELECT of which only is told whether it returned a row (BatchResult::answered)
        fetch,         ///< one SELECT of rev's own, whose one row is put into `row`; it shares an exchange with its
                       ///< neighbours wherever it stands. Behind a failure it is not asked, and `row` is as it was
        copy,          ///< PostgreSQL: `sql` is one COPY ... FROM STDIN, `data` its lines
        begin,         ///< PostgreSQL: BEGIN; SQLite: BEGIN IMMEDIATE
        commit,
        limit,  ///< bounds the SQL behind it by `lock_timeout` and `statement_timeout`; absent: the session's own. Ends
                ///< with a `reset`, on PostgreSQL also with the transaction that it stands in. SQLite waits for locks
                ///< in BEGIN and COMMIT only: there it stands before `begin`, and its lock_timeout lasts until a
                ///< `reset` outside the transaction
        reset,  ///< ends what the SQL before left in the session: role, settings, search_path; after the commit also
                ///< what `discard` ends. Belongs between a revision's SQL and rev's own changes, which then run with
                ///< rev's rights
        discard,  ///< PostgreSQL: ends temporary objects, prepared statements, cursors, the values that currval and
                  ///< lastval have, LISTEN, the session's advisory locks other than the run lock, and what setseed()
                  ///< has set: at once, inside a transaction too. SQLite: all of that is in `reset`
    };
    Kind kind = Kind::sql;
    std::string_view sql = {};   ///< must live until run() returns
    std::string_view data = {};  ///< copy: must live until run() returns
    SqlRow* row = nullptr;       ///< fetch: gets the values of its row; must live until run() returns
    std::vector<SqlValue> parameters =
        {};                        ///< change: for `?` placeholders (drivers translate), sent bound or as safe literals
    bool holds_plan = false;       ///< begin: one step follows another in the transaction. What would outlive the first
                                   ///< is refused then where it cannot be ended (SQLite: ATTACH, some PRAGMAs)
    std::size_t first_line = 1;    ///< sql, copy: the line number of its first line, for errors
    std::size_t first_column = 1;  ///< sql, copy: the column (characters) of its first character
    /// sql: rev's own. A batch whose `sql` is all of this kind waits no longer than the connection's patience.
    bool is_own = false;
    std::optional<std::chrono::milliseconds> lock_timeout = {};       ///< limit: of one wait; 0: no limit
    std::optional<std::chrono::milliseconds> statement_timeout = {};  ///< limit: of one statement; 0: no limit
};

/// What a statement waits for, seen from a second connection. Source: PostgreSQL's pg_locks, pg_stat_activity.
struct LockWait {
    std::string lock;  ///< "AccessExclusiveLock on public.account"; empty: not known
    /// Who is in the way, by pid: "pid 4711, user app, application psql, local socket, query of 2026-11-21 03:47:11Z,
    /// idle in transaction".
    std::vector<std::string> sessions;
};

/// A failed batch: nothing after the failing place was run, an open transaction has been rolled back, and what a
/// `reset` of the batch would have ended has ended. code(): "sql_error" (ExitCode::revision_failed), or with
/// ExitCode::database "connection_lost", "database_locked", "interrupted", "transaction_ended" (the SQL ended the
/// transaction that `begin` had opened, so its work may be committed).
/// Error's location has line and column within the source (no file), where they are known; detail, hint, sqlstate
/// are the server's.
class CommandError : public Error {
public:
    /// command: its index in the batch.
    CommandError(Error error, std::size_t command) : Error(std::move(error)), command(command) {}
    std::size_t command;              ///< index of the failing command in the batch
    std::size_t statement = 0;        ///< 0-based index of the failing statement within that command
    bool connection_lost = false;     ///< the connection broke: what happened to a COMMIT is not known
    bool returned_rows = false;       ///< an `expect_empty` statement returned rows; detail() shows the first of them
    bool wrong_row_count = false;     ///< a `change` hit none or several rows
    std::optional<LockWait> blocked;  ///< what it was seen to wait for just before
};

/// What a batch did.
struct BatchResult {
    std::size_t statements = 0;  ///< of the `sql` and `copy` commands
    /// What the statements of a revision's `sql` say that they changed: PostgreSQL's command tags, SQLite's changes().
    long long rows = 0;
    bool answered = false;  ///< an `ask` returned a row
};

/// Which server it is, for people; no password.
struct ServerInfo {
    std::string url;       ///< DatabaseUrl::display()
    std::string product;   ///< "PostgreSQL" or "SQLite"
    std::string version;   ///< such as "15.8"
    std::string user;      ///< database user; empty for SQLite
    std::string database;  ///< database name, or the SQLite file's absolute path
};

/// Who holds the run lock, as far as it is known.
struct LockHolder {
    std::string description;  ///< "pid 4711, user app, application rev, host 10.0.0.7, since 2026-11-21 03:47:11Z"
};

/// What a run lock is on PostgreSQL.
enum class RunLockKind {
    session,  ///< an advisory lock, which ends with the session
    lease,    ///< a row of rev_lock that is renewed while it is held, and that others may take over when it is old
};

/// What a run lock is named by, in either kind.
struct RunLockName {
    std::string key;          ///< as for Database::try_lock
    std::string lease_table;  ///< as for Database::set_lease_table
};

/// What the server lets a connection do of what rev would like. Source: docs/database-drivers.md.
struct Capabilities {
    RunLockKind run_lock = RunLockKind::session;
    std::string lease_reason = {};  ///< why it is a lease; else empty
    bool has_own_session = true;    ///< false: a pooler gives it to other clients between transactions
    bool has_transactional_ddl = true;
    bool sees_sessions = true;      ///< who holds a lock, what a statement waits for and is doing
    bool may_create_tables = true;  ///< in the schema that was asked about
};

/// One SELECT.
struct Query {
    std::string sql;
    std::vector<SqlValue> parameters = {};  ///< for `?` placeholders
};

/// A row of an SQLite database that refers to one which is not there, or a foreign key that cannot be checked. The
/// order means nothing.
struct ForeignKeyViolation {
    std::string table;    ///< whose row it is
    std::string columns;  ///< of the key: "parent", "(a, b)"; empty: not known
    std::string values;   ///< in them, as SQL: "5", "(1, 'x')"; where they are not known the row's number, or nothing
    std::string parent;   ///< the table that lacks the row
    std::string
        mismatch;  ///< of a key that cannot be checked: SQLite's words for that; the others but `table` are empty
    auto operator<=>(const ForeignKeyViolation&) const = default;
};
/// A sentence for people.
[[nodiscard]] std::string to_string(const ForeignKeyViolation& violation);

/// What a statement may do to the rows of a table.
struct TableWrite {
    enum class Kind { insert, update, remove };
    std::string table;
    Kind kind = Kind::insert;
    bool by_trigger = false;  ///< not by the statement itself

    auto operator<=>(const TableWrite&) const = default;
};

/// A connection. Drivers know SQL, not migrations. Not thread-safe. The destructor rolls back what is open, releases
/// the lock and closes. Every method throws Error with ExitCode::database when the connection fails.
class Database {
public:
    virtual ~Database() = default;

    /// Fixed when it is made; asks the server nothing.
    [[nodiscard]] virtual Dialect dialect() const noexcept = 0;
    /// As the connection has it now, without an exchange; a reconnect() may find another version. Of a writer of
    /// scripts only the product is not empty.
    [[nodiscard]] virtual ServerInfo server_info() = 0;
    /// `name` as a quoted identifier.
    [[nodiscard]] virtual std::string quote_identifier(std::string_view name) const = 0;
    /// `value` as a quoted string literal.
    [[nodiscard]] virtual std::string quote_literal(std::string_view value) const = 0;
    /// schema: empty means the connection's default (PostgreSQL: first of search_path at connect time).
    [[nodiscard]] virtual bool has_table(std::string_view schema, std::string_view table) = 0;
    /// One SELECT with `?` placeholders; rows in the server's order. What it asks is rev's own question, whatever SQL
    /// it is made of: the database's refusal is Error "query_failed" with ExitCode::database, on all of these four.
    [[nodiscard]] virtual std::vector<SqlRow> query(std::string_view sql,
                                                    std::span<const SqlValue> parameters = {}) = 0;
    /// The same for a question about names that somebody else wrote, such as to_regclass(?): PostgreSQL looks for them
    /// along the session's search_path. query() and query_all() see pg_catalog alone, so that nobody's functions,
    /// operators or tables stand in for the system's; here every name and operator of `sql` itself has to be qualified.
    [[nodiscard]] virtual std::vector<SqlRow> query_in_session(std::string_view sql,
                                                               std::span<const SqlValue> parameters = {}) {
        return query(sql, parameters);
    }
    /// The same, giving `take` one row after the other, so that a large answer needs no memory. `take` asks the
    /// database nothing; what it throws goes on.
    virtual void query_each(std::string_view sql, const std::function<void(const SqlRow& row)>& take) {
        for (const auto& row : query(sql)) take(row);
    }
    /// Several of them, in one exchange where the protocol allows it; their rows in the order of the queries. On
    /// PostgreSQL a `COPY table (columns) TO STDOUT` may stand in place of a SELECT: that needs no plan, which of a
    /// small table takes longer than its rows.
    [[nodiscard]] virtual std::vector<std::vector<SqlRow>> query_all(std::span<const Query> queries) {
        std::vector<std::vector<SqlRow>> answers;
        for (const auto& one : queries) answers.push_back(query(one.sql, one.parameters));
        return answers;
    }
    /// Runs commands in order; stops at the first failure, which rolls an open transaction back and throws
    /// CommandError. A transaction opened by `begin` may stay open between calls. Drivers exchange as few messages as
    /// they can.
    virtual BatchResult run(std::span<const Command> commands) = 0;
    /// How the server reads a backslash within '...' at this moment, as the session itself says.
    [[nodiscard]] virtual Backslash backslash() { return Backslash::ordinary; }
    /// Whether the database's encoding has every character of `text` (UTF-8). The parameters of a `change` may hold
    /// others: they are written as \u2192.
    [[nodiscard]] virtual bool can_hold(std::string_view /*text*/) { return true; }
    /// From now on, how long one of rev's own questions and changes may take before it is given up with the Error
    /// "database_locked"; at the start it is OpenOptions::lock_timeout. SQLite: nothing.
    virtual void set_patience(std::chrono::milliseconds /*longest*/) {}
    /// PostgreSQL: what search_path is from now on, as SQL ("tenant_1, public"), also behind a `reset` and after a
    /// reconnect(). Outside a transaction. SQLite: nothing.
    virtual void set_search_path(std::string_view /*path*/) {}
    /// Rolls back an open transaction; does nothing if there is none.
    virtual void rollback() = 0;
    /// Whether a transaction is open, as the server sees it.
    [[nodiscard]] virtual bool in_transaction() = 0;

    /// SQLite: sets enforcement of foreign keys outside a transaction; nothing on PostgreSQL. Returns what it was.
    virtual bool set_foreign_keys(bool enforced) = 0;
    /// SQLite: what PRAGMA foreign_key_check finds in the main database, sorted; empty on PostgreSQL.
    [[nodiscard]] virtual std::vector<ForeignKeyViolation> foreign_key_violations() = 0;

    /// Writes a complete copy of the committed database into `file`, which is there, empty, and stays the same file
    /// (its mode stays). SQLite: a database file, by the online backup API; PostgreSQL: an archive of pg_dump in its
    /// custom format, made by the `pg_dump` of PATH, which learns the password by its environment. Throws Error with
    /// ExitCode::database: "backup_failed", "no_pg_dump", "pg_dump_too_old" (than the server), "interrupted". What is
    /// in the file then is worthless.
    virtual void back_up(const std::filesystem::path& file) = 0;

    /// SQLite: what the statements prepared since the last call may do to rows of tables of the database file, in
    /// triggers and by foreign keys too; sorted, each once. The first call begins to take note. Rows that a REPLACE
    /// removes are not told. Empty on PostgreSQL, which keeps statistics itself.
    [[nodiscard]] virtual std::vector<TableWrite> take_table_writes() { return {}; }

    /// Tries to take the run lock for `key` once, without waiting and without leaving a transaction open.
    /// SQLite: a transaction on a small database beside the file, whatever the key; always true in memory. key: names
    /// the version table, schema included; locks of different databases never meet. Throws Error "no_run_lock" where
    /// SQLite's cannot be made. PostgreSQL: Error "no_session_lock" or, behind a pooler that shares sessions,
    /// "pooled_connection", where it has to be a lease and set_lease_table() has named no table that is ready.
    [[nodiscard]] virtual bool try_lock(std::string_view key) = 0;
    /// The same, and behind it, in one exchange where the protocol allows it, the queries: their answers are of a
    /// moment at which the lock was held. nullopt: it was not had. Throws as try_lock() and query_all(); then it is not
    /// held.
    [[nodiscard]] virtual std::optional<std::vector<std::vector<SqlRow>>> try_lock_and_ask(
        std::string_view key, std::span<const Query> queries) {
        if (!try_lock(key)) return std::nullopt;
        return query_all(queries);
    }
    /// Who else holds it now; nullopt if nobody or unknown. Creates nothing.
    [[nodiscard]] virtual std::optional<LockHolder> lock_holder(std::string_view key) = 0;
    /// Releases it; throws Error "lock_lost" if the server says that it was not held.
    virtual void unlock(std::string_view key) = 0;
    /// The same for a connection that goes on to another schema's run: with its next question, or when it is closed.
    /// That it was not held is told as a warning then.
    virtual void unlock_later(std::string_view key) { unlock(key); }

    /// PostgreSQL: SQL for a session that holds the run lock, which a revision may have released
    /// (pg_advisory_unlock_all(), DISCARD ALL): takes it again, and fails if another session has it by now. For any
    /// search_path. Empty if the lock was not taken by this connection.
    [[nodiscard]] virtual std::string keep_lock_sql() const { return {}; }

    /// PostgreSQL: the table of leases, quoted and with its schema.
    enum class LeaseTable {
        named,  ///< only whether it is there is looked at, with the lock: see saw_lease_table()
        ready,  ///< it is there, and is rev's own
    };
    /// For try_lock() from now on, which keeps its key. SQLite: nothing.
    virtual void set_lease_table(std::string_view /*name*/, LeaseTable /*state*/) {}
    /// Whether try_lock() has found that it has to be a lease, and may be one.
    [[nodiscard]] virtual bool needs_lease() const { return false; }
    /// Whether the table of leases was there when the lock of the session was had: a lease in it counts as well.
    [[nodiscard]] virtual bool saw_lease_table() const { return false; }
    /// An UPDATE for Command::Kind::change that renews the lease which is the run lock, holds its row until the end of
    /// the transaction, and hits none if somebody else has taken it over. Empty: no lease is held.
    [[nodiscard]] virtual std::string lease_sql() const { return {}; }

    /// What can be done over this connection; schema: where rev's tables are or would be, empty: the default. Changes
    /// nothing.
    [[nodiscard]] virtual Capabilities capabilities(std::string_view /*schema*/) { return {}; }
    /// Whether DDL is undone with its transaction: the server's identity says so, or OpenOptions. No exchange.
    [[nodiscard]] virtual bool has_transactional_ddl() { return true; }
    /// Whether a pooler gives the session to other clients between transactions. Asked once a connection.
    [[nodiscard]] virtual bool shares_session() { return false; }

    /// Whether the session has been set so that it changes no row: PostgreSQL's transactions are read-only unless they
    /// say otherwise (default_transaction_read_only), SQLite's query_only is on. A transaction of rev's own on SQLite
    /// lifts it until its end.
    [[nodiscard]] virtual bool reads_only_by_default() { return false; }

    /// SQLite: what last_insert_rowid() answers until a row is inserted.
    virtual void set_last_insert_rowid(long long /*rowid*/) {}

    /// Whether the connection still works after an error; if not, reconnect() opens a new one with the same settings.
    /// The run lock went with the old one.
    [[nodiscard]] virtual bool is_alive() noexcept = 0;
    /// Throws Error as open_database().
    virtual void reconnect() = 0;

    /// PostgreSQL: from now on try_lock() of that key has it without asking: the next run() takes it in its first
    /// message, before anything of its own. That message fails, and nothing was run, if the lock is another's, or
    /// unless `check`, a SELECT of one boolean, is true under it: see refused_lock(). Of one key at a time. False where
    /// the lock cannot be had so.
    [[nodiscard]] virtual bool lock_with_next_run(const RunLockName& /*lock*/, std::string_view /*check*/) {
        return false;
    }
    /// Whether the lock of lock_with_next_run() is yet to be asked for.
    [[nodiscard]] virtual bool has_lock_ready(std::string_view /*key*/) { return false; }
    /// Whether the last one was not to be had, or what should hold under it did not.
    [[nodiscard]] virtual bool refused_lock() const { return false; }
};

/// How to open.
struct OpenOptions {
    bool read_only = false;  ///< nothing is created or changed; a missing SQLite file opens as an empty database
    std::filesystem::path directory;  ///< relative SQLite paths start here
    /// How long rev's own statements wait: SQLite for another process's lock, PostgreSQL for an answer (at least a
    /// second).
    std::chrono::milliseconds lock_timeout{60'000};
    std::function<void(std::string_view severity, std::string_view message)> on_notice;  ///< PostgreSQL NOTICE, WARNING
    std::function<void(std::chrono::milliseconds waited)> on_wait;  ///< SQLite: called about once a second while locked
    /// PostgreSQL: called about once a second while a statement waits for a lock; for one of rev's own questions also
    /// where no lock is known of: then `sessions` is empty.
    std::function<void(const LockWait& wait, std::chrono::milliseconds waited)> on_blocked = {};
    /// PostgreSQL: called about twice a second while a statement runs of which the server tells what it is doing
    /// (CREATE INDEX, VACUUM, CLUSTER, ANALYZE, COPY), seen from a second connection: "CREATE INDEX: building index:
    /// scanning table, 37 %"; then with an empty text when it tells no more.
    std::function<void(std::string_view doing)> on_progress = {};
    /// Asked about ten times a second while a statement runs or waits; true cancels it (code "interrupted").
    std::function<bool()> interrupted;
    /// PostgreSQL: what the run lock has to be; absent: a lease where the session can hold none.
    std::optional<RunLockKind> run_lock = {};
    std::chrono::seconds lease{30};  ///< PostgreSQL: how long a lease lasts unless it is renewed
    /// PostgreSQL: whether DDL is undone with its transaction; absent: what is known of the server's product.
    std::optional<bool> transactional_ddl = {};
};

/// Throws Error with ExitCode::database, each with its own code, message and hint, the password in none:
/// "host_not_found", "host_unreachable", "connection_refused", "connection_timeout", "login_failed",
/// "no_such_database", "too_many_connections", "server_not_ready", "ssl_failed", "connection_failed"; SQLite:
/// "not_a_database", "no_such_folder", "permission_denied", "database_locked", "cannot_open".
[[nodiscard]] std::unique_ptr<Database> open_database(const DatabaseUrl& url, const OpenOptions& options);

/// A Database on a connection that somebody else has opened, keeps and closes; it must outlive the Database. What is
/// changed of its session (see docs/library.md) is put back when the Database ends. Its handlers, hooks and authorizer
/// stay. options: directory is not used. Throws Error: "no_connection" (null, ExitCode::usage), and with
/// ExitCode::database "transaction_open" or "statement_open" if it is in use.
[[nodiscard]] std::unique_ptr<Database> use_sqlite(sqlite3* connection, const OpenOptions& options);

/// Who is to read a script.
enum class ScriptReader {
    usual,  ///< PostgreSQL: any; SQLite: shell
    shell,  ///< psql or sqlite3, whose own commands stop it at the first error
    any     ///< SQL editors and drivers too: nothing but SQL
};

/// A Database that writes the SQL it is asked to run to `out`, as a script. A `:` that psql would take for a variable
/// is followed by a blank. Queries answer nothing; has_table is false; locks are always had.
[[nodiscard]] std::unique_ptr<Database> open_sql_writer(Dialect dialect, std::ostream& out,
                                                        ScriptReader reader = ScriptReader::usual);

}  // namespace rev::db

namespace rev {
using db::BatchResult;
using db::Capabilities;
using db::Command;
using db::CommandError;
using db::Database;
using db::ForeignKeyViolation;
using db::LockHolder;
using db::LockWait;
using db::open_database;
using db::open_sql_writer;
using db::OpenOptions;
using db::Query;
using db::RunLockKind;
using db::RunLockName;
using db::ScriptReader;
using db::ServerInfo;
using db::SqlRow;
using db::SqlValue;
using db::TableWrite;
using db::use_sqlite;
}  // namespace rev
