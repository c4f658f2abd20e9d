// Steps that get no lock on SQLite. The blocker lets go when the reporter is told of a retry, so nothing depends on
// time.
#include <doctest/doctest.h>

#include <array>
#include <csignal>

#include "exec/exec_support.hpp"
#include "rev/stop.hpp"
#include "run/retry.hpp"

namespace rev::test {
namespace {

using std::chrono::milliseconds;

/// A project with a table `a` and a revision `b` that adds to it and waits 30 ms at most for a lock.
struct BusyFile {
    Bench bench;
    std::unique_ptr<Database> blocker;

    BusyFile() {
        bench.revision("a", "CREATE TABLE a (x INTEGER);");
        bench.upgrade();
        bench.revision("b", "INSERT INTO a VALUES (1);", "DELETE FROM a;", "statement_lock_timeout: 30ms");
        blocker = bench.connect();
    }

    void block(const std::string& sql) const {
        const std::array<Command, 2> commands{Command{.kind = Command::Kind::sql, .sql = "BEGIN"},
                                              Command{.kind = Command::Kind::sql, .sql = sql}};
        blocker->run(commands);
    }
};

const std::string write = "INSERT INTO a VALUES (7)";

TEST_CASE_FIXTURE(BusyFile, "on SQLite a step waits again until the other process lets go") {
    block(write);
    bench.reporter.on_retry = [&] {
        if (bench.reporter.retries.size() == 2) blocker->rollback();
    };
    bench.upgrade();
    CHECK(bench.rows() == "b");
    CHECK(bench.query("SELECT x FROM a") == "1");
    CHECK(bench.reporter.retries.size() == 2);
    CHECK(bench.reporter.retries[0].number == 1);
    CHECK(bench.reporter.retries[1].number == 2);
    CHECK(bench.reporter.retries[1].of == 3);
    CHECK(bench.reporter.retries[0].reason.find("test.db is locked by") != std::string::npos);
    CHECK(bench.events() == "upgrade a,upgrade b");
}

TEST_CASE_FIXTURE(BusyFile, "on SQLite a step gives up after its last try, and nothing has changed") {
    bench.limits.lock_retries = 1;
    block(write);
    const auto error = bench.upgrade_failure();
    CHECK(error.code() == "database_locked");
    CHECK(error.exit_code() == ExitCode::database);
    CHECK(bench.reporter.retries.size() == 1);
    blocker->rollback();
    CHECK(bench.rows() == "a");
    CHECK(bench.query("SELECT count(*) FROM a") == "0");
    CHECK(bench.events() == "upgrade a");
}

TEST_CASE_FIXTURE(BusyFile, "on SQLite a reader that holds the commit up is waited for too") {
    block("SELECT count(*) FROM a");
    bench.reporter.on_retry = [&] { blocker->rollback(); };
    bench.upgrade();
    CHECK(bench.rows() == "b");
    CHECK(bench.query("SELECT x FROM a") == "1");
    CHECK(bench.reporter.retries.size() == 1);
}

TEST_CASE_FIXTURE(BusyFile, "on SQLite transaction all is tried again as a whole") {
    bench.revision("c", "INSERT INTO a VALUES (2);");
    bench.limits.lock_timeout = milliseconds(30);
    bench.options.transaction = TransactionMode::all;
    block("SELECT count(*) FROM a");
    bench.reporter.on_retry = [&] { blocker->rollback(); };
    CHECK(bench.upgrade().steps.size() == 2);
    CHECK(bench.query("SELECT x FROM a ORDER BY x") == "1\n2");
    CHECK(bench.reporter.started == std::vector<std::string>{"a", "b", "c", "b", "c"});
    CHECK(bench.events() == "upgrade a,upgrade b,upgrade c");
}

TEST_CASE_FIXTURE(BusyFile, "on SQLite a downgrade that removes the last row can be tried again") {
    bench.upgrade();
    block("SELECT count(*) FROM a");
    bench.reporter.on_retry = [&] { blocker->rollback(); };
    bench.limits.lock_timeout = milliseconds(30);
    bench.downgrade("a");
    CHECK(bench.rows() == "a");
    CHECK(bench.reporter.retries.size() == 1);
}

TEST_CASE_FIXTURE(BusyFile, "another run that came first during the pause is noticed") {
    block("UPDATE alembic_version SET version_num = 'b'");
    bench.reporter.on_retry = [&] {
        const std::array<Command, 1> commit{Command{.kind = Command::Kind::sql, .sql = "COMMIT"}};
        blocker->run(commit);
    };
    CHECK(bench.upgrade_failure().code() == "version_rows_changed");
    CHECK(bench.query("SELECT count(*) FROM a") == "0");
}

TEST_CASE("on SQLite a step without a limit of its own waits once, for lock_timeout") {
    Bench bench;
    bench.lock_timeout = milliseconds(30);
    bench.revision("a", "CREATE TABLE a (x INTEGER);");
    bench.upgrade();
    bench.revision("b", "INSERT INTO a VALUES (1);");
    const auto blocker = bench.connect();
    const std::array<Command, 1> begin{Command{.kind = Command::Kind::begin}};
    blocker->run(begin);
    CHECK(bench.upgrade_failure().code() == "database_locked");
    CHECK(bench.reporter.retries.empty());
}

TEST_CASE_FIXTURE(BusyFile, "Ctrl-C during the pause ends the run at once") {
    block(write);
    bench.reporter.on_retry = [] { request_stop(SIGINT); };
    const auto error = bench.upgrade_failure();
    clear_stop();
    CHECK(error.exit_code() == ExitCode::interrupted);
    CHECK(bench.reporter.retries.size() == 1);
    blocker->rollback();
    CHECK(bench.rows() == "a");
}

TEST_CASE("on SQLite statement_timeout ends a statement that takes too long") {
    Bench bench;
    bench.limits.statement_timeout = milliseconds(50);
    bench.revision(
        "a", "CREATE TABLE a AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;");
    const auto error = bench.upgrade_failure();
    CHECK(error.exit_code() == ExitCode::revision_failed);
    CHECK(std::string(error.what()).find("statement timeout") != std::string::npos);
    CHECK(bench.rows().empty());
}

TEST_CASE("pauses between tries grow, with chance in them, up to ten seconds") {
    for (int number = 1; number <= 1000; ++number) {
        const auto pause = run::retry_pause(number);
        CHECK(pause >= std::min(milliseconds(5000), milliseconds(125) * (1 << std::min(number - 1, 10))));
        CHECK(pause <= std::min(milliseconds(10000), milliseconds(250) * (1 << std::min(number - 1, 10))));
    }
}

}  // namespace
}  // namespace rev::test
