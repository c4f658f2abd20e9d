// What a revision's SQL has set ends with it.

#include <fmt/format.h>

#include <utility>

#include "db/sqlite_database.hpp"

namespace rev {

using std::chrono::milliseconds;

/// PRAGMAs last as long as the connection; these would change what the next revision's SQL means.
void SqliteDatabase::reset() {
    statement_timeout_.reset();
    if (!in_transaction()) lock_timeout_ = options_.lock_timeout;
    if (guest_) return guest_->restore_settings();
    if (std::exchange(settings_changed_, false)) reset_settings();
    if (std::exchange(has_temporary_tables_, false)) drop_temporary_tables();
}

void SqliteDatabase::reset_settings() {
    sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 0, nullptr);
    sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, nullptr);
    sqlite3_exec(connection_.get(),
                 "PRAGMA ignore_check_constraints = OFF; PRAGMA recursive_triggers = OFF; "
                 "PRAGMA case_sensitive_like = OFF",
                 nullptr, nullptr, nullptr);
    settings_changed_ = false;
}

void SqliteDatabase::drop_temporary_tables() {
    const auto tables = query("SELECT type, name FROM sqlite_temp_master WHERE type IN ('table', 'view')", {});
    for (const auto& row : tables) {
        if (row[1]->starts_with("sqlite_")) continue;
        (void)query(fmt::format("DROP {} IF EXISTS temp.{}", *row[0], quote_identifier(*row[1])), {});
    }
}

}  // namespace rev
