// Members are taken by the handful: their tables are found at once, and each step is one message, which takes the lock.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "cli/cli_support.hpp"
#include "fleet/tenant_project.hpp"
#include "support/wait_until.hpp"

using rev::test::expect;
using rev::test::has;
using rev::test::TenantProject;

TEST_CASE("a step of a member is one message, its run lock included") {
    const TenantProject project(40, "  jobs: 1\n");
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "CREATE TABLE message AS SELECT query FROM pg_stat_activity"
                                 " WHERE pid = pg_backend_pid();",
                      .downgrade = "DROP TABLE message;"});
    expect(project, "fleet upgrade b1");
    expect(project, "fleet upgrade head");
    std::string all;
    for (int i = 1; i <= 40; ++i)
        all += (i == 1 ? "SELECT query FROM t" : " UNION ALL SELECT query FROM t") + std::to_string(i) + ".message";
    CHECK(project.query("SELECT count(*) FROM (" + all +
                        ") AS messages WHERE query ~ '^BEGIN ISOLATION LEVEL READ COMMITTED;.*pg_try_advisory_lock'") ==
          "40");
}

TEST_CASE("a member that another run has locked fails alone, and its handful does not wait for it") {
    const TenantProject project(12, "  jobs: 1\n  on_failure: continue\nlock_timeout: 1s\n");
    project.sleeping_revision();
    expect(project, "fleet upgrade a1");
    auto other = rev::test::start(project, "fleet upgrade head --members t9");
    project.wait_for_sleep(other);
    project.sleep_no_more();
    const auto result = expect(project, "fleet upgrade head", 5);
    CHECK(has(result.err, "11 done, 1 failed"));
    CHECK(has(result.err, "failed t9"));
    CHECK(has(result.err, "another run of rev"));
    project.end_sleepers();
    (void)other.wait();
    expect(project, "fleet upgrade head");
    CHECK(project.query("SELECT count(*) FROM t9.rev_log WHERE event = 'upgrade'") == "3");
}

TEST_CASE("advisory locks that a revision leaves, or takes away, are no other member's") {
    const TenantProject project(20, "  jobs: 1\n");
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "SELECT pg_advisory_lock(4711);\nCREATE TABLE held AS SELECT count(*)"
                                 " FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
                                 " AND objid = 4711;",
                      .downgrade = "DROP TABLE held;"});
    project.revision(
        {.id = "d1", .revises = "c1", .upgrade = "SELECT pg_advisory_unlock_all();", .downgrade = "SELECT 1;"});
    expect(project, "fleet upgrade b1");
    const auto result = expect(project, "fleet upgrade head");
    CHECK_FALSE(has(result.err, "was not held any more"));
    for (int i = 1; i <= 20; ++i) CHECK(project.query("SELECT * FROM t" + std::to_string(i) + ".held") == "1");
    CHECK(has(expect(project, "fleet status --exit-code").out, "20  up to date"));
}

TEST_CASE("a member that fails in the middle of a handful is as it was, and says where") {
    const TenantProject project(20, "  jobs: 1\n  on_failure: continue\n");
    expect(project, "fleet upgrade a1");
    project.query("INSERT INTO t11.account VALUES (1), (1)");
    const auto result = expect(project, "fleet upgrade head", 5);
    CHECK(has(result.err, "19 done, 1 failed"));
    CHECK(has(result.err, "b1.sql:"));
    CHECK(project.query("SELECT version_num FROM t11.alembic_version") == "a1");
    CHECK(project.query("SELECT version_num FROM t12.alembic_version") == "b1");
    CHECK(project.query("SELECT count(*) FROM t11.rev_log WHERE event = 'fail'") == "1");
}

TEST_CASE("while a member takes its time, the others of its handful are anybody's") {
    const TenantProject project(40, "  jobs: 1\nlock_timeout: 1s\n");
    project.sleeping_revision();
    expect(project, "fleet upgrade a1");
    auto slow = rev::test::start(project, "fleet upgrade head");
    project.wait_for_sleep(slow);
    // Another run takes members of that handful to b1, and to where they are read anew.
    CHECK(has(expect(project, "fleet upgrade b1 --members t2 --members t3").err, "2 done"));
    CHECK(project.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
                        " (SELECT oid FROM pg_database WHERE datname = current_database())") == "1");
    project.sleep_no_more();
    slow.signal(SIGINT);
    (void)slow.wait();
    expect(project, "fleet upgrade head");
    CHECK(has(expect(project, "fleet status --exit-code").out, "40  up to date"));
    CHECK(project.query("SELECT string_agg(revision, ' ' ORDER BY id) FROM t2.rev_log WHERE event = 'upgrade'") ==
          "a1 b1 c1");
}

