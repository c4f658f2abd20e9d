#pragma once

#include <sqlite3.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "db/sql_text.hpp"
#include "db/sqlite/enclosed_files.hpp"
#include "db/sqlite/guest.hpp"
#include "db/sqlite/handles.hpp"
#include "db/sqlite/pragmas.hpp"
#include "db/sqlite/run_lock.hpp"

namespace rev::db {

/// SQLite's driver. Its files are sqlite.cpp (batches), sqlite_open.cpp, sqlite_reading.cpp, sqlite_statements.cpp,
/// sqlite_wait.cpp, sqlite_reset.cpp, sqlite_notes.cpp, sqlite_foreign_keys.cpp, sqlite_backup.cpp and
/// sqlite_errors.cpp.
class SqliteDatabase final : public Database {
public:
    /// short_lived: see open_short_lived_sqlite().
    enum class Lifetime { lasting, short_lived };

    /// Opens the file, and makes it where that is allowed. Throws as open_database().
    SqliteDatabase(const DatabaseUrl& url, OpenOptions options, Lifetime lifetime = Lifetime::lasting);
    /// On a connection of somebody else.
    SqliteDatabase(sqlite3* connection, OpenOptions options);
    ~SqliteDatabase() override;
    SqliteDatabase(const SqliteDatabase&) = delete;
    SqliteDatabase& operator=(const SqliteDatabase&) = delete;

    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }
    [[nodiscard]] ServerInfo server_info() override {
        return {display_, "SQLite", sqlite3_libversion(), "", file_.string()};
    }
    [[nodiscard]] std::string quote_identifier(std::string_view name) const override {
        return base::in_quotes(name, '"');
    }
    [[nodiscard]] std::string quote_literal(std::string_view value) const override {
        return base::in_quotes(value, '\'');
    }
    [[nodiscard]] bool has_table(std::string_view schema, std::string_view table) override;
    [[nodiscard]] std::vector<SqlRow> query(std::string_view sql, std::span<const SqlValue> parameters) override;
    void query_each(std::string_view sql, const std::function<void(const SqlRow& row)>& take) override;
    BatchResult run(std::span<const Command> commands) override;
    void rollback() override;
    [[nodiscard]] bool in_transaction() override { return sqlite3_get_autocommit(connection_.get()) == 0; }
    bool set_foreign_keys(bool enforced) override;
    [[nodiscard]] std::vector<ForeignKeyViolation> foreign_key_violations() override;
    void back_up(const std::filesystem::path& file) override;
    [[nodiscard]] std::vector<TableWrite> take_table_writes() override;
    [[nodiscard]] bool try_lock(std::string_view key) override;
    [[nodiscard]] std::optional<LockHolder> lock_holder(std::string_view key) override;
    void unlock(std::string_view key) override;
    [[nodiscard]] bool reads_only_by_default() override;
    void set_last_insert_rowid(long long rowid) override { sqlite3_set_last_insert_rowid(connection_.get(), rowid); }
    [[nodiscard]] bool is_alive() noexcept override { return connection_ != nullptr; }
    void reconnect() override { open(); }

private:
    using Clock = std::chrono::steady_clock;
    using milliseconds = std::chrono::milliseconds;

    /// By which a change of a file shows.
    struct FileState {
        std::filesystem::path file;
        ino_t inode;
        off_t size;
        time_t changed;
        long changed_nanoseconds;
        bool has_log;
        [[nodiscard]] static FileState of(const std::filesystem::path& file);
        [[nodiscard]] bool is_so_still() const;
        bool operator==(const FileState&) const = default;
    };

    /// How SQL has come here, by which its failure is one of a revision or of the database: what is in a batch belongs
    /// to a step, and whoever sent the batch knows what of it was rev's own; a question is always rev's.
    enum class Sent { in_batch, as_question };

    /// Of a statement of a revision.
    struct Place {
        const Command& command;
        std::size_t index;   ///< of the command in its batch
        std::size_t number;  ///< of the statement in the command, from 0
        std::size_t start;   ///< where its text begins, with the comments before it
        /// Where its first word is.
        [[nodiscard]] std::size_t offset() const;
    };

    void open();
    int connect(int flags, const std::string& name);
    int connect_and_check(int flags, const std::string& name);
    static void on_changes(sqlite3_context* context, int, sqlite3_value**) noexcept;
    static void on_total_changes(sqlite3_context* context, int, sqlite3_value**) noexcept;
    void open_in_memory();
    [[nodiscard]] bool is_unwritable() const { return sqlite3_db_readonly(connection_.get(), "main") != 0; }
    int connect_for_reading();
    int connect_with_keeper();
    int connect_for_writing();
    int open_keeper(const std::filesystem::path& file);
    int connect_without_writing(const std::filesystem::path& file);
    void watch();
    int check_readable();

    static int on_busy(void* self, int count) { return static_cast<SqliteDatabase*>(self)->wait_while_busy(count); }
    static int on_progress(void* self) { return static_cast<SqliteDatabase*>(self)->must_stop() ? 1 : 0; }
    [[nodiscard]] bool is_overdue() const { return deadline_ && Clock::now() >= *deadline_; }
    [[nodiscard]] bool must_stop() const { return is_overdue() || is_interrupted(); }
    [[nodiscard]] bool is_interrupted() const { return options_.interrupted && options_.interrupted(); }
    int wait_while_busy(int count);
    [[nodiscard]] std::optional<std::filesystem::path> shared_file() const;
    static int on_authorize(void* self, int action, const char* name, const char* detail, const char* schema,
                            const char* trigger) noexcept;
    [[nodiscard]] bool refuses(int action, const char* name, const char* detail);
    void note(int action, const char* name, const char* detail, const char* schema);
    void note_pragma(const char* name, const char* value);
    void for_each_row(std::string_view sql, std::span<const SqlValue> parameters,
                      const std::function<void(SqlRow row)>& take);
    void note_write(int action, std::string_view table, std::string_view schema, bool by_trigger);

