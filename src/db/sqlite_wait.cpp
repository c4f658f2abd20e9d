// Waiting for locks of other connections to the file.

#include <algorithm>
#include <thread>

#include "db/sqlite_database.hpp"

namespace rev {

using std::chrono::milliseconds;

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

}  // namespace rev
