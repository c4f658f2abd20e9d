// Statements that are repeated in batches, on SQLite.
#include <doctest/doctest.h>

#include <csignal>

#include "base/interrupt.hpp"
#include "exec/exec_support.hpp"

namespace rev::test {
namespace {

/// A table with `rows` rows whose x is NULL.
void fill(Bench& bench, int rows) {
    bench.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT " +
        std::to_string(rows) + ") INSERT INTO t (id) SELECT i FROM n");
}

/// Ten rows a batch. A row that is done twice shows: its x is then 2.
const std::string in_tens =
    "-- rev:repeat\nUPDATE t SET x = coalesce(x, 0) + 1 WHERE id IN (SELECT id FROM t WHERE x IS NULL LIMIT 10);\n";

TEST_CASE("a repeated statement runs until it changes no row, each time in a transaction with the ledger's count") {
    Bench bench;
    fill(bench, 35);
    bench.revision("r", "CREATE TABLE before (x);\n" + in_tens + "CREATE TABLE behind (x);", "-", outside_header);
    std::vector<std::string> ledger;
    bench.reporter.on_batch = [&] {
        const auto other = bench.connect();
        const auto row = other->query("SELECT batches, batch_rows, statement FROM rev_progress").at(0);
        ledger.push_back(*row[0] + " " + *row[1] + " " + *row[2]);
    };
    const auto result = bench.upgrade();
    CHECK(ledger == std::vector<std::string>{"1 10 2", "2 20 2", "3 30 2", "4 35 2"});
    CHECK(bench.query("SELECT count(*) FROM t WHERE x = 1") == "35");
    REQUIRE(result.steps.at(0).notes.size() == 1);
    CHECK(result.steps[0].notes[0].batches == 4);
    CHECK(result.steps[0].notes[0].rows == 35);
    CHECK(bench.log().front().notes == result.steps[0].notes);
    CHECK(bench.log().front().statements == 3);
    CHECK(bench.query("SELECT count(*) FROM rev_progress") == "0");
}

TEST_CASE("a limit of batches stops before the next one, and resume goes on with none twice or left out") {
    Bench bench;
    fill(bench, 35);
    bench.revision("r", in_tens + "INSERT INTO t (id, x) VALUES (0, 1);", "-", outside_header);
    bench.options.max_batches = 3;
    const auto stopped = bench.upgrade_failure();
    CHECK(stopped.code() == "batches_left");
    CHECK(stopped.exit_code() == ExitCode::revision_failed);
    CHECK(std::string(stopped.what()).find("after 3 batches of 30 rows") != std::string::npos);
    CHECK(stopped.hint().find("`rev resume`") != std::string::npos);
    CHECK(bench.query("SELECT count(*) FROM t WHERE x = 1") == "30");
    const auto unfinished = state::read_unfinished(bench.database(), bench.options.table);
    REQUIRE(unfinished.size() == 1);
    CHECK(state::stopped_text(unfinished[0]) == "upgrade of r stopped at statement 1 of 2, after 3 batches of 30 rows");

    bench.options.max_batches = 1;
    CHECK(bench.failure([&] { bench.resume(); }).code() == "batches_left");
    CHECK(bench.query("SELECT count(*) FROM t WHERE x = 1") == "35");
    bench.options.max_batches.reset();
    bench.resume();
    CHECK(bench.query("SELECT count(*) FROM t WHERE x = 1") == "36");
    const auto notes = bench.log().front().notes;
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].batches == 4);
    CHECK(notes[0].rows == 35);
}

TEST_CASE("a stop ends a statement without end after the batch at hand") {
    Bench bench;
    bench.run("CREATE TABLE t (x); INSERT INTO t VALUES (0)");
    bench.revision("r", "-- rev:repeat\nUPDATE t SET x = x + 1;", "-", outside_header);
    bench.options.stop = base::StopToken::for_one_run();
    int batches = 0;
    bench.reporter.on_batch = [&] {
        if (++batches == 5) bench.options.stop.request(SIGINT);
    };
    const auto stopped = bench.upgrade_failure();
    CHECK(stopped.exit_code() == ExitCode::interrupted);
    CHECK(std::string(stopped.what()).find("5 batches of 5 rows") != std::string::npos);
    CHECK(stopped.hint() == "go on with `rev resume`");
    CHECK(bench.query("SELECT x FROM t") == "5");
}

TEST_CASE("a batch that fails is undone, those before it stay") {
    Bench bench;
    fill(bench, 30);
    bench.run(
        "CREATE TABLE gate (x); CREATE TRIGGER g BEFORE UPDATE ON t WHEN old.id = 15 AND NOT EXISTS "
        "(SELECT 1 FROM gate) BEGIN SELECT RAISE(ABORT, 'not yet'); END");
    bench.revision("r", in_tens, "-", outside_header);
    const auto failed = bench.upgrade_failure();
    CHECK(std::string(failed.what()).find("not yet") != std::string::npos);
    CHECK(failed.hint().find("1 batch of 10 rows") != std::string::npos);
    CHECK(bench.query("SELECT count(*) FROM t WHERE x = 1") == "10");
    bench.database().reconnect();
    bench.run("INSERT INTO gate VALUES (1)");
    bench.resume();
    CHECK(bench.query("SELECT count(*) FROM t WHERE x = 1") == "30");
    CHECK(bench.log().front().notes.at(0).batches == 3);
}

TEST_CASE("what changes no row itself runs once") {
    Bench bench;
    bench.run(
        "CREATE TABLE t (x UNIQUE); CREATE TABLE other (x); INSERT INTO t VALUES (1);"
        "CREATE VIEW v AS SELECT x FROM t; CREATE TRIGGER g INSTEAD OF DELETE ON v BEGIN "
        "INSERT INTO other VALUES (1); END");
    bench.revision("r",
                   "-- rev:repeat\nINSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;\n-- rev:repeat\nDELETE FROM v;",
                   "-", outside_header);
    bench.upgrade();
    CHECK(bench.query("SELECT count(*) FROM other") == "1");
}

TEST_CASE("a guard above a repetition is asked once") {
    Bench bench;
    fill(bench, 25);
    bench.revision(
        "r", "-- rev:if SELECT 1 FROM t WHERE x IS NULL AND id = 1\n" + in_tens + "-- rev:if table nowhere\n" + in_tens,
        "-", outside_header);
    bench.options.max_batches = 1;
    static_cast<void>(bench.upgrade_failure());
    bench.options.max_batches.reset();
    bench.resume();
    CHECK(bench.query("SELECT count(*) FROM t WHERE x = 1") == "25");
}

TEST_CASE("a ledger of an older rev gets the columns that count batches") {
    Bench bench;
    fill(bench, 15);
    bench.revision("r", "INSERT INTO gate VALUES (1);\n" + in_tens, "-", outside_header);
    bench.upgrade_failure();
    for (const auto* column : {"batches", "batch_rows", "notes"})
        bench.run(std::string("ALTER TABLE rev_progress DROP COLUMN ") + column);
    bench.run("CREATE TABLE gate (x)");
    bench.database().reconnect();
    CHECK(state::read_unfinished(bench.database(), bench.options.table).at(0).batches == 0);
    bench.resume();
    CHECK(bench.query("SELECT count(*) FROM t WHERE x = 1") == "15");
}

}  // namespace
}  // namespace rev::test