TEST_CASE("a worker that has no member left takes over what another has not begun") {
    const TenantProject project(24, "  jobs: 2\n");
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "SELECT pg_sleep(CASE WHEN current_schema() = 't1' AND (SELECT count(*) FROM"
                                 " public.slow) > 0 THEN 60 ELSE 0 END);",
                      .downgrade = "SELECT 1;"});
    project.query("CREATE TABLE public.slow (x int); INSERT INTO public.slow VALUES (1)");
    expect(project, "fleet upgrade b1");
    auto slow = rev::test::start(project, "fleet upgrade head");
    std::string at_head;
    for (int i = 2; i <= 24; ++i)
        at_head += (i == 2 ? "SELECT version_num FROM t" : " UNION ALL SELECT version_num FROM t") + std::to_string(i) +
                   ".alembic_version";
    at_head = "SELECT count(*) FROM (" + at_head + ") AS v WHERE version_num = 'c1'";
    rev::test::wait_until("all but t1 are at c1", slow, [&] { return project.query(at_head) == "23"; });
    CHECK_FALSE(slow.has_ended());
    CHECK(project.query("SELECT version_num FROM t1.alembic_version") == "b1");
    slow.signal(SIGINT);
    (void)slow.wait();
}

TEST_CASE("members with another history than the first, and with tables of older revs or none, are all brought along") {
    const TenantProject project(30, "  jobs: 1\n  on_failure: continue\n");
    expect(project, "fleet upgrade a1 --members t1 --members t2 --members t3 --members t4 --members t5");
    expect(project, "fleet stamp a1 --members t6 --members t7");
    project.query("CREATE TABLE t6.account (id int); CREATE TABLE t7.account (id int)");
    // As another tool leaves it, and as an older rev did.
    project.query(
        "CREATE TABLE t8.alembic_version (version_num varchar(32) PRIMARY KEY);"
        "INSERT INTO t8.alembic_version VALUES ('a1'); CREATE TABLE t8.account (id int);"
        "ALTER TABLE t2.rev_log DROP COLUMN raw_checksum, DROP COLUMN notes");
    CHECK(has(expect(project, "fleet upgrade head").err, "30 done"));
    CHECK(has(expect(project, "fleet status --exit-code").out, "30  up to date"));
    // A changed file is found in those that have run it, and in no other.
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "ALTER TABLE account ADD CONSTRAINT account_key UNIQUE (id); SELECT 1;",
                      .downgrade = "SELECT 1;"});
    project.revision({.id = "c1", .revises = "b1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
    project.query("UPDATE t9.rev_log SET checksum = NULL, raw_checksum = NULL WHERE revision = 'b1'");
    const auto result = expect(project, "fleet upgrade head", 5);
    CHECK(has(result.err, "1 done, 29 failed"));
    CHECK(project.query("SELECT version_num FROM t9.alembic_version") == "c1");
}

TEST_CASE("what another run has logged since a member's log was read is seen, be its rows the same") {
    const TenantProject project(12, "  jobs: 1\n  on_failure: continue\nlock_timeout: 1s\n");
    project.sleeping_revision();
    expect(project, "fleet upgrade b1");
    auto slow = rev::test::start(project, "fleet upgrade head");
    project.wait_for_sleep(slow);
    // As if a checkout with another b1 had run it anew.
    for (const std::string name : {"t2", "t3"})
        project.query("INSERT INTO " + name +
                      ".rev_log (event, revision, started_at, duration_ms, statements, checksum,"
                      " raw_checksum) SELECT 'upgrade', 'b1', now(), 1, 1, 'other', 'other'");
    project.sleep_no_more();
    project.cancel_sleepers();
    const auto result = slow.wait();
    CHECK(has(result.err, "failed t2"));
    CHECK(has(result.err, "failed t3"));
    CHECK(has(result.err, "9 done, 3 failed"));
    CHECK(project.query("SELECT version_num FROM t2.alembic_version") == "b1");
    CHECK(project.query("SELECT version_num FROM t4.alembic_version") == "c1");
}

TEST_CASE("logs too long to be read whole, and logs whose numbers have gaps, are compared all the same") {
    const TenantProject project(12, "  jobs: 1\n  on_failure: continue\n");
    expect(project, "fleet upgrade a1");
    const std::string note = ".rev_log (event, started_at, duration_ms, statements) SELECT 'note', now(), 0, 0";
    project.query("INSERT INTO t2" + note + " FROM generate_series(1, 300)");
    project.query("INSERT INTO t3" + note + "; DELETE FROM t3.rev_log WHERE event = 'note'");
    project.query("INSERT INTO t4" + note +
                  " FROM generate_series(1, 300);"
                  "UPDATE t4.rev_log SET checksum = 'other', raw_checksum = 'other' WHERE revision = 'a1'");
    const auto result = expect(project, "fleet upgrade head", 5);
    CHECK(has(result.err, "11 done, 1 failed"));
    CHECK(has(result.err, "failed t4"));
}

TEST_CASE("a member whose tables change before its turn is read anew, and its lock is left to nobody") {
    const TenantProject project(12, "  jobs: 1\n  on_failure: continue\nlock_timeout: 1s\n");
    project.sleeping_revision();
    expect(project, "fleet upgrade b1");
    auto slow = rev::test::start(project, "fleet upgrade head");
    project.wait_for_sleep(slow);
    project.query(
        "INSERT INTO t2.alembic_version VALUES ('a1'); ALTER TABLE t3.rev_log DROP COLUMN id;"
        "DROP SCHEMA t4 CASCADE; DELETE FROM t5.alembic_version;"
        "ALTER TABLE t6.rev_log ALTER COLUMN id DROP IDENTITY");
    project.sleep_no_more();
    project.cancel_sleepers();
    const auto result = slow.wait();
    CHECK(result.exit_code == 5);
    for (const std::string name : {"t1", "t3", "t4", "t5", "t6"})
        CHECK_MESSAGE(has(result.err, "failed " + name), result.err);
    CHECK(project.query("SELECT version_num FROM t12.alembic_version") == "c1");
    CHECK(project.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                        " (SELECT oid FROM pg_database WHERE datname = current_database())") == "0");
}

