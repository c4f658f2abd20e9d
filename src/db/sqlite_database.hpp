#pragma once

#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "db/lock_holder.hpp"
#include "db/sql_text.hpp"
#include "db/sqlite_guest.hpp"
#include "db/sqlite_handles.hpp"
#include "rev/database.hpp"

namespace rev {

/// SQLite's driver. Its files are sqlite.cpp (batches), sqlite_open.cpp, sqlite_statements.cpp, sqlite_wait.cpp,
/// sqlite_reset.cpp, sqlite_notes.cpp, sqlite_foreign_keys.cpp, sqlite_backup.cpp and sqlite_errors.cpp.
class SqliteDatabase final : public Database {
public:
    SqliteDatabase(const DatabaseUrl& url, OpenOptions options);
    /// On a connection of somebody else.
    SqliteDatabase(sqlite3* connection, OpenOptions options);
    ~SqliteDatabase() override;
    SqliteDatabase(const SqliteDatabase&) = delete;
    SqliteDatabase& operator=(const SqliteDatabase&) = delete;

    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }
    [[nodiscard]] ServerInfo server_info() override {
        return {display_, "SQLite", sqlite3_libversion(), "", file_.string()};
    }
    [[nodiscard]] std::string quote_identifier(std::string_view name) const override { return in_quotes(name, '"'); }
    [[nodiscard]] std::string quote_literal(std::string_view value) const override { return in_quotes(value, '\''); }
    [[nodiscard]] bool has_table(std::string_view schema, std::string_view table) override;
    [[nodiscard]] std::vector<SqlRow> query(std::string_view sql, std::span<const SqlValue> parameters) override;
    void query_each(std::string_view sql, const std::function<void(const SqlRow& row)>& take) override;
    BatchResult run(std::span<const Command> commands) override;
    void rollback() override;
    [[nodiscard]] bool in_transaction() override { return sqlite3_get_autocommit(connection_.get()) == 0; }
    bool set_foreign_keys(bool enforced) override;
    [[nodiscard]] std::vector<std::string> foreign_key_violations() override;
    void back_up(const std::filesystem::path& file) override;
    [[nodiscard]] std::vector<TableWrite> take_table_writes() override;
    [[nodiscard]] bool try_lock(std::string_view) override { return true; }
    [[nodiscard]] std::optional<LockHolder> lock_holder(std::string_view) override {
        auto holder = sqlite_lock_holder(file_);
        return holder.empty() ? std::nullopt : std::optional(LockHolder{std::move(holder)});
    }
    void unlock(std::string_view) override {}
    [[nodiscard]] bool is_alive() noexcept override { return connection_ != nullptr; }
    void reconnect() override { open(); }

private:
    using Clock = std::chrono::steady_clock;
    using milliseconds = std::chrono::milliseconds;

    void open();
    int connect(int flags, const std::string& name);
    void connect_read_only();
    void watch();
    int check_readable();

    static int on_busy(void* self, int count) { return static_cast<SqliteDatabase*>(self)->wait_while_busy(count); }
    static int on_progress(void* self) { return static_cast<SqliteDatabase*>(self)->must_stop() ? 1 : 0; }
    [[nodiscard]] bool is_overdue() const { return deadline_ && Clock::now() >= *deadline_; }
    [[nodiscard]] bool must_stop() const { return is_overdue() || is_interrupted(); }
    [[nodiscard]] bool is_interrupted() const { return options_.interrupted && options_.interrupted(); }
    int wait_while_busy(int count);
    static int on_authorize(void* self, int action, const char* table, const char* column, const char* schema,
                            const char* trigger) noexcept;
    void note(int action, const char* name, const char* detail, const char* schema);
    void for_each_row(std::string_view sql, std::span<const SqlValue> parameters,
                      const std::function<void(SqlRow row)>& take);
    void note_write(int action, std::string_view table, std::string_view schema, bool by_trigger);

    [[nodiscard]] bool has_foreign_keys() const;
    [[nodiscard]] PreparedStatement prepare(const std::string& sql);
    [[nodiscard]] sqlite3_stmt* prepare_once(std::string_view sql);
    void bind(sqlite3_stmt* statement, std::span<const SqlValue> parameters);
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
    void run_sql(const Command& command, std::size_t index, BatchResult& result);
    void run_change(const Command& command, std::size_t index);
    void run_own(std::string_view sql, std::size_t index);
    void set_limits(std::optional<milliseconds> lock_timeout, std::optional<milliseconds> statement_timeout);
    void reset();
    void reset_settings();
    void drop_temporary_tables();
    void after_failure(std::span<const Command> commands);

    [[nodiscard]] Error error(std::string_view doing);
    [[nodiscard]] Error locked();
    [[noreturn]] void fail(const Command& command, std::size_t index, std::size_t statement, std::size_t offset);

    std::string display_;
    std::filesystem::path file_;  ///< absolute; empty: in memory
    OpenOptions options_;
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
    bool settings_changed_ = false;      ///< by a PRAGMA since the last reset
    bool has_temporary_tables_ = false;  ///< perhaps: one was created since the last reset
    bool in_own_transaction_ = false;    ///< opened by Command::Kind::begin
};

}  // namespace rev
