// Runs on real SQLite files.
#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <future>
#include <utility>

#include "exec/exec_support.hpp"
#include "rev/stop.hpp"
#include "run/changed.hpp"
#include "run/prepared.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"
#include "support/wait_until.hpp"

namespace rev::test {
namespace {

constexpr auto version_table_sql = "SELECT sql FROM sqlite_master WHERE name = 'alembic_version'";

TEST_CASE("the version table is made exactly as Alembic makes it") {
    Bench bench;
    CHECK(state::ensure_version_table(bench.database(), {}));
    CHECK_FALSE(state::ensure_version_table(bench.database(), {}));
    CHECK(bench.query(version_table_sql) ==
          "CREATE TABLE alembic_version (\n    version_num VARCHAR(32) NOT NULL, \n"
          "    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)");
}

TEST_CASE("a version table of any name is quoted") {
    Bench bench;
    bench.options.table.name = "My \"odd\" Table";
    bench.revision("a", "CREATE TABLE a (x);", "DROP TABLE a;");
    bench.upgrade();
    CHECK(bench.rows() == "a");
    bench.downgrade("base");
    CHECK(bench.rows().empty());
    CHECK(bench.events() == "upgrade a,downgrade a");
}

TEST_CASE("reading changes nothing") {
    Bench bench;
    CHECK(bench.rows().empty());
    CHECK(bench.log().empty());
    CHECK(state::read_unfinished(bench.database(), {}).empty());
    CHECK(bench.query("SELECT count(*) FROM sqlite_master") == "0");
}

TEST_CASE("upgrade and downgrade move the version row and write the log") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);\nCREATE INDEX i ON a (x);", "DROP TABLE a;");
    bench.revision("b", "CREATE TABLE b (x);", "DROP TABLE b;");
    bench.options.tag = "release 7";
    const auto result = bench.upgrade();
    CHECK(result.rows == std::vector<RevisionId>{"b"});
    CHECK(result.steps.size() == 2);
    CHECK(bench.rows() == "b");
    bench.downgrade("a");
    CHECK(bench.rows() == "a");
    CHECK(bench.events() == "upgrade a,upgrade b,downgrade b");
    const auto entry = bench.log().back();
    CHECK(entry.message == "make a");
    CHECK(entry.statements == 2);
    CHECK(entry.heads_after == std::vector<RevisionId>{"a"});
    CHECK(entry.checksum.size() == 64);
    CHECK(entry.tag == "release 7");
    CHECK(entry.downgrade_sql->find("DROP TABLE a;") == 0);
    CHECK_FALSE(entry.os_user.empty());
    CHECK_FALSE(entry.host.empty());
    CHECK(entry.started_at.size() == std::string("2026-11-21 03:47:11.123Z").size());
}

TEST_CASE("a failure rolls its step back, keeps those before and says where it was") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);");
    bench.revision("b", "CREATE TABLE b (x UNIQUE);\nINSERT INTO b VALUES (1);\n  INSERT INTO b VALUES (1);");
    bench.revision("c", "CREATE TABLE c (x);");
    const auto error = bench.upgrade_failure();
    CHECK(error.exit_code() == ExitCode::revision_failed);
    CHECK(error.location().file.ends_with("versions/b.sql"));
    CHECK(error.location().line == 9);
    CHECK(error.location().line_text == "  INSERT INTO b VALUES (1);");
    CHECK(error.result.steps.size() == 1);
    CHECK(error.result.rows == std::vector<RevisionId>{"a"});
    CHECK(bench.rows() == "a");
    CHECK(bench.query("SELECT count(*) FROM sqlite_master WHERE name IN ('b', 'c')") == "0");
    CHECK(bench.events() == "upgrade a,fail b");
    CHECK(bench.log().front().error.find("UNIQUE") != std::string::npos);
}

TEST_CASE("a syntax error is shown at its token, with CRLF line ends too") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);\r\nCREATE TABEL b (x);\r\n");
    const auto error = bench.upgrade_failure();
    CHECK(error.location().line == 8);
    CHECK(error.location().column == 8);
    CHECK(error.location().line_text == "CREATE TABEL b (x);");
}

