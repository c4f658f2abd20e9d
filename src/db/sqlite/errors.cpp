#include "db/sqlite/errors.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "db/command_errors.hpp"
#include "db/lock_holder.hpp"
#include "db/sqlite/database.hpp"

namespace rev::db {

// SQLite numbers its errors; the names are what people search for. An error's place, hint and exit code are decided
// here, for all files of the driver.
namespace fs = std::filesystem;

std::string sqlite_result_name(int code) {
    // The low byte is the primary code, whatever extended code stands above it.
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

Error sqlite_database_error(std::string code, const std::string& message, std::string hint) {
    return Error(ExitCode::database, std::move(code), message).with_hint(std::move(hint));
}

Error sqlite_cannot_open(const fs::path& file, int code, const std::string& reason) {
    const auto name = base::printable(file.string());
    std::error_code ignored;
    // The questions go from what is certain to what is left: the file system is asked first, as SQLite gives the one
    // code SQLITE_CANTOPEN for nearly all of them.
    if (fs::is_directory(file, ignored)) {
        return sqlite_database_error(error_codes::not_a_database,
                                     fmt::format("{} is a folder, not an SQLite database", name),
                                     "give the path of a file in the URL");
    }
    if (const auto folder = file.parent_path(); !folder.empty() && !fs::exists(folder, ignored)) {
        return sqlite_database_error(
            error_codes::no_such_folder,
            fmt::format("the folder of the SQLite database does not exist: {}", base::printable(folder.string())),
            "create the folder, or correct the URL (sqlite:////... for an absolute path)");
    }
    if ((code & 0xff) == SQLITE_NOTADB) {
        return sqlite_database_error(error_codes::not_a_database, fmt::format("{} is not an SQLite database", name),
                                     "correct the URL; the file was not touched");
    }
    if (code == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_PERM || (code & 0xff) == SQLITE_READONLY) {
        return sqlite_database_error(error_codes::permission_denied,
                                     fmt::format("no permission to open {}: {}", name, reason),
                                     "check the permissions of the file and of its folder");
    }
    return sqlite_database_error(error_codes::cannot_open, fmt::format("cannot open {}: {}", name, reason))
        .with_sqlstate(sqlite_result_name(code));
}

Error SqliteDatabase::locked() {
    if (is_interrupted())
        return sqlite_database_error(error_codes::interrupted, "interrupted while waiting for the database's lock");
    // Asked now, while it still waits: a moment later the holder may have gone.
    const auto holder = sqlite_lock_holder(file_);
    return sqlite_database_error(
               error_codes::database_locked,
               fmt::format("{} is locked by {}; gave up after {:.1f} s", base::printable(file_.string()),
                           holder.empty() ? "another process" : holder, static_cast<double>(waited_.count()) / 1000),
               "wait until the other process is done, or raise lock_timeout; nothing was changed by this step")
        .with_sqlstate("SQLITE_BUSY");
}

namespace {

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

}  // namespace

Error SqliteDatabase::error(std::string_view doing, Sent sent) {
    // Code and text are the connection's and are overwritten by its next call: both are read before anything else.
    const int code = sqlite3_extended_errcode(connection_.get());
    const auto reason = base::printable(sqlite3_errmsg(connection_.get()));
    if ((code & 0xff) == SQLITE_BUSY) return locked();
    // The progress handler stops a statement for two reasons, and SQLite tells them with one code. A timeout is the
    // revision's failure, in PostgreSQL's words so that both read the same.
    if ((code & 0xff) == SQLITE_INTERRUPT && is_overdue()) {
        return Error(ExitCode::revision_failed, error_codes::sql_error, "canceling statement due to statement timeout")
            .with_sqlstate("SQLITE_INTERRUPT");
    }
    if ((code & 0xff) == SQLITE_INTERRUPT) {
        return sqlite_database_error(error_codes::interrupted, "the statement was interrupted")
            .with_sqlstate("SQLITE_INTERRUPT");
    }
    const auto message = doing.empty() ? reason : fmt::format("{}: {}", doing, reason);
    // What concerns the file, not the SQL, is ExitCode::database: no edit of a revision helps.
    switch (code & 0xff) {
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
        case SQLITE_CANTOPEN:
        case SQLITE_IOERR:
        case SQLITE_FULL:
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return sqlite_database_error(error_codes::database_failed,
                                         fmt::format("{}: {}", base::printable(file_.string()), message),
                                         file_advice(code))
                .with_sqlstate(sqlite_result_name(code));
        default:
            break;
    }
    // As PostgreSQL's driver has it: where rev asks, no revision has failed.
    auto failed = sent == Sent::as_question ? Error(ExitCode::database, error_codes::query_failed, message)
                                            : Error(ExitCode::revision_failed, error_codes::sql_error, message);
    failed.with_sqlstate(sqlite_result_name(code));
    return failed;
}

void SqliteDatabase::fail(const Place& place, std::size_t offset, const Error& error) {
    CommandError failed(Error(error).with_location(location_in(place.command, offset)), place.index);
    failed.statement = place.number;
    throw failed;
}

bool is_syntax_error(std::string_view message) {
    constexpr std::array<std::string_view, 4> signs = {"syntax error", "unrecognized token", "incomplete input",
                                                       "unterminated"};
    return std::ranges::any_of(signs, [&](auto sign) { return message.find(sign) != std::string_view::npos; });
}

}  // namespace rev::db
