#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "base/text.hpp"
#include "db/command_errors.hpp"
#include "db/drivers.hpp"
#include "db/lock_holder.hpp"
#include "db/sql_text.hpp"
#include "db/sqlite_guest.hpp"

namespace rev {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

struct CloseConnection {
    bool is_ours = true;
    void operator()(sqlite3* connection) const noexcept {
        if (is_ours) sqlite3_close_v2(connection);
    }
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using PreparedStatement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// Ends a statement's run: it holds no lock and no text any more, and can run again.
class ResetStatement {
public:
    explicit ResetStatement(sqlite3_stmt* statement) : statement_(statement) {}
    ~ResetStatement() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    ResetStatement(const ResetStatement&) = delete;
    ResetStatement& operator=(const ResetStatement&) = delete;

private:
    sqlite3_stmt* statement_;
};

/// "SQLITE_CONSTRAINT" for any of its extended codes.
std::string result_name(int code) {
    switch (code & 0xff) {
        case SQLITE_ERROR:
            return "SQLITE_ERROR";
        case SQLITE_INTERNAL:
            return "SQLITE_INTERNAL";
        case SQLITE_PERM:
            return "SQLITE_PERM";
        case SQLITE_ABORT:
            return "SQLITE_ABORT";
        case SQLITE_BUSY:
            return "SQLITE_BUSY";
        case SQLITE_LOCKED:
            return "SQLITE_LOCKED";
        case SQLITE_NOMEM:
            return "SQLITE_NOMEM";
        case SQLITE_READONLY:
            return "SQLITE_READONLY";
        case SQLITE_INTERRUPT:
            return "SQLITE_INTERRUPT";
        case SQLITE_IOERR:
            return "SQLITE_IOERR";
        case SQLITE_CORRUPT:
            return "SQLITE_CORRUPT";
        case SQLITE_FULL:
            return "SQLITE_FULL";
        case SQLITE_CANTOPEN:
            return "SQLITE_CANTOPEN";
        case SQLITE_SCHEMA:
            return "SQLITE_SCHEMA";
        case SQLITE_TOOBIG:
            return "SQLITE_TOOBIG";
        case SQLITE_CONSTRAINT:
            return "SQLITE_CONSTRAINT";
        case SQLITE_MISMATCH:
            return "SQLITE_MISMATCH";
        case SQLITE_MISUSE:
            return "SQLITE_MISUSE";
        case SQLITE_AUTH:
            return "SQLITE_AUTH";
        case SQLITE_RANGE:
            return "SQLITE_RANGE";
        case SQLITE_NOTADB:
            return "SQLITE_NOTADB";
        default:
            return fmt::format("SQLITE_{}", code);
    }
}

Error database_error(std::string code, const std::string& message, std::string hint = {}) {
    return Error(ExitCode::database, std::move(code), message).with_hint(std::move(hint));
}

/// Why the file cannot be opened, found by looking at it: SQLite itself says only "unable to open database file".
Error cannot_open(const fs::path& file, int code, const std::string& reason) {
    const auto name = printable(file.string());
    std::error_code ignored;
    if (fs::is_directory(file, ignored)) {
        return database_error("not_a_database", fmt::format("{} is a folder, not an SQLite database", name),
                              "give the path of a file in the URL");
    }
    if (const auto folder = file.parent_path(); !folder.empty() && !fs::exists(folder, ignored)) {
        return database_error(
            "no_such_folder",
            fmt::format("the folder of the SQLite database does not exist: {}", printable(folder.string())),
            "create the folder, or correct the URL (sqlite:////... for an absolute path)");
    }
    if ((code & 0xff) == SQLITE_NOTADB) {
        return database_error("not_a_database", fmt::format("{} is not an SQLite database", name),
                              "correct the URL; the file was not touched");
    }
    if (code == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_PERM || (code & 0xff) == SQLITE_READONLY) {
        return database_error("permission_denied", fmt::format("no permission to open {}: {}", name, reason),
                              "check the permissions of the file and of its folder");
    }
    return database_error("cannot_open", fmt::format("cannot open {}: {}", name, reason))
        .with_sqlstate(result_name(code));
}

/// Closing a file drops the locks that any SQLite connection of this process has on it.
bool is_open_in_this_process(const fs::path& file) {
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd", failure)) {
        if (fs::equivalent(entry.path(), file, failure)) return true;
    }
    return false;
}

/// A file in WAL mode whose log is empty can be read without the two files that SQLite would put beside it.
bool is_quiet_wal(const fs::path& file) {
    if (is_open_in_this_process(file)) return false;
    std::ifstream in(file, std::ios::binary);
    char header[20] = {};
    constexpr char wal = 2;
    if (!in.read(header, sizeof header) || header[18] != wal) return false;
    std::error_code missing;
    const auto size = fs::file_size(file.string() + "-wal", missing);
    return missing || size == 0;
}

/// The file as a URI that promises SQLite that nobody changes it.
std::string immutable_uri(const fs::path& file) {
    std::string uri = "file:";
    for (const char c : file.string()) {
        if (c == '?' || c == '#' || c == '%') {
            uri += fmt::format("%{:02X}", static_cast<unsigned>(c));
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

fs::path database_file(const DatabaseUrl& url, const fs::path& directory) {
    if (url.database.empty() || url.database == ":memory:") return {};
    return fs::absolute(directory / url.database).lexically_normal();
}

fs::path file_of(sqlite3* connection) {
    const char* name = sqlite3_db_filename(connection, "main");
    return name == nullptr ? fs::path() : fs::path(name);
}

class SqliteDatabase final : public Database {
public:
    SqliteDatabase(const DatabaseUrl& url, OpenOptions options)
        : display_(url.display()),
          file_(database_file(url, options.directory)),
          options_(std::move(options)),
          lock_timeout_(options_.lock_timeout) {
        open();
    }
    /// On a connection of somebody else.
    SqliteDatabase(sqlite3* connection, OpenOptions options)
        : file_(file_of(connection)),
          options_(std::move(options)),
          connection_(connection, CloseConnection{.is_ours = false}),
          lock_timeout_(options_.lock_timeout) {
        display_ = file_.empty() ? "sqlite://" : "sqlite:///" + printable(file_.string());
        guest_.emplace(connection, options_.read_only ? std::function<bool()>() : options_.interrupted);
    }
    ~SqliteDatabase() override {
        if (connection_ && in_transaction()) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
    SqliteDatabase(const SqliteDatabase&) = delete;
    SqliteDatabase& operator=(const SqliteDatabase&) = delete;

    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }
    [[nodiscard]] ServerInfo server_info() override {
        return {display_, "SQLite", sqlite3_libversion(), "", file_.string()};
    }
    [[nodiscard]] std::string quote_identifier(std::string_view name) const override { return in_quotes(name, '"'); }
    [[nodiscard]] std::string quote_literal(std::string_view value) const override { return in_quotes(value, '\''); }
    [[nodiscard]] bool has_table(std::string_view schema, std::string_view table) override;
    [[nodiscard]] std::vector<SqlRow> query(std::string_view sql, std::span<const SqlValue> parameters) override;
    BatchResult run(std::span<const Command> commands) override;
    void rollback() override;
    [[nodiscard]] bool in_transaction() override { return sqlite3_get_autocommit(connection_.get()) == 0; }
    bool set_foreign_keys(bool enforced) override;
    [[nodiscard]] std::vector<std::string> foreign_key_violations() override;
    void back_up(const fs::path& file) override;
    [[nodiscard]] std::vector<std::string> take_written_tables() override;
    [[nodiscard]] bool try_lock(std::string_view) override { return true; }
    [[nodiscard]] std::optional<LockHolder> lock_holder(std::string_view) override {
        auto holder = sqlite_lock_holder(file_);
        return holder.empty() ? std::nullopt : std::optional(LockHolder{std::move(holder)});
    }
    void unlock(std::string_view) override {}
    [[nodiscard]] bool is_alive() noexcept override { return connection_ != nullptr; }
    void reconnect() override { open(); }

private:
    void open();
    int connect(int flags, const std::string& name);
    void connect_read_only();
    void watch();
    int check_readable();

    static int on_busy(void* self, int count) { return static_cast<SqliteDatabase*>(self)->wait_while_busy(count); }
    static int on_progress(void* self) { return static_cast<SqliteDatabase*>(self)->must_stop() ? 1 : 0; }
    [[nodiscard]] bool is_overdue() const { return deadline_ && Clock::now() >= *deadline_; }
    [[nodiscard]] bool must_stop() const { return is_overdue() || is_interrupted(); }
    [[nodiscard]] bool is_interrupted() const { return options_.interrupted && options_.interrupted(); }
    int wait_while_busy(int count);
    static int on_authorize(void* self, int action, const char* table, const char* column, const char* schema,
                            const char* trigger) noexcept;
    void note(int action, const char* name, const char* detail, const char* schema);

    [[nodiscard]] bool has_foreign_keys() const;
    [[nodiscard]] PreparedStatement prepare(const std::string& sql);
    [[nodiscard]] sqlite3_stmt* prepare_once(std::string_view sql);
    void bind(sqlite3_stmt* statement, std::span<const SqlValue> parameters);
    int prepare(const char* sql, int size, sqlite3_stmt** statement, const char** tail);
    int step(sqlite3_stmt* statement);
    [[nodiscard]] bool wait_as_guest(int code, int tries);

    void run_command(const Command& command, std::size_t index, BatchResult& result);
    void run_sql(const Command& command, std::size_t index, BatchResult& result);
    void run_change(const Command& command, std::size_t index);
    void run_own(std::string_view sql, std::size_t index);
    void set_limits(std::optional<milliseconds> lock_timeout, std::optional<milliseconds> statement_timeout);
    void reset();
    void reset_settings();
    void drop_temporary_tables();
    void after_failure(std::span<const Command> commands);

    [[nodiscard]] Error error(std::string_view doing);
    [[nodiscard]] Error locked();
    [[noreturn]] void fail(const Command& command, std::size_t index, std::size_t statement, std::size_t offset);

    std::string display_;
    fs::path file_;  ///< absolute; empty: in memory
    OpenOptions options_;
    Connection connection_;
    Clock::time_point wait_began_;
    milliseconds waited_{0};
    milliseconds told_{0};
    milliseconds lock_timeout_{0};
    std::optional<milliseconds> statement_timeout_;
    std::optional<Clock::time_point> deadline_;  ///< of the statement that runs
    std::optional<SqliteGuest> guest_;           ///< the connection is somebody else's
    /// What rev itself runs again and again, by its SQL.
    std::map<std::string, PreparedStatement, std::less<>> own_statements_;
    bool notes_written_tables_ = false;
    std::set<std::string> written_tables_;
    bool settings_changed_ = false;      ///< by a PRAGMA since the last reset
    bool has_temporary_tables_ = false;  ///< perhaps: one was created since the last reset
    bool in_own_transaction_ = false;    ///< opened by Command::Kind::begin
};

// Opening

void SqliteDatabase::open() {
    if (guest_) return;  // nothing that a new connection would mend
    own_statements_.clear();
    connection_.reset();
    std::error_code ignored;
    if (file_.empty() || (options_.read_only && !fs::exists(file_, ignored))) {
        if (connect(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, ":memory:") != SQLITE_OK) {
            throw database_error("cannot_open", "cannot open an SQLite database in memory");
        }
    } else if (options_.read_only) {
        connect_read_only();
    } else {
        int code = connect(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, file_.string());
        if (code == SQLITE_OK) code = check_readable();
        if ((code & 0xff) == SQLITE_BUSY) throw locked();
        if (code != SQLITE_OK) throw cannot_open(file_, code, sqlite3_errmsg(connection_.get()));
    }
}

/// Sets up connection_, also when it fails: it then holds the message.
int SqliteDatabase::connect(int flags, const std::string& name) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    connection_.reset(opened);
    if (opened == nullptr) throw std::bad_alloc();
    if (code != SQLITE_OK) return sqlite3_extended_errcode(opened);
    sqlite3_extended_result_codes(opened, 1);
    watch();
    return SQLITE_OK;
}

void SqliteDatabase::connect_read_only() {
    int code = is_quiet_wal(file_) ? connect(SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, immutable_uri(file_))
                                   : connect(SQLITE_OPEN_READONLY, file_.string());
    if (code == SQLITE_OK) code = check_readable();
    if (code == SQLITE_READONLY_ROLLBACK) {
        // A killed writer left a journal. Only a connection that may write can restore the committed state.
        code = connect(SQLITE_OPEN_READWRITE, file_.string());
        if (code == SQLITE_OK) code = check_readable();
        if (code == SQLITE_OK) sqlite3_exec(connection_.get(), "PRAGMA query_only = ON", nullptr, nullptr, nullptr);
    }
    if ((code & 0xff) == SQLITE_BUSY) throw locked();
    if (code != SQLITE_OK) throw cannot_open(file_, code, sqlite3_errmsg(connection_.get()));
}

void SqliteDatabase::watch() {
    sqlite3_busy_handler(connection_.get(), on_busy, this);
    constexpr int instructions_between_questions = 1'000'000;
    sqlite3_progress_handler(connection_.get(), instructions_between_questions, on_progress, this);
    sqlite3_set_authorizer(connection_.get(), on_authorize, this);
}

/// SQLite opens files lazily; this reads the first page.
int SqliteDatabase::check_readable() {
    return sqlite3_exec(connection_.get(), "PRAGMA schema_version", nullptr, nullptr, nullptr);
}

/// SQLite's busy handler; `count` is 0 at the start of each wait. 0 gives up.
int SqliteDatabase::wait_while_busy(int count) {
    constexpr milliseconds between_tries{10};
    constexpr milliseconds between_words{1000};
    if (count == 0) {
        wait_began_ = Clock::now();
        told_ = milliseconds{0};
    }
    waited_ = std::chrono::duration_cast<milliseconds>(Clock::now() - wait_began_);
    if (waited_ >= lock_timeout_ || is_interrupted()) return 0;
    if (waited_ - told_ >= between_words) {
        told_ = waited_;
        if (options_.on_wait) options_.on_wait(waited_);
    }
    std::this_thread::sleep_for(std::min(between_tries, lock_timeout_ - waited_));
    return 1;
}

// Errors

Error SqliteDatabase::locked() {
    if (is_interrupted()) return database_error("interrupted", "interrupted while waiting for the database's lock");
    const auto holder = sqlite_lock_holder(file_);
    return database_error(
               "database_locked",
               fmt::format("{} is locked by {}; gave up after {:.1f} s", printable(file_.string()),
                           holder.empty() ? "another process" : holder, static_cast<double>(waited_.count()) / 1000),
               "wait until the other process is done, or raise lock_timeout; nothing was changed by this step")
        .with_sqlstate("SQLITE_BUSY");
}

/// What to do about a file that cannot be written, or read.
std::string file_advice(int code) {
    switch (code & 0xff) {
        case SQLITE_FULL:
            return "free space on the disk, then run the command again";
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return "check the permissions of the file and of its folder";
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return "PRAGMA integrity_check in sqlite3 tells more; restore a backup if it finds damage";
        default:
            return "check the disk: its space, its health, the limits on file sizes";
    }
}

Error SqliteDatabase::error(std::string_view doing) {
    const int code = sqlite3_extended_errcode(connection_.get());
    const auto reason = printable(sqlite3_errmsg(connection_.get()));
    if ((code & 0xff) == SQLITE_BUSY) return locked();
    if ((code & 0xff) == SQLITE_INTERRUPT && is_overdue()) {
        return Error(ExitCode::revision_failed, "sql_error", "canceling statement due to statement timeout")
            .with_sqlstate("SQLITE_INTERRUPT");
    }
    if ((code & 0xff) == SQLITE_INTERRUPT) {
        return database_error("interrupted", "the statement was interrupted").with_sqlstate("SQLITE_INTERRUPT");
    }
    const auto message = doing.empty() ? reason : fmt::format("{}: {}", doing, reason);
    switch (code & 0xff) {
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
        case SQLITE_CANTOPEN:
        case SQLITE_IOERR:
        case SQLITE_FULL:
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return database_error("database_failed", fmt::format("{}: {}", printable(file_.string()), message),
                                  file_advice(code))
                .with_sqlstate(result_name(code));
        default:
            return Error(ExitCode::revision_failed, "sql_error", message).with_sqlstate(result_name(code));
    }
}

/// offset: of the failing place in the command's SQL.
void SqliteDatabase::fail(const Command& command, std::size_t index, std::size_t statement, std::size_t offset) {
    CommandError failed(error({}).with_location(location_in(command, offset)), index);
    failed.statement = statement;
    throw failed;
}

// Queries

/// Somebody else's connection has his busy handler, or none: whether to try again, after a pause. Inside a transaction
/// there is nothing to wait for: it has the lock.
bool SqliteDatabase::wait_as_guest(int code, int tries) {
    return guest_ && (code & 0xff) == SQLITE_BUSY && wait_while_busy(tries) != 0;
}

int SqliteDatabase::prepare(const char* sql, int size, sqlite3_stmt** statement, const char** tail) {
    int code = sqlite3_prepare_v2(connection_.get(), sql, size, statement, tail);
    for (int tries = 0; !in_transaction() && wait_as_guest(code, tries); ++tries)
        code = sqlite3_prepare_v2(connection_.get(), sql, size, statement, tail);
    return code;
}

int SqliteDatabase::step(sqlite3_stmt* statement) {
    const bool is_first = sqlite3_stmt_busy(statement) == 0;
    int code = sqlite3_step(statement);
    for (int tries = 0; is_first && !in_transaction() && wait_as_guest(code, tries); ++tries) {
        sqlite3_reset(statement);
        code = sqlite3_step(statement);
    }
    return code;
}

PreparedStatement SqliteDatabase::prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = prepare(sql.c_str(), static_cast<int>(sql.size()) + 1, &statement, nullptr);
    if (code != SQLITE_OK) throw error({});
    return PreparedStatement(statement);
}

/// Stays prepared for the next time. SQLite itself prepares it again where the schema has changed.
sqlite3_stmt* SqliteDatabase::prepare_once(std::string_view sql) {
    auto found = own_statements_.find(sql);
    if (found == own_statements_.end()) {
        std::string text(sql);
        auto statement = prepare(text);
        found = own_statements_.emplace(std::move(text), std::move(statement)).first;
    }
    return found->second.get();
}

void SqliteDatabase::bind(sqlite3_stmt* statement, std::span<const SqlValue> parameters) {
    int index = 0;
    for (const auto& value : parameters) {
        ++index;
        const int code =
            value ? sqlite3_bind_text64(statement, index, value->data(), value->size(), SQLITE_TRANSIENT, SQLITE_UTF8)
                  : sqlite3_bind_null(statement, index);
        if (code != SQLITE_OK) throw error({});
    }
}

std::vector<SqlRow> SqliteDatabase::query(std::string_view sql, std::span<const SqlValue> parameters) {
    const auto statement = prepare(std::string(sql));
    bind(statement.get(), parameters);
    std::vector<SqlRow> rows;
    int code = SQLITE_ROW;
    while ((code = step(statement.get())) == SQLITE_ROW) {
        auto& row = rows.emplace_back();
        for (int column = 0; column < sqlite3_column_count(statement.get()); ++column) {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), column));
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement.get(), column));
            row.push_back(text == nullptr ? SqlValue() : SqlValue(std::string(text, size)));
        }
    }
    if (code != SQLITE_DONE) throw error({});
    return rows;
}

