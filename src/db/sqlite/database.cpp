// Batches on SQLite, statement by statement. Nothing is sent anywhere, so unlike PostgreSQL's exchanges there is
// nothing to save; what costs is preparing, and what is delicate is that a revision's SQL sees the session as if rev
// were not there.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "db/command_errors.hpp"
#include "db/drivers.hpp"
#include "db/sqlite/database.hpp"
#include "sql/sql_cursor.hpp"

namespace rev::db {

using std::chrono::milliseconds;

BatchResult SqliteDatabase::run(std::span<const Command> commands) {
    BatchResult result;
    try {
        for (std::size_t i = 0; i < commands.size(); ++i) run_command(commands[i], i, result);
    } catch (...) {
        after_failure(commands);
        throw;
    }
    return result;
}

/// What rev writes does not count for the SQL of a revision.
void SqliteDatabase::run_command(const Command& command, std::size_t index, BatchResult& result) {
    const bool is_source = command.kind == Command::Kind::sql || command.kind == Command::Kind::expect_empty ||
                           command.kind == Command::Kind::ask;
    if (is_source && !command.is_own) {
        // What a reset returns to is the state of a new connection.
        if (!flags_ && !guest_) flags_.emplace(connection_.get());
        return do_command(command, index, result);
    }
    // The first change of rev's own behind a section: changes() has to keep telling of the section's last statement.
    if (!section_changes_) section_changes_ = sqlite3_changes(connection_.get());
    const int before = sqlite3_total_changes(connection_.get());
    do_command(command, index, result);
    // A reset may have made a new connection, or begun to count anew.
    if (command.kind != Command::Kind::reset) own_total_ += sqlite3_total_changes(connection_.get()) - before;
}

void SqliteDatabase::do_command(const Command& command, std::size_t index, BatchResult& result) {
    switch (command.kind) {
        case Command::Kind::sql:
        case Command::Kind::expect_empty:
        case Command::Kind::ask:
            return run_sql(command, index, result);
        case Command::Kind::change:
            return run_change(command, index);
        case Command::Kind::fetch:
            *command.row = query(command.sql, {}).at(0);
            return;
        // Data from a pg_dump; there is no statement for it, and guessing the INSERTs would need the types.
        case Command::Kind::copy:
            throw CommandError(Error(ExitCode::revision_failed, error_codes::sql_error, "SQLite has no COPY")
                                   .with_hint("write INSERT statements in a section for sqlite")
                                   .with_location(location_in(command, 0)),
                               index);
        case Command::Kind::begin:
            lift_query_only();
            // IMMEDIATE: a deferred transaction takes the write lock with its first write and then fails at once,
            // without waiting, if another one has written since it first read.
            run_own("BEGIN IMMEDIATE", index);
            in_own_transaction_ = true;
            holds_plan_ = command.holds_plan;
            return;
        case Command::Kind::commit:
            // Only then: a COMMIT that fails, as for a deferred foreign key, leaves the transaction open for
            // after_failure().
            run_own("COMMIT", index);
            in_own_transaction_ = holds_plan_ = false;
            put_query_only_back();
            return;
        case Command::Kind::limit:
            return set_limits(command.lock_timeout, command.statement_timeout);
        case Command::Kind::reset:
            return reset_of_batch(index);
        // SQLite has no session objects but temporary ones, and these end with `reset`.
        case Command::Kind::discard:
            return;
    }
}

bool SqliteDatabase::reads_only_by_default() { return query("PRAGMA query_only", {}).at(0).at(0) == "1"; }

/// A revision that sets it means its own statements, not what rev writes between them.
void SqliteDatabase::lift_query_only() {
    if (query_only_is_lifted_ || !reads_only_by_default()) return;
    query_only_is_lifted_ = true;
    sqlite3_exec(connection_.get(), "PRAGMA query_only = OFF", nullptr, nullptr, nullptr);
}

void SqliteDatabase::put_query_only_back() {
    if (!std::exchange(query_only_is_lifted_, false)) return;
    sqlite3_exec(connection_.get(), "PRAGMA query_only = ON", nullptr, nullptr, nullptr);
}

void SqliteDatabase::set_limits(std::optional<milliseconds> lock_timeout,
                                std::optional<milliseconds> statement_timeout) {
    lock_timeout_ =
        // 0 is "no limit" as in PostgreSQL, where the busy handler's 0 would be "not at all".
        lock_timeout == milliseconds(0) ? milliseconds::max() : lock_timeout.value_or(options_.lock_timeout);
    statement_timeout_ = statement_timeout == milliseconds(0) ? std::nullopt : statement_timeout;
}

void SqliteDatabase::run_own(std::string_view sql, std::size_t index) {
    const std::string text(sql);
    // Only BEGIN and COMMIT come here, which may be tried again: a COMMIT that found readers in its way has kept its
    // transaction.
    const int code =
        attempt_until_free([&] { return sqlite3_exec(connection_.get(), text.c_str(), nullptr, nullptr, nullptr); });
    if (code != SQLITE_OK) throw CommandError(error(sql), index);
}

namespace {

/// The first row of a statement that should return none: "id = 1, name = x".
std::string describe_row(sqlite3_stmt* statement) {
    std::vector<std::string> columns;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        // Text of a blob ends at its first zero byte here; it is for people to look at.
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
        columns.push_back(fmt::format("{} = {}", sqlite3_column_name(statement, i), text == nullptr ? "NULL" : text));
    }
    return base::printable(base::join(columns, ", "));
}

}  // namespace

