// upgrade and downgrade with --rehearse, and what a busy database makes of a run.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"
#include "support/postgres.hpp"

using rev::test::both;
using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::has;
using rev::test::PostgresTestDatabase;
using rev::test::run_program;
using rev::test::TemporaryProject;

namespace {

void write_plan(const TemporaryProject& project) {
    project.revision({.id = "a", .upgrade = "CREATE TABLE t (x int);", .downgrade = "DROP TABLE t;"});
    project.revision(
        {.id = "b", .revises = "a", .upgrade = "INSERT INTO t VALUES (1), (2);", .downgrade = "DELETE FROM t;"});
    project.revision(
        {.id = "c", .revises = "b", .upgrade = "CREATE INDEX ix ON t (x);", .downgrade = "DROP INDEX ix;"});
}

}  // namespace

TEST_CASE("a rehearsal answers for each step and makes no SQLite file") {
    const TemporaryProject project;
    write_plan(project);
    const auto result = project.rev("upgrade head --rehearse");
    CHECK(result.exit_code == 0);
    CHECK(has(result.out, "upgrade  -> a, make a ("));
    CHECK(has(result.out, "upgrade a -> b, make b ("));
    CHECK(has(result.out, "    rows       2\n"));
    CHECK(has(result.err, "Rehearsed 3 of 3 steps; nothing was changed"));
    CHECK_FALSE(project.exists("test.db"));
}

TEST_CASE("a rehearsal of a downgrade asks nothing, although rows would be lost") {
    const TemporaryProject project;
    write_plan(project);
    CHECK(project.rev("upgrade b").exit_code == 0);
    const auto result = project.rev("downgrade base --rehearse --detailed-exitcode");
    CHECK(result.exit_code == 10);
    CHECK(has(result.out, "downgrade a -> , make a ("));
    CHECK(has(result.out, "    alters     t\n"));
    CHECK(has(project.rev("current").out, "b"));
}

TEST_CASE("a rehearsal of a downgrade says what would be lost, as its question does, also in JSON") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_plan(project);
        project.revision(
            {.id = "d", .revises = "c", .upgrade = "CREATE TABLE u (y int);", .downgrade = "DROP TABLE u;"});
        CHECK(project.rev("upgrade head").exit_code == 0);
        CHECK(has(project.rev("downgrade b --rehearse").out, "The downgrade loses nothing.\n"));
        const auto question = error_of(project.rev("downgrade base"));
        const auto told = project.rev("downgrade base --rehearse");
        CHECK(told.exit_code == 0);
        const std::string losses = "The downgrade drops t (2 rows).\n";
        CHECK(told.out.ends_with(losses));
        CHECK(has(question, losses.substr(0, losses.size() - 1)));
        const auto json = project.rev("downgrade base --rehearse --json").out;
        CHECK(has(json, "\"kind\": \"dropped\""));
        CHECK(has(json, "\"table\": \"t\""));
        CHECK(has(json, "\"rows\": 2"));
        CHECK(has(json, "\"certainty\": \"exact\""));
        CHECK(has(json, "\"untried\": null"));
        CHECK_FALSE(has(project.rev("upgrade head --rehearse --json").out, "losses"));
        CHECK(project.rows() == "d");
    }
}

TEST_CASE("a rehearsal of a downgrade that cannot be tried says that its losses are not known") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a",
                          .upgrade = "CREATE TABLE t (x int);",
                          .downgrade = "DROP TABLE t;",
                          .header = "transaction: false"});
        CHECK(project.rev("upgrade head").exit_code == 0);
        const auto told = project.rev("downgrade base --rehearse");
        CHECK(told.exit_code == 0);
        CHECK(has(told.out, "What the downgrade loses is not known, as it could not be tried"));
        CHECK(has(project.rev("downgrade base --rehearse --json").out, "\"untried\": \"revision a runs outside"));
    }
}

TEST_CASE("a rehearsal that fails exits with 5 and shows the place") {
    const TemporaryProject project;
    write_plan(project);
    project.revision({.id = "d", .revises = "c", .upgrade = "SELECT 1;\nnonsense;"});
    const auto result = project.rev("upgrade head --rehearse");
    CHECK(result.exit_code == 5);
    CHECK(result.out.empty());
    CHECK(has(result.err, "upgrade of d failed"));
    CHECK(has(result.err, "versions/d.sql:8"));
}

TEST_CASE("--rehearse goes with neither --sql nor --dry-run") {
    const TemporaryProject project;
    write_plan(project);
    CHECK(project.rev("upgrade head --rehearse --dry-run").exit_code == 2);
    CHECK(project.rev("upgrade head --rehearse --sql").exit_code == 2);
}

TEST_CASE("on PostgreSQL a rehearsal names rewritten tables, locks and steps that it cannot run, also in JSON") {
    const PostgresTestDatabase server;
    TemporaryProject project;
    project.url = server.url();
    write_plan(project);
    CHECK(project.rev("upgrade b").exit_code == 0);
    project.revision({.id = "d", .revises = "c", .upgrade = "ALTER TABLE t ALTER x TYPE bigint;"});
    project.revision({.id = "e", .revises = "d", .upgrade = "VACUUM;", .header = "transaction: false"});
    project.revision({.id = "f", .revises = "e", .upgrade = "SELECT 1;"});
    const auto text = project.rev("upgrade head --rehearse");
    CHECK(text.exit_code == 0);
    CHECK(has(text.out, "    locks      public.t (ShareLock)\n"));
    CHECK(has(text.out, "    rewrites   public.t ("));
    CHECK(has(text.out, "upgrade d -> e, make e (not rehearsed: it runs outside a transaction)\n"));
    CHECK(has(text.out, "upgrade e -> f, make f (not rehearsed: it comes after such a step)\n"));
    CHECK(has(text.err, "Rehearsed 2 of 4 steps; nothing was changed"));
    const auto json = project.rev("upgrade head --rehearse --json").out;
    CHECK(has(json, R"("from": [)"));
    CHECK(has(json, R"("rehearsed": true)"));
    CHECK(has(json, R"("mode": "AccessExclusiveLock")"));
    CHECK(has(json, R"("reason": "outside_transaction")"));
    CHECK(server.query("SELECT count(*) FROM rev_log") == "2");
    CHECK(server.query("SELECT version_num FROM alembic_version") == "b");
}

TEST_CASE("a step that never gets its lock exits with 4, and every try names the session in the way") {
    const PostgresTestDatabase server;
    TemporaryProject project("statement_lock_timeout: 400ms\nlock_retries: 1");
    project.url = server.url();
    write_plan(project);
    CHECK(project.rev("upgrade b").exit_code == 0);
    rev::test::RunningProgram blocker(
        {"psql", "-X", "-q", "-c", "BEGIN; INSERT INTO t VALUES (3); SELECT pg_sleep(100)", server.url()},
        {project.path(), {}, ""});
    const std::string held = "SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass AND granted";
    rev::test::wait_until("psql has locked t", blocker, [&] { return server.query(held) != "0"; });
    const auto result = project.rev("upgrade head");
    CHECK(result.exit_code == 4);
    CHECK(has(result.err,
              "Rolled back, as it got no lock: canceling statement due to lock timeout; waited for ShareLock "
              "on public.t; held by pid "));
    CHECK(has(result.err, "application psql"));
    CHECK(has(result.err, "try 1 of 1 follows in "));
    CHECK(has(result.err, "upgrade of c failed: canceling statement due to lock timeout; waited for ShareLock"));
    CHECK(server.query("SELECT version_num FROM alembic_version") == "b");
}
