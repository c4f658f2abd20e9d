// SIGINT, SIGTERM and SIGHUP at each phase of a run. tests/kill sends them at every system call.
#include <doctest/doctest.h>
#include <signal.h>

#include <functional>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

using rev::test::both;
using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::hint_of;
using rev::test::RunningProgram;
using rev::test::start;
using rev::test::wait_for;

namespace {

using Kind = DatabaseProject::Kind;

struct Signal {
    int number;
    int exit_code;
    const char* name;
};
constexpr Signal signals[] = {{SIGINT, 130, "SIGINT"}, {SIGTERM, 143, "SIGTERM"}, {SIGHUP, 129, "SIGHUP"}};

/// A statement that only a signal ends, and `told`: that rev is at it is seen by its effect or its progress.
std::string endless(Kind kind) {
    return kind == Kind::postgresql ? "SELECT pg_sleep(600);"
                                    : "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT "
                                      "20000000000) SELECT max(i) FROM n;";
}

/// Nobody holds the run lock.
void check_no_lock(const DatabaseProject& project) {
    if (project.is_sqlite()) return;
    const auto held =
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM "
        "pg_database WHERE datname = current_database())";
    while (project.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                         "application_name = 'rev'") != "0") {
    }
    CHECK(project.query(held) == "0");
}

}  // namespace

TEST_CASE("a signal within a step rolls it back, keeps those before and says so") {
    for (const auto kind : both) {
        for (const auto& signal : signals) {
            CAPTURE(signal.name);
            const DatabaseProject project(kind);
            project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);"});
            project.revision(
                {.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE two (id integer);\n" + endless(kind)});
            auto program = start(project, "upgrade head");
            wait_for(program, "a1 -> b1");
            program.signal(signal.number);
            const auto result = program.wait();
            CHECK(result.exit_code == signal.exit_code);
            CHECK(error_of(result) == std::string("stopped by ") + signal.name +
                                          "; the upgrade of b1 was rolled back; 1 of 2 steps are done and stay");
            CHECK(has(result.err, "Stopped after 1 of 2 steps; the database is at a1\n"));
            check_no_lock(project);
            CHECK(project.rows() == "a1");
            CHECK(project.query("SELECT event, revision FROM rev_log ORDER BY id") == "upgrade|a1\nfail|b1");
            project.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE two (id integer);"});
            expect(project, "upgrade head");
        }
    }
}

TEST_CASE("a signal within the one transaction of a plan keeps nothing of it") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);"});
        project.revision({.id = "b1", .revises = "a1", .upgrade = endless(kind)});
        auto program = start(project, "upgrade head --transaction all");
        wait_for(program, "a1 -> b1");
        program.signal(SIGTERM);
        const auto result = program.wait();
        CHECK(result.exit_code == 143);
        CHECK(has(error_of(result), "nothing was changed"));
        CHECK(has(result.err, "Stopped after 0 of 2 steps; the database is at base\n"));
        check_no_lock(project);
        CHECK(project.rows().empty());
    }
}

TEST_CASE("a signal outside a transaction stops at its statement, which the ledger knows") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        const auto write = [&](const std::string& third) {
            project.revision({.id = "a1",
                              .upgrade = "CREATE TABLE one (id integer);\nINSERT INTO one VALUES (1);\n" + third,
                              .header = "transaction: false"});
        };
        write(endless(kind));
        auto program = start(project, "upgrade head");
        const std::string place = "SELECT statement FROM rev_progress";
        wait_for(program, "-> a1");
        while (!has(project.query(kind == Kind::sqlite ? "SELECT count(*) FROM sqlite_master WHERE name = 'one'"
                                                       : "SELECT count(to_regclass('one'))"),
                    "1")) {
        }
        while (project.query(place) != "3") {
        }
        program.signal(SIGINT);
        const auto result = program.wait();
        CHECK(result.exit_code == 130);
        CHECK(has(error_of(result), "the upgrade of a1 stopped at statement 3 of 3"));
        CHECK(has(hint_of(result), "rev resume"));
        check_no_lock(project);
        CHECK(project.query(place) == "3");
        write("INSERT INTO one VALUES (2);");
        expect(project, "resume");
        CHECK(project.query("SELECT id FROM one ORDER BY 1") == "1\n2");
        CHECK(project.rows() == "a1");
    }
}

TEST_CASE("a signal ends the wait for another run") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = endless(kind)});
        auto holder = start(project, "upgrade head");
        wait_for(holder, "-> a1");
        auto waiter = start(project, "upgrade head");
        wait_for(waiter, "Waiting");
        waiter.signal(SIGINT);
        const auto result = waiter.wait();
        CHECK(result.exit_code == 130);
        CHECK(has(error_of(result), "nothing was changed"));
        holder.signal(SIGTERM);
        CHECK(holder.wait().exit_code == 143);
        check_no_lock(project);
        CHECK(project.rows().empty());
    }
}

TEST_CASE("a run whose terminal is gone for good (nohup) is not stopped by SIGHUP") {
    const DatabaseProject project(Kind::sqlite);
    project.revision({.id = "a1",
                      .upgrade = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000000) SELECT "
                                 "max(i) FROM n;"});
    const rev::test::Arguments command{"nohup", rev::test::rev_program().string(), "upgrade", "head"};
    RunningProgram program(command, project.options());
    wait_for(program, "-> a1");
    program.signal(SIGHUP);
    CHECK(program.wait().exit_code == 0);
    CHECK(project.rows() == "a1");
}
