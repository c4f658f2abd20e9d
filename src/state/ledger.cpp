// The ledger of sections outside a transaction. Each statement there is committed by itself, so a run that is killed
// leaves a place in the middle of a file; the row in rev_progress says which, and is written before the statement is
// sent.

#include "state/ledger.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <utility>

#include "base/text.hpp"
#include "state/log.hpp"
#include "state/read_columns.hpp"

namespace rev::state {
namespace {

constexpr std::string_view error_column = "error";

std::string now_text() { return utc_text(std::chrono::system_clock::now()); }

// Row changes as text: "+new", "-old" or "old>new", separated by commas; none of these occurs in an id.
std::string encode(const std::vector<RowChange>& changes) {
    std::vector<std::string> parts;
    for (const auto& change : changes) {
        switch (change.kind) {
            case RowChange::Kind::insert:
                parts.push_back("+" + change.to);
                break;
            case RowChange::Kind::update:
                parts.push_back(change.from + ">" + change.to);
                break;
            case RowChange::Kind::remove:
                parts.push_back("-" + change.from);
                break;
        }
    }
    return base::join(parts, ",");
}

std::vector<RowChange> decode(std::string_view text) {
    std::vector<RowChange> changes;
    for (const auto& part : base::split_list(text)) {
        const auto arrow = part.find('>');
        if (part.starts_with('+'))
            changes.push_back({RowChange::Kind::insert, {}, part.substr(1)});
        else if (part.starts_with('-'))
            changes.push_back({RowChange::Kind::remove, part.substr(1), {}});
        else if (arrow != std::string::npos)
            changes.push_back({RowChange::Kind::update, part.substr(0, arrow), part.substr(arrow + 1)});
    }
    return changes;
}

/// What a row is begun with.
struct LedgerFacts {
    const LedgerStep& step;
    const std::string& version_table;
};

/// All that rev does with a column of rev_progress when a row is begun, moved or read stands in one place.
struct LedgerColumn {
    TableColumn definition;
    /// Absent: it is no part of an UnfinishedRun. An older rev, or a hand, may have left it empty: what is missing
    /// reads as empty, and the row is still found.
    void (*read)(UnfinishedRun& run, SqlValue&& value) = nullptr;
    /// What stays as long as the row is there.
    SqlValue (*begin)(const LedgerFacts& facts) = nullptr;
    /// What is written again with each statement.
    SqlValue (*move)(const Progress& progress) = nullptr;
};

constexpr TableColumn needed_text(std::string_view name) { return {name, "pg_catalog.text NOT NULL", "TEXT NOT NULL"}; }

void read_direction(UnfinishedRun& run, SqlValue&& value) {
    run.direction = value == direction_name(Direction::downgrade) ? Direction::downgrade : Direction::upgrade;
}

const std::vector<LedgerColumn>& columns_of_ledger() {
    using Run = UnfinishedRun;
    static const std::vector<LedgerColumn> columns = {
        {needed_text("revision"), into<&Run::revision>,
         [](const LedgerFacts& facts) -> SqlValue { return facts.step.revision; }},
        {needed_text("direction"), read_direction,
         [](const LedgerFacts& facts) -> SqlValue { return std::string(direction_name(facts.step.direction)); }},
        {.definition = {"statement", "bigint NOT NULL", "INTEGER NOT NULL"},
         .read = into<&Run::statement>,
         .move = [](const Progress& progress) -> SqlValue { return std::to_string(progress.statement); }},
        {number_column("statements"), into<&Run::statements>,
         [](const LedgerFacts& facts) -> SqlValue { return std::to_string(facts.step.statements); }},
        {.definition = number_column("line"),
         .read = into<&Run::line>,
         .move = [](const Progress& progress) -> SqlValue { return std::to_string(progress.line); }},
        {.definition = text_column("started_at"),
         .read = into<&Run::started_at>,
         .move = [](const Progress&) -> SqlValue { return now_text(); }},
        {text_column(error_column), into<&Run::error>},
        {text_column("file"), into<&Run::path>,
         [](const LedgerFacts& facts) -> SqlValue { return std::string(facts.step.path); }},
        {text_column("changes"), [](Run& run, SqlValue&& value) { run.changes = decode(value.value_or("")); },
         [](const LedgerFacts& facts) -> SqlValue { return encode(facts.step.changes); }},
        {.definition = text_column("checksum"),
         .read = into<&Run::checksum>,
         .move = [](const Progress& progress) -> SqlValue { return progress.checksum; }},
        {text_column("version_table"), nullptr,
         [](const LedgerFacts& facts) -> SqlValue { return facts.version_table; }},
        {text_column("session")},
        {text_column("invalid_indexes")},
        {.definition = number_column("batches"),
         .read = into<&Run::batches>,
         .move = [](const Progress& progress) -> SqlValue { return std::to_string(progress.batches); }},
        {.definition = number_column("batch_rows"),
         .read = into<&Run::batch_rows>,
         .move = [](const Progress& progress) -> SqlValue { return std::to_string(progress.rows); }},
        {.definition = text_column("notes"),
         .move = [](const Progress& progress) -> SqlValue { return progress.notes; }},
    };
    return columns;
}

UnfinishedRun to_unfinished_run(SqlRow row) {
    UnfinishedRun run;
    std::size_t at = 0;
    for (const auto& column : columns_of_ledger())
        if (column.read) column.read(run, std::move(row.at(at++)));
    return run;
}

std::string insert_row_sql(const Tables& tables, Dialect dialect) {
    std::vector<std::string> names;
    std::vector<std::string> values;
    for (const auto& column : columns_of_ledger()) {
        if (!column.begin && !column.move) continue;
        names.emplace_back(column.definition.name);
        values.push_back(placeholder(column.definition, dialect));
    }
    return fmt::format("INSERT INTO {} ({}) VALUES ({})", tables.progress, base::join(names, ", "),
                       base::join(values, ", "));
}

/// Up to its WHERE. The error goes: it was that of the statement which has now been passed.
std::string move_row_sql(const Tables& tables, Dialect dialect) {
    std::vector<std::string> assignments;
    for (const auto& column : columns_of_ledger())
        if (column.move)
            assignments.push_back(
                fmt::format("{} = {}", column.definition.name, placeholder(column.definition, dialect)));
    return fmt::format("UPDATE {} SET {}, {} = NULL", tables.progress, base::join(assignments, ", "), error_column);
}

/// What the ledger keeps beside the place.
constexpr std::array kept_columns = {ReadColumn<KeptSession>{"session", into<&KeptSession::session>},
                                     ReadColumn<KeptSession>{"invalid_indexes", into<&KeptSession::invalid_indexes>},
                                     ReadColumn<KeptSession>{"notes", into<&KeptSession::notes>}};

}  // namespace

const OwnTable& progress_table() {
    static const OwnTable table = [] {
        // Up to version_table, as the first rev made it.
        OwnTable progress{.name = progress_name, .columns = {}, .needed = 11};
        for (const auto& column : columns_of_ledger()) progress.columns.push_back(column.definition);
        return progress;
    }();
    return table;
}

LedgerWriter::LedgerWriter(const Database& database, const Tables& tables)
    : database_(database), table_(tables.progress), equals_(tables.equals), version_table_(tables.key) {
    // The names' table is part of the key: several projects with version tables of their own may share a schema, and so
    // rev_progress.
    const auto where = fmt::format(" WHERE revision {0} ? AND version_table {0} {1}", tables.equals,
                                   database.quote_literal(tables.key));
    insert_ = insert_row_sql(tables, database.dialect());
    move_ = move_row_sql(tables, database.dialect()) + where;
    keep_session_ = fmt::format("UPDATE {} SET session = ?", tables.progress) + where;
    keep_indexes_ = fmt::format("UPDATE {} SET invalid_indexes = ?", tables.progress) + where;
    fail_ = fmt::format("UPDATE {} SET error = ?", tables.progress) + where;
    remove_ = fmt::format("DELETE FROM {}", tables.progress) + where;
}

OwnChange LedgerWriter::start(const LedgerStep& step, const Progress& progress) const {
    OwnChange change{insert_};
    for (const auto& column : columns_of_ledger()) {
        if (column.begin) change.parameters.push_back(column.begin({step, version_table_}));
        if (column.move) change.parameters.push_back(column.move(progress));
    }
    return change;
}

std::string LedgerWriter::where_row_of(const RevisionId& revision) const {
    return fmt::format(" WHERE revision {0} {1} AND version_table {0} {2}", equals_, database_.quote_literal(revision),
                       database_.quote_literal(version_table_));
}

/// Its values are literals and not parameters, as only a change of exactly one row may have parameters, and here there
/// may be none.
OwnChange LedgerWriter::clear(const RevisionId& revision) const {
    return {.sql = fmt::format("DELETE FROM {}{}", table_, where_row_of(revision)), .rows = OwnChange::Rows::any};
}

OwnChange LedgerWriter::move(const RevisionId& revision, const Progress& progress) const {
    OwnChange change{move_};
    for (const auto& column : columns_of_ledger())
        if (column.move) change.parameters.push_back(column.move(progress));
    change.parameters.emplace_back(revision);
    return change;
}

/// Mostly there is nothing to change, and then nothing to commit.
OwnChange LedgerWriter::update_if_new(std::string_view assignment, const RevisionId& revision,
                                      std::string_view captured) const {
    // IS DISTINCT FROM: a session that was never kept is NULL, and is different from every text.
    return {.sql = fmt::format("UPDATE {} SET {}{} AND session IS DISTINCT FROM {}", table_, assignment,
                               where_row_of(revision), captured),
            .rows = OwnChange::Rows::any};
}

OwnChange LedgerWriter::keep_session(const RevisionId& revision, const std::string& session) const {
    return {keep_session_, {session, revision}};
}

OwnChange LedgerWriter::keep_captured_session(const RevisionId& revision, std::string_view captured) const {
    return update_if_new(fmt::format("session = {}", captured), revision, captured);
}

OwnChange LedgerWriter::doubt_session(const RevisionId& revision, std::string_view captured) const {
    return update_if_new(fmt::format("session = '{}' || coalesce(session, '')", doubtful), revision, captured);
}

OwnChange LedgerWriter::keep_invalid_indexes(const RevisionId& revision, const std::string& indexes) const {
    return {keep_indexes_, {indexes, revision}};
}

OwnChange LedgerWriter::fail(const RevisionId& revision, const std::string& error) const {
    return {fail_, {error, revision}};
}

OwnChange LedgerWriter::remove(const RevisionId& revision) const { return {remove_, {revision}}; }

KeptSession read_kept_session(Database& database, const Tables& tables, const RevisionId& revision) {
    const std::array<SqlValue, 2> parameters{revision, tables.key};
    auto rows = database.query(fmt::format("SELECT {} FROM {} WHERE revision = ? AND version_table = ?",
                                           column_list(kept_columns), tables.progress),
                               parameters);
    return rows.empty() ? KeptSession() : read_row(kept_columns, std::move(rows.front()));
}

Query unfinished_query(const Tables& tables, const FoundTable& progress) {
    std::vector<std::string> columns;
    for (const auto& column : columns_of_ledger())
        if (column.read) columns.push_back(column_or_null(progress, column.definition.name));
    return {fmt::format("SELECT {} FROM {} WHERE version_table = ? ORDER BY started_at, revision",
                        base::join(columns, ", "), tables.progress),
            {tables.key}};
}

std::vector<UnfinishedRun> to_unfinished(std::vector<SqlRow> answer) {
    std::vector<UnfinishedRun> runs;
    for (auto& row : answer) runs.push_back(to_unfinished_run(std::move(row)));
    return runs;
}

std::vector<UnfinishedRun> read_unfinished(Database& database, const FoundTables& tables) {
    if (!tables.progress.is_there()) return {};
    const auto query = unfinished_query(sql_names(database, tables.table), tables.progress);
    return to_unfinished(database.query(query.sql, query.parameters));
}

std::vector<UnfinishedRun> read_unfinished(Database& database, const VersionTable& table) {
    return read_unfinished(database, find_tables(database, table));
}

std::string batches_text(std::size_t batches, long long rows) {
    return fmt::format("{} of {}", batches == 1 ? "1 batch" : fmt::format("{} batches", batches),
                       base::counted(static_cast<std::size_t>(rows), "row"));
}

std::string stopped_text(const UnfinishedRun& run) {
    const auto name = fmt::format("{} of {}", direction_name(run.direction), run.revision);
    if (run.statement <= run.statements)
        return fmt::format("{} stopped at statement {} of {}{}", name, run.statement, run.statements,
                           run.batches == 0 ? std::string() : ", after " + batches_text(run.batches, run.batch_rows));
    return fmt::format("{} stopped after the last of {}, before it was recorded", name,
                       base::counted(run.statements, "statement"));
}

std::string closing_advice(const RevisionId& revision) {
    return fmt::format(
        "finish or undo the revision by hand, then close it with `rev repair {0} --applied` or `rev repair {0} "
        "--not-applied`",
        revision);
}

/// Only the first is named: the next run after it will name the next, and there is hardly ever more than one.
void refuse_unfinished(const std::vector<UnfinishedRun>& runs) {
    if (runs.empty()) return;
    const auto& run = runs.front();
    throw Error(ExitCode::database, error_codes::unfinished_run, "the " + stopped_text(run))
        .with_detail(run.error)
        .with_location({.file = run.path, .line = run.line, .column = 0, .line_text = {}})
        .with_hint("go on with `rev resume`; or " + closing_advice(run.revision));
}

}  // namespace rev::state
