#include "db/sqlite_guest.hpp"

#include <fmt/format.h>

#include <array>

#include "base/signals_blocked.hpp"
#include "base/text.hpp"
#include "db/sql_text.hpp"
#include "rev/error.hpp"

namespace rev {
namespace {

/// Settings of a session that SQL can change and that SQLite tells.
constexpr std::array<const char*, 19> pragmas = {
    "recursive_triggers", "ignore_check_constraints",
    "legacy_alter_table", "writable_schema",
    "defer_foreign_keys", "query_only",
    "synchronous",        "cache_size",
    "cache_spill",        "temp_store",
    "read_uncommitted",   "reverse_unordered_selects",
    "secure_delete",      "automatic_index",
    "trusted_schema",     "cell_size_check",
    "locking_mode",       "wal_autocheckpoint",
    "busy_timeout",
};

constexpr const char* like_question = "SELECT 'a' LIKE 'A'";
constexpr const char* temporary_question =
    "SELECT type || ' ' || name FROM sqlite_temp_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'";
constexpr const char* databases_question = "SELECT name FROM pragma_database_list";

}  // namespace

void require_unused(sqlite3* connection) {
    if (connection == nullptr)
        throw Error(ExitCode::usage, "no_connection", "the given SQLite connection is null")
            .with_hint("open it before, and check what sqlite3_open_v2() returns");
    if (sqlite3_get_autocommit(connection) == 0)
        throw Error(ExitCode::database, "transaction_open", "the given SQLite connection has a transaction open")
            .with_hint("commit it or roll it back before; each revision runs in a transaction of its own");
    for (auto* statement = sqlite3_next_stmt(connection, nullptr); statement != nullptr;
         statement = sqlite3_next_stmt(connection, statement)) {
        if (sqlite3_stmt_busy(statement) == 0) continue;
        throw Error(
            ExitCode::database, "statement_open",
            fmt::format("the given SQLite connection has a statement half-way: {}", printable(sqlite3_sql(statement))))
            .with_hint("reset or finalize it before; it would keep revisions from changing its tables");
    }
}

SqliteGuest::SqliteGuest(sqlite3* connection, std::function<bool()> interrupted)
    : connection_(connection),
      foreign_keys_(read("PRAGMA foreign_keys")),
      like_(read(like_question)),
      temporary_tables_(names(temporary_question)),
      databases_(names(databases_question)),
      interrupted_(std::move(interrupted)) {
    for (const auto* pragma : pragmas) {
        auto value = read(fmt::format("PRAGMA {}", pragma));
        if (!value.empty()) settings_.push_back({pragma, std::move(value)});
    }
    if (!interrupted_) return;
    const SignalsBlocked signals_blocked;
    watcher_ = std::jthread([this](const std::stop_token& stop) { watch_statements(stop); });
}

SqliteGuest::~SqliteGuest() {
    try {
        restore_settings();
        set({"foreign_keys", foreign_keys_});
    } catch (const std::bad_alloc&) {  // nothing more can be done
    }
}

/// The first value of the first row; empty if there is none or it cannot be asked for.
std::string SqliteGuest::read(const std::string& sql) const {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr);
    std::string value;
    if (statement != nullptr && sqlite3_step(statement) == SQLITE_ROW) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
        if (text != nullptr) value = text;
    }
    sqlite3_finalize(statement);
    return value;
}

std::set<std::string> SqliteGuest::names(const char* sql) const {
    std::set<std::string> found;
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(connection_, sql, -1, &statement, nullptr);
    while (statement != nullptr && sqlite3_step(statement) == SQLITE_ROW)
        found.emplace(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    return found;
}

void SqliteGuest::run(const std::string& sql) { sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr); }

/// To set what is so already can have effects, such as the loss of a busy handler.
void SqliteGuest::set(const Setting& setting) {
    if (read("PRAGMA " + setting.pragma) != setting.value) run("PRAGMA " + setting.pragma + " = " + setting.value);
}

void SqliteGuest::restore_settings() {
    for (const auto& setting : settings_) set(setting);
    // Not a PRAGMA that tells its value; setting it replaces a LIKE of the application.
    if (read(like_question) != like_) run(fmt::format("PRAGMA case_sensitive_like = {}", like_ == "0" ? "ON" : "OFF"));
    drop_new_temporary_tables();
    if (sqlite3_get_autocommit(connection_) != 0) detach_new_databases();
}

void SqliteGuest::drop_new_temporary_tables() {
    for (const auto& table : names(temporary_question)) {
        if (temporary_tables_.contains(table)) continue;
        const auto blank = table.find(' ');
        run(fmt::format("DROP {} IF EXISTS temp.{}", table.substr(0, blank), in_quotes(table.substr(blank + 1), '"')));
    }
}

void SqliteGuest::detach_new_databases() {
    for (const auto& name : names(databases_question))
        if (!databases_.contains(name) && name != "temp") run("DETACH " + in_quotes(name, '"'));
}

SqliteGuest::Watched SqliteGuest::watch(std::optional<Clock::time_point> deadline) {
    if (!interrupted_) return Watched();
    const std::lock_guard lock(mutex_);
    watching_ = true;
    deadline_ = deadline;
    return Watched(this);
}

void SqliteGuest::end_watch() {
    const std::lock_guard lock(mutex_);
    watching_ = false;
}

/// Holds the mutex while it interrupts, so that it never meets what follows the statement, such as its ROLLBACK.
void SqliteGuest::watch_statements(const std::stop_token& stop) {
    constexpr std::chrono::milliseconds between_looks{50};
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        wake_.wait_for(lock, stop, between_looks, [] { return false; });
        const bool is_overdue = deadline_ && Clock::now() >= *deadline_;
        if (watching_ && (is_overdue || interrupted_())) sqlite3_interrupt(connection_);
    }
}

}  // namespace rev