TEST_CASE("sections of comments, or of nothing, are deliberate no-ops") {
    Bench bench;
    bench.revision("a", "");
    bench.revision("b", "-- only; a 'comment");
    bench.revision("c", "CREATE TABLE c (x) -- no semicolon");
    bench.upgrade();
    CHECK(bench.rows() == "c");
    CHECK(bench.query("SELECT count(*) FROM c") == "0");
}

TEST_CASE("runs on one SQLite file come one after the other, and each plans from what the one before left") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);", "-", "transaction: false");
    bench.revision("b", "CREATE TABLE b (x);");
    const auto graph = bench.graph();
    const auto other = bench.connect();
    const auto planner = [&](const state::DatabaseState& state) { return plan_upgrade(graph, state.rows, "b"); };
    RecordingReporter waiting;
    const auto run = [&](Database& database, state::Reporter& reporter) {
        return run::run_planned(database, planner, bench.scripts(), bench.prepare_options(), bench.options, reporter);
    };
    std::atomic<bool> waits = false;
    waiting.on_wait = [&] { waits = true; };
    std::future<void> second;
    {
        const state::RunLock lock(bench.database(), {}, std::chrono::minutes(1), bench.reporter);
        second = std::async(std::launch::async, [&] {
            const state::RunLock lock_of_second(*other, {}, std::chrono::minutes(1), waiting);
            CHECK(run(*other, waiting).steps.empty());
        });
        wait_until("the second run waits", [&] { return waits.load(); });
        CHECK(run(bench.database(), bench.reporter).steps.size() == 2);
    }
    second.get();
    CHECK(bench.events() == "upgrade a,upgrade b");
    CHECK(waiting.started.empty());
}

TEST_CASE("on SQLite, as on PostgreSQL, a stamp sets the rows while a revision is unfinished, and ends") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x); SELECT * FROM nowhere;", "-", "transaction: false");
    (void)bench.upgrade_failure();
    CHECK(bench.stamp("a").rows == std::vector<RevisionId>{"a"});
    CHECK(bench.query("SELECT count(*) FROM rev_progress") == "1");
}

TEST_CASE("a section of megabytes runs in pieces, and a failure in it names its line and column") {
    Bench bench;
    std::string sql = "CREATE TABLE a (x TEXT); -- first\n";
    const std::string row = "INSERT INTO a VALUES ('" + std::string(1000, 'x') + "'); ";
    for (int i = 0; i < 3000; ++i) sql += row + (i % 2 == 1 ? "\n" : "");
    bench.revision("a", sql + "-- last");
    bench.upgrade();
    CHECK(bench.query("SELECT count(*) FROM a") == "3000");
    CHECK(bench.log().front().statements == 3001);

    Bench broken;
    broken.revision("a", sql + "  INSERT INTO nowhere VALUES (1);\n" + sql);
    const auto error = broken.upgrade_failure();
    CHECK(error.location().line == 7 + 1501);
    CHECK(error.location().column == 3);
    CHECK(error.location().line_text == "  INSERT INTO nowhere VALUES (1);");
    CHECK(broken.query("SELECT count(*) FROM sqlite_master WHERE name = 'a'") == "0");
}

TEST_CASE("what was prepared before the lock is what runs, unless the plan is another one by then") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);");
    bench.revision("b", "CREATE TABLE b (x);");
    const auto graph = bench.graph();
    const auto run_to = [&](const char* target, run::PreparedPlan prepared) {
        const auto planner = [&](const state::DatabaseState& state) { return plan_upgrade(graph, state.rows, target); };
        return run::run_planned(bench.database(), planner, bench.scripts(), bench.prepare_options(), bench.options,
                                bench.reporter, std::move(prepared));
    };
    const auto prepare_to = [&](const char* target, const std::vector<RevisionId>& rows) {
        return run::prepare(plan_upgrade(graph, rows, target), bench.scripts(), bench.prepare_options());
    };
    const auto rewrite = [&](const std::string& name, const std::string& revises) {
        bench.project.write("versions/" + name + ".sql", "-- x\n--\n-- revision: " + name + "\n-- revises: " + revises +
                                                             "\n\n-- rev:upgrade\nCREATE TABLE rewritten (x);\n");
    };
    auto prepared = prepare_to("a", {});
    rewrite("a", "");
    run_to("a", std::move(prepared));
    CHECK(bench.query("SELECT name FROM sqlite_master WHERE name IN ('a', 'rewritten')") == "a");
    prepared = prepare_to("b", {});
    rewrite("b", "a");
    run_to("b", std::move(prepared));
    CHECK(bench.query("SELECT name FROM sqlite_master WHERE name IN ('b', 'rewritten')") == "rewritten");
    CHECK(bench.events() == "upgrade a,upgrade b");
}