bool SqliteDatabase::has_table(std::string_view schema, std::string_view table) {
    const auto sql =
        fmt::format("SELECT 1 FROM {}.sqlite_master WHERE type IN ('table', 'view') AND lower(name) = lower(?)",
                    schema.empty() ? std::string("main") : quote_identifier(schema));
    const SqlValue name{std::string(table)};
    return !query(sql, std::span(&name, 1)).empty();
}

bool SqliteDatabase::has_foreign_keys() const {
    int enforced = 0;
    sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_ENABLE_FKEY, -1, &enforced);
    return enforced != 0;
}

bool SqliteDatabase::set_foreign_keys(bool enforced) {
    const bool before = has_foreign_keys();
    // SQLite ignores the pragma inside a transaction, silently.
    if (before != enforced && in_transaction()) throw std::logic_error("set_foreign_keys inside a transaction");
    if (before != enforced) (void)query(enforced ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF", {});
    return before;
}

std::vector<std::string> SqliteDatabase::foreign_key_violations() {
    std::vector<std::string> violations;
    for (const auto& row : query("PRAGMA foreign_key_check", {})) {
        violations.push_back(fmt::format("{} of table {} refers to a row that table {} does not have",
                                         row.at(1) ? "row " + *row[1] : "a row", row.at(0).value_or(""),
                                         row.at(2).value_or("")));
    }
    std::sort(violations.begin(), violations.end());
    return violations;
}

// Backup

struct FinishBackup {
    void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};

Error backup_failed(sqlite3* target) {
    const int code = sqlite3_extended_errcode(target);
    return database_error("backup_failed", fmt::format("the backup failed: {}", printable(sqlite3_errmsg(target))),
                          "nothing was run and no backup was kept; check the space and permissions where it is to be")
        .with_sqlstate(result_name(code));
}

void SqliteDatabase::back_up(const fs::path& file) {
    constexpr int pages_between_questions = 4096;
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    const Connection target(opened);
    if (opened == nullptr) throw std::bad_alloc();
    if (code != SQLITE_OK) throw backup_failed(opened);
    // The file is thrown away if this fails, and made safe on disk as a whole if not.
    sqlite3_exec(opened, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", nullptr, nullptr, nullptr);
    std::unique_ptr<sqlite3_backup, FinishBackup> backup(
        sqlite3_backup_init(opened, "main", connection_.get(), "main"));
    if (!backup) throw backup_failed(opened);
    int step = SQLITE_OK;
    for (int tries = 0; step != SQLITE_DONE;) {
        step = sqlite3_backup_step(backup.get(), pages_between_questions);
        if (is_interrupted()) throw database_error("interrupted", "the backup was interrupted");
        const bool busy = step == SQLITE_BUSY || step == SQLITE_LOCKED;
        if (busy && wait_while_busy(tries++) == 0) throw locked();
        if (step == SQLITE_OK) tries = 0;
        if (step != SQLITE_OK && step != SQLITE_DONE && !busy) break;
    }
    const bool complete = step == SQLITE_DONE;
    if (sqlite3_backup_finish(backup.release()) != SQLITE_OK || !complete) throw backup_failed(opened);
}

/// SQLite asks what each statement may do while it prepares it.
int SqliteDatabase::on_authorize(void* self, int action, const char* table, const char* column, const char* schema,
                                 const char* /*trigger*/) noexcept {
    static_cast<SqliteDatabase*>(self)->note(action, table, column, schema);
    return SQLITE_OK;
}

/// name, detail: a table and its column, a PRAGMA and its new value.
void SqliteDatabase::note(int action, const char* name, const char* detail, const char* schema) {
    switch (action) {
        case SQLITE_PRAGMA:
            settings_changed_ = settings_changed_ || detail != nullptr;
            return;
        case SQLITE_CREATE_TEMP_TABLE:
        case SQLITE_CREATE_TEMP_VIEW:
        case SQLITE_CREATE_VTABLE:
            has_temporary_tables_ = true;
            return;
        case SQLITE_INSERT:
        case SQLITE_UPDATE:
        case SQLITE_DELETE:
            if (!notes_written_tables_ || name == nullptr || schema == nullptr) return;
            if (std::string_view(schema) == "main" && !std::string_view(name).starts_with("sqlite_"))
                written_tables_.emplace(name);
            return;
        default:
            return;
    }
}

std::vector<std::string> SqliteDatabase::take_written_tables() {
    notes_written_tables_ = true;
    const auto taken = std::exchange(written_tables_, {});
    return {taken.begin(), taken.end()};
}

// Batches

BatchResult SqliteDatabase::run(std::span<const Command> commands) {
    BatchResult result;
    try {
        for (std::size_t i = 0; i < commands.size(); ++i) run_command(commands[i], i, result);
    } catch (...) {
        after_failure(commands);
        throw;
    }
    return result;
}

void SqliteDatabase::run_command(const Command& command, std::size_t index, BatchResult& result) {
    switch (command.kind) {
        case Command::Kind::sql:
        case Command::Kind::expect_empty:
            return run_sql(command, index, result);
        case Command::Kind::change:
            return run_change(command, index);
        case Command::Kind::copy:
            throw CommandError(Error(ExitCode::revision_failed, "sql_error", "SQLite has no COPY")
                                   .with_hint("write INSERT statements in a section for sqlite")
                                   .with_location(location_in(command, 0)),
                               index);
        case Command::Kind::begin:
            run_own("BEGIN IMMEDIATE", index);
            in_own_transaction_ = true;
            return;
        case Command::Kind::commit:
            run_own("COMMIT", index);
            in_own_transaction_ = false;
            return;
        case Command::Kind::limit:
            return set_limits(command.lock_timeout, command.statement_timeout);
        case Command::Kind::reset:
            return reset();
    }
}

void SqliteDatabase::set_limits(std::optional<milliseconds> lock_timeout,
                                std::optional<milliseconds> statement_timeout) {
    lock_timeout_ =
        lock_timeout == milliseconds(0) ? milliseconds::max() : lock_timeout.value_or(options_.lock_timeout);
    statement_timeout_ = statement_timeout == milliseconds(0) ? std::nullopt : statement_timeout;
}

void SqliteDatabase::run_own(std::string_view sql, std::size_t index) {
    const std::string text(sql);
    int code = sqlite3_exec(connection_.get(), text.c_str(), nullptr, nullptr, nullptr);
    for (int tries = 0; wait_as_guest(code, tries); ++tries)
        code = sqlite3_exec(connection_.get(), text.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw CommandError(error(sql), index);
}

/// The first row of a statement that should return none: "id = 1, name = x".
std::string describe_row(sqlite3_stmt* statement) {
    std::vector<std::string> columns;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
        columns.push_back(fmt::format("{} = {}", sqlite3_column_name(statement, i), text == nullptr ? "NULL" : text));
    }
    return printable(join(columns, ", "));
}

void SqliteDatabase::run_sql(const Command& command, std::size_t index, BatchResult& result) {
    refuse_nul(command, index);
    // With a length, SQLite would copy all that is left of the text for each statement.
    const std::string text(command.sql);
    const char* next = text.c_str();
    for (std::size_t number = 0; *next != '\0'; ++number) {
        const char* const start = next;
        const auto offset = [&] {
            StatementScanner scanner(std::string_view(start, text.c_str() + text.size()), Dialect::sqlite);
            return static_cast<std::size_t>(start - text.c_str()) + (scanner.next() ? scanner.begin() : 0);
        };
        sqlite3_stmt* prepared = nullptr;
        if (prepare(start, -1, &prepared, &next) != SQLITE_OK) {
            int inside = -1;
#if SQLITE_VERSION_NUMBER >= 3038000
            inside = sqlite3_error_offset(connection_.get());
#endif
            fail(command, index, number,
                 inside < 0 ? offset() : static_cast<std::size_t>(start - text.c_str() + inside));
        }
        const PreparedStatement statement(prepared);
        if (!statement) break;  // only blanks and comments were left
        if (statement_timeout_) deadline_ = Clock::now() + *statement_timeout_;
        const auto watched = guest_ ? guest_->watch(deadline_) : SqliteGuest::Watched();
        int code = SQLITE_ROW;
        while ((code = step(statement.get())) == SQLITE_ROW) {
            if (command.kind != Command::Kind::expect_empty) continue;
            throw returned_rows_error(command, index, number, offset(), describe_row(statement.get()));
        }
        if (code != SQLITE_DONE) fail(command, index, number, offset());
        deadline_.reset();
        ++result.statements;
        if (in_own_transaction_ && !in_transaction()) throw transaction_ended_error(command, index, offset());
    }
}

void SqliteDatabase::run_change(const Command& command, std::size_t index) {
    try {
        auto* statement = prepare_once(command.sql);
        const ResetStatement reset_at_the_end(statement);
        bind(statement, command.parameters);
        int code = SQLITE_ROW;
        while ((code = step(statement)) == SQLITE_ROW) continue;
        if (code != SQLITE_DONE) throw error({});
    } catch (const Error& failed) {
        throw CommandError(failed, index);
    }
    const int rows = sqlite3_changes(connection_.get());
    if (rows != 1) throw wrong_row_count_error(command, index, std::to_string(rows));
}

/// PRAGMAs last as long as the connection; these would change what the next revision's SQL means.
void SqliteDatabase::reset() {
    statement_timeout_.reset();
    if (!in_transaction()) lock_timeout_ = options_.lock_timeout;
    if (guest_) return guest_->restore_settings();
    if (std::exchange(settings_changed_, false)) reset_settings();
    if (std::exchange(has_temporary_tables_, false)) drop_temporary_tables();
}

void SqliteDatabase::reset_settings() {
    sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 0, nullptr);
    sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, nullptr);
    sqlite3_exec(connection_.get(),
                 "PRAGMA ignore_check_constraints = OFF; PRAGMA recursive_triggers = OFF; "
                 "PRAGMA case_sensitive_like = OFF",
                 nullptr, nullptr, nullptr);
    settings_changed_ = false;
}

