// The number of a worker's lease, which it writes into each member's log: whoever has an older one changes nothing.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "cli/cli_support.hpp"
#include "fleet/tenant_project.hpp"

using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::TenantProject;

namespace {

/// A lease of some other worker, newer than any that the clock gives.
constexpr const char* newer_lease =
    "INSERT INTO rev_log (event, heads_after, version_table, lease)"
    " VALUES ('lease', '', current_schema() || '.alembic_version', 9000000000000000000);";

}  // namespace

TEST_CASE("a worker writes its lease into the log of each member that it changes, and of no other") {
    const TenantProject project(2);
    expect(project, "fleet upgrade b1 --members t1");
    expect(project, "fleet enqueue head");
    expect(project, "fleet work");
    CHECK(project.query("SELECT count(*) FROM t1.rev_log WHERE event = 'lease' OR lease IS NOT NULL") == "0");
    CHECK(project.query("SELECT string_agg(event || coalesce(' ' || revision, ''), ', ' ORDER BY id) FROM t2.rev_log"
                        " WHERE lease = (SELECT token FROM rev_fleet_member WHERE name = 't2')") ==
          "lease, upgrade a1, upgrade b1");
}

TEST_CASE("a lease that somebody else's has followed changes nothing, and the others go on") {
    const TenantProject project(3, "  on_failure: continue\n");
    expect(project, "fleet enqueue a1");
    expect(project, "fleet work");
    project.query("SET search_path TO t2; " + std::string(newer_lease));
    expect(project, "fleet enqueue head");
    const auto result = expect(project, "fleet work", 5);
    CHECK(has(result.err, "failed t2"));
    CHECK(has(result.err, "the lease on this member has passed to another worker"));
    CHECK(project.tenants() == "t1=b1 t2=a1 t3=b1");
    CHECK(project.query("SELECT count(*) FROM t2.rev_log WHERE event = 'lease'") == "2");
    // Without a queue there is no lease, and whoever asks for it runs it.
    expect(project, "fleet upgrade head");
    CHECK(project.tenants() == "t1=b1 t2=b1 t3=b1");
}

TEST_CASE("a lease that is lost between two steps ends the run before the next one, in and outside a transaction") {
    for (const std::string header : {"", "transaction: false"}) {
        CAPTURE(header);
        const TenantProject project(1);
        project.revision({.id = "c1", .revises = "b1", .upgrade = newer_lease, .downgrade = "SELECT 1;"});
        project.revision({.id = "d1",
                          .revises = "c1",
                          .upgrade = "CREATE TABLE harm (id int);",
                          .downgrade = "DROP TABLE harm;",
                          .header = header});
        expect(project, "fleet enqueue head");
        const auto result = expect(project, "fleet work", 5);
        CHECK(has(result.err, "the lease on this member has passed to another worker"));
        CHECK(project.tenants() == "t1=c1");
        CHECK(project.query("SELECT to_regclass('t1.harm') IS NULL") == "t");
    }
}

TEST_CASE("a worker that was frozen for longer than its lease wakes, and does no harm") {
    const TenantProject project(1);
    project.sleeping_revision("\nCREATE TABLE once (id int);", "DROP TABLE once;");
    expect(project, "fleet enqueue head");
    auto frozen = rev::test::start(project, "fleet work --jobs 1 --lease 1s");
    project.wait_for_sleep(frozen);
    frozen.signal(SIGSTOP);
    project.sleep_no_more();
    project.end_sleepers();
    expect(project, "fleet work --jobs 1 --lease 1s");
    CHECK(project.tenants() == "t1=c1");
    frozen.signal(SIGCONT);
    (void)frozen.wait();
    CHECK(project.tenants() == "t1=c1");
    CHECK(project.query("SELECT string_agg(revision, ' ' ORDER BY id) FROM t1.rev_log WHERE event = 'upgrade'") ==
          "a1 b1 c1");
    CHECK(project.query("SELECT state FROM rev_fleet_member") == "done");
    // The later lease has the greater number, which is the one that stands.
    CHECK(project.query("SELECT bool_and(l.lease <= m.token) FROM t1.rev_log l, rev_fleet_member m") == "t");
}

TEST_CASE("SQLite members have leases too") {
    const TenantProject queue(0);
    const rev::test::TemporaryProject project("fleet:\n  files: [\"data/*.db\"]\n  queue_url: " + queue.url + "\n");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id int);", .downgrade = "DROP TABLE account;"});
    std::filesystem::create_directory(project.path() / "data");
    expect(project, "fleet create one");
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "ALTER TABLE account ADD COLUMN x int;",
                      .downgrade = "ALTER TABLE account DROP COLUMN x;"});
    expect(project, "fleet enqueue head");
    CHECK(has(expect(project, "fleet work").err, "1 done"));
    CHECK(has(expect(project, "fleet status --exit-code").out, "1  up to date"));
}

TEST_CASE("--run takes the number of a roll-out, and nothing behind it") {
    const TenantProject project(1);
    expect(project, "fleet enqueue head");
    for (const std::string text : {"1abc", "abc", "0", "-1", "1.5", "99999999999999999999"})
        CHECK(has(error_of(expect(project, "fleet status --run " + text, 2)), "--run takes the number of a roll-out"));
    expect(project, "fleet status --run 1");
}