TEST_CASE("a version row that someone else changed stops the step") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);");
    bench.revision("b", "CREATE TABLE b (x);");
    bench.upgrade("a");
    bench.reporter.on_step = [&] { bench.run("UPDATE alembic_version SET version_num = 'z'"); };
    const auto error = bench.upgrade_failure();
    CHECK(error.code() == "version_rows_changed");
    CHECK(error.exit_code() == ExitCode::database);
    CHECK(bench.rows() == "z");
    CHECK(bench.query("SELECT count(*) FROM sqlite_master WHERE name = 'b'") == "0");
}

TEST_CASE("a verify section undoes its step when it fails or, under empty, returns a row") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);", "-", "", "-- rev:verify\nSELECT x FROM a;\n");
    bench.revision("b", "CREATE TABLE b (x);\nINSERT INTO b VALUES (NULL);", "-", "",
                   "-- rev:verify empty\nSELECT 'no x' FROM b WHERE x IS NULL;\n");
    const auto error = bench.upgrade_failure();
    CHECK(error.code() == "verify_failed");
    CHECK(error.location().line == 10);
    CHECK(bench.rows() == "a");
    CHECK(bench.query("SELECT count(*) FROM sqlite_master WHERE name = 'b'") == "0");
}

TEST_CASE("transaction all keeps everything or nothing") {
    Bench bench;
    bench.options.transaction = TransactionMode::all;
    bench.revision("a", "CREATE TABLE a (x);");
    bench.revision("b", "CREATE TABLE b (x);");
    bench.upgrade();
    CHECK(bench.rows() == "b");
    CHECK(bench.events() == "upgrade a,upgrade b");
    bench.revision("c", "CREATE TABLE c (x);");
    bench.revision("d", "nonsense;");
    const auto error = bench.upgrade_failure();
    CHECK(error.result.steps.empty());
    CHECK(error.location().file.ends_with("d.sql"));
    CHECK(bench.rows() == "b");
    CHECK(bench.query("SELECT count(*) FROM sqlite_master WHERE name = 'c'") == "0");
    CHECK(bench.events() == "upgrade a,upgrade b,fail d");
}

TEST_CASE("stamp sets the row and runs nothing") {
    Bench bench;
    bench.revision("a", "nonsense;");
    bench.stamp("a");
    CHECK(bench.rows() == "a");
    CHECK(bench.events() == "stamp a");
}

TEST_CASE("foreign keys are enforced when asked, and off for a revision that says so") {
    Bench bench;
    bench.options.sqlite_foreign_keys = true;
    bench.revision("a",
                   "CREATE TABLE parent (id INTEGER PRIMARY KEY);\n"
                   "CREATE TABLE child (p REFERENCES parent (id));\n"
                   "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1);");
    bench.revision("b",
                   "DROP TABLE parent;\nCREATE TABLE parent (id INTEGER PRIMARY KEY, n);\n"
                   "INSERT INTO parent VALUES (1, 'one');",
                   "-", "sqlite_foreign_keys: false");
    bench.revision("c", "INSERT INTO child VALUES (7);");
    const auto error = bench.upgrade_failure();
    CHECK(std::string(error.what()).find("FOREIGN KEY") != std::string::npos);
    CHECK(bench.rows() == "b");
    CHECK(bench.query("SELECT n FROM parent") == "one");
}

