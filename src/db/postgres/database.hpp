#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "db/postgres/exchange.hpp"
#include "db/postgres/lock_watch.hpp"
#include "db/postgres/own_query.hpp"
#include "db/postgres/run_lease.hpp"
#include "db/postgres/session.hpp"
#include "db/postgres/text.hpp"

namespace rev::db {

/// PostgreSQL over libpq.
class PostgresDatabase final : public Database {
public:
    /// Connects. Throws as open_database().
    PostgresDatabase(DatabaseUrl url, OpenOptions options);

    // postgres.cpp
    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::postgresql; }
    [[nodiscard]] ServerInfo server_info() override;
    [[nodiscard]] std::string quote_identifier(std::string_view name) const override;
    [[nodiscard]] std::string quote_literal(std::string_view value) const override;
    [[nodiscard]] bool in_transaction() override { return PQtransactionStatus(session_.raw) != PQTRANS_IDLE; }
    bool set_foreign_keys(bool) override { return true; }
    [[nodiscard]] std::vector<ForeignKeyViolation> foreign_key_violations() override { return {}; }
    void back_up(const std::filesystem::path& file) override;
    [[nodiscard]] bool is_alive() noexcept override;
    void reconnect() override { connect(); }
    [[nodiscard]] Backslash backslash() override { return backslash_of(session_.raw); }
    [[nodiscard]] bool can_hold(std::string_view text) override { return server_text().holds(text); }
    void set_patience(std::chrono::milliseconds longest) override { patience_ = std::max(longest, least_patience); }

    void set_search_path(std::string_view path) override;

    // postgres_query.cpp: rev's own questions
    [[nodiscard]] bool has_table(std::string_view schema, std::string_view table) override;
    [[nodiscard]] std::vector<SqlRow> query(std::string_view sql, std::span<const SqlValue> parameters) override;
    [[nodiscard]] std::vector<SqlRow> query_in_session(std::string_view sql,
                                                       std::span<const SqlValue> parameters) override;
    void query_each(std::string_view sql, const std::function<void(const SqlRow& row)>& take) override;
    [[nodiscard]] std::vector<std::vector<SqlRow>> query_all(std::span<const Query> queries) override;

    // postgres_batch.cpp
    BatchResult run(std::span<const Command> commands) override;
    void rollback() override;

    // postgres_run_lock.cpp
    [[nodiscard]] bool try_lock(std::string_view key) override;
    [[nodiscard]] std::optional<LockHolder> lock_holder(std::string_view key) override;
    [[nodiscard]] std::optional<std::vector<std::vector<SqlRow>>> try_lock_and_ask(
        std::string_view key, std::span<const Query> queries) override;
    void unlock(std::string_view key) override;
    void unlock_later(std::string_view key) override;
    [[nodiscard]] bool lock_with_next_run(const RunLockName& lock, std::string_view check) override;
    [[nodiscard]] bool has_lock_ready(std::string_view key) override { return lock_ready_ && lock_ready_->key == key; }
    [[nodiscard]] bool refused_lock() const override { return refused_lock_; }
    [[nodiscard]] std::string keep_lock_sql() const override;
    void set_lease_table(std::string_view name, LeaseTable state) override;
    [[nodiscard]] bool needs_lease() const override {
        return no_session_lock_.has_value() && options_.run_lock != RunLockKind::session;
    }
    [[nodiscard]] bool saw_lease_table() const override { return saw_lease_table_; }
    [[nodiscard]] std::string lease_sql() const override { return lease_ ? lease_->renew() : std::string(); }

    // postgres_capabilities.cpp
    [[nodiscard]] Capabilities capabilities(std::string_view schema) override;
    [[nodiscard]] bool has_transactional_ddl() override;
    [[nodiscard]] bool shares_session() override;

    [[nodiscard]] bool reads_only_by_default() override;

private:
    using Clock = std::chrono::steady_clock;

    static constexpr std::chrono::milliseconds least_patience{1000};

    /// What a run has done so far, and what it is at.
    struct Progress {
        std::span<const Command> commands;
        BatchResult result;
        std::size_t source_command = 0;     ///< the command whose statements are counted
        std::size_t source_statements = 0;  ///< how many of them are done
        bool takes_lock = false;            ///< the first part of the exchange at hand is that of lock_with_next_run()
    };
    /// Where in an exchange the next result belongs.
    struct Cursor {
        std::size_t part = 0;
        std::size_t results_of_part = 0;
    };

    /// What is waited for: rev's own questions have a limit, a revision's SQL takes its time.
    enum class Waiting { for_own, for_revision };

    /// What the queries of one message see: as the session's isolation level says, or each what is committed when it
    /// begins.
    enum class Snapshots { usual, one_for_each };

    using RowTaker = std::function<void(const SqlRow& row)>;

    // postgres.cpp
    void connect();
    [[nodiscard]] ServerText server_text() const;
    [[nodiscard]] std::string search_path_sql() const;
    [[nodiscard]] bool is_known_to_be_shared() const { return shares_session_.value_or(false); }
    static void on_notice(void* self, const PGresult* notice) noexcept;
    [[nodiscard]] CommandError lost(const std::string& message, std::size_t command) const;

    // postgres_query.cpp
    void simple(const std::string& sql);
    [[nodiscard]] std::vector<std::vector<SqlRow>> answers(const RowTaker* take);
    [[nodiscard]] std::vector<SqlRow> copied_rows();
    [[nodiscard]] std::vector<std::vector<SqlRow>> answers_to(std::span<const Query> queries, NameSearch search,
                                                              Snapshots snapshots = Snapshots::usual,
                                                              const RowTaker* take = nullptr);

