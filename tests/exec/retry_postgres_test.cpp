// Steps that get no lock on PostgreSQL. The blocker lets go when the reporter is told of a retry, so nothing depends on
// time.
#include <doctest/doctest.h>

#include <array>
#include <csignal>
#include <future>

#include "exec/exec_support.hpp"
#include "rev/stop.hpp"
#include "support/postgres.hpp"
#include "support/text.hpp"
#include "support/wait_until.hpp"

namespace rev::test {
namespace {

using std::chrono::milliseconds;

void run(Database& database, const std::string& sql) {
    const std::array<Command, 1> commands{Command{.kind = Command::Kind::sql, .sql = sql}};
    database.run(commands);
}

/// A table `a` and another session that is about to lock it.
struct BusyServer {
    PostgresTestDatabase server;
    Bench bench{server.url()};
    std::unique_ptr<Database> blocker = bench.connect();

    BusyServer() {
        bench.limits.lock_timeout = milliseconds(400);  // long enough for a look from the second connection
        bench.revision("a", "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);");
        bench.upgrade();
    }

    void block(const std::string& sql = "LOCK TABLE a IN ACCESS SHARE MODE") const {
        run(*blocker, "BEGIN");
        run(*blocker, sql);
    }
    void let_go_at_retry(std::size_t number = 1) {
        bench.reporter.on_retry = [this, number] {
            if (bench.reporter.retries.size() == number) blocker->rollback();
        };
    }
    [[nodiscard]] std::string blocker_pid() const {
        return blocker->query_in_session("SELECT pg_backend_pid()").at(0).at(0).value();
    }
};

TEST_CASE_FIXTURE(BusyServer, "a step waits again until the other session lets go, and says who it is") {
    bench.revision("b", "ALTER TABLE a ADD y int;");
    block();
    let_go_at_retry(2);
    bench.upgrade();
    CHECK(bench.rows() == "b");
    CHECK(bench.events() == "upgrade a,upgrade b");
    REQUIRE(bench.reporter.retries.size() == 2);
    const auto& retry = bench.reporter.retries[0];
    CHECK(retry.number == 1);
    CHECK(retry.of == 3);
    CHECK(has(retry.reason, "canceling statement due to lock timeout"));
    CHECK(has(retry.reason, "waited for AccessExclusiveLock on public.a; held by pid " + blocker_pid() +
                                ", user postgres, application rev, host 127.0.0.1, query of 20"));
    CHECK(has(retry.reason, "Z, idle in transaction"));
}

TEST_CASE_FIXTURE(BusyServer, "a step gives up after its last try, names the blocker, and nothing has changed") {
    bench.revision("b", "CREATE TABLE b (x int);\nALTER TABLE a ADD y int;", "-", "lock_retries: 1");
    block();
    const auto error = bench.upgrade_failure();
    CHECK(error.code() == "lock_not_available");
    CHECK(error.sqlstate() == "55P03");
    CHECK(error.exit_code() == ExitCode::database);
    CHECK(has(error.what(), "held by pid " + blocker_pid()));
    CHECK(error.location().line == 9);
    CHECK_FALSE(error.hint().empty());
    CHECK(bench.reporter.retries.size() == 1);
    CHECK(bench.rows() == "a");
    CHECK(server.query("SELECT count(*) FROM pg_tables WHERE tablename = 'b'") == "0");
    CHECK(bench.events() == "upgrade a,fail b");
}

TEST_CASE_FIXTURE(BusyServer, "a wait for a row names its table") {
    bench.revision("b", "UPDATE a SET x = 2;", "-", "lock_retries: 0");
    block("UPDATE a SET x = 3");
    CHECK(
        has(bench.upgrade_failure().what(), "waited for ShareLock on a row of public.a; held by pid " + blocker_pid()));
}

TEST_CASE_FIXTURE(BusyServer, "NOWAIT is tried again without any setting") {
    bench.limits = {};
    bench.revision("b", "LOCK TABLE a NOWAIT;");
    block();
    let_go_at_retry();
    bench.upgrade();
    CHECK(bench.rows() == "b");
    CHECK(bench.reporter.retries.size() == 1);
}

TEST_CASE_FIXTURE(BusyServer, "the victim of a deadlock is tried again, and the server's words name the other") {
    bench.limits = {};
    run(*blocker, "CREATE TABLE z (x int); CREATE TABLE done (x int); SET deadlock_timeout = '1h'");
    // The step waits until the other session waits for it; then it closes the circle, and looks for one soon.
    bench.revision(
        "b",
        "SET LOCAL deadlock_timeout = '10ms';\nLOCK TABLE a;\n"
        "DO $$ BEGIN FOR i IN 1..6000 LOOP EXIT WHEN EXISTS (SELECT FROM done) OR EXISTS (SELECT FROM "
        "pg_locks WHERE NOT granted AND relation = 'a'::regclass); PERFORM pg_sleep(0.01); END LOOP; END $$;\n"
        "LOCK TABLE z;");
    block("LOCK TABLE z");
    const auto other_pid = blocker_pid();
    auto other = std::async(std::launch::async, [&] {
        const std::string held =
            "SELECT 1 FROM pg_locks WHERE granted AND relation = 'a'::regclass AND mode = 'AccessExclusiveLock'";
        wait_until("the step has locked a", [&] { return !blocker->query_in_session(held).empty(); });
        run(*blocker, "LOCK TABLE a; INSERT INTO done VALUES (1)");
        run(*blocker, "COMMIT");
    });
    bench.upgrade();
    other.get();
    CHECK(bench.rows() == "b");
    REQUIRE(bench.reporter.retries.size() == 1);
    CHECK(has(bench.reporter.retries[0].reason, "deadlock detected"));
    CHECK(has(bench.reporter.retries[0].reason, "blocked by process " + other_pid));
}

TEST_CASE_FIXTURE(BusyServer, "transaction all is tried again as a whole") {
    bench.options.transaction = TransactionMode::all;
    bench.revision("b", "CREATE TABLE b (x int);");
    bench.revision("c", "ALTER TABLE a ADD y int;");
    block();
    let_go_at_retry();
    CHECK(bench.upgrade().steps.size() == 2);
    CHECK(bench.rows() == "c");
    CHECK(bench.reporter.started == std::vector<std::string>{"a", "b", "c", "b", "c"});
    CHECK(bench.events() == "upgrade a,upgrade b,upgrade c");
}

TEST_CASE_FIXTURE(BusyServer, "Ctrl-C during the pause ends the run at once") {
    bench.revision("b", "ALTER TABLE a ADD y int;");
    block();
    bench.reporter.on_retry = [] { request_stop(SIGINT); };
    const auto error = bench.upgrade_failure();
    clear_stop();
    CHECK(error.exit_code() == ExitCode::interrupted);
    CHECK(has(error.what(), "rolled back"));
    CHECK(bench.reporter.retries.size() == 1);
    CHECK(bench.rows() == "a");
}

TEST_CASE_FIXTURE(BusyServer, "CREATE INDEX CONCURRENTLY that got no lock drops its INVALID index and is tried again") {
    bench.revision("b", "CREATE INDEX CONCURRENTLY ix ON a (x);", "-", "transaction: false");
    block("INSERT INTO a VALUES (2)");
    let_go_at_retry();
    bench.upgrade();
    CHECK(bench.rows() == "b");
    CHECK(bench.reporter.retries.size() == 1);
    CHECK(bench.reporter.warnings.size() == 1);
    CHECK(server.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass") == "t");
    CHECK(state::read_unfinished(bench.database(), {}).empty());
}

TEST_CASE_FIXTURE(BusyServer, "CREATE INDEX CONCURRENTLY that never gets its lock can be resumed later") {
    bench.revision("b", "SELECT 1;\nCREATE INDEX CONCURRENTLY ix ON a (x);", "-",
                   "transaction: false\nlock_retries: 1");
    block("INSERT INTO a VALUES (2)");
    const auto error = bench.upgrade_failure();
    CHECK(error.code() == "lock_not_available");
    CHECK_MESSAGE(has(error.what(), "held by pid " + blocker_pid()), std::string(error.what()));
    CHECK(state::read_unfinished(bench.database(), {}).at(0).statement == 2);
    blocker->rollback();
    bench.resume();
    CHECK(bench.rows() == "b");
    CHECK(server.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass") == "t");
}

TEST_CASE_FIXTURE(BusyServer, "a transaction of the section's own is tried again from its BEGIN") {
    bench.revision("b",
                   "CREATE TABLE b (x int);\nBEGIN;\nINSERT INTO b VALUES (1);\nALTER TABLE a ADD y int;\nCOMMIT;\n"
                   "INSERT INTO b VALUES (2);",
                   "-", "transaction: false");
    block();
    let_go_at_retry();
    bench.upgrade();
    CHECK(bench.rows() == "b");
    CHECK(server.query("SELECT x FROM b ORDER BY x") == "1\n2");
    CHECK(bench.reporter.retries.size() == 1);
}

TEST_CASE_FIXTURE(BusyServer, "outside a transaction a procedure is not tried again: it may have committed") {
    bench.revision("b", "CALL p();", "-", "transaction: false");
    server.query(
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO a VALUES (5); COMMIT; LOCK TABLE a; END $$");
    block();
    CHECK(bench.upgrade_failure().code() == "lock_not_available");
    CHECK(bench.reporter.retries.empty());
    CHECK(server.query("SELECT count(*) FROM a WHERE x = 5") == "1");
}

TEST_CASE("statement_timeout counts each statement, and ends one that takes too long") {
    const PostgresTestDatabase server;
    Bench bench(server.url());
    bench.limits.statement_timeout = milliseconds(400);
    bench.revision("a", "SELECT pg_sleep(0.25);\nSELECT pg_sleep(0.25);");
    bench.upgrade();
    bench.revision("b", "SELECT 1;\nSELECT pg_sleep(60);");
    const auto error = bench.upgrade_failure();
    CHECK(error.sqlstate() == "57014");
    CHECK(error.exit_code() == ExitCode::revision_failed);
    CHECK(error.location().line == 8);
    CHECK(has(error.hint(), "statement_timeout"));
    CHECK(bench.rows() == "a");
}

TEST_CASE("limits hold for the section and end with its step; a header's and the section's own go over them") {
    const PostgresTestDatabase server;
    Bench bench(server.url());
    bench.limits.lock_timeout = milliseconds(5000);
    const auto settings = [](const std::string& table) {
        return "CREATE TABLE " + table +
               " AS SELECT current_setting('lock_timeout') AS l, current_setting('statement_timeout') AS s;";
    };
    bench.revision("a", settings("a"), "-", "statement_lock_timeout: 1500ms\nstatement_timeout: 2m");
    bench.revision("b", settings("b"), "-", "statement_lock_timeout: 0");
    bench.revision("c", settings("c"));
    bench.revision("d", settings("d") + "SET lock_timeout = '7s';" + settings("d2"), "-",
                   "transaction: false\nstatement_timeout: 3s");
    bench.upgrade();
    CHECK(server.query("SELECT * FROM a UNION ALL SELECT * FROM b UNION ALL SELECT * FROM c UNION ALL SELECT * FROM d "
                       "UNION ALL SELECT * FROM d2") == "1500ms|2min\n0|0\n5s|0\n5s|3s\n7s|3s");
    CHECK(bench.query("SELECT current_setting('lock_timeout') || current_setting('statement_timeout')") == "00");
}

TEST_CASE("rev's own rows are written without the limits") {
    const PostgresTestDatabase server;
    Bench bench(server.url());
    // A trigger that takes longer than any statement of the revision may.
    bench.revision("a", "SELECT 1;");
    bench.upgrade();
    server.query(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN NEW; END "
        "$$; "
        "CREATE TRIGGER slow BEFORE UPDATE ON alembic_version FOR EACH ROW EXECUTE FUNCTION slow()");
    bench.limits.statement_timeout = milliseconds(200);
    bench.revision("b", "SELECT 1;");
    bench.upgrade();
    bench.revision("c", "SELECT 1;", "-", "transaction: false");
    bench.upgrade();
    CHECK(bench.rows() == "c");
}

TEST_CASE("the offline script has the limits too") {
    const PostgresTestDatabase server;
    Bench bench(server.url());
    bench.revision("a", "CREATE TABLE a (x int);", "-", "statement_lock_timeout: 1500ms\nstatement_timeout: 2m");
    bench.revision("b", "CREATE INDEX CONCURRENTLY ix ON a (x);", "-",
                   "transaction: false\nstatement_lock_timeout: 3s");
    const auto script = bench.upgrade_script();
    const auto set = script.find("SET LOCAL lock_timeout = '1500ms';\n\nSET LOCAL statement_timeout = '120s';\n\n");
    REQUIRE(set != std::string::npos);
    CHECK(set > script.find("BEGIN;"));
    CHECK(set < script.find("CREATE TABLE a ("));
    const auto session_set = script.find("SET lock_timeout = '3s';");
    REQUIRE(session_set != std::string::npos);
    CHECK(session_set < script.find("CREATE INDEX CONCURRENTLY"));
    CHECK(script.find("RESET ALL", session_set) != std::string::npos);
    const auto ran = run_program({"psql", "-X", "-q", "-f", "-", server.url()},
                                 {.directory = ".", .environment = {}, .standard_input = script});
    CHECK(ran.exit_code == 0);
    CHECK(bench.rows() == "b");
}

}  // namespace
}  // namespace rev::test
