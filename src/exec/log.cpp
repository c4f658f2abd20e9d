#include "exec/log.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>

#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "exec/batch.hpp"
#include "rev/version.hpp"

namespace rev {
namespace {

constexpr std::size_t heads_shown = 50;

std::string os_user() {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        return found->pw_name;
    return fmt::format("uid {}", geteuid());
}

std::string host_name() {
    std::array<char, 256> buffer{};
    if (gethostname(buffer.data(), buffer.size() - 1) != 0) return {};
    return buffer.data();
}

std::string random_name() {
    std::random_device device;
    return fmt::format("{:08x}{:08x}", device(), device());
}

SqlValue null_if_empty(const std::string& text) { return text.empty() ? SqlValue{} : SqlValue{text}; }

/// `name` or a NULL in its place where an older table lacks it.
std::string column_or_null(const std::vector<std::string>& present, std::string_view name) {
    const bool there = std::ranges::find(present, name) != present.end();
    return there ? std::string(name) : "NULL";
}

std::string started_at_text(const std::vector<std::string>& present, Dialect dialect) {
    if (dialect == Dialect::sqlite || column_or_null(present, "started_at") == "NULL")
        return column_or_null(present, "started_at");
    return R"(pg_catalog.to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS"Z"'))";
}

LogEntry to_entry(SqlRow& row) {
    LogEntry entry;
    std::size_t at = 0;
    const auto text = [&] { return std::move(row[at++]).value_or(""); };
    entry.id = number(row[at++]);
    entry.event = text();
    entry.revision = text();
    entry.message = text();
    entry.started_at = text();
    entry.duration_ms = number(row[at++]);
    entry.statements = number(row[at++]);
    entry.checksum = text();
    entry.raw_checksum = text();
    entry.database_user = text();
    entry.os_user = text();
    entry.host = text();
    entry.rev_version = text();
    entry.heads_after = split_list(text());
    entry.error = text();
    entry.tag = text();
    entry.source = text();
    entry.run = text();
    entry.downgrade_sql = std::move(row[at++]);
    entry.header = text();
    entry.sql_from = text();
    return entry;
}

std::string select_log(const Tables& tables, const std::vector<std::string>& present, Dialect dialect) {
    std::vector<std::string> columns{"id", "event", "revision", column_or_null(present, "message"),
                                     started_at_text(present, dialect)};
    for (const auto* name :
         {"duration_ms", "statements", "checksum", "raw_checksum", "database_user", "os_user", "host", "rev_version",
          "heads_after", "error", "tag", "source", "run", "downgrade_sql", "header", "sql_from"})
        columns.push_back(column_or_null(present, name));
    return fmt::format("SELECT {} FROM {} WHERE coalesce({}, ?) = ? ORDER BY id DESC", join(columns, ", "), tables.log,
                       column_or_null(present, "version_table"));
}

}  // namespace

const std::vector<Column>& log_columns() {
    static const std::vector<Column> columns = {
        {"id", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "INTEGER PRIMARY KEY"},
        {"event", "pg_catalog.text NOT NULL", "TEXT NOT NULL"},
        {"revision", "pg_catalog.text", "TEXT"},
        {"message", "pg_catalog.text", "TEXT"},
        {"started_at", "timestamp with time zone", "TEXT"},
        {"duration_ms", "bigint", "INTEGER"},
        {"statements", "bigint", "INTEGER"},
        {"checksum", "pg_catalog.text", "TEXT"},
        {"raw_checksum", "pg_catalog.text", "TEXT"},
        {"database_user", "pg_catalog.text", "TEXT"},
        {"os_user", "pg_catalog.text", "TEXT"},
        {"host", "pg_catalog.text", "TEXT"},
        {"rev_version", "pg_catalog.text", "TEXT"},
        {"heads_after", "pg_catalog.text", "TEXT"},
        {"error", "pg_catalog.text", "TEXT"},
        {"tag", "pg_catalog.text", "TEXT"},
        {"source", "pg_catalog.text", "TEXT"},
        {"downgrade_sql", "pg_catalog.text", "TEXT"},
        {"run", "pg_catalog.text", "TEXT"},
        {"version_table", "pg_catalog.text", "TEXT"},
        {"header", "pg_catalog.text", "TEXT"},
        {"sql_from", "pg_catalog.text", "TEXT"},
        {"session", "pg_catalog.text", "TEXT"},
    };
    return columns;
}

std::string utc_text(std::chrono::system_clock::time_point time) {
    const auto since = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    return fmt::format("{}.{:03}Z", utc_time(static_cast<std::time_t>(seconds.count()), "%Y-%m-%d %H:%M:%S"),
                       (since - seconds).count());
}

std::string heads_text(const RowSet& rows) {
    auto ids = rows.first(heads_shown);
    if (rows.size() > ids.size()) ids.push_back(fmt::format("+{}", rows.size() - ids.size()));
    return join(ids, ",");
}

Caller find_caller() { return {.os_user = os_user(), .host = host_name()}; }

LogWriter::LogWriter(Database& database, const Tables& tables, std::string tag)
    : database_(&database),
      version_table_(tables.key),
      run_(random_name()),
      database_user_(database.server_info().user),
      tag_(std::move(tag)),
      caller_(find_caller()) {
    const bool postgresql = database.dialect() == Dialect::postgresql;
    const auto insert = [&](std::string_view started, std::string_view duration) {
        return fmt::format(
            "INSERT INTO {} (event, revision, message, started_at, duration_ms, statements, checksum, raw_checksum,"
            " database_user, os_user, host, rev_version, heads_after, error, tag, source, downgrade_sql, run,"
            " version_table, header, sql_from, session)"
            " VALUES (?, ?, ?, {}, {}, {}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            tables.log, started, duration, postgresql ? "CAST(? AS bigint)" : "CAST(? AS INTEGER)");
    };
    const std::string_view started = postgresql ? "CAST(? AS timestamp with time zone)" : "?";
    insert_ = insert(started, postgresql ? "CAST(? AS bigint)" : "CAST(? AS INTEGER)");
    // One expression spares a round trip: the row is in the same batch as the SQL that it tells about.
    insert_measured_ = insert(started,
                              "CAST(extract(epoch FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-)"
                              " pg_catalog.transaction_timestamp()) OPERATOR(pg_catalog.*) 1000 AS bigint)");
}

std::vector<SqlValue> LogWriter::parameters(const LogRecord& record) const {
    std::vector<SqlValue> values{record.event, null_if_empty(record.revision), null_if_empty(record.message),
                                 utc_text(record.started_at)};
    if (record.duration) values.emplace_back(std::to_string(record.duration->count()));
    values.emplace_back(std::to_string(record.statements));
    for (const auto* text : {&record.checksum, &record.raw_checksum, &database_user_, &caller_.os_user, &caller_.host})
        values.push_back(null_if_empty(*text));
    values.emplace_back(version);
    values.emplace_back(record.heads_after);
    for (const auto* text : {&record.error, &tag_, &record.source}) values.push_back(null_if_empty(*text));
    // Such SQL could not be run either; with another character in its place it would be other SQL.
    const bool can_be_kept = record.downgrade_sql && database_->can_hold(*record.downgrade_sql);
    values.push_back(can_be_kept ? record.downgrade_sql : std::nullopt);
    values.emplace_back(run_);
    values.emplace_back(version_table_);
    for (const auto* text : {&record.header, &record.sql_from}) values.push_back(null_if_empty(*text));
    values.push_back(record.session);
    return values;
}

void log_alone(Database& database, const VersionTable& table, LogRecord record, const std::string& tag) {
    const auto found = find_tables(database, table);
    ensure_version_table(database, found);
    const LogWriter log(database, sql_names(database, found.table), tag);
    record.heads_after = heads_text(RowSet(read_rows(database, found)));
    Batch batch;
    batch.begin();
    batch.change(log.insert_sql(false), log.parameters(record));
    batch.commit();
    run_own(database, found.table, batch.commands());
}

std::vector<LogEntry> read_log(Database& database, const FoundTables& found, std::size_t limit) {
    if (found.log.empty()) return {};
    const auto tables = sql_names(database, found.table);
    auto sql = select_log(tables, found.log, database.dialect());
    if (limit != 0) sql += fmt::format(" LIMIT {}", limit);
    const std::vector<SqlValue> parameters{tables.key, tables.key};
    std::vector<LogEntry> entries;
    for (auto& row : database.query(sql, parameters)) entries.push_back(to_entry(row));
    return entries;
}

std::vector<LogEntry> read_log(Database& database, const VersionTable& table, std::size_t limit) {
    return read_log(database, find_tables(database, table), limit);
}

}  // namespace rev