    [[nodiscard]] bool has_foreign_keys() const;
    [[nodiscard]] std::vector<SqlRow> query_once(const std::string& sql, std::span<const SqlValue> parameters);
    [[nodiscard]] PreparedStatement prepare(const std::string& sql, Sent sent);
    [[nodiscard]] sqlite3_stmt* prepare_once(std::string_view sql);
    void bind(sqlite3_stmt* statement, std::span<const SqlValue> parameters, Sent sent);
    int prepare(const char* sql, int size, sqlite3_stmt** statement, const char** tail);
    int step(sqlite3_stmt* statement);
    /// The attempt's result code. On a connection of somebody else, whose busy handler is not ours, the attempt is made
    /// again while another connection is in its way.
    template <typename Attempt>
    int attempt_until_free(Attempt attempt) {
        int code = attempt();
        for (int tries = 0; guest_ && (code & 0xff) == SQLITE_BUSY && wait_while_busy(tries) != 0; ++tries)
            code = attempt();
        return code;
    }

    void run_command(const Command& command, std::size_t index, BatchResult& result);
    void do_command(const Command& command, std::size_t index, BatchResult& result);
    void begin_counting_anew();
    void run_sql(const Command& command, std::size_t index, BatchResult& result);
    [[nodiscard]] PreparedStatement prepare_of_section(const Place& place, const char*& next);
    void refuse_parameters(const Place& place, sqlite3_stmt* statement);
    void run_statement(const Place& place, sqlite3_stmt* statement, BatchResult& result);
    void run_change(const Command& command, std::size_t index);
    void lift_query_only();
    void put_query_only_back();
    void run_own(std::string_view sql, std::size_t index);
    void set_limits(std::optional<milliseconds> lock_timeout, std::optional<milliseconds> statement_timeout);
    void reset_of_batch(std::size_t index);
    void reset();
    void end_deferral();
    void renew();
    void restore_settings();
    void drop_temporary_objects();
    /// Why the next step cannot have a new connection; nullopt if it can.
    [[nodiscard]] std::optional<std::string_view> why_not_renewable() const;
    [[nodiscard]] Error refusal() const;
    void after_failure(std::span<const Command> commands);

    /// Of the call that failed last. doing: what is said before SQLite's words.
    [[nodiscard]] Error error(std::string_view doing, Sent sent = Sent::in_batch);
    [[nodiscard]] Error locked();
    /// offset: of the failing place in the command's SQL.
    [[noreturn]] static void fail(const Place& place, std::size_t offset, const Error& error);

    std::string display_;
    std::filesystem::path file_;  ///< absolute; empty: in memory
    std::string mode_;            ///< of the URL: ro, rw, rwc; empty: none
    OpenOptions options_;
    Lifetime lifetime_ = Lifetime::lasting;
    std::optional<EnclosedFiles> enclosed_files_;  ///< of one that is short-lived; ends after the connections
    Connection keeper_;                            ///< see open_keeper(); ends after connection_
    std::optional<FileState> quiet_;               ///< the file is read as one that nobody changes
    Connection connection_;
    Clock::time_point wait_began_;
    milliseconds waited_{0};
    milliseconds told_{0};
    milliseconds lock_timeout_{0};
    std::optional<milliseconds> statement_timeout_;
    std::optional<Clock::time_point> deadline_;  ///< of the statement that runs
    std::optional<SqliteGuest> guest_;           ///< the connection is somebody else's
    /// What rev itself runs again and again, by its SQL.
    std::map<std::string, PreparedStatement, std::less<>> own_statements_;
    bool notes_writes_ = false;
    std::set<TableWrite> writes_;
    std::optional<SqliteRunLock> run_lock_;  ///< held, or tried for
    std::optional<SqliteFlags> flags_;       ///< as they were before a revision's first statement
    bool in_memory_ = false;
    bool foreign_keys_ = false;      ///< whether rev wants them enforced
    bool puts_back_ = false;         ///< rev sets what a revision may have changed
    bool prepares_section_ = false;  ///< SQL of a revision
    // What changes() and total_changes() tell a revision: nothing of what rev itself writes.
    bool runs_section_ = false;
    bool asks_for_changes_ = false;       ///< the section's statement at work does, and not in a trigger
    std::optional<int> section_changes_;  ///< since rev wrote: what the section's last statement had changed
    int own_changes_ = 0;                 ///< as sqlite3_changes() has it before the section's statement
    int own_total_ = 0;                   ///< of sqlite3_total_changes()
    std::optional<std::string> refused_;  ///< of the statement that was prepared last
    bool holds_plan_ = false;             ///< the transaction does: Command::holds_plan
    // Since the last reset, or the last new connection:
    bool settings_changed_ = false;
    bool has_temporary_objects_ = false;  ///< perhaps
    bool defers_foreign_keys_ = false;
    bool needs_renewal_ = false;  ///< something may be left that ends with the connection only
    bool query_only_is_lifted_ = false;
    bool in_own_transaction_ = false;  ///< opened by Command::Kind::begin
};

}  // namespace rev::db
