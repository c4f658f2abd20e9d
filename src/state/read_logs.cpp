// What is read of many schemas at once. By COPY: to plan a SELECT takes the server longer than to send a short table.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "state/checksums.hpp"
#include "state/tables.hpp"

namespace rev::state {
namespace {

/// As rev makes it now.
bool is_usual_log(const FoundTables& tables) {
    constexpr std::array<std::string_view, 3> needed = {"id", "repeatable", "source"};
    return has_checksums(tables) && has_log_columns(tables, needed);
}

/// Which sequence numbers the rows of a log, and what that gave last: absent if nothing yet, or if the role may not
/// know. OFFSET keeps the planner from asking for the sequence in each place that names it.
constexpr std::string_view sequences_query =
    "SELECT name, sequence, CASE WHEN pg_catalog.has_sequence_privilege(sequence, 'SELECT')"
    " THEN pg_catalog.pg_sequence_last_value(sequence) END"
    " FROM (SELECT name, CAST(CAST(pg_catalog.pg_get_serial_sequence(pg_catalog.concat(pg_catalog.quote_ident(name),"
    " '.', ?), 'id') AS pg_catalog.regclass) AS pg_catalog.oid) AS sequence"
    " FROM pg_catalog.unnest(CAST(ARRAY[{}] AS pg_catalog.text[])) AS place(name) OFFSET 0) AS logs";

/// What it gives.
enum SequenceColumn : std::size_t { sequence_schema, sequence_oid, sequence_last };

/// Of a longer log the seal is less to send.
constexpr long long longest_log = 200;

constexpr std::array columns_of_copy = {EventColumn{"id", into<&LoggedEvent::id>},
                                        EventColumn{"event", into<&LoggedEvent::event>},
                                        EventColumn{"version_table", into<&LoggedEvent::version_table>},
                                        EventColumn{"checksum", into<&LoggedEvent::checksum>},
                                        EventColumn{"raw_checksum", into<&LoggedEvent::raw_checksum>},
                                        EventColumn{"revision", into<&LoggedEvent::revision>},
                                        EventColumn{"repeatable", into<&LoggedEvent::repeatable>},
                                        EventColumn{"source", into<&LoggedEvent::source>}};

Query copy_query(const Tables& names) {
    return {fmt::format("COPY {} ({}) TO STDOUT", names.log, column_list(columns_of_copy))};
}

/// As the conditions of read_checksums() have it.
bool tells_of_revision(const LoggedEvent& row) {
    constexpr std::array<std::string_view, 4> events = {"upgrade", "downgrade", "accept", "stamp"};
    const bool counts =
        std::ranges::find(events, row.event) != events.end() || (row.event == "repair" && row.checksum.has_value());
    return counts && row.revision;
}

/// As those of read_logged_repeatables() have it.
bool tells_of_repeatable(const LoggedEvent& row) {
    return row.repeatable && (row.event == "apply" || row.event == "drop");
}

/// Oldest first.
std::vector<LoggedEvent> to_events(std::vector<SqlRow> answer) {
    std::vector<LoggedEvent> events;
    events.reserve(answer.size());
    for (auto& row : answer) events.push_back(read_row(columns_of_copy, std::move(row)));
    std::ranges::sort(events, {}, &LoggedEvent::id);
    return events;
}

/// Most members of a fleet have the same history: few texts stand for all of them.
std::shared_ptr<const AppliedChecksums> shared_with(std::vector<std::shared_ptr<const AppliedChecksums>>& known,
                                                    AppliedChecksums checksums) {
    for (const auto& each : known)
        if (*each == checksums) return each;
    known.push_back(std::make_shared<const AppliedChecksums>(std::move(checksums)));
    return known.back();
}

/// Those whose logs may be read so, without what they hold.
std::map<std::string, LogAsRead> readable_logs(Database& database, const std::map<std::string, FoundTables>& found) {
    std::vector<SqlValue> parameters{std::string(log_name)};
    for (const auto& [schema, tables] : found)
        if (is_usual_log(tables)) parameters.emplace_back(schema);
    if (parameters.size() == 1) return {};
    const std::vector<std::string> marks(parameters.size() - 1, "?");
    std::map<std::string, LogAsRead> logs;
    for (const auto& row :
         database.query(fmt::format(fmt::runtime(sequences_query), base::join(marks, ", ")), parameters)) {
        const auto& sequence = row.at(sequence_oid);
        const auto& last = row.at(sequence_last);
        if (sequence && last && number(last) <= longest_log)
            logs[row.at(sequence_schema).value_or("")] = {{}, {}, *sequence, *last};
    }
    return logs;
}

}  // namespace

std::map<std::string, LogAsRead> read_logs(Database& database, const std::map<std::string, FoundTables>& found) {
    auto logs = readable_logs(database, found);
    std::vector<Query> queries;
    for (const auto& [schema, log] : logs) queries.push_back(copy_query(sql_names(database, found.at(schema).table)));
    if (queries.empty()) return {};
    auto answers = database.query_all(queries);
    std::vector<std::shared_ptr<const AppliedChecksums>> known;
    auto answer = answers.begin();
    for (auto log = logs.begin(); log != logs.end(); ++answer) {
        auto events = to_events(std::move(*answer));
        // Somebody may be writing another one. Or a row was never committed.
        if (events.empty() || std::to_string(events.back().id) != log->second.last) {
            log = logs.erase(log);
            continue;
        }
        const auto key = sql_names(database, found.at(log->first).table).key;
        AppliedChecksums checksums;
        LoggedRepeatables repeatables;
        for (auto& event : events) {
            if (event.version_table && *event.version_table != key) continue;
            if (tells_of_revision(event))
                add_event(checksums, std::move(event));
            else if (tells_of_repeatable(event))
                add_event(repeatables, std::move(event));
        }
        log->second.checksums = shared_with(known, std::move(checksums));
        log->second.repeatables = std::make_shared<const LoggedRepeatables>(std::move(repeatables));
        ++log;
    }
    return logs;
}

namespace {

/// A table of a schema that is copied.
struct CopiedTable {
    std::string schema;
    bool is_ledger = false;
    Query query;
};

/// column: the only one of the table that is asked for, quoted.
CopiedTable copied_table(const std::string& schema, bool is_ledger, const std::string& table,
                         const std::string& column) {
    return {schema, is_ledger, {fmt::format("COPY {} ({}) TO STDOUT", table, column)}};
}

}  // namespace

std::map<std::string, std::vector<RevisionId>> read_finished_rows(Database& database,
                                                                  const std::map<std::string, FoundTables>& found) {
    std::map<std::string, std::vector<RevisionId>> rows;
    std::vector<CopiedTable> copied;
    for (const auto& [schema, tables] : found) {
        const auto names = sql_names(database, tables.table);
        rows[schema] = {};
        if (tables.version.is_there()) copied.push_back(copied_table(schema, false, names.version, "version_num"));
        if (tables.progress.is_there())
            copied.push_back(copied_table(schema, true, names.progress,
                                          database.quote_identifier(tables.progress.columns().front())));
    }
    std::vector<Query> queries;
    for (const auto& table : copied) queries.push_back(table.query);
    auto answers = queries.empty() ? std::vector<std::vector<SqlRow>>() : database.query_all(queries);
    for (std::size_t i = 0; i < copied.size(); ++i) {
        if (!copied[i].is_ledger)
            rows[copied[i].schema] = to_rows(std::move(answers[i]));
        else if (!answers[i].empty())
            rows.erase(copied[i].schema);
    }
    return rows;
}

}  // namespace rev::state
