// What a plan is made from, in as few exchanges as it takes.

#include <algorithm>
#include <array>
#include <utility>

#include "state/ledger.hpp"
#include "state/tables.hpp"

namespace rev {
namespace {

bool has_checksums(const FoundTables& found) {
    // An older rev's log lacks them until the next run adds them; reading changes nothing, and so does without.
    constexpr std::array<std::string_view, 3> needed = {"checksum", "raw_checksum", "version_table"};
    return std::ranges::all_of(needed,
                               [&](auto name) { return std::ranges::find(found.log, name) != found.log.end(); });
}

Query checksums_query(const Tables& tables) {
    // What decides what is applied, in the order in which it happened: the last row of a revision wins. A repair counts
    // only if it knew what the revision had run.
    return {"SELECT revision, checksum, raw_checksum, event FROM " + tables.log +
                " WHERE (event IN ('upgrade', 'downgrade', 'accept', 'stamp')"
                " OR (event = 'repair' AND checksum IS NOT NULL)) AND revision IS NOT NULL"
                " AND coalesce(version_table, ?) = ? ORDER BY id",
            {tables.key, tables.key}};
}

AppliedChecksums to_checksums(std::vector<SqlRow> answer) {
    AppliedChecksums found;
    for (auto& row : answer) {
        auto& sums = found[std::move(row[0]).value_or("")];
        // Not erased: that rev knew of the revision once is worth knowing.
        sums = row[3] == "downgrade" ? SectionChecksum{}
                                     : SectionChecksum{std::move(row[1]).value_or(""), std::move(row[2]).value_or("")};
    }
    return found;
}

/// A query to come, and what takes its answer.
struct Question {
    Query query;
    std::function<void(std::vector<SqlRow> answer)> take;
};

void ask(Database& database, std::vector<Question> questions) {
    std::vector<Query> queries;
    for (auto& question : questions) queries.push_back(std::move(question.query));
    auto answers = database.query_all(queries);
    for (std::size_t i = 0; i < questions.size(); ++i) questions[i].take(std::move(answers.at(i)));
}

}  // namespace

AppliedChecksums read_checksums(Database& database, const FoundTables& tables) {
    if (!has_checksums(tables)) return {};
    const auto query = checksums_query(sql_names(database, tables.table));
    return to_checksums(database.query(query.sql, query.parameters));
}

LoggedRepeatables read_logged_repeatables(Database& database, const FoundTables& tables) {
    if (std::ranges::find(tables.log, "repeatable") == tables.log.end() || !has_checksums(tables)) return {};
    const auto names = sql_names(database, tables.table);
    const std::vector<SqlValue> parameters{names.key, names.key};
    LoggedRepeatables found;
    for (auto& row : database.query("SELECT repeatable, event, checksum, raw_checksum, source, id FROM " + names.log +
                                        " WHERE repeatable IS NOT NULL AND event IN ('apply', 'drop')"
                                        " AND coalesce(version_table, ?) = ? ORDER BY id",
                                    parameters))
        found[std::move(row[0]).value_or("")] = {
            .row = number(row[5]),
            .is_applied = row[1] == "apply",
            .checksum = {std::move(row[2]).value_or(""), std::move(row[3]).value_or("")},
            .source = std::move(row[4]).value_or("")};
    return found;
}

DatabaseState read_state(Database& database, const VersionTable& table, bool checksums) {
    // The first exchange says which tables and columns there are; a question about one that is not there would fail the
    // second as a whole.
    DatabaseState state{find_tables(database, table), {}, {}, {}};
    const auto& found = state.tables;
    const auto names = sql_names(database, found.table);
    std::vector<Question> questions;
    if (!found.version.empty())
        questions.push_back(
            {rows_query(database, names), [&](auto answer) { state.rows = to_rows(std::move(answer)); }});
    if (!found.progress.empty())
        questions.push_back(
            {unfinished_query(names, found.progress), [&](auto answer) { state.unfinished = to_unfinished(answer); }});
    if (checksums && has_checksums(found))
        questions.push_back(
            {checksums_query(names), [&](auto answer) { state.checksums = to_checksums(std::move(answer)); }});
    if (!questions.empty()) ask(database, std::move(questions));
    return state;
}

}  // namespace rev
