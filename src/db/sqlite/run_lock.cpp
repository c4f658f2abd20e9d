// The run lock is SQLite's RESERVED lock on a file beside the database. Not flock() or fcntl() by hand: SQLite's locks
// work on every file system on which the database itself does, and the kernel frees them when the process dies.

#include "db/sqlite/run_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text.hpp"
#include "db/lock_holder.hpp"
#include "db/sqlite/errors.hpp"

namespace rev::db {
namespace {

namespace fs = std::filesystem;

/// `file` is where SQLite follows no link: the database's own path has none left.
Connection open_without_links(const fs::path& file, int flags) {
    sqlite3* opened = nullptr;
    // NOFOLLOW: in a folder that others may write, a link could lead to any file.
    sqlite3_open_v2(file.c_str(), &opened, flags | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX, nullptr);
    if (opened == nullptr) throw std::bad_alloc();
    return Connection(opened);
}

bool is_open(sqlite3* connection) { return sqlite3_errcode(connection) == SQLITE_OK; }

Error no_run_lock(const fs::path& file, const std::string& reason) {
    return sqlite_database_error(
        error_codes::no_run_lock,
        fmt::format("cannot take the run lock {}: {}; nothing was changed", base::printable(file.string()), reason),
        "rev makes this file beside the database and keeps it: the folder and the file must be writable for whoever "
        "runs rev; reading commands need neither");
}

/// Whoever may write the database may lock it: its mode, its group where this process may give it, its owner as root.
void make_like(int file, const struct stat& model) {
    // Only root may give any group; others may give one that they are in.
    const bool gave_group = ::fchown(file, static_cast<uid_t>(-1), model.st_gid) == 0;
    if (::geteuid() == 0) (void)!::fchown(file, model.st_uid, model.st_gid);
    // Another group than the database's must not get its rights.
    const auto group_rights = static_cast<mode_t>(gave_group ? 0 : S_IRWXG);
    // Last: until here the file is its maker's alone, who may always read and write it.
    ::fchmod(file, (model.st_mode & 0666 & ~group_rights) | S_IRUSR | S_IWUSR);
}

/// Makes the file under another name first: it must never be seen with other rights, and to close a file that SQLite
/// has locked in this process would take that lock away. Where this fails, SQLite makes the file as it can.
void make_file(const fs::path& file, const fs::path& database) {
    struct stat model {};
    if (::stat(database.c_str(), &model) != 0) return;
    std::string name = file.string() + "-XXXXXX";
    const int made = ::mkostemp(name.data(), O_CLOEXEC);
    if (made < 0) return;
    make_like(made, model);
    ::close(made);
    // link() and not rename(): it fails where the name is taken, and so never replaces a file that another run has
    // locked.
    (void)!::link(name.c_str(), file.c_str());  // another process may have been quicker
    ::unlink(name.c_str());
}

/// lstat(), as a link that leads nowhere is there as well.
bool is_there(const fs::path& file) {
    struct stat status {};
    return ::lstat(file.c_str(), &status) == 0;
}

/// To open a FIFO would wait for somebody who writes to it.
bool is_plain_file(const fs::path& file) {
    struct stat status {};
    return ::lstat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// Whether any connection writes, or is about to: SQLite's RESERVED lock.
bool is_reserved(sqlite3* connection) {
    sqlite3_file* file = nullptr;
    // Without taking a lock itself: two that only look must not be in each other's way, nor in a run's.
    if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK) return false;
    if (file == nullptr || file->pMethods == nullptr) return false;
    int reserved = 0;
    return file->pMethods->xCheckReservedLock(file, &reserved) == SQLITE_OK && reserved != 0;
}

}  // namespace

fs::path SqliteRunLock::file_beside(const fs::path& database) { return database.string() + "-rev-lock"; }

SqliteRunLock::SqliteRunLock(const fs::path& database) : database_(database), file_(file_beside(database)) {}

void SqliteRunLock::refuse(const std::string& reason) {
    connection_.reset();
    throw no_run_lock(file_, reason);
}

void SqliteRunLock::open() {
    if (!is_there(file_)) make_file(file_, database_);
    if (is_there(file_) && !is_plain_file(file_)) refuse("it is not a plain file");
    connection_ = open_without_links(file_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    if (!is_open(connection_.get())) refuse(std::string(sqlite3_errmsg(connection_.get())));
    // BEGIN IMMEDIATE would lock nothing there, and say nothing.
    if (sqlite3_db_readonly(connection_.get(), "main") != 0) refuse("no permission to write it");
    // The transaction begins an empty database, and would make a journal for it.
    sqlite3_exec(connection_.get(), "PRAGMA journal_mode = MEMORY", nullptr, nullptr, nullptr);
}

/// Somebody removed the file after it was opened: others then lock another one.
bool SqliteRunLock::has_moved() const {
    int moved = 0;
    return sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

bool SqliteRunLock::try_lock() {
    if (!connection_ || has_moved()) open();
    // This connection has no busy handler: whoever waits for the lock asks again by himself.
    const int code = sqlite3_exec(connection_.get(), "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    if (code == SQLITE_BUSY) return false;
    if (code != SQLITE_OK) refuse(std::string(sqlite3_errmsg(connection_.get())));
    // It may have been removed between opening and locking. The caller's next try makes a new one.
    if (!has_moved()) return true;
    connection_.reset();
    return false;
}

bool SqliteRunLock::unlock() noexcept {
    // Closing rolls the transaction back, which frees the lock.
    const bool kept = connection_ && !has_moved();
    connection_.reset();
    return kept;
}

std::optional<std::string> SqliteRunLock::holder() const {
    if (!is_plain_file(file_)) return std::nullopt;
    const auto looking = open_without_links(file_, SQLITE_OPEN_READONLY);
    if (!is_open(looking.get()) || !is_reserved(looking.get())) return std::nullopt;
    auto process = sqlite_lock_holder(file_);
    return process.empty() ? "a process of another user, container or machine" : std::move(process);
}

}  // namespace rev::db
