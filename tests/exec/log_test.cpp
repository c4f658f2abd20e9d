// What rev_log keeps, on real SQLite files.
#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "exec/exec_support.hpp"
#include "run/changed.hpp"
#include "state/ledger.hpp"
#include "state/tables.hpp"

namespace rev::test {
namespace {

constexpr auto columns_sql = "SELECT name FROM pragma_table_info('rev_log')";

TEST_CASE("an upgrade keeps its header in the log, with ids for labels and without variables") {
    Bench bench;
    bench.variables["name"] = "t";
    bench.revision("a", "SELECT 1;", "-", "branch_labels: first");
    bench.project.revision({.id = "b",
                            .upgrade = "CREATE TABLE :name (x);",
                            .downgrade = "DROP TABLE :name;",
                            .message = "make b",
                            .header = "depends_on: first\nvariables: name\nsqlite_foreign_keys: false"});
    bench.upgrade("heads");
    const auto entry = bench.log().front();
    CHECK(entry.header ==
          "-- make b\n--\n-- revision: b\n-- revises:\n-- depends_on: a\n-- sqlite_foreign_keys: false\n");
    CHECK(entry.downgrade_sql->find("DROP TABLE t;") == 0);
    CHECK(entry.sql_from == "file");
    CHECK(parse_header(entry.header, "log").revision.depends_on == std::vector<std::string>{"a"});
}

TEST_CASE("accepting a changed file keeps its header and its downgrade") {
    Bench bench;
    bench.revision("a", "SELECT 1;", "SELECT 'old';");
    bench.upgrade();
    bench.project.revision(
        {.id = "a", .upgrade = "SELECT 2;", .downgrade = "SELECT 'new';", .header = "transaction: false"});
    bench.options.transaction = TransactionMode::all;
    const auto graph = bench.graph();
    run::accept_changed(bench.database(), graph, *graph.find("a"), bench.scripts(), bench.prepare_options(),
                        bench.options);
    const auto entry = bench.log().front();
    CHECK(entry.event == "accept");
    CHECK(entry.header.find("-- transaction: false\n") != std::string::npos);
    CHECK(entry.downgrade_sql->find("SELECT 'new';") == 0);
    CHECK(entry.sql_from.empty());
}

TEST_CASE("a log of an older rev gets the columns that it lacks, all or none") {
    Bench bench;
    bench.revision("a", "SELECT 1;");
    bench.upgrade();
    const auto all = bench.query(columns_sql);
    for (const char* column : {"header", "sql_from", "run"})
        bench.run(std::string("ALTER TABLE rev_log DROP COLUMN ") + column);
    CHECK(bench.log().front().header.empty());
    bench.revision("b", "SELECT 2;");
    bench.upgrade();
    CHECK(bench.log().front().sql_from == "file");
    CHECK(bench.log().back().sql_from.empty());
    CHECK(all.size() == bench.query(columns_sql).size());
}

TEST_CASE("a log that is somebody else's keeps nobody from the rows, and everybody from the log") {
    for (const std::string foreign :
         {"CREATE VIEW rev_log AS SELECT gone FROM nowhere", "CREATE TABLE rev_log (event TEXT, revision TEXT)",
          "CREATE VIRTUAL TABLE rev_log USING fts5 (id, event, revision)"}) {
        CAPTURE(foreign);
        Bench bench;
        bench.revision("a", "SELECT 1;");
        bench.upgrade();
        bench.run("DROP TABLE rev_log");
        bench.run(foreign);
        const auto found = state::find_tables(bench.database(), bench.options.table);
        CHECK(found.version.has("version_num"));
        CHECK(state::read_rows(bench.database(), found) == std::vector<RevisionId>{"a"});
        CHECK_FALSE(found.progress.is_there());
        for (const auto& ask : std::vector<std::function<void()>>{
                 [&] { (void)found.log.is_there(); }, [&] { (void)state::read_log(bench.database(), found); },
                 [&] { (void)state::read_checksums(bench.database(), found); },
                 [&] { state::ensure_version_table(bench.database(), found); }, [&] { found.require_own(); }}) {
            try {
                ask();
                FAIL("it was taken for rev's own");
            } catch (const Error& error) {
                CHECK(error.code() == "foreign_table");
                CHECK(error.exit_code() == ExitCode::database);
            }
        }
    }
}

TEST_CASE("a ledger's row is read as it was written, wherever its columns stand") {
    Bench bench;
    bench.run(
        "CREATE TABLE rev_progress (notes, batch_rows INTEGER, batches INTEGER, session, version_table, checksum,"
        " changes, file, error, started_at, line INTEGER, statements INTEGER, statement INTEGER, direction, revision)");
    const auto found = state::find_tables(bench.database(), bench.options.table);
    const auto tables = state::sql_names(bench.database(), found.table);
    const state::LedgerWriter ledger(bench.database(), tables);
    const RevisionId id = "a";
    const std::vector<RowChange> changes = {{RowChange::Kind::update, "z", "a"}, {RowChange::Kind::remove, "y", {}}};
    const auto change = [&](const state::OwnChange& made) {
        const std::array<Command, 1> commands{
            Command{.kind = Command::Kind::change, .sql = made.sql, .parameters = made.parameters}};
        bench.database().run(commands);
    };
    change(ledger.start({.revision = id,
                         .direction = Direction::downgrade,
                         .statements = 7,
                         .path = "versions/a.sql",
                         .changes = changes},
                        {.statement = 2, .line = 14, .checksum = "sum", .batches = 3, .rows = 58000, .notes = "n"}));
    change(ledger.fail(id, "no such table"));
    const auto run = state::read_unfinished(bench.database(), found).at(0);
    CHECK(run.revision == "a");
    CHECK(run.direction == Direction::downgrade);
    CHECK(run.statement == 2);
    CHECK(run.statements == 7);
    CHECK(run.line == 14);
    CHECK(run.started_at.ends_with("Z"));
    CHECK(run.error == "no such table");
    CHECK(run.path == "versions/a.sql");
    CHECK(run.changes == changes);
    CHECK(run.checksum == "sum");
    CHECK(run.batches == 3);
    CHECK(run.batch_rows == 58000);

    change(ledger.move(id, {.statement = 3, .line = 20, .checksum = "more", .notes = "m"}));
    const auto moved = state::read_unfinished(bench.database(), found).at(0);
    CHECK(moved.statement == 3);
    CHECK(moved.line == 20);
    CHECK(moved.error.empty());
    CHECK(moved.checksum == "more");
    CHECK(moved.batches == 0);
    CHECK(moved.statements == 7);
    CHECK(moved.direction == Direction::downgrade);
    bench.run("ALTER TABLE rev_progress ADD COLUMN invalid_indexes");
    change(ledger.keep_session(id, "pragma x=1"));
    const auto kept = state::read_kept_session(bench.database(), tables, id);
    CHECK(kept.session == "pragma x=1");
    CHECK_FALSE(kept.invalid_indexes.has_value());
    CHECK(kept.notes == "m");
}

}  // namespace
}  // namespace rev::test
