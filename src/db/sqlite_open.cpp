#include <fmt/format.h>

#include <fstream>

#include "base/text.hpp"
#include "db/sqlite_database.hpp"
#include "db/sqlite_errors.hpp"

namespace rev {

namespace fs = std::filesystem;

namespace {

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

}  // namespace

SqliteDatabase::SqliteDatabase(const DatabaseUrl& url, OpenOptions options)
    : display_(url.display()),
      file_(database_file(url, options.directory)),
      options_(std::move(options)),
      lock_timeout_(options_.lock_timeout) {
    open();
}

SqliteDatabase::SqliteDatabase(sqlite3* connection, OpenOptions options)
    : file_(file_of(connection)),
      options_(std::move(options)),
      connection_(connection, CloseConnection{.is_ours = false}),
      lock_timeout_(options_.lock_timeout) {
    display_ = file_.empty() ? "sqlite://" : "sqlite:///" + printable(file_.string());
    guest_.emplace(connection, options_.read_only ? std::function<bool()>() : options_.interrupted);
}

SqliteDatabase::~SqliteDatabase() {
    if (connection_ && in_transaction()) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void SqliteDatabase::open() {
    if (guest_) return;  // nothing that a new connection would mend
    own_statements_.clear();
    connection_.reset();
    std::error_code ignored;
    if (file_.empty() || (options_.read_only && !fs::exists(file_, ignored))) {
        if (connect(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, ":memory:") != SQLITE_OK) {
            throw sqlite_database_error("cannot_open", "cannot open an SQLite database in memory");
        }
    } else if (options_.read_only) {
        connect_read_only();
    } else {
        int code = connect(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, file_.string());
        if (code == SQLITE_OK) code = check_readable();
        if ((code & 0xff) == SQLITE_BUSY) throw locked();
        if (code != SQLITE_OK) throw sqlite_cannot_open(file_, code, sqlite3_errmsg(connection_.get()));
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
    if (code != SQLITE_OK) throw sqlite_cannot_open(file_, code, sqlite3_errmsg(connection_.get()));
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

}  // namespace rev
