// Locks: waiting for those of other connections to the file, and the run lock.

#include <algorithm>
#include <thread>

#include "db/between_words.hpp"
#include "db/sqlite/database.hpp"
#include "db/sqlite/errors.hpp"

namespace rev::db {

using std::chrono::milliseconds;

/// SQLite's busy handler; `count` is 0 at the start of each wait. 0 gives up.
int SqliteDatabase::wait_while_busy(int count) {
    // SQLite locks have no queue that would wake a waiter.
    constexpr milliseconds between_tries{10};
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
    // Not beyond the limit: the last try is at its end.
    std::this_thread::sleep_for(std::min(between_tries, lock_timeout_ - waited_));
    return 1;
}

/// The file as its other users find it; nullopt in memory, where nobody else is.
std::optional<std::filesystem::path> SqliteDatabase::shared_file() const {
    const char* name = sqlite3_db_filename(connection_.get(), "main");
    if (name == nullptr || *name == '\0') return std::nullopt;
    std::error_code failure;
    // Links followed: the lock stands beside the real file, so that runs that name it differently meet.
    auto file = std::filesystem::canonical(name, failure);
    return failure ? std::nullopt : std::optional(std::move(file));
}

bool SqliteDatabase::try_lock(std::string_view /*key*/) {
    // Before the lock: next to a file that cannot be written, nothing could be run under it.
    if (is_unwritable()) throw sqlite_cannot_open(file_, SQLITE_READONLY, "it can be read, but not written");
    if (!run_lock_) {
        const auto file = shared_file();
        if (!file) return true;
        run_lock_.emplace(*file);
    }
    return run_lock_->try_lock();
}

void SqliteDatabase::unlock(std::string_view /*key*/) {
    if (!run_lock_) return;
    const bool kept = run_lock_->unlock();
    // The next one looks for the file anew: the path may lead elsewhere by then.
    run_lock_.reset();
    if (!kept)
        throw sqlite_database_error(error_codes::lock_lost, "the file of the run lock was removed during the run",
                                    "another run may have worked at the same time; check with `rev log` and `rev "
                                    "status`, and leave the file where it is");
}

std::optional<LockHolder> SqliteDatabase::lock_holder(std::string_view /*key*/) {
    const auto file = shared_file();
    auto holder = file ? SqliteRunLock(*file).holder() : std::nullopt;
    return holder ? std::optional(LockHolder{std::move(*holder)}) : std::nullopt;
}

}  // namespace rev::db
