// A lease in place of the run lock: it keeps runs apart, ends by itself, and stops whoever has lost it.
#include <doctest/doctest.h>

#include <csignal>
#include <memory>
#include <string>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"
#include "support/wait_until.hpp"

using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::RunningProgram;

namespace {

constexpr const char* with_lease = "run_lock: lease\nrun_lock_lease: 3s\nlock_timeout: 1s\n";

/// A project whose revision b1 sleeps until somebody empties public.slow.
class SlowProject : public DatabaseProject {
public:
    explicit SlowProject(const std::string& settings, const std::string& header = "")
        : DatabaseProject(Kind::postgresql, settings) {
        revision({.id = "a1",
                  .upgrade = "CREATE TABLE slow (x int);\nCREATE TABLE ran (x text);",
                  .downgrade = "SELECT 1;"});
        revision({.id = "b1",
                  .revises = "a1",
                  .upgrade = "SELECT pg_sleep(CASE WHEN (SELECT count(*) FROM slow) > 0 THEN 120 ELSE 0 END);\n"
                             "INSERT INTO ran VALUES ('b1');",
                  .downgrade = "SELECT 1;",
                  .header = header});
        revision({.id = "c1", .revises = "b1", .upgrade = "INSERT INTO ran VALUES ('c1');", .downgrade = "SELECT 1;"});
    }

    /// A run that sleeps in b1.
    [[nodiscard]] std::unique_ptr<RunningProgram> sleeping_run() const {
        query("INSERT INTO slow VALUES (1)");
        auto program = std::make_unique<RunningProgram>(rev::test::rev_command("upgrade head"), options());
        wait_for_sleep(*program);
        return program;
    }
    void wake() const {
        query("DELETE FROM slow");
        cancel_sleepers();
    }
    void end_lease() const {
        rev::test::wait_until("the lease is over", [&] {
            return query("SELECT count(*) FROM rev_lock WHERE lease_until < clock_timestamp()") != "0";
        });
    }
    [[nodiscard]] std::string ran() const { return query("SELECT string_agg(x, ' ' ORDER BY ctid) FROM ran"); }
};

}  // namespace

TEST_CASE("a run with a lease leaves no row of it, and no advisory lock is taken") {
    const SlowProject project(with_lease);
    expect(project, "upgrade head");
    CHECK(project.rows() == "c1");
    CHECK(project.query("SELECT count(*) FROM rev_lock") == "0");
    const auto status = expect(project, "-v status");
    CHECK(has(status.out, "a lease in rev_lock: run_lock says so"));
    expect(project, "downgrade base --yes");
    CHECK(project.query("SELECT count(*) FROM rev_lock") == "0");
}

TEST_CASE("runs with a lease, and those with a lock of the session, wait for each other") {
    for (const std::string first : {"lease", "session"}) {
        for (const std::string second : {"lease", "session"}) {
            CAPTURE(first);
            CAPTURE(second);
            SlowProject project("run_lock: ${RUN_LOCK}\nlock_timeout: 1s\n");
            project.environment["RUN_LOCK"] = second;
            expect(project, "upgrade a1");
            // That the table of leases is there is seen by both.
            project.environment["RUN_LOCK"] = "lease";
            expect(project, "stamp base");
            expect(project, "stamp a1");
            project.environment["RUN_LOCK"] = first;
            auto sleeper = project.sleeping_run();
            project.environment["RUN_LOCK"] = second;
            const auto waits = expect(project, "upgrade head", 4);
            CHECK(
                has(error_of(waits), "another run of rev (" + std::string(first == "lease" ? "user postgres" : "pid")));
            CHECK(has(expect(project, "status").out, "Locked by"));
            project.query("DELETE FROM slow");
            sleeper->signal(SIGINT);
            (void)sleeper->wait();
            expect(project, "upgrade head");
            CHECK(project.ran() == "b1 c1");
        }
    }
}

TEST_CASE("a killed run keeps others out until its lease is over") {
    const SlowProject project(with_lease);
    expect(project, "upgrade a1");
    auto killed = project.sleeping_run();
    killed->signal(SIGKILL);
    (void)killed->wait();
    project.query("DELETE FROM slow");
    project.end_sleepers();
    project.end_lease();
    expect(project, "upgrade head");
    CHECK(project.ran() == "b1 c1");
}

TEST_CASE("a run that was frozen in a transaction goes on, as nobody could take its row") {
    const SlowProject project(with_lease);
    expect(project, "upgrade a1");
    auto frozen = project.sleeping_run();
    frozen->signal(SIGSTOP);
    project.end_lease();
    CHECK(has(error_of(expect(project, "upgrade head", 4)), "gave up after 1 s waiting for another run"));
    frozen->signal(SIGCONT);
    project.query("DELETE FROM slow");
    frozen->signal(SIGINT);
    (void)frozen->wait();
    expect(project, "upgrade head");
    CHECK(project.ran() == "b1 c1");
}

TEST_CASE("a run that was frozen outside a transaction finds its lease taken over, and does nothing more") {
    const SlowProject project(with_lease, "transaction: false");
    expect(project, "upgrade a1");
    auto frozen = project.sleeping_run();
    frozen->signal(SIGSTOP);
    project.end_lease();
    // The ledger says what is unfinished; what matters here is that the other had the lease.
    CHECK(has(error_of(expect(project, "upgrade head", 4)), "stopped"));
    project.query("UPDATE slow SET x = 2");
    CHECK(project.query("SELECT count(*) FROM rev_lock") == "0");
    project.wake();
    frozen->signal(SIGCONT);
    CHECK(frozen->wait().exit_code != 0);
    CHECK(project.ran().empty());
    CHECK(project.rows() == "a1");
    expect(project, "resume");
    expect(project, "upgrade head");
    CHECK(project.ran() == "b1 c1");
}

TEST_CASE("a long statement outside a transaction keeps its lease") {
    const SlowProject project(with_lease, "transaction: false");
    expect(project, "upgrade a1");
    auto sleeper = project.sleeping_run();
    const auto taken = project.query("SELECT lease_until FROM rev_lock");
    rev::test::wait_until("the lease is prolonged", *sleeper, [&] {
        return project.query("SELECT lease_until > '" + taken + "'::timestamptz + interval '4s' FROM rev_lock") == "t";
    });
    CHECK(has(error_of(expect(project, "upgrade head", 4)), "another run of rev (user postgres"));
    sleeper->signal(SIGINT);
    (void)sleeper->wait();
}

TEST_CASE("a planted table of leases is not believed") {
    DatabaseProject project(DatabaseProject::Kind::postgresql, with_lease);
    project.revision({.id = "a1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
    project.query("CREATE VIEW rev_lock AS SELECT 'x'::text AS version_table");
    CHECK(has(error_of(expect(project, "upgrade head", 4)), "rev_lock"));
    CHECK(project.query("SELECT to_regclass('alembic_version') IS NULL") == "t");
}
