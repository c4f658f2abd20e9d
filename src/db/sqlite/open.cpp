#include <fmt/format.h>

#include "base/text.hpp"
#include "db/sqlite/database.hpp"
#include "db/sqlite/errors.hpp"

namespace rev::db {

// Opening: the file and its mode by the URL, whether it can be written, and what is hung onto each new connection. How
// a file is opened that is only read is in sqlite_reading.cpp.
namespace fs = std::filesystem;

namespace {

fs::path database_file(const DatabaseUrl& url, const fs::path& directory) {
    if (url.database.empty() || url.database == ":memory:") return {};
    // Absolute, as a run may outlive a change of the working directory: reconnect() has to find the same file.
    return fs::absolute(directory / url.database).lexically_normal();
}

/// Throws Error: a run cannot write what the URL says is only read.
int flags_of_mode(std::string_view mode) {
    // A reading command does not come here, so this URL can be read with.
    if (mode == "ro")
        throw sqlite_database_error(error_codes::read_only, "the URL says mode=ro, and this command writes",
                                    "leave the mode out of the URL, or write mode=rw");
    return mode == "rw" ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
}

std::string mode_of(const DatabaseUrl& url) {
    const auto mode = url.query.find("mode");
    return mode == url.query.end() ? "" : mode->second;
}

fs::path file_of(sqlite3* connection) {
    const char* name = sqlite3_db_filename(connection, "main");
    // SQLite answers with an empty name for a database in memory.
    return name == nullptr ? fs::path() : fs::path(name);
}

}  // namespace

SqliteDatabase::SqliteDatabase(const DatabaseUrl& url, OpenOptions options, Lifetime lifetime)
    : display_(url.display()),
      file_(database_file(url, options.directory)),
      mode_(mode_of(url)),
      options_(std::move(options)),
      lifetime_(lifetime),
      lock_timeout_(options_.lock_timeout) {
    if (lifetime_ == Lifetime::short_lived) enclosed_files_.emplace(file_);
    open();
}

SqliteDatabase::SqliteDatabase(sqlite3* connection, OpenOptions options)
    : file_(file_of(connection)),
      options_(std::move(options)),
      connection_(connection, CloseConnection{.is_ours = false}),
      lock_timeout_(options_.lock_timeout) {
    display_ = file_.empty() ? "sqlite://" : "sqlite:///" + base::printable(file_.string());
    // Reading commands need no thread that watches.
    guest_.emplace(connection, options_.read_only ? std::function<bool()>() : options_.interrupted);
}

SqliteDatabase::~SqliteDatabase() {
    // On an application's connection this is what closing does elsewhere.
    if (connection_ && in_transaction()) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void SqliteDatabase::open() {
    if (guest_) return;  // nothing that a new connection would mend
    own_statements_.clear();
    connection_.reset();
    std::error_code ignored;
    // To read a file that is not there is to read an empty database; opening it would make one.
    in_memory_ = file_.empty() || (options_.read_only && !fs::exists(file_, ignored));
    if (in_memory_) return open_in_memory();
    const int code = options_.read_only ? connect_for_reading() : connect_for_writing();
    if ((code & 0xff) == SQLITE_BUSY) throw locked();
    if (code != SQLITE_OK) throw sqlite_cannot_open(file_, code, sqlite3_errmsg(connection_.get()));
}

/// What cannot be written can still be read: there may be nothing to run. A run is refused when it takes its lock.
/// SQLite itself opens such a file for reading, without a word, and would leave -wal and -shm beside it.
int SqliteDatabase::connect_for_writing() {
    int code = connect(flags_of_mode(mode_), file_.string());
    if (code == SQLITE_OK && !is_unwritable()) code = check_readable();
    const bool may_be_read = (code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_READONLY ||
                             (code & 0xff) == SQLITE_PERM || (code == SQLITE_OK && is_unwritable());
    std::error_code ignored;
    if (!may_be_read || !fs::exists(file_, ignored)) return code;
    // The first connection has the file open already, and a file that this process has open is not taken for one that
    // nobody changes: it would be read with -wal and -shm.
    connection_.reset();
    return connect_for_reading();
}

void SqliteDatabase::open_in_memory() {
    if (connect(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, ":memory:") == SQLITE_OK) return;
    throw sqlite_database_error(error_codes::cannot_open, "cannot open an SQLite database in memory");
}

/// Sets up connection_, also when it fails: it then holds the message.
int SqliteDatabase::connect(int flags, const std::string& name) {
    // SQLite gives a connection for a failure, too, which holds the message and must be closed.
    sqlite3* opened = nullptr;
    const char* files = enclosed_files_ ? enclosed_files_->name() : nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, files);
    connection_.reset(opened);
    if (opened == nullptr) throw std::bad_alloc();
    if (code != SQLITE_OK) return sqlite3_extended_errcode(opened);
    sqlite3_extended_result_codes(opened, 1);
    // Of each connection, and before the authorizer is there, which would take them for a revision's.
    if (lifetime_ == Lifetime::short_lived)
        sqlite3_exec(opened, "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY", nullptr, nullptr, nullptr);
    watch();
    flags_.reset();
    foreign_keys_ = has_foreign_keys();
    settings_changed_ = has_temporary_objects_ = defers_foreign_keys_ = needs_renewal_ = false;
    return SQLITE_OK;
}

/// A file that is no database, or one without permission, shows with the first page and not when it is opened.
int SqliteDatabase::connect_and_check(int flags, const std::string& name) {
    const int code = connect(flags, name);
    return code == SQLITE_OK ? check_readable() : code;
}

void SqliteDatabase::watch() {
    // Not busy_timeout: while it waits, it can neither tell the user nor be stopped.
    sqlite3_busy_handler(connection_.get(), on_busy, this);
    // Asking more often would slow long statements down.
    constexpr int instructions_between_questions = 1'000'000;
    sqlite3_progress_handler(connection_.get(), instructions_between_questions, on_progress, this);
    sqlite3_set_authorizer(connection_.get(), on_authorize, this);
    // SQLITE_INNOCUOUS: without it, views and triggers that call them fail where PRAGMA trusted_schema is off.
    constexpr int harmless = SQLITE_UTF8 | SQLITE_INNOCUOUS;
    sqlite3_create_function_v2(connection_.get(), "changes", 0, harmless, this, on_changes, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(connection_.get(), "total_changes", 0, harmless, this, on_total_changes, nullptr,
                               nullptr, nullptr);
    begin_counting_anew();
}

/// In a trigger it tells of the statements of the trigger.
void SqliteDatabase::on_changes(sqlite3_context* context, int, sqlite3_value**) noexcept {
    const auto& self = *static_cast<SqliteDatabase*>(sqlite3_user_data(context));
    const int changes = sqlite3_changes(sqlite3_context_db_handle(context));
    // If the counter has moved since the statement began, SQLite has counted something of the section's own and tells
    // the truth.
    const bool tells_of_own =
        self.runs_section_ && self.asks_for_changes_ && self.section_changes_ && changes == self.own_changes_;
    sqlite3_result_int(context, tells_of_own ? *self.section_changes_ : changes);
}

void SqliteDatabase::on_total_changes(sqlite3_context* context, int, sqlite3_value**) noexcept {
    const auto& self = *static_cast<SqliteDatabase*>(sqlite3_user_data(context));
    const int total = sqlite3_total_changes(sqlite3_context_db_handle(context));
    sqlite3_result_int(context, self.runs_section_ ? total - self.own_total_ : total);
}

/// SQLite opens files lazily; this reads the first page.
int SqliteDatabase::check_readable() {
    // It takes the shared lock and reads the header, which also brings back what a killed writer left.
    return sqlite3_exec(connection_.get(), "PRAGMA schema_version", nullptr, nullptr, nullptr);
}

}  // namespace rev::db
