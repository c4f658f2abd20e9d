#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "db/database.hpp"
#include "db/postgres/session.hpp"

namespace rev::db {

/// SQL for the row of a lease, which stands in place of an advisory lock. The clock is the server's in each statement:
/// those of the machines that work may differ.
class LeaseRow {
public:
    /// A new lease, with a token that no other has. table: quoted, with its schema. key_literal: the key in SQL.
    LeaseRow(std::string table, std::string_view key, std::string key_literal, std::chrono::seconds length);

    /// As for Database::try_lock(): not quoted.
    [[nodiscard]] const std::string& key() const noexcept { return key_; }
    /// Of which one returns a row if the lease is had: nobody has it, its time is over, or it is this one.
    /// Together in one message. holder: for people.
    [[nodiscard]] std::vector<Query> take(const std::string& holder) const;
    /// An UPDATE that hits one row while the lease is this one's, which is then its own until the transaction ends.
    /// Names and operators are qualified, values are literals: it runs under any search_path.
    [[nodiscard]] std::string renew() const;
    /// The same by another session: hits none where the lease's own transaction has the row, whose end renews it.
    [[nodiscard]] std::string renew_beside() const;
    /// Returns a row if it was still this one's.
    [[nodiscard]] Query release() const;

private:
    [[nodiscard]] std::string own() const;
    [[nodiscard]] std::string until() const;

    std::string table_;
    std::string key_;
    std::string key_literal_;
    std::string token_;
    std::chrono::seconds length_;
};

/// Renews a lease from a thread and over a connection of its own, which it opens when it is first needed: a statement
/// of a revision may take hours.
class LeaseKeeper {
public:
    /// renew: LeaseRow::renew_beside(). Starts the thread, which renews thrice within `lease`: once may fail.
    LeaseKeeper(DatabaseUrl url, std::string renew, std::chrono::seconds lease);
    /// Waits for the thread. The lease stays, and is to be released over the session that took it.
    ~LeaseKeeper();
    LeaseKeeper(const LeaseKeeper&) = delete;
    LeaseKeeper& operator=(const LeaseKeeper&) = delete;

private:
    void beat();
    void renew();
    [[nodiscard]] bool ends();

    DatabaseUrl url_;
    std::string renew_;
    std::chrono::seconds lease_;
    PostgresSession session_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool ends_ = false;
    std::thread thread_;
};

}  // namespace rev::db
