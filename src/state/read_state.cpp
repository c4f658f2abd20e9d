// What a plan is made from, in as few exchanges as it takes.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <utility>

#include "base/sql_quotes.hpp"
#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "state/checksums.hpp"
#include "state/ledger.hpp"
#include "state/tables.hpp"

namespace rev::state {

bool has_log_columns(const FoundTables& found, std::span<const std::string_view> needed) {
    return std::ranges::all_of(needed, [&](auto name) { return found.log.has(name); });
}

bool has_checksums(const FoundTables& found) {
    constexpr std::array<std::string_view, 3> needed = {"checksum", "raw_checksum", "version_table"};
    return has_log_columns(found, needed);
}

namespace {

constexpr std::array columns_of_revisions = {
    EventColumn{"revision", into<&LoggedEvent::revision>}, EventColumn{"checksum", into<&LoggedEvent::checksum>},
    EventColumn{"raw_checksum", into<&LoggedEvent::raw_checksum>}, EventColumn{"event", into<&LoggedEvent::event>}};

constexpr std::array columns_of_repeatables = {EventColumn{"repeatable", into<&LoggedEvent::repeatable>},
                                               EventColumn{"event", into<&LoggedEvent::event>},
                                               EventColumn{"checksum", into<&LoggedEvent::checksum>},
                                               EventColumn{"raw_checksum", into<&LoggedEvent::raw_checksum>},
                                               EventColumn{"source", into<&LoggedEvent::source>},
                                               EventColumn{"id", into<&LoggedEvent::id>}};

/// answer: of a question that asks for these columns, oldest first.
template <typename All, std::size_t count>
All to_all(const std::array<EventColumn, count>& columns, std::vector<SqlRow> answer) {
    All all;
    for (auto& row : answer) add_event(all, read_row(columns, std::move(row)));
    return all;
}

AppliedChecksums to_checksums(std::vector<SqlRow> answer) {
    return to_all<AppliedChecksums>(columns_of_revisions, std::move(answer));
}

Query checksums_query(const Tables& tables) {
    // What decides what is applied, in the order in which it happened: the last row of a revision wins. A repair counts
    // only if it knew what the revision had run.
    return {fmt::format("SELECT {} FROM {}", column_list(columns_of_revisions), tables.log) +
                " WHERE (event IN ('upgrade', 'downgrade', 'accept', 'stamp')"
                " OR (event = 'repair' AND checksum IS NOT NULL)) AND revision IS NOT NULL"
                " AND coalesce(version_table, ?) = ? ORDER BY id",
            {tables.key, tables.key}};
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

void add_event(AppliedChecksums& all, LoggedEvent event) {
    auto& sums = all[std::move(event.revision).value_or("")];
    // Not erased: that rev knew of the revision once is worth knowing.
    sums = event.event == "downgrade"
               ? SectionChecksum{}
               : SectionChecksum{std::move(event.checksum).value_or(""), std::move(event.raw_checksum).value_or("")};
}

AppliedChecksums read_checksums(Database& database, const FoundTables& tables) {
    if (!has_checksums(tables)) return {};
    const auto query = checksums_query(sql_names(database, tables.table));
    return to_checksums(database.query(query.sql, query.parameters));
}

void add_event(LoggedRepeatables& all, LoggedEvent event) {
    all[std::move(event.repeatable).value_or("")] = {
        .row = event.id,
        .is_applied = event.event == "apply",
        .checksum = {std::move(event.checksum).value_or(""), std::move(event.raw_checksum).value_or("")},
        .source = std::move(event.source)};
}

LoggedRepeatables read_logged_repeatables(Database& database, const FoundTables& tables) {
    if (!tables.log.has("repeatable") || !has_checksums(tables)) return {};
    const auto names = sql_names(database, tables.table);
    const std::vector<SqlValue> parameters{names.key, names.key};
    return to_all<LoggedRepeatables>(
        columns_of_repeatables,
        database.query(fmt::format("SELECT {} FROM {} WHERE repeatable IS NOT NULL AND event IN ('apply', 'drop')"
                                   " AND coalesce(version_table, ?) = ? ORDER BY id",
                                   column_list(columns_of_repeatables), names.log),
                       parameters));
}

namespace {

/// What the tables hold that were found. state: must live until the questions are asked.
std::vector<Question> questions_about(Database& database, DatabaseState& state, bool checksums) {
    const auto& found = state.tables;
    const auto names = sql_names(database, found.table);
    std::vector<Question> questions;
    if (found.version.is_there())
        questions.push_back(
            {rows_query(database, names), [&state](auto answer) { state.rows = to_rows(std::move(answer)); }});
    if (found.progress.is_there())
        questions.push_back({unfinished_query(names, found.progress),
                             [&state](auto answer) { state.unfinished = to_unfinished(std::move(answer)); }});
    if (checksums && has_checksums(found))
        questions.push_back(
            {checksums_query(names), [&state](auto answer) { state.checksums = to_checksums(std::move(answer)); }});
    return questions;
}

Query seal_query(const FoundTables& found) {
    return {
        "SELECT pg_catalog.string_agg(pg_catalog.concat(c.oid, ':', c.xmin), ',' ORDER BY c.relname)"
        " FROM pg_catalog.pg_class c WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ?)"
        " AND c.relname IN (?, ?, ?) AND c.relkind IN ('r', 'p', 'f', 'v', 'm')",
        {found.table.schema, found.table.name, std::string(log_name), std::string(progress_name)}};
}

}  // namespace

DatabaseState read_state(Database& database, const VersionTable& table, bool checksums) {
    DatabaseState state{find_tables(database, table), {}, {}, {}};
    auto questions = questions_about(database, state, checksums);
    if (!questions.empty()) ask(database, std::move(questions));
    return state;
}

namespace {

/// What the log says of what was applied, as one text; NULL if it says nothing. The conditions are the aggregate's and
/// not a WHERE: the server would ask its statistics about each of the columns, which takes longer than to read a log.
/// All names and operators are qualified, as it is asked under any search_path.
std::string seal_sql(const Tables& names) {
    const auto key = base::in_quotes(names.key, '\'');
    return fmt::format(
        "(SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.string_agg(pg_catalog.concat("
        "revision, '|', event, '|', checksum, '|', raw_checksum), ';' ORDER BY id) FILTER (WHERE (event"
        " OPERATOR(pg_catalog.=) ANY (CAST(ARRAY['upgrade', 'downgrade', 'accept', 'stamp'] AS pg_catalog.text[]))"
        " OR (event OPERATOR(pg_catalog.=) 'repair' AND checksum IS NOT NULL)) AND revision IS NOT NULL"
        " AND coalesce(version_table, {0}) OPERATOR(pg_catalog.=) {0}), 'UTF8')), 'hex') FROM {1})",
        key, names.log);
}

std::string is_missing_sql(const std::string& table) {
    return fmt::format("pg_catalog.to_regclass({}) IS NULL", base::in_quotes(table, '\''));
}

std::string joined(std::vector<RevisionId> rows) {
    std::ranges::sort(rows);
    return base::join(rows, " ");
}

}  // namespace

LogSeal read_log_seal(Database& database, const FoundTables& found) {
    if (!found.log.is_there()) return {};
    const auto names = sql_names(database, found.table);
    const std::array<Query, 2> queries{Query{"SELECT " + seal_sql(names)}, checksums_query(names)};
    auto answers = database.query_all(queries);
    return {answers.at(0).at(0).at(0), to_checksums(std::move(answers.at(1)))};
}

namespace {

std::string is_one_of(const std::string& sql, const std::vector<std::string>& texts) {
    return fmt::format("coalesce({}, '') OPERATOR(pg_catalog.=) ANY (CAST(ARRAY[{}] AS pg_catalog.text[]))", sql,
                       base::join(texts, ", "));
}

/// Whether these are the rows of the version table.
std::string has_rows_sql(const Tables& names, const std::vector<RevisionId>& rows) {
    const auto expected = base::in_quotes(joined(rows), '\'');
    // Nearly always. The server refuses to answer where there are more, which is a no as well.
    if (rows.size() == 1)
        return fmt::format(
            "coalesce(CAST((SELECT version_num FROM {}) AS pg_catalog.text) OPERATOR(pg_catalog.=) {},"
            " false)",
            names.version, expected);
    return is_one_of(fmt::format("(SELECT pg_catalog.string_agg(CAST(version_num AS pg_catalog.text), ' ' ORDER BY"
                                 " CAST(version_num AS pg_catalog.text) COLLATE pg_catalog.\"C\") FROM {})",
                                 names.version),
                     {expected});
}

/// What of it is not about the log.
std::optional<std::string> unchanged_tables_sql(const FoundTables& found, const Tables& names,
                                                const std::vector<RevisionId>& rows) {
    // A table of an older rev is changed first. A quote in a literal would need the server's settings.
    const bool is_usual = found.has_schema && (!found.log.is_there() || has_checksums(found));
    if (!is_usual || (names.key + joined(rows)).find('\\') != std::string::npos) return std::nullopt;
    const auto sql = found.version.is_there() ? has_rows_sql(names, rows) : is_missing_sql(names.version);
    return sql + " AND " +
           (found.progress.is_there() ? fmt::format("NOT EXISTS (SELECT FROM {})", names.progress)
                                      : is_missing_sql(names.progress));
}

}  // namespace

std::optional<std::string> unchanged_sql(Database& database, const FoundTables& found,
                                         const std::vector<RevisionId>& rows, std::span<const LogSeal> seals) {
    const auto names = sql_names(database, found.table);
    auto sql = unchanged_tables_sql(found, names, rows);
    if (!sql) return std::nullopt;
    if (!found.log.is_there()) return *sql + " AND " + is_missing_sql(names.log);
    std::vector<std::string> texts;
    for (const auto& seal : seals) texts.push_back(base::in_quotes(seal.text.value_or(""), '\''));
    return *sql + " AND " + is_one_of(seal_sql(names), texts);
}

/// The sequence and not the log: a SELECT of a table costs the server more than the whole step's INSERT.
std::optional<std::string> unchanged_sql(Database& database, const FoundTables& found,
                                         const std::vector<RevisionId>& rows, const LogAsRead& log) {
    const auto sql = unchanged_tables_sql(found, sql_names(database, found.table), rows);
    if (!sql) return std::nullopt;
    return fmt::format("{} AND pg_catalog.pg_sequence_last_value('{}'::pg_catalog.regclass) OPERATOR(pg_catalog.=) {}",
                       *sql, log.sequence, log.last);
}

std::vector<Query> state_queries(Database& database, const FoundTables& found, bool checksums) {
    if (found.seal.empty()) return {};
    DatabaseState state{found, {}, {}, {}};
    std::vector<Query> queries{seal_query(found)};
    for (auto& question : questions_about(database, state, checksums)) queries.push_back(std::move(question.query));
    return queries;
}

std::optional<DatabaseState> to_state(Database& database, const FoundTables& found, bool checksums,
                                      std::vector<std::vector<SqlRow>> answers) {
    if (answers.at(0).at(0).at(0) != found.seal) return std::nullopt;
    DatabaseState state{found, {}, {}, {}};
    const auto questions = questions_about(database, state, checksums);
    for (std::size_t i = 0; i < questions.size(); ++i) questions[i].take(std::move(answers.at(i + 1)));
    return state;
}

bool is_of_missing_table(const Error& error) {
    constexpr std::array<std::string_view, 3> gone = {sqlstate::undefined_table, sqlstate::undefined_column,
                                                      sqlstate::invalid_schema_name};  // table, column, schema
    return std::ranges::find(gone, error.sqlstate()) != gone.end();
}

DatabaseState read_state_again(Database& database, const FoundTables& found, bool checksums) {
    const auto queries = state_queries(database, found, checksums);
    if (queries.empty()) return read_state(database, found.table, checksums);
    try {
        if (auto state = to_state(database, found, checksums, database.query_all(queries))) return std::move(*state);
    } catch (const Error& error) {
        if (!is_of_missing_table(error)) throw;
    }
    return read_state(database, found.table, checksums);
}

}  // namespace rev::state
