#include <fmt/format.h>

#include "base/text.hpp"
#include "db/sqlite/database.hpp"
#include "db/sqlite/errors.hpp"

namespace rev::db {
namespace {

struct FinishBackup {
    void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};

Error backup_failed(sqlite3* target) {
    const int code = sqlite3_extended_errcode(target);
    return sqlite_database_error(
               error_codes::backup_failed,
               fmt::format("the backup failed: {}", base::printable(sqlite3_errmsg(target))),
               "nothing was run and no backup was kept; check the space and permissions where it is to be")
        .with_sqlstate(sqlite_result_name(code));
}

}  // namespace

void SqliteDatabase::back_up(const std::filesystem::path& file) {
    constexpr int pages_between_questions = 4096;
    sqlite3* opened = nullptr;
    // Without SQLITE_OPEN_CREATE: the file is there, with the mode that it is to have.
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
    // In portions, so that writers get in between and a stop is noticed. SQLite begins anew by itself if another
    // process has written meanwhile.
    for (int tries = 0; step != SQLITE_DONE;) {
        step = sqlite3_backup_step(backup.get(), pages_between_questions);
        if (is_interrupted()) throw sqlite_database_error(error_codes::interrupted, "the backup was interrupted");
        const bool busy = step == SQLITE_BUSY || step == SQLITE_LOCKED;
        if (busy && wait_while_busy(tries++) == 0) throw locked();
        // 0 begins a new wait with its full time: each standstill is one of its own.
        if (step == SQLITE_OK) tries = 0;
        if (step != SQLITE_OK && step != SQLITE_DONE && !busy) break;
    }
    const bool complete = step == SQLITE_DONE;
    // It reports errors that happened in any step.
    if (sqlite3_backup_finish(backup.release()) != SQLITE_OK || !complete) throw backup_failed(opened);
}

}  // namespace rev::db