TEST_CASE("a commit that would add violated foreign keys is refused, older ones are reported") {
    Bench bench;
    bench.revision("a",
                   "CREATE TABLE parent (id INTEGER PRIMARY KEY);\n"
                   "CREATE TABLE child (p REFERENCES parent (id));\nINSERT INTO child VALUES (5);");
    bench.revision("b", "CREATE TABLE b (x);", "-", "sqlite_foreign_keys: false");
    bench.revision("c", "INSERT INTO child VALUES (6);", "-", "sqlite_foreign_keys: false");
    const auto error = bench.upgrade_failure();
    CHECK(error.code() == "foreign_key_violation");
    CHECK(bench.rows() == "b");
    CHECK(bench.query("SELECT p FROM child") == "5");
    CHECK(bench.reporter.warnings.size() == 1);
}

TEST_CASE("violated foreign keys are older where a step renames, or makes anew, what they stand in") {
    Bench bench;
    bench.revision("a",
                   "CREATE TABLE parent (a, b, PRIMARY KEY (a, b));\n"
                   "CREATE TABLE child (p, q, rowid, FOREIGN KEY (p, q) REFERENCES parent);\n"
                   "CREATE TABLE other (p REFERENCES child (p));\n"
                   "INSERT INTO child VALUES (0, NULL, 0), (1, 'x', 0), (1, 'x', 0), (2, 'it''s', 0);\n"
                   "INSERT INTO other VALUES (5);");
    const char* without = "sqlite_foreign_keys: false";
    bench.revision("b", "ALTER TABLE parent RENAME TO \"the parent\";", "-", without);
    bench.revision("c", "ALTER TABLE child RENAME COLUMN p TO pp; ALTER TABLE child RENAME TO kid;", "-", without);
    bench.revision("d",
                   "CREATE TABLE copy (pp, q, rowid, FOREIGN KEY (pp, q) REFERENCES \"the parent\");\n"
                   "INSERT INTO copy SELECT * FROM kid WHERE pp > 0 ORDER BY pp DESC;\n"
                   "DROP TABLE kid; ALTER TABLE copy RENAME TO kid;",
                   "-", without);
    // The key of "other" fits nothing that is unique, in any of them.
    bench.revision("e", "UPDATE kid SET pp = 3 WHERE pp = 2;", "-", without);
    const auto error = bench.upgrade_failure();
    CHECK(error.code() == "foreign_key_violation");
    CHECK(error.detail() ==
          "a row of table kid with (pp, q) = (3, 'it''s') refers to a row that table the parent does not have");
    CHECK(bench.rows() == "d");
}

TEST_CASE("a revision outside a transaction runs statement by statement and leaves no ledger") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);\nVACUUM;\nBEGIN;\nINSERT INTO a VALUES (1);\nCOMMIT;", "-",
                   "transaction: false");
    bench.upgrade();
    CHECK(bench.rows() == "a");
    CHECK(bench.query("SELECT x FROM a") == "1");
    CHECK(bench.query("SELECT count(*) FROM rev_progress") == "0");
}

TEST_CASE("a run that stopped half-way blocks the next one and is resumed where it stopped") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);\nINSERT INTO missing VALUES (1);\nCREATE TABLE b (x);", "DROP TABLE a;",
                   "transaction: false");
    const auto error = bench.upgrade_failure();
    CHECK(error.location().line == 9);
    CHECK(bench.rows().empty());
    const auto unfinished = state::read_unfinished(bench.database(), {});
    REQUIRE(unfinished.size() == 1);
    CHECK(unfinished[0].statement == 2);
    CHECK(unfinished[0].statements == 3);
    CHECK(unfinished[0].line == 9);
    CHECK(unfinished[0].error.find("missing") != std::string::npos);
    try {
        bench.upgrade();
        FAIL("an unfinished run was passed over");
    } catch (const Error& refused) {
        CHECK(refused.code() == "unfinished_run");
        CHECK(refused.hint().find("rev resume") != std::string::npos);
    }
    bench.run("CREATE TABLE missing (x)");
    bench.resume();
    CHECK(bench.rows() == "a");
    CHECK(bench.query("SELECT count(*) FROM missing") == "1");
    CHECK(bench.query("SELECT count(*) FROM sqlite_master WHERE name = 'b'") == "1");
    CHECK(state::read_unfinished(bench.database(), {}).empty());
    CHECK(bench.events() == "fail a,upgrade a");
}

