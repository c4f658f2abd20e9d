// Statements as SQLite prepares and steps them, and rev's own queries.

#include <fmt/format.h>

#include "base/text.hpp"
#include "db/sql_text.hpp"
#include "db/sqlite/database.hpp"
#include "db/sqlite/errors.hpp"

namespace rev::db {

/// To prepare reads the schema, for which the file is locked for a moment: another connection may be in the way already
/// here.
int SqliteDatabase::prepare(const char* sql, int size, sqlite3_stmt** statement, const char** tail) {
    const auto attempt = [&] { return sqlite3_prepare_v2(connection_.get(), sql, size, statement, tail); };
    // Inside a transaction there is nothing to wait for: it has the lock.
    return in_transaction() ? attempt() : attempt_until_free(attempt);
}

int SqliteDatabase::step(sqlite3_stmt* statement) {
    // Half-way through its rows a statement has its locks, and cannot be begun again.
    if (in_transaction() || sqlite3_stmt_busy(statement) != 0) return sqlite3_step(statement);
    return attempt_until_free([&] {
        // After SQLITE_BUSY a statement has to be reset before it is tried again.
        sqlite3_reset(statement);
        return sqlite3_step(statement);
    });
}

PreparedStatement SqliteDatabase::prepare(const std::string& sql, Sent sent) {
    sqlite3_stmt* statement = nullptr;
    // With the zero byte in the size, SQLite need not copy the text.
    const int code = prepare(sql.c_str(), static_cast<int>(sql.size()) + 1, &statement, nullptr);
    if (code != SQLITE_OK) throw error({}, sent);
    return PreparedStatement(statement);
}

/// Stays prepared for the next time. SQLite itself prepares it again where the schema has changed.
sqlite3_stmt* SqliteDatabase::prepare_once(std::string_view sql) {
    auto found = own_statements_.find(sql);
    if (found == own_statements_.end()) {
        std::string text(sql);
        // Into the map only when it is prepared: a failure leaves nothing behind.
        auto statement = prepare(text, Sent::in_batch);
        found = own_statements_.emplace(std::move(text), std::move(statement)).first;
    }
    return found->second.get();
}

void SqliteDatabase::bind(sqlite3_stmt* statement, std::span<const SqlValue> parameters, Sent sent) {
    int index = 0;
    for (const auto& value : parameters) {
        ++index;
        const int code =
            // TRANSIENT: the statement stays prepared for longer than the caller's values live. Bound as text; the
            // column's affinity makes a number of it where there is to be one.
            value ? sqlite3_bind_text64(statement, index, value->data(), value->size(), SQLITE_TRANSIENT, SQLITE_UTF8)
                  : sqlite3_bind_null(statement, index);
        if (code != SQLITE_OK) throw error({}, sent);
    }
}

/// The row at which the statement stands.
SqlRow row_of(sqlite3_stmt* statement) {
    SqlRow row;
    for (int column = 0; column < sqlite3_column_count(statement); ++column) {
        // The order matters: sqlite3_column_text may convert the value, and only then is the number of bytes that of
        // the text.
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        row.push_back(text == nullptr ? SqlValue() : SqlValue(std::string(text, size)));
    }
    return row;
}

std::vector<SqlRow> SqliteDatabase::query(std::string_view sql, std::span<const SqlValue> parameters) {
    // Only a file that is being written all the time comes near it.
    constexpr int most_tries = 10;
    const std::string text(sql);
    for (int tries = 0; tries < most_tries; ++tries) {
        auto rows = query_once(text, parameters);
        // Was the file changed meanwhile, then the answer may mix old pages with new ones, and is thrown away.
        if (!quiet_ || in_transaction() || quiet_->is_so_still()) return rows;
        open();
    }
    throw sqlite_database_error(error_codes::database_changing,
                                base::printable(file_.string()) + " changes while it is read",
                                "run the command again, or where the folder of the database can be written");
}

std::vector<SqlRow> SqliteDatabase::query_once(const std::string& sql, std::span<const SqlValue> parameters) {
    std::vector<SqlRow> rows;
    for_each_row(sql, parameters, [&](SqlRow row) { rows.push_back(std::move(row)); });
    return rows;
}

void SqliteDatabase::query_each(std::string_view sql, const std::function<void(const SqlRow& row)>& take) {
    for_each_row(sql, {}, take);
}

void SqliteDatabase::for_each_row(std::string_view sql, std::span<const SqlValue> parameters,
                                  const std::function<void(SqlRow row)>& take) {
    const auto statement = prepare(std::string(sql), Sent::as_question);
    bind(statement.get(), parameters, Sent::as_question);
    int code = SQLITE_ROW;
    while ((code = step(statement.get())) == SQLITE_ROW) take(row_of(statement.get()));
    if (code != SQLITE_DONE) throw error({}, Sent::as_question);
}

bool SqliteDatabase::has_table(std::string_view schema, std::string_view table) {
    const auto sql =
        // SQLite compares names without regard to case, in ASCII only, which lower() does as well.
        fmt::format("SELECT 1 FROM {}.sqlite_master WHERE type IN ('table', 'view') AND lower(name) = lower(?)",
                    schema.empty() ? std::string("main") : quote_identifier(schema));
    const SqlValue name{std::string(table)};
    return !query(sql, std::span(&name, 1)).empty();
}

}  // namespace rev::db
