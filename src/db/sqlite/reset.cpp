// What a revision's SQL has set ends with it. What cannot be put back for sure ends with the connection: the next step
// gets a new one. Where there is none to be had, SQL that would set such a thing is refused.

#include <fmt/format.h>

#include <utility>

#include "db/sqlite/database.hpp"
#include "db/sqlite/errors.hpp"

namespace rev::db {

/// A new connection needs a file that it can find again, and no transaction that spans the steps.
std::optional<std::string_view> SqliteDatabase::why_not_renewable() const {
    if (guest_) return "the connection is the application's";
    if (in_memory_) return "the database is in memory";
    if (holds_plan_) return "all steps share one transaction";
    return std::nullopt;
}

Error SqliteDatabase::refusal() const {
    const auto advice = guest_ || in_memory_
                            ? "do it in the application, before rev runs, or use a database in a file by its URL"
                            : "leave it out; or run the revisions each in a transaction of its own, without "
                              "--transaction all and --rehearse";
    return Error(ExitCode::revision_failed, error_codes::outlives_step,
                 fmt::format("{} would last longer than its revision, as {}", *refused_, *why_not_renewable()))
        .with_hint(advice);
}

void SqliteDatabase::reset() {
    const SetForNow putting_back(puts_back_);
    statement_timeout_.reset();
    // Within it COMMIT is still to come, for which the revision's lock_timeout holds.
    if (!in_transaction()) lock_timeout_ = options_.lock_timeout;
    if (std::exchange(defers_foreign_keys_, false) && in_transaction()) end_deferral();
    // Another's connection is not renewed; what would need it was refused when it was prepared.
    if (guest_) return guest_->restore_settings();
    if (needs_renewal_ && !in_transaction() && !in_memory_) return renew();
    if (std::exchange(settings_changed_, false)) restore_settings();
    if (std::exchange(has_temporary_objects_, false)) drop_temporary_objects();
    begin_counting_anew();
}

/// As a new connection would.
void SqliteDatabase::begin_counting_anew() {
    sqlite3_set_last_insert_rowid(connection_.get(), 0);
    section_changes_ = 0;
    own_total_ = sqlite3_total_changes(connection_.get());
}

/// As the commit of the step would do where each has a transaction of its own.
void SqliteDatabase::end_deferral() {
    // With a transaction of its own, the step's COMMIT checks the keys and ends the setting.
    if (!holds_plan_) return;
    int unresolved = 0;
    int highest = 0;
    // The counter is not zero if violations of deferred keys are left, immediate ones having failed already.
    sqlite3_db_status(connection_.get(), SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &highest, 0);
    if (unresolved != 0)
        throw Error(ExitCode::revision_failed, error_codes::sql_error,
                    "FOREIGN KEY constraint failed at the end of the revision")
            .with_sqlstate("SQLITE_CONSTRAINT");
    (void)query("PRAGMA defer_foreign_keys = OFF", {});
}

/// The new connection is there before the old one goes: while a file in WAL mode is open, its log stays.
void SqliteDatabase::renew() {
    if (options_.read_only) return open();
    // connect() takes what a new connection has for it.
    const bool enforced = foreign_keys_;
    // They are the old connection's, which would stay open behind its close until the last of them is finalized.
    own_statements_.clear();
    // Without CREATE: were the file gone, an empty one in its place would be taken for a database.
    const int code = connect(SQLITE_OPEN_READWRITE, file_.string());
    if (code != SQLITE_OK) throw sqlite_cannot_open(file_, code, sqlite3_errmsg(connection_.get()));
    set_foreign_keys(enforced);
}

/// Within a transaction, so that the settings do not touch rev's own changes.
void SqliteDatabase::restore_settings() {
    if (flags_) flags_->restore(connection_.get());
    // A busy_timeout has taken its place.
    sqlite3_busy_handler(connection_.get(), on_busy, this);
    if (!in_transaction()) set_foreign_keys(foreign_keys_);
}

/// Those without pages of their own first: triggers, views, and virtual tables, which take their tables with them.
void SqliteDatabase::drop_temporary_objects() {
    const auto objects = query(
        // Shadow tables of a virtual table are listed as well; by the time of their turn they are gone, hence IF EXISTS
        // below.
        "SELECT type, name FROM sqlite_temp_master WHERE type IN ('table', 'view', 'trigger') ORDER BY rootpage <> 0",
        {});
    for (const auto& row : objects) {
        if (row[1]->starts_with("sqlite_")) continue;
        (void)query(fmt::format("DROP {} IF EXISTS temp.{}", *row[0], quote_identifier(*row[1])), {});
    }
}

}  // namespace rev::db