namespace {

/// Whether it sets what changes() answers.
/// CREATE, DROP and PRAGMA leave changes() as it was, and so the value that is shown to the section has to stay.
bool counts_changes(sqlite3_stmt* statement) {
    if (sqlite3_stmt_readonly(statement) != 0) return false;
    sql::SqlCursor cursor(sqlite3_sql(statement), Dialect::sqlite);
    const auto is = [&](std::string_view verb) { return cursor.at_word(verb); };
    return is("INSERT") || is("REPLACE") || is("UPDATE") || is("DELETE") || is("WITH");
}

}  // namespace

/// SQLite hands the comments before a statement to it; the caret is to point at its first word.
std::size_t SqliteDatabase::Place::offset() const {
    sql::StatementScanner scanner(command.sql.substr(start), Dialect::sqlite);
    return start + (scanner.next() ? scanner.begin() : 0);
}

void SqliteDatabase::run_sql(const Command& command, std::size_t index, BatchResult& result) {
    refuse_nul(command, index);
    // With a length, SQLite would copy all that is left of the text for each statement.
    const std::string text(command.sql);
    const char* next = text.c_str();
    // Each turn moves `next` behind a statement, so that the loop ends.
    for (std::size_t number = 0; *next != '\0'; ++number) {
        const Place place{command, index, number, static_cast<std::size_t>(next - text.c_str())};
        const auto statement = prepare_of_section(place, next);
        if (!statement) break;  // only blanks and comments were left
        refuse_parameters(place, statement.get());
        run_statement(place, statement.get(), result);
        ++result.statements;
        // After each statement and not at the end: what follows a COMMIT would be committed one by one. Some conflicts
        // (ON CONFLICT ROLLBACK) end the transaction, too, but fail as well.
        if (in_own_transaction_ && !in_transaction()) throw transaction_ended_error(command, index, place.offset());
    }
}

/// next: where it begins; then behind its end.
PreparedStatement SqliteDatabase::prepare_of_section(const Place& place, const char*& next) {
    const char* const start = next;
    // On somebody else's connection, his authorizer is asked, not ours.
    refused_ = guest_ ? guest_->find_outliving(start) : std::nullopt;
    sqlite3_stmt* prepared = nullptr;
    int code = SQLITE_AUTH;
    if (!refused_) {
        const SetForNow preparing(prepares_section_);
        // The authorizer sets it while the statement is prepared.
        asks_for_changes_ = false;
        code = prepare(start, -1, &prepared, &next);
    }
    PreparedStatement statement(prepared);
    if (code == SQLITE_OK) return statement;
    if (refused_) fail(place, place.offset(), refusal());
    int inside = -1;
#if SQLITE_VERSION_NUMBER >= 3038000
    inside = sqlite3_error_offset(connection_.get());
#endif
    // Relative to the text that was given, which begins at place.start. -1: SQLite knows no place.
    fail(place, inside < 0 ? place.offset() : place.start + static_cast<std::size_t>(inside), error({}));
}

