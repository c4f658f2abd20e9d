// A file that is only read: what is committed is seen, and nothing that was not there stays beside it.

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <system_error>

#include "db/sqlite/database.hpp"

namespace rev::db {

namespace fs = std::filesystem;

namespace {

/// Closing a file drops the locks that any SQLite connection of this process has on it.
/// By POSIX, a process loses all its locks on a file when it closes any descriptor of it, and to read the header below
/// opens and closes one. Symbolic links of /proc/self/fd are followed by equivalent(), so that the same file under
/// another name is found.
bool is_open_in_this_process(const fs::path& file) {
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd", failure))
        if (fs::equivalent(entry.path(), file, failure)) return true;
    return false;
}

fs::path log_of(const fs::path& file) { return file.string() + "-wal"; }

bool has_content(const fs::path& log) {
    std::error_code missing;
    const auto size = fs::file_size(log, missing);
    return !missing && size > 0;
}

/// Of a database file. Source: SQLite's manual, "Database File Format".
using Header = std::array<char, 20>;

/// Bytes 18 and 19 are the file format's write and read version, 2 for WAL and 1 for the others.
bool is_of_wal(const Header& header) {
    constexpr char wal = 2;
    return header[18] == wal;
}

/// A file in WAL mode whose log is empty, so that all that is committed is in the file itself.
bool is_quiet_wal(const fs::path& file) {
    if (is_open_in_this_process(file) || has_content(log_of(file))) return false;
    std::ifstream in(file, std::ios::binary);
    Header header = {};
    return in.read(header.data(), header.size()) && is_of_wal(header);
}

/// Over SQLite's own descriptor of the file: to close another one would end the locks of this process on it.
bool has_wal_header(sqlite3* connection) {
    sqlite3_file* file = nullptr;
    Header header = {};
    return sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file)) ==
               SQLITE_OK &&
           file != nullptr && file->pMethods != nullptr &&
           file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0) == SQLITE_OK &&
           is_of_wal(header);
}

/// The file as a URI that promises SQLite that nobody changes it.
std::string immutable_uri(const fs::path& file) {
    std::string uri = "file:";
    // The rest of a path may stand in a URI as it is; SQLite takes no other character for syntax.
    for (const char c : file.string()) {
        if (c == '?' || c == '#' || c == '%') {
            uri += fmt::format("%{:02X}", static_cast<unsigned>(c));
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

bool is_wal(sqlite3* connection) {
    bool found = false;
    const auto look = [](void* wal, int, char** values, char**) {
        *static_cast<bool*>(wal) = values[0] != nullptr && std::string_view(values[0]) == "wal";
        return 0;
    };
    sqlite3_exec(connection, "PRAGMA journal_mode", look, &found, nullptr);
    return found;
}

}  // namespace

SqliteDatabase::FileState SqliteDatabase::FileState::of(const fs::path& file) {
    struct stat status {};
    ::stat(file.c_str(), &status);
    // A file that is gone has zeros, which no file has that is there.
    return {
        file, status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec, has_content(log_of(file))};
}

bool SqliteDatabase::FileState::is_so_still() const { return of(file) == *this; }

/// Most files are no WAL ones and nobody has left anything half-written in them: they need no second connection.
int SqliteDatabase::connect_for_reading() {
    quiet_.reset();
    keeper_.reset();
    int code = connect(SQLITE_OPEN_READONLY, file_.string());
    // Before anything is read of it, which would make -shm beside a WAL file.
    if (code == SQLITE_OK && !has_wal_header(connection_.get())) {
        code = check_readable();
        if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY) return code;
    }
    connection_.reset();
    return connect_with_keeper();
}

/// -wal and -shm are beside the file, not beside a link to it.
int SqliteDatabase::connect_with_keeper() {
    std::error_code failure;
    auto file = fs::canonical(file_, failure);
    if (failure) file = file_;
    const int code = open_keeper(file);
    if ((code & 0xff) == SQLITE_BUSY) return code;  // it has waited
    const bool cannot_write = (code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_READONLY ||
                              (code & 0xff) == SQLITE_PERM || (code & 0xff) == SQLITE_IOERR;
    // Read-only though it might write: no query of a reading command can then change anything, whatever it says. With
    // another failure the message is that of the connection that is used.
    if (code == SQLITE_OK || !cannot_write) return connect_and_check(SQLITE_OPEN_READONLY, file.string());
    keeper_.reset();
    return connect_without_writing(file);
}

/// A second connection that may write, but does not: it restores what a killed writer left, as the first reader has to,
/// and when it is the last one to close it takes away the two files that SQLite makes beside one in WAL mode.
int SqliteDatabase::open_keeper(const fs::path& file) {
    sqlite3* opened = nullptr;
    int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    keeper_.reset(opened);
    if (opened == nullptr) throw std::bad_alloc();
    if (code == SQLITE_OK && sqlite3_db_readonly(opened, "main") != 0) code = SQLITE_READONLY;
    if (code != SQLITE_OK) return code;
    // A writer that recovers the log holds the lock only for a moment.
    sqlite3_busy_handler(opened, on_busy, this);
    // A log that others have left, or are writing, is not for a reader to end.
    if (has_content(log_of(file))) sqlite3_db_config(opened, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    code = sqlite3_exec(opened, "PRAGMA schema_version", nullptr, nullptr, nullptr);
    // Without a log there is nothing to take away at the end.
    if (code == SQLITE_OK && !is_wal(opened)) keeper_.reset();
    return code;
}

/// Where -shm cannot be made, SQLite reads a file in WAL mode only if it may take it for one that nobody changes. That
/// is looked at after each question.
int SqliteDatabase::connect_without_writing(const fs::path& file) {
    // Noted before the file is looked at: a change between the two then shows as one.
    const auto state = FileState::of(file);
    if (!is_quiet_wal(file)) return connect_and_check(SQLITE_OPEN_READONLY, file.string());
    quiet_ = state;
    return connect_and_check(SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, immutable_uri(file));
}

}  // namespace rev::db
