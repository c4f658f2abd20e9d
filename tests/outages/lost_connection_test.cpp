// Connections that break and servers that fall over. tests/kill ends rev's session at every system call.
#include <doctest/doctest.h>
#include <signal.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"
#include "db/relay.hpp"
#include "outages/own_server.hpp"

using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::hint_of;
using rev::test::OwnServer;
using rev::test::Relay;
using rev::test::RunningProgram;
using rev::test::wait_until;

namespace {

using Kind = DatabaseProject::Kind;

void write_two(const DatabaseProject& project, const std::string& second) {
    project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);", .downgrade = "DROP TABLE one;"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = second, .downgrade = "DROP TABLE two;"});
}

}  // namespace

TEST_CASE("a session that is ended within a step: the step is undone, and said to be") {
    const DatabaseProject project(Kind::postgresql);
    write_two(project, "CREATE TABLE two (id integer);\nSELECT pg_terminate_backend(pg_backend_pid());");
    const auto result = expect(project, "upgrade head", 4);
    CHECK(has(error_of(result), "the connection was lost during the upgrade of b1; the step was rolled back"));
    CHECK(has(result.err, "Stopped after 1 of 2 steps; the database is at a1\n"));
    CHECK(project.query("SELECT event, revision FROM rev_log ORDER BY id") == "upgrade|a1\nfail|b1");
    write_two(project, "CREATE TABLE two (id integer);");
    expect(project, "upgrade head");
    CHECK(project.rows() == "b1");
}

TEST_CASE("a session that is ended by COMMIT's own work: the step is undone, and said to be") {
    const DatabaseProject project(Kind::postgresql);
    write_two(project,
              "CREATE TABLE two (id integer);\n"
              "CREATE FUNCTION fall_over() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
              "PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;\n"
              "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON two DEFERRABLE INITIALLY DEFERRED\n"
              "FOR EACH ROW EXECUTE FUNCTION fall_over();\nINSERT INTO two VALUES (1);");
    const auto result = expect(project, "upgrade head", 4);
    CHECK(has(error_of(result), "the step was rolled back"));
    CHECK(project.rows() == "a1");
    CHECK(project.query("SELECT to_regclass('two') IS NULL") == "t");
}

TEST_CASE("an answer to COMMIT that is lost: rev finds out that the step is done") {
    DatabaseProject project(Kind::postgresql);
    Relay relay;
    project.url = relay.through(project.url);
    write_two(project, "CREATE TABLE two (id integer);");
    expect(project, "upgrade a1");
    relay.break_after("CREATE TABLE two");
    const auto up = expect(project, "upgrade head", 4);
    CHECK(has(error_of(up), "the connection was lost during the upgrade of b1; the step was committed"));
    CHECK(has(up.err, "Stopped after 1 of 1 step; the database is at b1 (head)\n"));
    CHECK(project.rows() == "b1");
    CHECK(has(expect(project, "upgrade head").err, "Nothing to do"));
    relay.break_after("DROP TABLE two");
    // Without --yes, DROP TABLE is sent for the trial first.
    CHECK(has(error_of(expect(project, "downgrade a1 --yes", 4)), "the step was committed"));
    CHECK(project.rows() == "a1");
    CHECK(project.query("SELECT string_agg(event, ' ' ORDER BY id) FROM rev_log") == "upgrade upgrade downgrade");
}

TEST_CASE("an answer that is lost in one transaction for all: all of it is done") {
    DatabaseProject project(Kind::postgresql);
    Relay relay;
    project.url = relay.through(project.url);
    write_two(project, "CREATE TABLE two (id integer);");
    // Reading the state under the lock has a COMMIT, too.
    relay.break_after("CREATE TABLE two", "COMMIT");
    const auto up = expect(project, "upgrade head --transaction all", 4);
    CHECK(has(error_of(up), "the step was committed"));
    CHECK(has(up.err, "Stopped after 2 of 2 steps; the database is at b1 (head)\n"));
    CHECK(project.rows() == "b1");
}

TEST_CASE("an answer that is lost outside a transaction: the ledger tells where it is") {
    DatabaseProject project(Kind::postgresql);
    Relay relay;
    project.url = relay.through(project.url);
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE one (id integer);\nINSERT INTO one VALUES (1);\nINSERT INTO one VALUES "
                                 "(2);",
                      .header = "transaction: false"});
    relay.break_after("INSERT INTO one VALUES (1)");
    const auto up = expect(project, "upgrade head", 4);
    CHECK(has(error_of(up),
              "the connection was lost during the upgrade of a1; the upgrade of a1 stopped at statement "
              "3 of 3"));
    CHECK(has(hint_of(up), "rev resume"));
    expect(project, "resume");
    CHECK(project.query("SELECT id FROM one ORDER BY 1") == "1\n2");
    CHECK(project.rows() == "a1");
}

TEST_CASE("a server that falls over within a step and comes back") {
    const OwnServer server;
    DatabaseProject project(Kind::sqlite);
    project.url = server.url();
    write_two(project, "CREATE TABLE two (id integer);\nSELECT pg_sleep(600);");
    const rev::test::Arguments command{rev::test::rev_program().string(), "upgrade", "head"};
    const rev::test::ProgramOptions options{project.path(), {{"DATABASE_URL", project.url}}, {}};
    const std::string sleeping =
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rev' AND wait_event = 'PgSleep'";
    {
        RunningProgram program(command, options);
        wait_until("the step sleeps", program, [&] { return server.query(sleeping) == "1"; });
        server.stop_at_once();
        server.start();
        const auto result = program.wait();
        CHECK(result.exit_code == 4);
        CHECK(has(error_of(result), "the connection was lost during the upgrade of b1; the step was rolled back"));
        CHECK(has(result.err, "Stopped after 1 of 2 steps; the database is at a1\n"));
        CHECK(server.query("SELECT version_num FROM alembic_version") == "a1");
    }
    {
        RunningProgram program(command, options);
        wait_until("the step sleeps", program, [&] { return server.query(sleeping) == "1"; });
        server.stop_at_once();
        program.signal(SIGINT);  // the user is tired of waiting for it
        const auto result = program.wait();
        CHECK(result.exit_code == 4);
        CHECK(has(error_of(result), "the server does not answer"));
        CHECK(has(hint_of(result), "rev current"));
        expect(project, "current", 4);
        server.start();
    }
    write_two(project, "CREATE TABLE two (id integer);");
    expect(project, "upgrade head");
    CHECK(server.query("SELECT version_num FROM alembic_version") == "b1");
}
