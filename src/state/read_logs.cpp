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

/// Of a longer log the seal is less to send.
constexpr long long longest_log = 200;

/// In the order of the columns of copy_query().
struct CopiedRow {
    long long id = 0;
    std::string event;
    SqlValue version_table;
    SqlRow about_revision;    ///< as to_checksums() takes it
    SqlRow about_repeatable;  ///< as to_repeatables() takes it
};

Query copy_query(const Tables& names) {
    return {
        fmt::format("COPY {} (id, event, version_table, checksum, raw_checksum, revision, repeatable, source)"
                    " TO STDOUT",
                    names.log)};
}

CopiedRow to_copied_row(const SqlRow& row) {
    return {.id = number(row.at(0)),
            .event = row.at(1).value_or(""),
            .version_table = row.at(2),
            .about_revision = {row.at(5), row.at(3), row.at(4), row.at(1)},
            .about_repeatable = {row.at(6), row.at(1), row.at(3), row.at(4), row.at(7), row.at(0)}};
}

/// As the conditions of read_checksums() have it.
bool tells_of_revision(const CopiedRow& row) {
    constexpr std::array<std::string_view, 4> events = {"upgrade", "downgrade", "accept", "stamp"};
    const bool counts = std::ranges::find(events, row.event) != events.end() ||
                        (row.event == "repair" && row.about_revision[1].has_value());
    return counts && row.about_revision[0];
}

/// As those of read_logged_repeatables() have it.
bool tells_of_repeatable(const CopiedRow& row) {
    return row.about_repeatable[0] && (row.event == "apply" || row.event == "drop");
}

/// Oldest first.
std::vector<CopiedRow> to_copied_rows(const std::vector<SqlRow>& answer) {
    std::vector<CopiedRow> rows;
    for (const auto& row : answer) rows.push_back(to_copied_row(row));
    std::ranges::sort(rows, {}, &CopiedRow::id);
    return rows;
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
         database.query(fmt::format(fmt::runtime(sequences_query), base::join(marks, ", ")), parameters))
        if (row[1] && row[2] && number(row[2]) <= longest_log) logs[row[0].value_or("")] = {{}, {}, *row[1], *row[2]};
    return logs;
}

}  // namespace

std::map<std::string, LogAsRead> read_logs(Database& database, const std::map<std::string, FoundTables>& found) {
    auto logs = readable_logs(database, found);
    std::vector<Query> queries;
    for (const auto& [schema, log] : logs) queries.push_back(copy_query(sql_names(database, found.at(schema).table)));
    if (queries.empty()) return {};
    const auto answers = database.query_all(queries);
    std::vector<std::shared_ptr<const AppliedChecksums>> known;
    auto answer = answers.begin();
    for (auto log = logs.begin(); log != logs.end(); ++answer) {
        const auto rows = to_copied_rows(*answer);
        // Somebody may be writing another one. Or a row was never committed.
        if (rows.empty() || std::to_string(rows.back().id) != log->second.last) {
            log = logs.erase(log);
            continue;
        }
        const auto key = sql_names(database, found.at(log->first).table).key;
        std::vector<SqlRow> of_revisions;
        std::vector<SqlRow> of_repeatables;
        for (const auto& row : rows) {
            if (row.version_table.value_or(key) != key) continue;
            if (tells_of_revision(row)) of_revisions.push_back(row.about_revision);
            if (tells_of_repeatable(row)) of_repeatables.push_back(row.about_repeatable);
        }
        log->second.checksums = shared_with(known, to_checksums(std::move(of_revisions)));
        log->second.repeatables = std::make_shared<const LoggedRepeatables>(to_repeatables(std::move(of_repeatables)));
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
        if (!tables.version.empty()) copied.push_back(copied_table(schema, false, names.version, "version_num"));
        if (!tables.progress.empty())
            copied.push_back(
                copied_table(schema, true, names.progress, database.quote_identifier(tables.progress.front())));
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