    // postgres_wait.cpp
    void start_waiting(Waiting waiting);
    /// Null after the last one. Throws CommandError when patience or a stop ended the wait.
    [[nodiscard]] Result next_result();
    void wait_for_server();
    /// Until something came, for at most as long as nothing is to be looked after. False: the connection is broken.
    [[nodiscard]] bool wait_a_moment();
    void tell_of_silence(std::chrono::milliseconds waited);
    [[nodiscard]] bool must_stop();
    void cancel();
    void drop_connection_that_ignores_cancel();
    [[nodiscard]] CommandError gave_up() const;
    [[nodiscard]] bool has_given_up(const std::string& sqlstate) const;

    // postgres_batch.cpp
    BatchResult run_reading(std::span<const Command> commands);
    void send(const Exchange& exchange, Progress& progress, Waiting waiting);
    void take(const Exchange& exchange, const PGresult* result, Cursor& cursor, Progress& progress);
    void refuse_ended_transaction(const Exchange& exchange, const Progress& progress);
    void count(const Exchange& exchange, const PGresult* result, Cursor& cursor, Progress& progress) const;
    void send_copy_data(const Command& command);
    void drain();
    /// The part whose result comes next, as far as counting tells.
    [[nodiscard]] static std::size_t part_behind(const Exchange& exchange, const Cursor& cursor);
    [[nodiscard]] CommandError failure(const Exchange& exchange, const PGresult* result, const Cursor& cursor,
                                       const Progress& progress) const;
    [[nodiscard]] CommandError with_lock_wait(CommandError failed) const;
    void after_failure(std::span<const Command> commands);

    struct OwnStatements {
        std::string text;
        std::size_t count = 0;
    };
    /// Of lock_with_next_run().
    struct LockToTake {
        std::string key;
        std::string lease_table;
        std::string check;
    };
    /// Why a lease has to stand in place of the session's lock.
    enum class NoSessionLock { shared_session, no_functions, setting };

    // postgres_run_lock.cpp
    [[nodiscard]] std::vector<std::int64_t> held_numbers() const;
    [[nodiscard]] std::optional<std::vector<std::vector<SqlRow>>> try_session_lock(std::string_view key,
                                                                                   std::span<const Query> queries);
    [[nodiscard]] bool try_lock_behind_proxy(std::string_view key);
    [[nodiscard]] bool try_lease(std::string_view key);
    void release_lease();
    [[nodiscard]] std::optional<LockHolder> session_lock_holder(std::string_view key);
    [[nodiscard]] bool ends_functions() const;
    [[nodiscard]] OwnStatements take_lock_due();
    [[nodiscard]] Error lock_refused(const CommandError& error);
    [[nodiscard]] int backend_pid();

    // postgres_capabilities.cpp
    [[nodiscard]] bool is_shared_with_others();
    [[nodiscard]] bool may_lock_sessions();
    [[nodiscard]] bool is_answered(const std::string& sql);
    [[nodiscard]] std::optional<NoSessionLock> find_no_session_lock();
    [[nodiscard]] std::string_view product() const;
    void unlock_now_if_due();
    void tell_whether_held(std::span<const SqlRow> answers, std::span<const std::string> keys) const;

    DatabaseUrl url_;
    OpenOptions options_;
    PostgresSession session_;  ///< empty when a new one could not be had
    LockWatch lock_watch_;
    OwnTransaction transaction_;
    std::string held_key_;                  ///< of the run lock; empty: not taken
    std::optional<LockToTake> lock_ready_;  ///< not yet asked for
    std::optional<LockToTake> lock_due_;    ///< that run() takes
    bool refused_lock_ = false;
    std::vector<std::string> unlocks_due_;  ///< keys that are released with the next question
    std::string lease_table_;               ///< empty: nobody has named it
    bool lease_table_is_ready_ = false;
    bool saw_lease_table_ = false;
    std::optional<bool> shares_session_;            ///< absent: not asked yet
    std::optional<bool> may_lock_sessions_;         ///< likewise
    std::optional<NoSessionLock> no_session_lock_;  ///< absent: it can hold one, as far as is known
    std::optional<LeaseRow> lease_;                 ///< that is held
    std::unique_ptr<LeaseKeeper> lease_keeper_;
    std::chrono::milliseconds patience_;
    std::string search_path_;          ///< empty: the login's
    bool search_path_is_due_ = false;  ///< it goes with the next exchange

    // Of the wait at hand.
    Waiting waiting_ = Waiting::for_own;
    Clock::time_point sent_at_;
    Clock::time_point next_word_;
    std::optional<Clock::time_point> stop_seen_at_;
    int counted_encoding_ = 0;  ///< when it was sent
    bool cancelled_ = false;
    std::future<void> cancels_;  ///< the request to cancel is under way
    bool out_of_patience_ = false;
    Clock::time_point first_cancel_;
    Clock::time_point next_cancel_;
};

/// A failed result in one line for people; the detail has the call stack inside functions.
[[nodiscard]] Error server_error(const PGresult* result, const DatabaseUrl& url);

/// PQresultErrorField as text; empty if it has none.
[[nodiscard]] std::string error_field(const PGresult* result, int code);

[[nodiscard]] bool is_error(const PGresult* result);

}  // namespace rev::db