/// Nobody binds a value: SQLite would take NULL, without a word.
void SqliteDatabase::refuse_parameters(const Place& place, sqlite3_stmt* statement) {
    if (sqlite3_bind_parameter_count(statement) == 0) return;
    const auto parameter = sql::find_sqlite_parameter(place.command.sql, place.start);
    const auto name = parameter.size() > 1 ? base::printable(parameter.substr(1)) : std::string();
    // `:name` is how variables of revisions are written; `?1`, `@name` and `$name` are SQLite's alone.
    const bool may_be_variable = parameter.starts_with(':');
    fail(place, static_cast<std::size_t>(parameter.data() - place.command.sql.data()),
         Error(ExitCode::revision_failed, error_codes::unbound_parameter,
               fmt::format("{} is a parameter, for which SQLite would take NULL", base::printable(parameter)))
             .with_hint(may_be_variable
                            ? fmt::format("list it in the header, `-- variables: {}`, or write the value itself", name)
                            : "write the value itself; variables are written `:name` and listed in the header"));
}

void SqliteDatabase::run_statement(const Place& place, sqlite3_stmt* statement, BatchResult& result) {
    if (statement_timeout_) deadline_ = Clock::now() + *statement_timeout_;
    const auto watched = guest_ ? guest_->watch(deadline_) : SqliteGuest::Watched();
    const SetForNow running(runs_section_);
    // If changes() still gives this while the section's statement runs, nothing has been counted since rev wrote.
    own_changes_ = sqlite3_changes(connection_.get());
    int code = SQLITE_ROW;
    while ((code = step(statement)) == SQLITE_ROW) {
        if (place.command.kind == Command::Kind::ask) result.answered = true;
        if (place.command.kind != Command::Kind::expect_empty) continue;
        throw returned_rows_error(place.command, place.index, place.number, place.offset(), describe_row(statement));
    }
    if (code != SQLITE_DONE) fail(place, place.offset(), error({}));
    // From here on SQLite's own counter tells of the section.
    if (!place.command.is_own && counts_changes(statement)) {
        section_changes_.reset();
        result.rows += sqlite3_changes(connection_.get());
    }
    deadline_.reset();
}

/// To a revision's SQL it is as if the change had not been: last_insert_rowid() does not tell of it.
void SqliteDatabase::run_change(const Command& command, std::size_t index) {
    const auto last_rowid = sqlite3_last_insert_rowid(connection_.get());
    try {
        // Changes are run once for each step, by the same few texts.
        auto* statement = prepare_once(command.sql);
        const ResetStatement reset_at_the_end(statement);
        bind(statement, command.parameters, Sent::in_batch);
        int code = SQLITE_ROW;
        // A RETURNING may give rows; nobody wants them, but the statement is complete only behind the last.
        while ((code = step(statement)) == SQLITE_ROW) continue;
        if (code != SQLITE_DONE) throw error({});
    } catch (const Error& failed) {
        throw CommandError(failed, index);
    }
    sqlite3_set_last_insert_rowid(connection_.get(), last_rowid);
    const int rows = sqlite3_changes(connection_.get());
    // Triggers do not count here: sqlite3_changes() leaves them out.
    if (rows != 1) throw wrong_row_count_error(command, index, std::to_string(rows));
}

void SqliteDatabase::reset_of_batch(std::size_t index) {
    try {
        reset();
    } catch (const Error& failed) {
        throw CommandError(failed, index);
    }
}

/// What failed is known already; nothing here may hide it.
void SqliteDatabase::after_failure(std::span<const Command> commands) {
    // SQLite may have rolled back by itself: SQLITE_FULL, SQLITE_IOERR, SQLITE_NOMEM and some others can do so.
    if (in_transaction()) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    in_own_transaction_ = holds_plan_ = false;
    put_query_only_back();
    deadline_.reset();
    const auto is_reset = [](const Command& command) { return command.kind == Command::Kind::reset; };
    // Without a reset in the batch, the session's settings are meant to last beyond it.
    if (std::none_of(commands.begin(), commands.end(), is_reset)) return;
    try {
        reset();
    } catch (const Error&) {
        return;
    }
}

void SqliteDatabase::rollback() {
    in_own_transaction_ = holds_plan_ = false;
    if (!in_transaction()) return;
    if (sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr) != SQLITE_OK) throw error("ROLLBACK");
    put_query_only_back();
}

std::unique_ptr<Database> use_sqlite(sqlite3* connection, const OpenOptions& options) {
    require_unused(connection);
    return std::make_unique<SqliteDatabase>(connection, options);
}

std::unique_ptr<Database> open_sqlite(const DatabaseUrl& url, const OpenOptions& options) {
    return std::make_unique<SqliteDatabase>(url, options);
}

std::unique_ptr<Database> open_short_lived_sqlite(const DatabaseUrl& url, const OpenOptions& options) {
    return std::make_unique<SqliteDatabase>(url, options, SqliteDatabase::Lifetime::short_lived);
}

}  // namespace rev::db
