#include "state/log.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <random>

#include "base/process.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "rev/version.hpp"
#include "state/notes.hpp"

namespace rev::state {
namespace {

/// A history with ten thousand heads would otherwise fill the log with ten thousand ids in each of its rows.
constexpr std::size_t heads_shown = 50;

std::string name_of_user(uid_t user) {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    // The effective user, as it is the one whose rights were used; containers run under ids that have no name.
    if (getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) return found->pw_name;
    return fmt::format("uid {}", user);
}

/// Looked up once for each user: a roll-out to thousands of databases would else read the list of users as often.
const std::string& os_user() {
    thread_local std::optional<uid_t> user;
    thread_local std::string name;
    const auto now = geteuid();
    if (user != now) name = name_of_user(now);
    user = now;
    return name;
}

/// Not the process id: runs on several machines write into one log.
std::string random_name() {
    // To open it takes longer than to ask it, and a fleet asks for each member.
    static thread_local std::random_device device;
    return fmt::format("{:08x}{:08x}", device(), device());
}

SqlValue null_if_empty(const std::string& text) { return text.empty() ? SqlValue{} : SqlValue{text}; }

/// What a row is made from.
struct RowFacts {
    const LogRecord& record;
    const LogWriter::Run& run;
};

/// All that rev does with a column of rev_log stands in one place: its definition, how it is read and how it is
/// written.
struct LogColumn {
    TableColumn definition;
    /// Absent: it is not read.
    void (*read)(LogEntry& entry, SqlValue&& value) = nullptr;
    /// Absent: the database fills it in.
    SqlValue (*write)(const RowFacts& facts) = nullptr;
};

constexpr TableColumn text_column(std::string_view name) { return {name, "pg_catalog.text", "TEXT"}; }
constexpr TableColumn number_column(std::string_view name) { return {name, "bigint", "INTEGER"}; }

template <std::string LogEntry::*member>
void read_text(LogEntry& entry, SqlValue&& value) {
    entry.*member = std::move(value).value_or("");
}

template <long long LogEntry::*member>
void read_number(LogEntry& entry, SqlValue&& value) {
    entry.*member = number(value);
}

template <std::string LogRecord::*member>
SqlValue write_text(const RowFacts& facts) {
    return null_if_empty(facts.record.*member);
}

template <std::string LogWriter::Run::*member>
SqlValue write_of_run(const RowFacts& facts) {
    return null_if_empty(facts.run.*member);
}

/// These two are treated apart below, by name.
constexpr std::string_view started_at = "started_at";
constexpr std::string_view duration_ms = "duration_ms";

const std::vector<LogColumn>& columns_of_log() {
    using Run = LogWriter::Run;
    static const std::vector<LogColumn> columns = {
        {{"id", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "INTEGER PRIMARY KEY"}, read_number<&LogEntry::id>},
        {{"event", "pg_catalog.text NOT NULL", "TEXT NOT NULL"},
         read_text<&LogEntry::event>,
         write_text<&LogRecord::event>},
        {text_column("revision"), read_text<&LogEntry::revision>, write_text<&LogRecord::revision>},
        {text_column("message"), read_text<&LogEntry::message>, write_text<&LogRecord::message>},
        {{started_at, "timestamp with time zone", "TEXT"},
         read_text<&LogEntry::started_at>,
         [](const RowFacts& facts) -> SqlValue { return utc_text(facts.record.started_at); }},
        {number_column(duration_ms), read_number<&LogEntry::duration_ms>,
         [](const RowFacts& facts) -> SqlValue {
             return std::to_string(facts.record.duration.value_or(std::chrono::milliseconds(0)).count());
         }},
        {number_column("statements"), read_number<&LogEntry::statements>,
         [](const RowFacts& facts) -> SqlValue { return std::to_string(facts.record.statements); }},
        {text_column("checksum"), read_text<&LogEntry::checksum>, write_text<&LogRecord::checksum>},
        {text_column("raw_checksum"), read_text<&LogEntry::raw_checksum>, write_text<&LogRecord::raw_checksum>},
        {text_column("database_user"), read_text<&LogEntry::database_user>, write_of_run<&Run::database_user>},
        {text_column("os_user"), read_text<&LogEntry::os_user>, write_of_run<&Run::os_user>},
        {text_column("host"), read_text<&LogEntry::host>, write_of_run<&Run::host>},
        {text_column("rev_version"), read_text<&LogEntry::rev_version>,
         [](const RowFacts&) -> SqlValue { return std::string(base::version); }},
        {text_column("heads_after"),
         [](LogEntry& entry, SqlValue&& value) { entry.heads_after = base::split_list(value.value_or("")); },
         // Empty and not NULL: there was no row.
         [](const RowFacts& facts) -> SqlValue { return facts.record.heads_after; }},
        {text_column("error"), read_text<&LogEntry::error>, write_text<&LogRecord::error>},
        {text_column("tag"), read_text<&LogEntry::tag>, write_of_run<&Run::tag>},
        {text_column("source"), read_text<&LogEntry::source>, write_text<&LogRecord::source>},
        {text_column("downgrade_sql"),
         [](LogEntry& entry, SqlValue&& value) { entry.downgrade_sql = std::move(value); },
         [](const RowFacts& facts) -> SqlValue { return facts.record.downgrade_sql; }},
        {text_column("run"), read_text<&LogEntry::run>, write_of_run<&Run::name>},
        {text_column("version_table"), nullptr, write_of_run<&Run::version_table>},
        {text_column("header"), read_text<&LogEntry::header>, write_text<&LogRecord::header>},
        {text_column("sql_from"), read_text<&LogEntry::sql_from>, write_text<&LogRecord::sql_from>},
        {text_column("notes"),
         [](LogEntry& entry, SqlValue&& value) { entry.notes = decode_notes(value.value_or("")); },
         [](const RowFacts& facts) { return null_if_empty(encode_notes(facts.record.notes)); }},
        {text_column("repeatable"), read_text<&LogEntry::repeatable>, write_text<&LogRecord::repeatable>},
        {text_column("session"), nullptr, [](const RowFacts& facts) { return facts.record.session; }},
        {number_column("lease"), nullptr,
         [](const RowFacts& facts) -> SqlValue {
             if (!facts.run.lease) return std::nullopt;
             return std::to_string(*facts.run.lease);
         }},
    };
    return columns;
}

/// `name` or a NULL in its place where an older table lacks it.
std::string column_or_null(const std::vector<std::string>& present, std::string_view name) {
    const bool there = std::ranges::find(present, name) != present.end();
    return there ? std::string(name) : "NULL";
}

std::string select_expression(const LogColumn& column, const std::vector<std::string>& present, Dialect dialect) {
    auto name = column_or_null(present, column.definition.name);
    if (dialect == Dialect::sqlite || name != started_at) return name;
    // In UTC whatever the session's TimeZone is, so that two people read the same.
    return R"(pg_catalog.to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS"Z"'))";
}

/// A placeholder of the column's type: an untyped one may be bound as text.
std::string placeholder(const TableColumn& column, Dialect dialect) {
    const auto type = dialect == Dialect::postgresql ? column.postgresql : column.sqlite;
    const bool is_text = type.starts_with("pg_catalog.text") || type.starts_with("TEXT");
    return is_text ? "?" : fmt::format("CAST(? AS {})", type);
}

std::string insert_sql_of(const Tables& tables, Dialect dialect, std::string_view duration) {
    std::vector<std::string> names;
    std::vector<std::string> values;
    for (const auto& column : columns_of_log()) {
        if (!column.write) continue;
        const bool is_expression = column.definition.name == duration_ms && !duration.empty();
        names.emplace_back(column.definition.name);
        values.push_back(is_expression ? std::string(duration) : placeholder(column.definition, dialect));
    }
    return fmt::format("INSERT INTO {} ({}) VALUES ({})", tables.log, base::join(names, ", "),
                       base::join(values, ", "));
}

std::string select_log(const Tables& tables, const std::vector<std::string>& present, Dialect dialect) {
    std::vector<std::string> columns;
    for (const auto& column : columns_of_log())
        if (column.read) columns.push_back(select_expression(column, present, dialect));
    // By id and not by time: clocks of several machines disagree. A row without version_table was written by an older
    // rev, which had one project in mind: it counts for every table.
    return fmt::format("SELECT {} FROM {} WHERE coalesce({}, ?) = ? ORDER BY id DESC", base::join(columns, ", "),
                       tables.log, column_or_null(present, "version_table"));
}

LogEntry to_entry(SqlRow& row) {
    LogEntry entry;
    std::size_t at = 0;
    for (const auto& column : columns_of_log())
        if (column.read) column.read(entry, std::move(row[at++]));
    return entry;
}

}  // namespace

const std::vector<TableColumn>& log_columns() {
    static const std::vector<TableColumn> columns = [] {
        std::vector<TableColumn> all;
        for (const auto& column : columns_of_log()) all.push_back(column.definition);
        return all;
    }();
    return columns;
}

std::string utc_text(std::chrono::system_clock::time_point time) {
    const auto since = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    return fmt::format("{}.{:03}Z", base::utc_time(static_cast<std::time_t>(seconds.count()), "%Y-%m-%d %H:%M:%S"),
                       (since - seconds).count());
}

std::string heads_text(const RowSet& rows) {
    auto ids = rows.first(heads_shown);
    if (rows.size() > ids.size()) ids.push_back(fmt::format("+{}", rows.size() - ids.size()));
    return base::join(ids, ",");
}

namespace {

/// By a change of the lease's own row, so that whoever looks for another one meanwhile waits for this transaction.
std::string check_lease_sql(const Tables& tables, Dialect dialect) {
    const auto lease = fmt::format("CAST(? AS {})", dialect == Dialect::postgresql ? "bigint" : "INTEGER");
    const auto greater = dialect == Dialect::postgresql ? "OPERATOR(pg_catalog.>)" : ">";
    return fmt::format(
        "UPDATE {0} SET event = event WHERE event {1} 'lease' AND version_table {1} ? AND lease {1} {2}"
        " AND NOT EXISTS (SELECT 1 FROM {0} AS newer WHERE newer.version_table {1} ? AND newer.lease {3} {2})",
        tables.log, tables.equals, lease, greater);
}

}  // namespace

LogWriter::LogWriter(Database& database, const Tables& tables, std::string tag, std::optional<long long> lease)
    : database_(&database),
      run_{.name = random_name(),
           .version_table = tables.key,
           .database_user = database.server_info().user,
           .os_user = os_user(),
           .host = base::host_name(),
           .tag = std::move(tag),
           .lease = lease},
      insert_(insert_sql_of(tables, database.dialect(), {})),
      // One expression spares a round trip: the row is in the same batch as the SQL that it tells about. From the start
      // of the transaction, as the server's clock has it: the client's would count the network, and could only be read
      // after the row was sent.
      insert_measured_(insert_sql_of(tables, database.dialect(),
                                     "CAST(extract(epoch FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-)"
                                     " pg_catalog.transaction_timestamp()) OPERATOR(pg_catalog.*) 1000 AS bigint)")),
      check_lease_(lease ? check_lease_sql(tables, database.dialect()) : std::string()) {}

std::vector<SqlValue> LogWriter::lease_parameters() const {
    const auto lease = std::to_string(run_.lease.value_or(0));
    return {run_.version_table, lease, run_.version_table, lease};
}

std::vector<SqlValue> LogWriter::parameters(const LogRecord& record) const {
    std::vector<SqlValue> values;
    for (const auto& column : columns_of_log()) {
        const bool is_measured = column.definition.name == duration_ms && !record.duration;
        if (column.write && !is_measured) values.push_back(column.write({record, run_}));
        // Such SQL could not be run either; with another character in its place it would be other SQL.
        if (column.definition.name == "downgrade_sql" && record.downgrade_sql &&
            !database_->can_hold(*record.downgrade_sql))
            values.back().reset();
    }
    return values;
}

void log_alone(Database& database, const VersionTable& table, LogRecord record, const std::string& tag) {
    const auto found = find_tables(database, table);
    ensure_version_table(database, found);
    const LogWriter log(database, sql_names(database, found.table), tag);
    record.heads_after = heads_text(RowSet(read_rows(database, found)));
    const std::array<Command, 3> commands{
        Command{.kind = Command::Kind::begin},
        Command{.kind = Command::Kind::change, .sql = log.insert_sql(false), .parameters = log.parameters(record)},
        Command{.kind = Command::Kind::commit}};
    run_own(database, found.table, commands);
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

}  // namespace rev::state
