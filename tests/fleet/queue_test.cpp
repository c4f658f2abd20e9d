// Roll-outs that wait in PostgreSQL for whoever works on them.
#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "cli/cli_support.hpp"
#include "fleet/tenant_project.hpp"

using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::TenantProject;

namespace {

/// How often each tenant's log has an upgrade of the revision: "t1:1 t2:1".
std::string upgrades_of(const TenantProject& project, int tenants, const std::string& revision) {
    std::string text;
    for (int i = 1; i <= tenants; ++i) {
        const auto name = "t" + std::to_string(i);
        text += (text.empty() ? "" : " ") + name + ":" +
                project.query("SELECT count(*) FROM " + name + ".rev_log WHERE event = 'upgrade' AND revision = '" +
                              revision + "'");
    }
    return text;
}

}  // namespace

TEST_CASE("workers share a queued roll-out: each member is run once, by one of them") {
    const TenantProject project(8);
    CHECK(has(expect(project, "fleet enqueue head").err, "8 members"));
    auto first = rev::test::start(project, "fleet work --jobs 2");
    auto second = rev::test::start(project, "fleet work --jobs 2");
    CHECK(first.wait().exit_code == 0);
    CHECK(second.wait().exit_code == 0);
    CHECK(upgrades_of(project, 8, "a1") == "t1:1 t2:1 t3:1 t4:1 t5:1 t6:1 t7:1 t8:1");
    CHECK(upgrades_of(project, 8, "b1") == "t1:1 t2:1 t3:1 t4:1 t5:1 t6:1 t7:1 t8:1");
    CHECK(project.query("SELECT string_agg(DISTINCT state, ',') FROM rev_fleet_member") == "done");
    CHECK(has(expect(project, "fleet work").err, "0 members"));
}

TEST_CASE("a table that is not the queue's own is refused before anything is written") {
    const TenantProject project(2);
    struct Foreign {
        std::string make;
        std::string unmake;
        std::string said;
    };
    for (const auto& foreign : {Foreign{"CREATE TABLE rev_fleet_run (a int)", "DROP TABLE rev_fleet_run",
                                        "rev_fleet_run is not rev's own: it has no column id"},
                                Foreign{"CREATE VIEW rev_fleet_member AS SELECT 1 AS run", "DROP VIEW rev_fleet_member",
                                        "rev_fleet_member is a view"}}) {
        project.query(foreign.make);
        for (const char* line : {"fleet enqueue head", "fleet work"})
            CHECK(has(error_of(expect(project, line, 4)), foreign.said));
        CHECK(project.query("SELECT count(*) FROM pg_class WHERE relname ~ '^rev_fleet_(run|member)$'") == "1");
        project.query(foreign.unmake);
    }
    expect(project, "fleet enqueue head");
    expect(project, "fleet work");
    CHECK(project.tenants() == "t1=b1 t2=b1");
}

TEST_CASE("a worker that was killed loses its lease, and another one takes its member over") {
    const TenantProject project(3);
    project.sleeping_revision();
    expect(project, "fleet enqueue head");
    auto killed = rev::test::start(project, "fleet work --jobs 1 --lease 1s");
    project.wait_for_sleep(killed);
    killed.signal(SIGKILL);
    CHECK(killed.wait().exit_code == 137);
    project.sleep_no_more();
    project.end_sleepers();
    expect(project, "fleet work --jobs 2 --lease 1s");
    CHECK(project.tenants() == "t1=c1 t2=c1 t3=c1");
    CHECK(upgrades_of(project, 3, "c1") == "t1:1 t2:1 t3:1");
    CHECK(project.query("SELECT max(attempts) FROM rev_fleet_member") == "2");
}

