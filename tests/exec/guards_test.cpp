// Guards on SQLite: what runs and what is left out, and who is told.
#include <doctest/doctest.h>

#include "base/text.hpp"
#include "exec/exec_support.hpp"

namespace rev::test {
namespace {

std::string notes_of(const std::vector<StatementNote>& notes) {
    std::string all;
    for (const auto& note : notes)
        all += std::to_string(note.line) + (note.skipped ? " skipped " : " ran ") + note.marker + "\n";
    return all;
}

/// The names of a table's columns.
std::string columns(Bench& bench, const std::string& table = "t") {
    return bench.query("SELECT group_concat(name, ',') FROM pragma_table_xinfo('" + table + "')");
}

/// Both ways in which a section runs must give the same.
const std::vector<std::string> both_ways = {"", outside_header};

TEST_CASE("a column is added where it is not there, in a transaction and outside one") {
    for (const auto& header : both_ways)
        for (const auto mode : {TransactionMode::per_revision, TransactionMode::all}) {
            if (!header.empty() && mode == TransactionMode::all) continue;
            Bench bench;
            bench.options.transaction = mode;
            bench.run("CREATE TABLE t (a, b INTEGER)");
            bench.revision("r",
                           "-- rev:unless column t.b\nALTER TABLE t ADD COLUMN b INTEGER;\n"
                           "-- rev:unless column t.c\nALTER TABLE t ADD COLUMN c TEXT;\n"
                           "-- rev:if column main.T.\"B\"\nUPDATE t SET b = 1;\n"
                           "-- rev:if table nowhere\nDROP TABLE nowhere;\nINSERT INTO t (a) VALUES (1);",
                           "-", header);
            const auto result = bench.upgrade();
            CHECK(columns(bench) == "a,b,c");
            REQUIRE(result.steps.size() == 1);
            const auto line = std::to_string(result.steps.front().notes.at(0).line);
            CHECK(notes_of(result.steps.front().notes) == line + " skipped rev:unless column t.b\n" +
                                                              std::to_string(std::stoi(line) + 6) +
                                                              " skipped rev:if table nowhere\n");
            const auto entry = bench.log().front();
            CHECK(entry.notes == result.steps.front().notes);
            CHECK(entry.statements == 3);
            CHECK(bench.reporter.remarks.size() == 2);
            CHECK(bench.reporter.warnings.empty());
            CHECK(bench.query("SELECT count(*) FROM t") == "1");
        }
}

TEST_CASE("all guards above a statement must hold, and each holds for one statement") {
    Bench bench;
    bench.run("CREATE TABLE t (a)");
    bench.revision("r",
                   "-- rev:if table t\n-- rev:unless column t.b\nALTER TABLE t ADD b;\n"
                   "-- rev:if table t\n-- rev:unless column t.b\nALTER TABLE t ADD c; ALTER TABLE t ADD d;");
    bench.upgrade();
    CHECK(columns(bench) == "a,b,d");
}

TEST_CASE("things are found by kind, in the schema that is named, whatever their case and quotes") {
    Bench bench;
    bench.run(
        "CREATE TABLE \"a.b\" (\"c\"\"d\" INTEGER); CREATE VIEW v AS SELECT 1 AS x; CREATE INDEX i ON \"a.b\" "
        "(\"c\"\"d\");"
        "CREATE TEMP TABLE only_temp (x); CREATE TABLE seen (x)");
    int number = 0;
    const auto runs = [&](const std::string& guard) {
        const auto id = "r" + std::to_string(++number);
        bench.revision(id, "-- rev:if " + guard + "\nINSERT INTO seen VALUES ('" + id + "');");
        bench.upgrade();
        return bench.query("SELECT count(*) FROM seen WHERE x = '" + id + "'") == "1";
    };
    CHECK(runs("table \"A.B\""));
    CHECK(runs("table `a.b`"));
    CHECK(runs("table main.[a.b]"));
    CHECK(runs("column \"a.b\".\"c\"\"d\""));
    CHECK_FALSE(runs("column \"a.b\".c"));
    CHECK_FALSE(runs("table a"));
    CHECK(runs("view V"));
    CHECK(runs("column v.x"));
    CHECK_FALSE(runs("table v"));
    CHECK_FALSE(runs("view \"a.b\""));
    CHECK(runs("index i"));
    CHECK_FALSE(runs("index \"a.b\""));
    CHECK_FALSE(runs("table main.only_temp"));
    CHECK(runs("SELECT 1"));
    CHECK(runs("SELECT NULL -- said"));
    CHECK_FALSE(runs("SELECT 1 WHERE 0"));
    CHECK(runs("WITH w AS (SELECT 1) SELECT * FROM w;"));
    CHECK(runs("SELECT ';' WHERE ')' <> '('"));
}

TEST_CASE("what a statement creates is looked for where it would be") {
    Bench bench;
    bench.revision("r",
                   "CREATE TEMP TABLE t (x);\n-- rev:unless table t\nCREATE TABLE t (y);\n"
                   "-- rev:unless table t\nCREATE TEMP TABLE t (z);");
    bench.upgrade();
    CHECK(bench.query("SELECT name FROM main.pragma_table_info('t')") == "y");
}

TEST_CASE("a column of another type is told") {
    Bench bench;
    bench.run("CREATE TABLE t (a VARCHAR ( 20 ), b INTEGER, c)");
    bench.revision("r",
                   "-- rev:unless column t.a\nALTER TABLE t ADD COLUMN a varchar(20) NOT NULL DEFAULT '';\n"
                   "-- rev:unless column t.b\nALTER TABLE t ADD b TEXT DEFAULT 'x';\n"
                   "-- rev:unless column t.c\nALTER TABLE t ADD c TEXT;");
    bench.upgrade();
    REQUIRE(bench.reporter.warnings.size() == 2);
    CHECK(bench.reporter.warnings[0].find("t.b is there already, but as INTEGER and not as TEXT") != std::string::npos);
    CHECK(bench.reporter.warnings[1].find("one without a type") != std::string::npos);
}

TEST_CASE("a rehearsal and a downgrade ask too") {
    Bench bench;
    bench.run("CREATE TABLE t (a, b)");
    bench.revision("r",
                   "-- rev:unless column t.b\nALTER TABLE t ADD b;\n-- rev:unless column t.c\nALTER TABLE t ADD c;",
                   "-- rev:if column t.c\nALTER TABLE t DROP COLUMN c;\n-- rev:if column t.d\nALTER TABLE t DROP d;");
    const auto rehearsed = bench.rehearse_upgrade();
    REQUIRE(rehearsed.size() == 1);
    REQUIRE(rehearsed[0].remarks.size() == 1);
    CHECK(rehearsed[0].remarks[0].find("skipped: rev:unless column t.b") != std::string::npos);
    CHECK(columns(bench) == "a,b");
    bench.upgrade();
    CHECK(columns(bench) == "a,b,c");
    const auto result = bench.downgrade("base");
    CHECK(columns(bench) == "a,b");
    CHECK(result.steps.at(0).notes.size() == 1);
}

TEST_CASE("a guard that fails stops the step at its line") {
    for (const auto& header : both_ways) {
        Bench bench;
        bench.revision("r", "CREATE TABLE t (a);\n-- rev:if SELECT * FROM nowhere\nINSERT INTO t VALUES (1);", "-",
                       header);
        const auto error = bench.upgrade_failure();
        CHECK(error.code() == "guard_failed");
        CHECK(error.exit_code() == ExitCode::revision_failed);
        CHECK(std::string(error.what()).find("no such table: nowhere") != std::string::npos);
        CHECK(error.location().line_text == "-- rev:if SELECT * FROM nowhere");
        CHECK(bench.query("SELECT count(*) FROM sqlite_master WHERE name = 't'") == (header.empty() ? "0" : "1"));
    }
}

TEST_CASE("resume counts what was left out, and says so in the log") {
    Bench bench;
    bench.run("CREATE TABLE t (a)");
    bench.revision("r",
                   "-- rev:if table nowhere\nDROP TABLE nowhere;\nINSERT INTO t VALUES (1);\n"
                   "-- rev:unless table t\nCREATE TABLE t (b);\nINSERT INTO gate VALUES (1);\n"
                   "-- rev:unless column t.a\nALTER TABLE t ADD a;",
                   "-", outside_header);
    const auto error = bench.upgrade_failure();
    CHECK(error.hint().find("its first 3 statements are done") != std::string::npos);
    bench.database().reconnect();
    bench.run("CREATE TABLE gate (x)");
    bench.resume();
    CHECK(bench.query("SELECT count(*) FROM t") == "1");
    CHECK(bench.log().front().notes.size() == 3);
}

/// The Error that preparing the upgrade gives.
Error guard_refusal(Bench& bench) {
    try {
        bench.upgrade();
    } catch (const Error& error) {
        return error;
    }
    throw std::runtime_error("it was not refused");
}

TEST_CASE("what cannot be guarded is refused before anything runs") {
    const auto refused = [](const std::string& sql, const std::string& header) {
        Bench bench;
        bench.revision("r", sql, "-", header);
        const auto error = guard_refusal(bench);
        CHECK(bench.events().empty());
        CHECK(error.exit_code() == ExitCode::graph);
        return error.code() + ": " + error.what();
    };
    CHECK(refused("-- rev:if table t\nCOMMIT;", outside_header) == "bad_guard: rev:if: COMMIT cannot be left out");
    CHECK(refused("-- rev:if table t\nSAVEPOINT s;", "") == "bad_guard: rev:if: SAVEPOINT cannot be left out");
    CHECK(refused("-- rev:if type t\nSELECT 1;", "") == "bad_guard: rev:if: SQLite has no types of its own");
    CHECK(refused("-- rev:if constraint t.c\nSELECT 1;", "") ==
          "bad_guard: rev:if: SQLite keeps no list of constraints");
    CHECK(
        refused("-- rev:repeat\nDELETE FROM t;", "").starts_with("bad_repeat: rev:repeat: this revision runs in one"));
    CHECK(
        refused("-- rev:repeat\nSELECT 1;", outside_header).starts_with("bad_repeat: rev:repeat: SELECT does not say"));
    CHECK(refused("-- rev:repeat\nWITH \"update\" AS (SELECT 1) SELECT 1;", outside_header).starts_with("bad_repeat"));
    CHECK(refused("BEGIN;\n-- rev:repeat\nDELETE FROM t;\nCOMMIT;", outside_header)
              .starts_with("bad_repeat: rev:repeat: it stands within"));
}

TEST_CASE("a script for SQLite refuses every marker with its line") {
    for (const std::string marker : {"-- rev:if table t", "-- rev:unless SELECT 1"}) {
        Bench bench;
        bench.revision("r", "SELECT 1;\n" + marker + "\nSELECT 2;");
        auto options = bench.prepare_options();
        options.is_script = true;
        const auto graph = bench.graph();
        try {
            static_cast<void>(run::prepare(plan_upgrade(graph, {}, "head"), bench.scripts(), options));
            FAIL("it was not refused");
        } catch (const Error& error) {
            CHECK(error.code() == "script_cannot_decide");
            CHECK(error.location().line_text == marker);
        }
    }
}

}  // namespace
}  // namespace rev::test
