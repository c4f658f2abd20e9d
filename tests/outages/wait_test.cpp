// --wait: for servers that come late, or never.
#include <doctest/doctest.h>
#include <signal.h>

#include "cli/cli_support.hpp"
#include "outages/own_server.hpp"
#include "support/postgres.hpp"

using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::OwnServer;
using rev::test::RunningProgram;
using rev::test::start;
using rev::test::TemporaryProject;
using rev::test::wait_for;

TEST_CASE("--wait waits for a server that starts late") {
    const OwnServer server;
    server.stop_at_once();
    TemporaryProject project;
    rev::test::write_line(project);
    project.url = server.url();
    auto program = start(project, "upgrade head --wait 100s");
    wait_for(program, "Waiting for the database: no database server answers there");
    server.start();
    const auto result = program.wait();
    CHECK_MESSAGE(result.exit_code == 0, result.err);
    CHECK(has(result.err, "Done: 3 steps"));
    CHECK(server.query("SELECT version_num FROM alembic_version") == "c1");
}

TEST_CASE("--wait waits while a server accepts no connections yet") {
    const OwnServer server;
    server.stop_at_once();
    server.begin_recovery();
    TemporaryProject project;
    project.url = server.url();
    const auto refused = expect(project, "current", 4);
    CHECK(has(error_of(refused), "the database server is starting up or shutting down"));
    auto program = start(project, "current --wait 100s");
    wait_for(program, "Waiting for the database: the database server is starting up");
    server.end_recovery();
    CHECK(program.wait().exit_code == 0);
}

TEST_CASE("--wait gives up when its time is over") {
    TemporaryProject project;
    project.url = "postgresql://postgres@/postgres?host=" + project.path().string();
    for (const auto* command : {"upgrade heads", "current", "log", "stamp heads", "ensure-version"}) {
        CAPTURE(command);
        const auto result = expect(project, std::string(command) + " --wait 300ms --json", 4);
        CHECK(has(error_of(result), "gave up after 0.3 s: no database server answers there: postgresql://"));
        CHECK(has(result.out, R"("code": "connection_refused")"));
    }
    CHECK(has(expect(project, "status --wait 300ms", 4).out, "gave up after 0.3 s"));
    CHECK_FALSE(has(expect(project, "upgrade heads --wait 300ms -q", 4).err, "Waiting"));
    CHECK_FALSE(has(expect(project, "upgrade heads", 4).err, "gave up"));
}

TEST_CASE("--wait does not wait for what no time will mend") {
    TemporaryProject project;
    project.url = rev::test::postgres_url("no_such_database");
    const auto unknown = expect(project, "current --wait 100s", 4);
    CHECK(has(error_of(unknown), "the database does not exist"));
    CHECK_FALSE(has(unknown.err, "Waiting"));

    project.url.replace(project.url.find("postgres:postgres@"), 18, "postgres:wrong@");
    const auto refused = expect(project, "current --wait 100s", 4);
    CHECK(has(error_of(refused), "the database refused the user or the password"));
    CHECK_FALSE(has(refused.err, "Waiting"));
}

TEST_CASE("--wait has nothing to wait for on SQLite") {
    const TemporaryProject project;
    rev::test::write_line(project);
    CHECK(has(expect(project, "upgrade head --wait 30s").err, "Done: 3 steps"));
    CHECK(expect(project, "--wait 30s current").out == "c1 (head)\n");
}

TEST_CASE("a signal ends the waiting at once") {
    TemporaryProject project;
    project.url = "postgresql://postgres@/postgres?host=" + project.path().string();
    for (const int signal : {SIGINT, SIGTERM}) {
        auto program = start(project, "upgrade heads --wait 1h");
        wait_for(program, "Waiting for the database");
        program.signal(signal);
        CHECK(program.wait().exit_code == 128 + signal);
    }
}

TEST_CASE("--wait refuses what is no duration, also where no database is needed") {
    const TemporaryProject project;
    CHECK(error_of(expect(project, "heads --wait soon", 2)) == "--wait takes a duration, not \"soon\"");
    CHECK(error_of(expect(project, "current --wait=-1s", 2)) == "--wait takes a duration, not \"-1s\"");
}

TEST_CASE("the container's entry point waits, upgrades and becomes the command; a failure ends it") {
    const OwnServer server;
    server.stop_at_once();
    TemporaryProject project;
    rev::test::write_line(project);
    const auto path = rev::test::rev_program().parent_path().string() + ":/usr/bin:/bin";
    rev::test::ProgramOptions options{project.path(), {{"DATABASE_URL", server.url()}, {"PATH", path}}, {}};
    RunningProgram program({REV_EXAMPLES "/container/entrypoint.sh", "rev", "current"}, options);
    wait_for(program, "Waiting for the database");
    server.start();
    const auto started = program.wait();
    CHECK_MESSAGE(started.exit_code == 0, started.err);
    CHECK(started.out == "c1 (head)\n");

    server.stop_at_once();
    options.environment["REV_WAIT"] = "300ms";
    const auto failed = rev::test::run_program({REV_EXAMPLES "/container/entrypoint.sh", "echo", "started"}, options);
    CHECK(failed.exit_code == 4);
    CHECK(failed.out.empty());
}

TEST_CASE("the container's entry point passes a signal on to rev") {
    const OwnServer server;
    TemporaryProject project;
    project.revision({.id = "a1", .upgrade = "CREATE TABLE a (id integer); SELECT pg_sleep(600);"});
    const auto path = rev::test::rev_program().parent_path().string() + ":/usr/bin:/bin";
    RunningProgram program({REV_EXAMPLES "/container/entrypoint.sh", "echo", "started"},
                           {project.path(), {{"DATABASE_URL", server.url()}, {"PATH", path}}, {}});
    rev::test::wait_until("the step sleeps", program, [&] {
        return server.query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == "1";
    });
    program.signal(SIGTERM);
    const auto result = program.wait();
    CHECK(result.exit_code == 143);
    CHECK(result.out.empty());
    CHECK(has(result.err, "the upgrade of a1 was rolled back"));
}