TEST_CASE("a failed member stops a queued roll-out, and another history is refused") {
    const TenantProject project(3, "  jobs: 1\n");
    expect(project, "fleet upgrade a1");
    project.query("INSERT INTO t1.account VALUES (1), (1)");
    expect(project, "fleet enqueue head");
    expect(project, "fleet work", 5);
    CHECK(project.tenants() == "t1=a1 t2=a1 t3=a1");
    CHECK(has(expect(project, "fleet log --failed").out, "t1"));
    CHECK_FALSE(has(expect(project, "fleet log --failed").out, "t2"));
    project.revision({.id = "c1", .revises = "b1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
    CHECK(has(error_of(expect(project, "fleet work", 3)), "are not those of roll-out 1"));
}

TEST_CASE("how a queued roll-out stands, and a tenant that is gone is forgotten") {
    const TenantProject project(3, "  rings: [{name: canary, members: [t1]}, {name: all}]\n");
    CHECK(has(error_of(expect(project, "fleet log", 4)), "no roll-out is queued"));
    expect(project, "fleet enqueue head");
    project.query("DROP SCHEMA t1; DELETE FROM public.tenants WHERE id = 1");
    expect(project, "fleet status --run 1 --exit-code", 1);
    // The canary is gone: nobody may go on before somebody says that this is all right.
    expect(project, "fleet work", 5);
    const auto stuck = expect(project, "fleet status --run 1");
    CHECK(has(stuck.out, "failed t1: t1 is no member any more"));
    CHECK(has(stuck.out, "        0         0         0         1         0 canary"));
    CHECK(has(stuck.out, "        2         0         0         0         0 all"));
    CHECK(project.tenants() == "t2= t3=");

    CHECK(has(error_of(expect(project, "fleet forget t11", 2)), "roll-out 1 has no member t11"));
    expect(project, "fleet forget t1");
    expect(project, "fleet forget t1");
    expect(project, "fleet work");
    CHECK(project.tenants() == "t2=b1 t3=b1");
    expect(project, "fleet status --run 1 --exit-code");
    CHECK(has(error_of(expect(project, "fleet forget t2", 1)), "t2 is done in roll-out 1"));
    CHECK(has(expect(project, "fleet status --run 1 --json").out, "\"forgotten\""));
}

TEST_CASE("another worker's rings and failures hold for this one, and what is done is not taken again") {
    const TenantProject project(4, "  rings: [{name: canary, members: [t2]}, {name: all}]\n");
    expect(project, "fleet upgrade a1");
    project.query("INSERT INTO t2.account VALUES (1), (1)");
    expect(project, "fleet enqueue head");
    expect(project, "fleet work", 5);
    CHECK(has(expect(project, "fleet work").err, "0 members"));
    CHECK(project.tenants() == "t1=a1 t2=a1 t3=a1 t4=a1");
    project.query("DELETE FROM t2.account");
    expect(project, "fleet enqueue head");
    expect(project, "fleet work");
    CHECK(project.tenants() == "t1=b1 t2=b1 t3=b1 t4=b1");
    CHECK(upgrades_of(project, 4, "b1") == "t1:1 t2:1 t3:1 t4:1");
}

namespace {

/// Of the newest roll-out: "done 3, waiting 5".
std::string states(const TenantProject& project) {
    return project.query(
        "SELECT string_agg(state || ' ' || number, ', ' ORDER BY state) FROM (SELECT state, count(*) AS number FROM"
        " rev_fleet_member WHERE run = (SELECT max(id) FROM rev_fleet_run) GROUP BY state) AS counted");
}

}  // namespace

TEST_CASE("a worker takes a handful while many wait, and what it has not begun is nobody's when it stops") {
    constexpr int tenants = 160;
    const TenantProject project(tenants, "  jobs: 1\n");
    expect(project, "fleet enqueue b1");
    expect(project, "fleet work");
    CHECK(states(project) == "done 160");
    // One that fails stops it: those taken with it are begun by nobody.
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "SELECT 1 / (CASE WHEN current_schema() = 't2' THEN 0 ELSE 1 END);",
                      .downgrade = "SELECT 1;"});
    expect(project, "fleet enqueue c1");
    expect(project, "fleet work", 5);
    CHECK(states(project) == "done 1, failed 1, waiting 158");
    CHECK(project.query("SELECT max(attempts) FROM rev_fleet_member WHERE run = 2 AND state = 'waiting'") == "0");
    CHECK(project.query("SELECT version_num FROM t3.alembic_version") == "b1");
}

TEST_CASE("members that a worker holds behind a slow one are taken by others, and run once") {
    constexpr int tenants = 130;
    const TenantProject project(tenants, "  jobs: 1\n");
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "SELECT pg_sleep(CASE WHEN current_schema() = 't1' AND (SELECT count(*) FROM"
                                 " public.slow) > 0 THEN 60 ELSE 0 END);",
                      .downgrade = "SELECT 1;"});
    project.query("CREATE TABLE public.slow (x int); INSERT INTO public.slow VALUES (1)");
    expect(project, "fleet upgrade b1");
    expect(project, "fleet enqueue head");
    auto slow = rev::test::start(project, "fleet work --lease 1s");
    project.wait_for_sleep(slow);
    CHECK(project.query("SELECT count(*) FROM rev_fleet_member WHERE state = 'running'") == "2");
    auto other = rev::test::start(project, "fleet work --lease 1s");
    rev::test::wait_until("all but t1 are done", other, [&] { return states(project) == "done 129, running 1"; });
    CHECK_FALSE(slow.has_ended());
    project.query("DELETE FROM public.slow");
    project.end_sleepers();
    (void)slow.wait();
    (void)other.wait();
    CHECK(states(project) == "done 130");
    CHECK(project.query("SELECT count(*) FROM t2.rev_log WHERE event = 'upgrade' AND revision = 'c1'") == "1");
}
