// Members are taken by the handful: their locks and what they hold are had at once, and each step is one message.
#include <doctest/doctest.h>

#include <string>

#include "cli/cli_support.hpp"
#include "fleet/tenant_project.hpp"

using rev::test::expect;
using rev::test::has;
using rev::test::TenantProject;

TEST_CASE("a step of a member is one message, its search_path and BEGIN included") {
    // Many, as the first of them come one by one.
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
    const auto one_message = project.query(
        "SELECT count(*) FILTER (WHERE query ~ '^SET search_path TO \"t[0-9]+\";\\s"
        "BEGIN;') FROM (" +
        all + ") AS messages");
    CHECK(std::stoi(one_message) >= 30);
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