void SqliteDatabase::drop_temporary_tables() {
    const auto tables = query("SELECT type, name FROM sqlite_temp_master WHERE type IN ('table', 'view')", {});
    for (const auto& row : tables) {
        if (row[1]->starts_with("sqlite_")) continue;
        (void)query(fmt::format("DROP {} IF EXISTS temp.{}", *row[0], quote_identifier(*row[1])), {});
    }
}

/// What failed is known already; nothing here may hide it.
void SqliteDatabase::after_failure(std::span<const Command> commands) {
    if (in_transaction()) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    in_own_transaction_ = false;
    deadline_.reset();
    const auto is_reset = [](const Command& command) { return command.kind == Command::Kind::reset; };
    if (std::none_of(commands.begin(), commands.end(), is_reset)) return;
    try {
        reset();
    } catch (const Error&) {
        return;
    }
}

void SqliteDatabase::rollback() {
    in_own_transaction_ = false;
    if (!in_transaction()) return;
    if (sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr) != SQLITE_OK) throw error("ROLLBACK");
}

}  // namespace

std::unique_ptr<Database> use_sqlite(sqlite3* connection, const OpenOptions& options) {
    require_unused(connection);
    return std::make_unique<SqliteDatabase>(connection, options);
}

std::unique_ptr<Database> open_sqlite(const DatabaseUrl& url, const OpenOptions& options) {
    return std::make_unique<SqliteDatabase>(url, options);
}

}  // namespace rev
