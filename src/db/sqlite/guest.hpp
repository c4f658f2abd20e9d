#pragma once

#include <sqlite3.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "db/sqlite/handles.hpp"
#include "db/sqlite/pragmas.hpp"

namespace rev::db {

/// Throws Error as use_sqlite() says.
void require_unused(sqlite3* connection);

/// rev as a guest on a connection of somebody else: remembers the session's state, puts it back, and interrupts
/// statements from a thread of its own, as the connection's progress handler is its owner's.
class SqliteGuest {
public:
    using Clock = std::chrono::steady_clock;

    /// interrupted: asked while statements are watched; empty: nothing is watched.
    SqliteGuest(sqlite3* connection, std::function<bool()> interrupted);
    /// Puts back everything.
    ~SqliteGuest();
    SqliteGuest(const SqliteGuest&) = delete;
    SqliteGuest& operator=(const SqliteGuest&) = delete;

    /// Puts back what revisions changed, enforcement of foreign keys aside: flags and temporary objects. What fails
    /// inside a transaction is done after it.
    void restore_settings();

    /// What the first statement of `sql` would leave in the session that cannot be put back, see find_outliving() of
    /// sqlite_pragmas.hpp. Asks a connection of its own, as the given one keeps its authorizer.
    [[nodiscard]] std::optional<std::string> find_outliving(const char* sql);

    /// Ends the watching of one statement.
    class Watched {
    public:
        Watched() = default;
        explicit Watched(SqliteGuest* guest) : guest_(guest) {}
        Watched(Watched&& other) noexcept : guest_(std::exchange(other.guest_, nullptr)) {}
        Watched& operator=(Watched&&) = delete;
        ~Watched() {
            if (guest_ != nullptr) guest_->end_watch();
        }

    private:
        SqliteGuest* guest_ = nullptr;
    };

    /// While the result lives, the connection's statement is interrupted once `interrupted` says so, or at `deadline`.
    [[nodiscard]] Watched watch(std::optional<Clock::time_point> deadline);

private:
    [[nodiscard]] std::set<std::string> names(const char* sql) const;
    [[nodiscard]] bool enforces_foreign_keys() const;
    void run(const std::string& sql);
    void open_trial();
    void drop_new_temporary_objects();
    void end_watch();
    void watch_statements(const std::stop_token& stop);

    sqlite3* connection_;
    SqliteFlags flags_;
    bool foreign_keys_;
    std::set<std::string> temporary_objects_;
    Connection trial_;                      ///< where statements are prepared, for what they would do, and never run
    std::optional<std::string> outliving_;  ///< of the statement that was prepared last

    std::function<bool()> interrupted_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    bool watching_ = false;
    std::optional<Clock::time_point> deadline_;
    std::jthread watcher_;  ///< last, so that it ends before what it uses
};

}  // namespace rev::db
