#include "state/log.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <random>

#include "base/process.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "rev/version.hpp"
#include "state/notes.hpp"
#include "state/read_columns.hpp"

namespace rev::state {
namespace {

/// A history with ten thousand heads would otherwise fill the log with ten thousand ids in each of its rows.
constexpr std::size_t heads_shown = 50;

/// The effective user, as it is the one whose rights were used.
std::string name_of(uid_t user) {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    // Containers run under ids that have no name.
    if (getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) return found->pw_name;
    return fmt::format("uid {}", user);
}

std::string os_user() {
    // Asked once: a directory of users may be on another machine, and a fleet has thousands of runs.
    static const uid_t first = geteuid();
    static const std::string name_of_first = name_of(first);
    const auto user = geteuid();
    return user == first ? name_of_first : name_of(user);
}

/// Not the process id: runs on several machines write into one log.
std::string random_name() {
    std::random_device device;
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
        {{"id", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "INTEGER PRIMARY KEY"}, into<&LogEntry::id>},
        {{"event", "pg_catalog.text NOT NULL", "TEXT NOT NULL"}, into<&LogEntry::event>, write_text<&LogRecord::event>},
        {text_column("revision"), into<&LogEntry::revision>, write_text<&LogRecord::revision>},
        {text_column("message"), into<&LogEntry::message>, write_text<&LogRecord::message>},
        {{started_at, "timestamp with time zone", "TEXT"},
         into<&LogEntry::started_at>,
         [](const RowFacts& facts) -> SqlValue { return utc_text(facts.record.started_at); }},
        {number_column(duration_ms), into<&LogEntry::duration_ms>,
         [](const RowFacts& facts) -> SqlValue {
             return std::to_string(facts.record.duration.value_or(std::chrono::milliseconds(0)).count());
         }},
        {number_column("statements"), into<&LogEntry::statements>,
         [](const RowFacts& facts) -> SqlValue { return std::to_string(facts.record.statements); }},
        {text_column("checksum"), into<&LogEntry::checksum>, write_text<&LogRecord::checksum>},
        {text_column("raw_checksum"), into<&LogEntry::raw_checksum>, write_text<&LogRecord::raw_checksum>},
        {text_column("database_user"), into<&LogEntry::database_user>, write_of_run<&Run::database_user>},
        {text_column("os_user"), into<&LogEntry::os_user>, write_of_run<&Run::os_user>},
        {text_column("host"), into<&LogEntry::host>, write_of_run<&Run::host>},
        {text_column("rev_version"), into<&LogEntry::rev_version>,
         [](const RowFacts&) -> SqlValue { return std::string(base::version); }},
        {text_column("heads_after"),
         [](LogEntry& entry, SqlValue&& value) { entry.heads_after = base::split_list(value.value_or("")); },
         // Empty and not NULL: there was no row.
         [](const RowFacts& facts) -> SqlValue { return facts.record.heads_after; }},
        {text_column("error"), into<&LogEntry::error>, write_text<&LogRecord::error>},
        {text_column("tag"), into<&LogEntry::tag>, write_of_run<&Run::tag>},
        {text_column("source"), into<&LogEntry::source>, write_text<&LogRecord::source>},
        {text_column("downgrade_sql"),
         [](LogEntry& entry, SqlValue&& value) { entry.downgrade_sql = std::move(value); },
         [](const RowFacts& facts) -> SqlValue { return facts.record.downgrade_sql; }},
        {text_column("run"), into<&LogEntry::run>, write_of_run<&Run::name>},
        {text_column("version_table"), nullptr, write_of_run<&Run::version_table>},
        {text_column("header"), into<&LogEntry::header>, write_text<&LogRecord::header>},
        {text_column("sql_from"), into<&LogEntry::sql_from>, write_text<&LogRecord::sql_from>},
        {text_column("notes"),
         [](LogEntry& entry, SqlValue&& value) { entry.notes = decode_notes(value.value_or("")); },
         [](const RowFacts& facts) { return null_if_empty(encode_notes(facts.record.notes)); }},
        {text_column("repeatable"), into<&LogEntry::repeatable>, write_text<&LogRecord::repeatable>},
        {text_column("session"), nullptr, [](const RowFacts& facts) { return facts.record.session; }},
        {number_column("lease"), nullptr,
         [](const RowFacts& facts) -> SqlValue {
             if (!facts.run.lease) return std::nullopt;
             return std::to_string(*facts.run.lease);
         }},
    };
    return columns;
}

std::string select_expression(const LogColumn& column, const FoundTable& log, Dialect dialect) {
    auto name = column_or_null(log, column.definition.name);
    if (dialect == Dialect::sqlite || name != started_at) return name;
    // In UTC whatever the session's TimeZone is, so that two people read the same.
    return R"(pg_catalog.to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS"Z"'))";
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

std::string select_log(const Tables& tables, const FoundTable& log, Dialect dialect) {
    std::vector<std::string> columns;
    for (const auto& column : columns_of_log())
        if (column.read) columns.push_back(select_expression(column, log, dialect));
    // By id and not by time: clocks of several machines disagree. A row without version_table was written by an older
    // rev, which had one project in mind: it counts for every table.
    return fmt::format("SELECT {} FROM {} WHERE coalesce({}, ?) = ? ORDER BY id DESC", base::join(columns, ", "),
                       tables.log, column_or_null(log, "version_table"));
}

LogEntry to_entry(SqlRow& row) {
    LogEntry entry;
    std::size_t at = 0;
    for (const auto& column : columns_of_log())
        if (column.read) column.read(entry, std::move(row.at(at++)));
    return entry;
}

}  // namespace

const OwnTable& log_table() {
    static const OwnTable table = [] {
        // Without its id, event and revision a row says nothing.
        OwnTable log{.name = log_name, .columns = {}, .needed = 3};
        for (const auto& column : columns_of_log()) log.columns.push_back(column.definition);
        return log;
    }();
    return table;
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
    if (!found.log.is_there()) return {};
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