TEST_CASE("resume refuses a file whose finished statements changed") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);\nnonsense;", "-", "transaction: false");
    bench.upgrade_failure();
    bench.project.write("versions/a.sql",
                        "-- a\n--\n-- revision: a\n-- revises:\n-- transaction: false\n\n-- rev:upgrade\n"
                        "CREATE TABLE other (x);\nCREATE TABLE b (x);\n");
    try {
        bench.resume();
        FAIL("a changed file was resumed");
    } catch (const Error& refused) {
        CHECK(refused.code() == "changed_file");
        CHECK(refused.exit_code() == ExitCode::graph);
    }
    bench.project.write("versions/a.sql",
                        "-- a\n--\n-- revision: a\n-- revises:\n-- transaction: false\n\n-- rev:upgrade\n"
                        "-- a comment\nCREATE  TABLE a (x);\nCREATE TABLE b (x);\n");
    bench.resume();
    CHECK(bench.rows() == "a");
}

TEST_CASE("repair closes an unfinished run as applied or as not applied") {
    for (const auto outcome : {run::RepairOutcome::applied, run::RepairOutcome::not_applied}) {
        Bench bench;
        bench.revision("a", "CREATE TABLE a (x);\nnonsense;", "-", "transaction: false");
        bench.upgrade_failure();
        repair(bench.database(), {}, "a", outcome);
        CHECK(bench.rows() == (outcome == run::RepairOutcome::applied ? "a" : ""));
        CHECK(state::read_unfinished(bench.database(), {}).empty());
        CHECK(bench.events() == "fail a,repair a");
        CHECK_THROWS_AS(repair(bench.database(), {}, "a", outcome), Error);
    }
}

TEST_CASE("a transaction left open at the end is rolled back and is an error") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);\nBEGIN;\nINSERT INTO a VALUES (1);", "-", "transaction: false");
    const auto error = bench.upgrade_failure();
    CHECK(error.code() == "open_transaction");
    CHECK(error.location().line == 9);
    CHECK(bench.query("SELECT count(*) FROM a") == "0");
    CHECK(state::read_unfinished(bench.database(), {}).at(0).statement == 2);
}

TEST_CASE("a failure inside the revision's own transaction resumes at its BEGIN") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);\nBEGIN;\nINSERT INTO a VALUES (1);\nINSERT INTO b VALUES (1);\nCOMMIT;",
                   "-", "transaction: false");
    bench.upgrade_failure();
    CHECK(bench.query("SELECT count(*) FROM a") == "0");
    bench.run("CREATE TABLE b (x)");
    bench.resume();
    CHECK(bench.query("SELECT count(*) FROM a") == "1");
    CHECK(bench.rows() == "a");
}

TEST_CASE("a stop between steps keeps what is done and says so") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);");
    bench.revision("b", "CREATE TABLE b (x);");
    bench.reporter.on_step = [] { request_stop(SIGTERM); };
    const auto error = bench.upgrade_failure();
    clear_stop();
    CHECK(error.exit_code() == ExitCode::terminated);
    CHECK(bench.rows() == bench.query("SELECT coalesce(max(version_num), '') FROM alembic_version"));
    CHECK(error.result.steps.size() <= 1);
    bench.reporter.on_step = nullptr;
    bench.upgrade();
    CHECK(bench.rows() == "b");
}

TEST_CASE("a stop between the steps of one transaction keeps nothing and says so") {
    Bench bench;
    bench.options.transaction = TransactionMode::all;
    bench.revision("a", "CREATE TABLE a (x);");
    bench.revision("b", "CREATE TABLE b (x);");
    bench.reporter.on_step = [] { request_stop(SIGTERM); };
    const auto error = bench.upgrade_failure();
    clear_stop();
    CHECK(std::string(error.what()).find("nothing was changed") != std::string::npos);
    CHECK(error.result.steps.empty());
    CHECK(error.result.rows.empty());
    CHECK(bench.query("SELECT count(*) FROM sqlite_master WHERE name IN ('a', 'b')") == "0");
}

