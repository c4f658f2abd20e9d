// The ledger of sections outside a transaction. Each statement there is committed by itself, so a run that is killed
// leaves a place in the middle of a file; the row in rev_progress says which, and is written before the statement is
// sent.

#include "state/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>

#include "base/text.hpp"
#include "state/log.hpp"

namespace rev::state {
namespace {

constexpr std::string_view batches_column = "batches";
constexpr std::string_view batch_rows_column = "batch_rows";

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

std::size_t count_of(const SqlValue& value) { return value ? std::strtoull(value->c_str(), nullptr, 10) : 0; }

/// An older rev, or a hand, may have left columns empty: what is missing reads as empty, and the row is still found.
UnfinishedRun to_unfinished(const SqlRow& row) {
    UnfinishedRun run;
    run.revision = row[0].value_or("");
    run.direction = row[1] == direction_name(Direction::downgrade) ? Direction::downgrade : Direction::upgrade;
    run.statement = count_of(row[2]);
    run.statements = count_of(row[3]);
    run.line = count_of(row[4]);
    run.started_at = row[5].value_or("");
    run.error = row[6].value_or("");
    run.path = row[7].value_or("");
    run.changes = decode(row[8].value_or(""));
    run.checksum = row[9].value_or("");
    run.batches = count_of(row[10]);
    run.batch_rows = number(row[11]);
    return run;
}

}  // namespace

const std::vector<TableColumn>& progress_columns() {
    static const std::vector<TableColumn> columns = {
        {"revision", "pg_catalog.text NOT NULL", "TEXT NOT NULL"},
        {"direction", "pg_catalog.text NOT NULL", "TEXT NOT NULL"},
        {"statement", "bigint NOT NULL", "INTEGER NOT NULL"},
        {"statements", "bigint", "INTEGER"},
        {"line", "bigint", "INTEGER"},
        {"started_at", "pg_catalog.text", "TEXT"},
        {"error", "pg_catalog.text", "TEXT"},
        {"file", "pg_catalog.text", "TEXT"},
        {"changes", "pg_catalog.text", "TEXT"},
        {"checksum", "pg_catalog.text", "TEXT"},
        {"version_table", "pg_catalog.text", "TEXT"},
        {"session", "pg_catalog.text", "TEXT"},
        {"invalid_indexes", "pg_catalog.text", "TEXT"},
        {batches_column, "bigint", "INTEGER"},
        {batch_rows_column, "bigint", "INTEGER"},
        {"notes", "pg_catalog.text", "TEXT"},
    };
    return columns;
}

LedgerWriter::LedgerWriter(const Database& database, const Tables& tables)
    : database_(database), table_(tables.progress), equals_(tables.equals), version_table_(tables.key) {
    // A placeholder of no type would be text to PostgreSQL, which does not assign it to a number.
    const auto cast = database.dialect() == Dialect::postgresql ? "CAST(? AS bigint)" : "CAST(? AS INTEGER)";
    // The names' table is part of the key: several projects with version tables of their own may share a schema, and so
    // rev_progress.
    const auto where = fmt::format(" WHERE revision {0} ? AND version_table {0} {1}", tables.equals,
                                   database.quote_literal(tables.key));
    insert_ = fmt::format(
        "INSERT INTO {0} (revision, direction, statement, statements, line, started_at, file, changes, checksum,"
        " version_table, batches, batch_rows, notes) VALUES (?, ?, {1}, {1}, {1}, ?, ?, ?, ?, ?, {1}, {1}, ?)",
        tables.progress, cast);
    // The error goes: it was that of the statement which has now been passed.
    move_ = fmt::format(
                "UPDATE {0} SET statement = {1}, line = {1}, checksum = ?, started_at = ?, error = NULL,"
                " batches = {1}, batch_rows = {1}, notes = ?",
                tables.progress, cast) +
            where;
    keep_session_ = fmt::format("UPDATE {} SET session = ?", tables.progress) + where;
    keep_indexes_ = fmt::format("UPDATE {} SET invalid_indexes = ?", tables.progress) + where;
    fail_ = fmt::format("UPDATE {} SET error = ?", tables.progress) + where;
    remove_ = fmt::format("DELETE FROM {}", tables.progress) + where;
}

OwnChange LedgerWriter::start(const LedgerStep& step, const Progress& progress) const {
    return {insert_,
            {step.revision, std::string(direction_name(step.direction)), std::to_string(progress.statement),
             std::to_string(step.statements), std::to_string(progress.line), now_text(), std::string(step.path),
             encode(step.changes), progress.checksum, version_table_, std::to_string(progress.batches),
             std::to_string(progress.rows), progress.notes}};
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
    return {move_,
            {std::to_string(progress.statement), std::to_string(progress.line), progress.checksum, now_text(),
             std::to_string(progress.batches), std::to_string(progress.rows), progress.notes, revision}};
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
    const auto rows = database.query(
        "SELECT session, invalid_indexes, notes FROM " + tables.progress + " WHERE revision = ? AND version_table = ?",
        parameters);
    if (rows.empty()) return {};
    return {.session = rows.front()[0], .invalid_indexes = rows.front()[1], .notes = rows.front()[2].value_or("")};
}

Query unfinished_query(const Tables& tables, const std::vector<std::string>& present) {
    const auto counts = {batches_column, batch_rows_column};
    std::string columns =
        "revision, direction, statement, statements, line, started_at, error, file, changes, checksum";
    // A table of an older rev has none of them.
    for (const auto name : counts)
        columns += std::ranges::find(present, name) == present.end() ? ", NULL" : fmt::format(", {}", name);
    return {fmt::format("SELECT {} FROM {} WHERE version_table = ? ORDER BY started_at, revision", columns,
                        tables.progress),
            {tables.key}};
}

std::vector<UnfinishedRun> to_unfinished(const std::vector<SqlRow>& answer) {
    std::vector<UnfinishedRun> runs;
    for (const auto& row : answer) runs.push_back(to_unfinished(row));
    return runs;
}

std::vector<UnfinishedRun> read_unfinished(Database& database, const FoundTables& tables) {
    if (tables.progress.empty()) return {};
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
