#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "db/database.hpp"
#include "db/postgres/session.hpp"

namespace rev::db {

/// Looks, from a second connection, at what a waiting statement waits for (once it has failed, nobody knows any more),
/// and at what a running one is doing. Whatever goes wrong there is passed over: it is a service, no part of the run.
class LockWatch {
public:
    using Clock = std::chrono::steady_clock;
    using OnBlocked = std::function<void(const LockWait&, std::chrono::milliseconds waited)>;

    using OnProgress = std::function<void(std::string_view doing)>;

    /// Either function may be empty. Connects when it first looks.
    LockWatch(DatabaseUrl url, OnBlocked on_blocked, OnProgress on_progress)
        : url_(std::move(url)), on_blocked_(std::move(on_blocked)), on_progress_(std::move(on_progress)) {}

    /// The session that waits.
    void set_backend(int pid) { pid_ = pid; }
    /// The longest wait that its statements allow; looks must come more often than that.
    void set_lock_timeout(std::optional<std::chrono::milliseconds> timeout);
    /// The statement is sent.
    void start();
    /// Called again and again while it waits; looks when it is time to.
    void look();
    /// How long to wait until the next look(), at most.
    [[nodiscard]] std::chrono::milliseconds pause() const;
    /// What was seen, if that was just now.
    [[nodiscard]] std::optional<LockWait> seen() const;

private:
    [[nodiscard]] std::optional<LockWait> look_for_wait();
    void look_for_progress();
    [[nodiscard]] Result ask(const std::function<std::string(PGconn*)>& query);
    void tell();

    DatabaseUrl url_;
    OnBlocked on_blocked_;
    OnProgress on_progress_;
    PostgresSession session_ = {};
    bool is_blocked_ = false;
    bool out_of_order_ = false;  ///< no second connection to be had, or it does not answer
    int pid_ = 0;
    std::chrono::milliseconds interval_{500};
    Clock::time_point next_look_ = {};
    Clock::time_point blocked_since_ = {};
    Clock::time_point next_word_ = {};
    Clock::time_point seen_at_ = {};
    std::optional<LockWait> seen_ = {};
    Clock::time_point next_progress_ = {};
    bool told_progress_ = false;
};

/// Columns that describe_session reads, of pg_stat_activity under the alias `alias`; `since` is one of its times.
[[nodiscard]] std::string session_columns(std::string_view alias, std::string_view since);
/// "pid 4711, user app, application psql, host 10.0.0.7, SINCE 2026-11-21 03:47:11Z, idle in transaction". since: the
/// words before the time.
[[nodiscard]] std::string describe_session(std::span<const SqlValue> columns, std::string_view since);

}  // namespace rev::db
