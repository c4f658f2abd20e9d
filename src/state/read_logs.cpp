// The logs of many schemas. Whole ones, by COPY: to plan a SELECT takes the server longer than to send a short log.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "state/checksums.hpp"
#include "state/tables.hpp"

namespace rev::state {
namespace {

/// Of each log: which sequence numbers its rows and what that gave last, which is not known to who may not read it.
/// Long logs are left out: their seals are shorter.
constexpr std::string_view sequences_query =
    "SELECT n.nspname, s.oid, CASE WHEN pg_catalog.has_sequence_privilege(s.oid, 'SELECT')"
    " THEN pg_catalog.pg_sequence_last_value(s.oid) END"
    " FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = ?"
    " JOIN pg_catalog.pg_depend d ON d.refclassid = CAST('pg_catalog.pg_class' AS pg_catalog.regclass)"
    " AND d.refobjid = c.oid AND d.classid = CAST('pg_catalog.pg_class' AS pg_catalog.regclass) AND d.deptype = 'i'"
    " JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'"
    " WHERE n.nspname IN ({}) AND pg_catalog.pg_relation_size(c.oid) <= 65536";

/// In the order of the columns below.
struct CopiedRow {
    long long id = 0;
    std::string event;
    SqlValue version_table;
    SqlRow as_selected;  ///< revision, checksum, raw_checksum, event
};

CopiedRow to_copied_row(SqlRow& row) {
    return {number(row.at(0)), row.at(1).value_or(""), row.at(2), {row.at(3), row.at(4), row.at(5), row.at(1)}};
}

Query copy_query(const Tables& names) {
    return {fmt::format("COPY {} (id, event, version_table, revision, checksum, raw_checksum) TO STDOUT", names.log)};
}

/// What checksums_query() asks for.
bool tells_of_applied(const CopiedRow& row, const std::string& key) {
    constexpr std::array<std::string_view, 4> events = {"upgrade", "downgrade", "accept", "stamp"};
    const bool counts = std::ranges::find(events, row.event) != events.end() ||
                        (row.event == "repair" && row.as_selected[1].has_value());
    return counts && row.as_selected[0] && row.version_table.value_or(key) == key;
}

/// nullopt: the newest row is not the one that the sequence told of, which somebody else may be writing.
std::optional<AppliedChecksums> checksums_of(std::vector<SqlRow>& answer, const std::string& key,
                                             const std::string& last) {
    std::vector<CopiedRow> rows;
    for (auto& row : answer) rows.push_back(to_copied_row(row));
    std::ranges::sort(rows, {}, &CopiedRow::id);
    if (rows.empty() || std::to_string(rows.back().id) != last) return std::nullopt;
    std::vector<SqlRow> applied;
    for (auto& row : rows)
        if (tells_of_applied(row, key)) applied.push_back(std::move(row.as_selected));
    return to_checksums(std::move(applied));
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
        if (has_checksums(tables)) parameters.emplace_back(schema);
    if (parameters.size() == 1) return {};
    const std::vector<std::string> marks(parameters.size() - 1, "?");
    std::map<std::string, LogAsRead> logs;
    for (auto& row : database.query(fmt::format(fmt::runtime(sequences_query), base::join(marks, ", ")), parameters))
        if (row[2]) logs[row[0].value_or("")] = {nullptr, row[1].value_or(""), *row[2]};
    return logs;
}

}  // namespace

std::map<std::string, LogAsRead> read_logs(Database& database, const std::map<std::string, FoundTables>& found) {
    auto logs = readable_logs(database, found);
    std::vector<Query> queries;
    for (const auto& [schema, log] : logs)
        queries.push_back(copy_query(sql_names(database, found.at(schema).table)));
    if (queries.empty()) return {};
    auto answers = database.query_all(queries);
    std::vector<std::shared_ptr<const AppliedChecksums>> known;
    auto answer = answers.begin();
    for (auto log = logs.begin(); log != logs.end(); ++answer) {
        const auto key = sql_names(database, found.at(log->first).table).key;
        auto checksums = checksums_of(*answer, key, log->second.last);
        if (!checksums) {
            log = logs.erase(log);
            continue;
        }
        log->second.checksums = shared_with(known, std::move(*checksums));
        ++log;
    }
    return logs;
}

}  // namespace rev::state