namespace {

/// How many transactions the server has had of whoever is gone.
long long transactions(const TenantProject& project) {
    rev::test::wait_until("all sessions are gone", [&] {
        return project.query(
                   "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                   " AND pid <> pg_backend_pid()") == "0";
    });
    return std::stoll(project.query("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"));
}

}  // namespace

TEST_CASE("repeatable objects of many members that are as they should be are looked at together") {
    const TenantProject project(60, "  jobs: 1\nrepeatable_locations: [objects]\n");
    std::filesystem::create_directory(project.path() / "objects");
    const auto write = [&](const std::string& sql) {
        std::ofstream(project.path() / "objects" / "account_ids.sql") << "-- repeatable: account_ids\n\n-- rev:apply\n"
                                                                      << sql << "\n";
    };
    write("CREATE OR REPLACE VIEW account_ids AS SELECT id FROM account;");
    CHECK(has(expect(project, "fleet upgrade head").err, "60 done"));
    const auto before = transactions(project);
    CHECK(has(expect(project, "fleet upgrade head").err, "60 up to date"));
    CHECK(transactions(project) - before < 30);
    write("CREATE OR REPLACE VIEW account_ids AS SELECT id, 1 AS one FROM account;");
    CHECK(has(expect(project, "fleet upgrade head").err, "60 done"));
    for (const std::string name : {"t1", "t30", "t60"}) {
        CHECK(project.query("SELECT count(one) FROM " + name + ".account_ids") == "0");
        CHECK(project.query("SELECT count(*) FROM " + name + ".rev_log WHERE event = 'apply'") == "2");
    }
    CHECK(has(expect(project, "fleet upgrade head").err, "60 up to date"));
}
