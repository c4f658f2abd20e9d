#include "db/sqlite/guest.hpp"

#include <fmt/format.h>

#include "base/signals_blocked.hpp"
#include "base/text.hpp"
#include "db/sql_text.hpp"
#include "rev/error.hpp"
#include "rev/stop.hpp"

namespace rev::db {
namespace {

/// The type stands first and has no blank, so that the first blank parts it from a name that may have some. Indexes go
/// with their tables.
constexpr const char* temporary_question =
    "SELECT type || ' ' || name FROM sqlite_temp_master WHERE type IN ('table', 'view', 'trigger')"
    " AND name NOT LIKE 'sqlite_%'";

}  // namespace

void require_unused(sqlite3* connection) {
    if (connection == nullptr)
        throw Error(ExitCode::usage, error_codes::no_connection, "the given SQLite connection is null")
            .with_hint("open it before, and check what sqlite3_open_v2() returns");
    // A guest may not end what the application has begun, and BEGIN within a transaction fails.
    if (sqlite3_get_autocommit(connection) == 0)
        throw Error(ExitCode::database, error_codes::transaction_open,
                    "the given SQLite connection has a transaction open")
            .with_hint("commit it or roll it back before; each revision runs in a transaction of its own");
    for (auto* statement = sqlite3_next_stmt(connection, nullptr); statement != nullptr;
         statement = sqlite3_next_stmt(connection, statement)) {
        if (sqlite3_stmt_busy(statement) == 0) continue;
        throw Error(ExitCode::database, error_codes::statement_open,
                    fmt::format("the given SQLite connection has a statement half-way: {}",
                                base::printable(sqlite3_sql(statement))))
            .with_hint("reset or finalize it before; it would keep revisions from changing its tables");
    }
}

SqliteGuest::SqliteGuest(sqlite3* connection, std::function<bool()> interrupted)
    : connection_(connection),
      flags_(connection),
      foreign_keys_(enforces_foreign_keys()),
      temporary_objects_(names(temporary_question)),
      interrupted_(std::move(interrupted)) {
    // Without a question to ask there is nothing to watch; the deadline of a statement then goes unwatched as well.
    if (!interrupted_) return;
    const base::SignalsBlocked signals_blocked;
    watcher_ = std::jthread([this](const std::stop_token& stop) { watch_statements(stop); });
}

SqliteGuest::~SqliteGuest() {
    try {
        // Only running out of memory throws here: run() and what it calls pass over SQLite's own failures.
        restore_settings();
        if (enforces_foreign_keys() != foreign_keys_) run(fmt::format("PRAGMA foreign_keys = {}", foreign_keys_));
    } catch (const std::bad_alloc&) {  // nothing more can be done
    }
}

bool SqliteGuest::enforces_foreign_keys() const {
    int enforced = 0;
    sqlite3_db_config(connection_, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &enforced);
    return enforced != 0;
}

std::set<std::string> SqliteGuest::names(const char* sql) const {
    std::set<std::string> found;
    sqlite3_stmt* statement = nullptr;
    // A question that the application's authorizer refuses has no rows: then nothing is taken for rev's to drop.
    sqlite3_prepare_v2(connection_, sql, -1, &statement, nullptr);
    while (statement != nullptr && sqlite3_step(statement) == SQLITE_ROW)
        found.emplace(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    return found;
}

void SqliteGuest::run(const std::string& sql) { sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr); }

/// Only what is new is dropped: temporary tables of before are the application's, as is everything else in the session.
void SqliteGuest::restore_settings() {
    flags_.restore(connection_);
    drop_new_temporary_objects();
}

void SqliteGuest::drop_new_temporary_objects() {
    for (const auto& object : names(temporary_question)) {
        if (temporary_objects_.contains(object)) continue;
        const auto blank = object.find(' ');
        run(fmt::format("DROP {} IF EXISTS temp.{}", object.substr(0, blank),
                        base::in_quotes(object.substr(blank + 1), '"')));
    }
}

/// With an empty database under each name that the given connection knows: PRAGMAs may name one.
void SqliteGuest::open_trial() {
    sqlite3* opened = nullptr;
    // It has no tables of the application, and needs none: the authorizer is asked about ATTACH and PRAGMA while the
    // text is parsed, before any table is looked for.
    sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (opened == nullptr) throw std::bad_alloc();
    trial_.reset(opened);
    for (const auto& name : names("SELECT name FROM pragma_database_list WHERE name NOT IN ('main', 'temp')")) {
        const auto attach = "ATTACH ':memory:' AS " + base::in_quotes(name, '"');
        sqlite3_exec(opened, attach.c_str(), nullptr, nullptr, nullptr);
    }
    sqlite3_set_authorizer(
        opened,
        [](void* self, int action, const char* name, const char* detail, const char*, const char*) {
            auto& outliving = static_cast<SqliteGuest*>(self)->outliving_;
            if (!outliving) outliving = rev::db::find_outliving(action, name, detail);
            return SQLITE_DENY;  // some PRAGMAs have their effect before they run
        },
        this);
}

/// That it cannot be prepared is of no interest: it is denied whatever it asks.
std::optional<std::string> SqliteGuest::find_outliving(const char* sql) {
    if (!trial_) open_trial();
    outliving_.reset();
    sqlite3_stmt* prepared = nullptr;
    sqlite3_prepare_v2(trial_.get(), sql, -1, &prepared, nullptr);
    const PreparedStatement statement(prepared);
    return std::exchange(outliving_, std::nullopt);
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
    // The flag is polled: a stop by signal can wake no condition variable.
    while (!stop.stop_requested()) {
        wake_.wait_for(lock, stop, between_looks, [] { return false; });
        const bool is_overdue = deadline_ && Clock::now() >= *deadline_;
        // Interrupting an idle connection would hit the application's next statement.
        if (watching_ && (is_overdue || interrupted_())) sqlite3_interrupt(connection_);
    }
}

}  // namespace rev::db