TEST_CASE("a long statement is cancelled by a stop and its step is rolled back") {
    Bench bench;
    bench.revision("a",
                   "CREATE TABLE a (x);\nINSERT INTO a WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM "
                   "n LIMIT 2000000000) SELECT max(i) FROM n;");
    bench.reporter.on_step = [] { request_stop(SIGINT); };
    const auto error = bench.upgrade_failure();
    clear_stop();
    CHECK(error.exit_code() == ExitCode::interrupted);
    CHECK(bench.rows().empty());
    CHECK(bench.query("SELECT count(*) FROM sqlite_master WHERE name = 'a'") == "0");
}

TEST_CASE("a log made by an older rev gets the columns that it lacks, and is readable before") {
    Bench bench;
    bench.run("CREATE TABLE rev_log (id INTEGER PRIMARY KEY, event TEXT NOT NULL, revision TEXT)");
    bench.run("INSERT INTO rev_log (event, revision) VALUES ('upgrade', 'old')");
    CHECK(bench.events() == "upgrade old");
    bench.revision("a", "CREATE TABLE a (x);");
    bench.upgrade();
    CHECK(bench.events() == "upgrade old,upgrade a");
}

TEST_CASE("a table of someone else named rev_log is left alone") {
    Bench bench;
    bench.run("CREATE TABLE rev_log (line TEXT)");
    bench.revision("a", "CREATE TABLE a (x);");
    CHECK_THROWS_AS(bench.upgrade(), Error);
    CHECK(bench.query("SELECT group_concat(name) FROM pragma_table_info('rev_log')") == "line");
}

TEST_CASE("an applied file that changed is found, comments apart, until it is accepted") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);");
    bench.revision("b", "CREATE TABLE b (x);");
    bench.upgrade();
    const auto write = [&](const std::string& id, const std::string& revises, const std::string& sql) {
        bench.project.write("versions/" + id + ".sql", "-- m\n--\n-- revision: " + id + "\n-- revises: " + revises +
                                                           "\n\n-- rev:upgrade\n" + sql + "\n");
    };
    const auto graph = bench.graph();
    const Revisions applied{graph.find("a"), graph.find("b")};
    const auto changed = [&] {
        return run::find_changed(bench.database(), state::find_tables(bench.database(), {}), applied, bench.scripts());
    };
    CHECK(changed().empty());
    write("a", "", "CREATE TABLE a (x); -- now with a comment");
    write("b", "a", "CREATE TABLE b (x, y);");
    REQUIRE(changed().size() == 2);
    CHECK(changed()[0].comments_only);
    CHECK_FALSE(changed()[1].comments_only);
    run::accept_changed(bench.database(), graph, *graph.find("b"), bench.scripts(), bench.prepare_options(),
                        bench.options);
    REQUIRE(changed().size() == 1);
    CHECK(changed()[0].revision->id == "a");
}

TEST_CASE("the offline script, run by sqlite3, gives the schema and rows of the online run") {
    Bench online;
    const auto fill = [](Bench& bench) {
        bench.revision("a", "CREATE TABLE a (x DEFAULT 'it''s; fine');\r\nINSERT INTO a DEFAULT VALUES;");
        bench.revision("b", "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END");
        bench.revision("c", "VACUUM;\nCREATE TABLE c (x)", "-", "transaction: false");
        bench.revision("d", "-- nothing");
    };
    fill(online);
    online.upgrade();
    Bench offline;
    fill(offline);
    const auto script = offline.upgrade_script();
    CHECK(script.find("-- Running upgrade  -> a\n") != std::string::npos);
    CHECK(script.find("-- Running upgrade a -> b\n") != std::string::npos);
    const auto file = (offline.project.path() / "test.db").string();
    const auto ran = run_program({"sqlite3", file}, {.directory = ".", .environment = {}, .standard_input = script});
    CHECK(ran.exit_code == 0);
    CHECK(ran.err.empty());
    const auto schema = "SELECT sql FROM sqlite_master WHERE name NOT LIKE '%rev_%' AND sql IS NOT NULL ORDER BY name";
    CHECK(offline.query(schema) == online.query(schema));
    CHECK(offline.query("SELECT x FROM a") == online.query("SELECT x FROM a"));
    CHECK(offline.rows() == online.rows());
    CHECK(offline.rows() == "d");
}

}  // namespace
}  // namespace rev::test
