#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "db/command_errors.hpp"
#include "db/drivers.hpp"
#include "db/sqlite_database.hpp"

namespace rev {

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

void SqliteDatabase::run_command(const Command& command, std::size_t index, BatchResult& result) {
    switch (command.kind) {
        case Command::Kind::sql:
        case Command::Kind::expect_empty:
            return run_sql(command, index, result);
        case Command::Kind::change:
            return run_change(command, index);
        case Command::Kind::copy:
            throw CommandError(Error(ExitCode::revision_failed, "sql_error", "SQLite has no COPY")
                                   .with_hint("write INSERT statements in a section for sqlite")
                                   .with_location(location_in(command, 0)),
                               index);
        case Command::Kind::begin:
            run_own("BEGIN IMMEDIATE", index);
            in_own_transaction_ = true;
            return;
        case Command::Kind::commit:
            run_own("COMMIT", index);
            in_own_transaction_ = false;
            return;
        case Command::Kind::limit:
            return set_limits(command.lock_timeout, command.statement_timeout);
        case Command::Kind::reset:
            return reset();
        case Command::Kind::discard:
            return;
    }
}

void SqliteDatabase::set_limits(std::optional<milliseconds> lock_timeout,
                                std::optional<milliseconds> statement_timeout) {
    lock_timeout_ =
        lock_timeout == milliseconds(0) ? milliseconds::max() : lock_timeout.value_or(options_.lock_timeout);
    statement_timeout_ = statement_timeout == milliseconds(0) ? std::nullopt : statement_timeout;
}

void SqliteDatabase::run_own(std::string_view sql, std::size_t index) {
    const std::string text(sql);
    const int code =
        attempt_until_free([&] { return sqlite3_exec(connection_.get(), text.c_str(), nullptr, nullptr, nullptr); });
    if (code != SQLITE_OK) throw CommandError(error(sql), index);
}

namespace {

/// The first row of a statement that should return none: "id = 1, name = x".
std::string describe_row(sqlite3_stmt* statement) {
    std::vector<std::string> columns;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
        columns.push_back(fmt::format("{} = {}", sqlite3_column_name(statement, i), text == nullptr ? "NULL" : text));
    }
    return printable(join(columns, ", "));
}

}  // namespace

void SqliteDatabase::run_sql(const Command& command, std::size_t index, BatchResult& result) {
    refuse_nul(command, index);
    // With a length, SQLite would copy all that is left of the text for each statement.
    const std::string text(command.sql);
    const char* next = text.c_str();
    for (std::size_t number = 0; *next != '\0'; ++number) {
        const char* const start = next;
        const auto offset = [&] {
            StatementScanner scanner(std::string_view(start, text.c_str() + text.size()), Dialect::sqlite);
            return static_cast<std::size_t>(start - text.c_str()) + (scanner.next() ? scanner.begin() : 0);
        };
        sqlite3_stmt* prepared = nullptr;
        if (prepare(start, -1, &prepared, &next) != SQLITE_OK) {
            int inside = -1;
#if SQLITE_VERSION_NUMBER >= 3038000
            inside = sqlite3_error_offset(connection_.get());
#endif
            fail(command, index, number,
                 inside < 0 ? offset() : static_cast<std::size_t>(start - text.c_str() + inside));
        }
        const PreparedStatement statement(prepared);
        if (!statement) break;  // only blanks and comments were left
        if (statement_timeout_) deadline_ = Clock::now() + *statement_timeout_;
        const auto watched = guest_ ? guest_->watch(deadline_) : SqliteGuest::Watched();
        int code = SQLITE_ROW;
        while ((code = step(statement.get())) == SQLITE_ROW) {
            if (command.kind != Command::Kind::expect_empty) continue;
            throw returned_rows_error(command, index, number, offset(), describe_row(statement.get()));
        }
        if (code != SQLITE_DONE) fail(command, index, number, offset());
        deadline_.reset();
        ++result.statements;
        if (in_own_transaction_ && !in_transaction()) throw transaction_ended_error(command, index, offset());
    }
}

void SqliteDatabase::run_change(const Command& command, std::size_t index) {
    try {
        auto* statement = prepare_once(command.sql);
        const ResetStatement reset_at_the_end(statement);
        bind(statement, command.parameters);
        int code = SQLITE_ROW;
        while ((code = step(statement)) == SQLITE_ROW) continue;
        if (code != SQLITE_DONE) throw error({});
    } catch (const Error& failed) {
        throw CommandError(failed, index);
    }
    const int rows = sqlite3_changes(connection_.get());
    if (rows != 1) throw wrong_row_count_error(command, index, std::to_string(rows));
}

/// What failed is known already; nothing here may hide it.
void SqliteDatabase::after_failure(std::span<const Command> commands) {
    if (in_transaction()) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    in_own_transaction_ = false;
    deadline_.reset();
    const auto is_reset = [](const Command& command) { return command.kind == Command::Kind::reset; };
    if (std::none_of(commands.begin(), commands.end(), is_reset)) return;
    try {
        reset();
    } catch (const Error&) {
        return;
    }
}

void SqliteDatabase::rollback() {
    in_own_transaction_ = false;
    if (!in_transaction()) return;
    if (sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr) != SQLITE_OK) throw error("ROLLBACK");
}

std::unique_ptr<Database> use_sqlite(sqlite3* connection, const OpenOptions& options) {
    require_unused(connection);
    return std::make_unique<SqliteDatabase>(connection, options);
}

std::unique_ptr<Database> open_sqlite(const DatabaseUrl& url, const OpenOptions& options) {
    return std::make_unique<SqliteDatabase>(url, options);
}

}  // namespace rev
