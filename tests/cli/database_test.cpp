// Commands that read or change a database, on SQLite and on PostgreSQL.
#include <doctest/doctest.h>

#include <vector>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::hint_of;
using rev::test::TemporaryProject;
using rev::test::write_diamond;
using rev::test::write_line;

using Kind = DatabaseProject::Kind;
using rev::test::both;

TEST_CASE("upgrade and downgrade walk, say so on standard error and move the row") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        const auto up = expect(project, "upgrade head");
        CHECK(up.out.empty());
        CHECK(has(up.err, "Running upgrade  -> a1, make a1 ("));
        CHECK(has(up.err, "Running upgrade b1 -> c1, make c1 ("));
        CHECK(has(up.err, "Done: 3 steps in "));
        CHECK(has(up.err, "the database is at c1 (head)\n"));
        CHECK(project.rows() == "c1");

        const auto down = expect(project, "downgrade -1");
        CHECK(has(down.err, "Running downgrade c1 -> b1, make c1 ("));
        CHECK(project.rows() == "b1");
        CHECK(expect(project, "upgrade +1 -q").err.empty());
        CHECK(has(expect(project, "downgrade base").err, "the database is at base\n"));
        CHECK(project.rows().empty());
    }
}

TEST_CASE("an upgrade to where the database is does nothing and says so") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        expect(project, "upgrade head");
        CHECK(expect(project, "upgrade head").err == "Nothing to do: the database is at c1 (head)\n");
        CHECK(expect(project, "upgrade a1 --detailed-exitcode").exit_code == 0);
        expect(project, "downgrade b1 --detailed-exitcode", 10);
        expect(project, "upgrade head --detailed-exitcode", 10);
    }
}

TEST_CASE("what has nothing to do makes no SQLite file") {
    const DatabaseProject project(Kind::sqlite);
    write_line(project);
    for (const char* line : {"current", "current -v", "history -i", "status", "check", "log", "upgrade head --dry-run",
                             "upgrade head --sql", "upgrade base", "downgrade base", "stamp base", "show current"}) {
        CAPTURE(line);
        expect(project, line);
        CHECK_FALSE(project.exists("test.db"));
    }
}

TEST_CASE("reading commands create nothing on PostgreSQL") {
    const DatabaseProject project(Kind::postgresql);
    write_line(project);
    for (const char* line : {"current", "history -i", "status", "log", "upgrade head --dry-run", "upgrade base"}) {
        expect(project, line);
    }
    CHECK(project.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0");
}

TEST_CASE("a dry run prints the steps and changes nothing") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        expect(project, "upgrade a1");
        const auto dry = expect(project, "upgrade head --dry-run");
        CHECK(dry.out == "upgrade a1 -> b1, make b1\nupgrade b1 -> c1, make c1\n");
        CHECK(project.rows() == "a1");
        CHECK(has(expect(project, "downgrade base --dry-run --json").out, R"("to": [],)"));
        CHECK(has(expect(project, "stamp c1 --dry-run").out, "stamp a1 -> c1"));
    }
}

TEST_CASE("a run answers in JSON with the rows after each step") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_diamond(project);
        const auto out = expect(project, "upgrade heads --json").out;
        CHECK(has(out, "\"from\": [],\n  \"to\": [\n    \"m1\"\n  ],"));
        CHECK(has(out, "\"heads\": [\n        \"b1\",\n        \"c1\"\n      ]"));
        CHECK(has(out, "\"duration_ms\": "));
        CHECK(has(expect(project, "upgrade heads --json").out, "\"steps\": []"));
    }
}

TEST_CASE("downgrade by one at a merge point leaves both parents") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_diamond(project);
        expect(project, "upgrade heads");
        expect(project, "downgrade -1");
        CHECK(project.rows() == "b1\nc1");
        CHECK(expect(project, "current").out == "b1\nc1\n");
    }
}

TEST_CASE("current, history -i and show current know the database") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        CHECK(expect(project, "current").out.empty());
        expect(project, "upgrade b1");
        CHECK(expect(project, "current").out == "b1\n");
        CHECK(has(expect(project, "history -i").out, "a1 -> b1 (current), make b1\n"));
        CHECK(expect(project, "history -r current:").out == "b1 -> c1 (head), make c1\na1 -> b1, make b1\n");
        CHECK(has(expect(project, "history -i --json").out, R"("is_current":true)"));
        CHECK(expect(project, "show current").out.starts_with("Rev: b1\n"));
        CHECK(has(expect(project, "current --json").out, R"("is_current":true)"));
        expect(project, "upgrade head");
        CHECK(expect(project, "current").out == "c1 (head)\n");
    }
}

TEST_CASE("current --check-heads exits with 1 until the database is up to date") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        expect(project, "upgrade b1");
        const auto behind = expect(project, "current --check-heads", 1);
        CHECK(behind.out == "b1\n");
        CHECK(error_of(behind) == "Target database is not up to date");
        expect(project, "upgrade head");
        CHECK(expect(project, "current --check-heads").err.empty());
    }
}

TEST_CASE("a failed revision exits with 5, shows the place and keeps what was done before") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);"});
        project.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE two (id integer);\nSELEKT 1;"});
        const auto result = expect(project, "upgrade head", 5);
        CHECK(has(result.err, "versions/b1.sql:8:1"));
        CHECK(has(result.err, "    8 | SELEKT 1;\n      | ^\n"));
        CHECK(has(result.err, project.is_sqlite() ? "SQLite code: SQLITE_ERROR" : "SQLSTATE: 42601"));
        CHECK(has(result.err, "Stopped after 1 of 2 steps; the database is at a1\n"));
        CHECK(project.rows() == "a1");
        const auto json = project.rev("upgrade head --json");
        CHECK(has(json.out, "\"line\": 8"));
        CHECK(has(json.out, project.is_sqlite() ? "\"sqlite_code\": \"SQLITE_ERROR\"" : "\"sqlstate\": \"42601\""));
        CHECK(has(expect(project, "log").out, "fail"));
    }
}

TEST_CASE("stamp sets the rows; with --purge it needs --yes where nobody can answer") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        CHECK(has(expect(project, "stamp b1").err, "Running stamp  -> b1"));
        CHECK(project.rows() == "b1");
        const auto refused = expect(project, "stamp --purge c1", 2);
        CHECK(has(hint_of(refused), "--yes"));
        CHECK(project.rows() == "b1");
        expect(project, "stamp --purge --yes c1");
        CHECK(project.rows() == "c1");
        expect(project, "stamp base");
        CHECK(project.rows().empty());
        expect(project, "stamp --purge a1");
    }
}

TEST_CASE("a row that no file has is explained from the log") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        expect(project, "upgrade head");
        project.write("versions/c1.sql", rev::test::revision_text({.id = "d1", .revises = "b1", .upgrade = ""}));
        for (const char* line : {"upgrade head", "downgrade base", "current", "history -i -r current:"}) {
            CAPTURE(line);
            const auto result = expect(project, line, 4);
            CHECK(has(error_of(result), "c1"));
            CHECK(has(result.err, ", recorded by upgrade at "));
            CHECK(has(result.err, "make c1"));
            CHECK_FALSE(hint_of(result).empty());
        }
        const auto status = expect(project, "status");
        CHECK(has(status.out, "c1 is in the database but in no file"));
        CHECK(has(status.out, "recorded by upgrade at "));
        CHECK(has(status.out, "(row 3 of rev_log): make c1"));
        CHECK(has(expect(project, "status --json").out, "\"unknown\": [\n    {\n      \"revision\": \"c1\""));
    }
}

TEST_CASE("a row that neither a file nor the log knows is said to be written by something else") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        expect(project, "upgrade head");
        project.query("INSERT INTO alembic_version VALUES ('feedbeef')");
        const auto result = expect(project, "upgrade head", 4);
        CHECK(has(error_of(result), "feedbeef"));
        CHECK(has(result.err, "feedbeef is in the database but in no file, and not in the log"));
        CHECK(has(hint_of(result), "rev stamp --purge"));
    }
}

TEST_CASE("ensure-version makes the version table once") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        CHECK(expect(project, "ensure_version").err == "Created the table alembic_version\n");
        CHECK(project.rows().empty());
        CHECK(expect(project, "ensure-version").err == "The table alembic_version is there already\n");
        CHECK(has(expect(project, "ensure-version --sql").out, "alembic_version"));
        CHECK(expect(project, "ensure-version --json").out == "{\n  \"created\": false\n}\n");
    }
}

TEST_CASE("status tells where the database stands and what to type next") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        const auto fresh = expect(project, "status");
        CHECK(has(fresh.out, "Pending     3 revisions\n"));
        CHECK(has(fresh.out, "Next        rev upgrade head\n"));
        CHECK(has(fresh.out, kind == Kind::sqlite ? "Server      SQLite 3" : "Server      PostgreSQL "));
        expect(project, "status --exit-code", 1);
        expect(project, "upgrade head");
        const auto done = expect(project, "status --exit-code");
        CHECK(has(done.out, "State       up to date\n"));
        CHECK(has(done.out, "Current     c1 (head), make c1\n"));
        CHECK(has(expect(project, "status --json").out, "\"up_to_date\": true"));
    }
}

TEST_CASE("status notices a file that changed after it was run, and forgives comments") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);"});
        expect(project, "upgrade head");
        project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer); -- noted"});
        CHECK(has(expect(project, "status --exit-code").out, "in comments only"));
        project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id bigint);"});
        CHECK(has(expect(project, "status --exit-code", 1).out, "a1 differs from what was run"));
    }
}

TEST_CASE("status and current of a database that cannot be reached exit with 4") {
    DatabaseProject project(Kind::sqlite);
    write_line(project);
    project.url = "postgresql://app:secret@127.0.0.1:1/app";
    const auto status = expect(project, "status", 4);
    CHECK(has(status.out, "not reachable"));
    CHECK(has(status.out, "Head        c1 (head), make c1\n"));
    const auto current = expect(project, "current --json", 4);
    CHECK(has(current.out, "\"code\": \"connection_refused\""));
    CHECK_FALSE(has(status.out + status.err + current.out + current.err, "secret"));
}

TEST_CASE("the password of the URL is never printed") {
    const DatabaseProject project(Kind::postgresql);
    write_line(project);
    const auto at = project.url.find('@');
    const auto colon = project.url.rfind(':', at);
    const auto password = project.url.substr(colon + 1, at - colon - 1);
    REQUIRE(password.size() >= 4);
    expect(project, "upgrade head");
    for (const char* line : {"current -v", "status", "status --json", "log", "log --json", "current"}) {
        CAPTURE(line);
        const auto result = expect(project, line);
        CHECK_FALSE(has(result.out + result.err, ":" + password + "@"));
    }
    CHECK(has(expect(project, "current -v").out, "Current revision(s) for postgresql://"));
    CHECK(has(expect(project, "current -v").out, "***"));
}

TEST_CASE("the log lists events, newest first, as many as asked for") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        CHECK(has(expect(project, "log").err, "empty"));
        expect(project, "upgrade head");
        expect(project, "downgrade -1");
        const auto all = expect(project, "log").out;
        CHECK(all.find("downgrade") < all.find("upgrade    a1"));
        const auto newest = expect(project, "log -n 1").out;
        CHECK(has(newest, "downgrade  c1"));
        CHECK(newest.find('\n') == newest.size() - 1);
        CHECK(has(expect(project, "log --json -n 1").out, R"("event":"downgrade","revision":"c1")"));
    }
}

TEST_CASE("a script for a range makes what an online run makes") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_diamond(project);
        const auto script = expect(project, "upgrade a1:heads --sql").out;
        CHECK(has(script, "table_m1"));
        CHECK_FALSE(has(script, "table_a1"));
        expect(project, "upgrade a1");
        project.run_script(script);
        CHECK(project.rows() == "m1");
        project.run_script(expect(project, "downgrade m1:a1 --sql").out);
        CHECK(project.rows() == "a1");
        project.run_script(expect(project, "stamp a1:m1 --sql").out);
        CHECK(project.rows() == "m1");
    }
}

TEST_CASE("offline mode needs no database, but a dialect and for downgrade a range") {
    TemporaryProject project;
    write_line(project);
    project.url = "";
    CHECK(has(expect(project, "upgrade head --sql --dialect postgresql").out, "table_c1"));
    expect(project, "upgrade head --sql", 2);
    CHECK(has(hint_of(expect(project, "downgrade a1 --sql --dialect sqlite", 2)), "head:a1"));
    CHECK(error_of(expect(project, "upgrade a1:b1", 2)).find("needs --sql") != std::string::npos);
}

TEST_CASE("a revision that stopped half-way is shown, refused, resumed or closed by repair") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        const auto write = [&](const std::string& second) {
            project.revision({.id = "a1",
                              .upgrade = "CREATE TABLE one (id integer);\n" + second,
                              .downgrade = "DROP TABLE one;",
                              .header = "transaction: false"});
        };
        write("SELECT * FROM nowhere;");
        expect(project, "upgrade head", 5);
        const auto status = expect(project, "status --exit-code", 1);
        CHECK(has(status.out, "Unfinished  upgrade of a1 stopped at statement 2 of 2"));
        CHECK(has(status.out, "Next        rev resume\n"));
        CHECK(has(hint_of(expect(project, "upgrade head", 4)), "rev resume"));
        expect(project, "resume", 5);
        write("SELECT * FROM one;");
        CHECK(has(expect(project, "resume --json").out, "\"heads\": [\n        \"a1\"\n      ]"));
        CHECK(project.rows() == "a1");
        expect(project, "resume", 4);
    }
}

TEST_CASE("repair closes an unfinished run only when it is told how, and confirmed") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "SELECT * FROM nowhere;", .header = "transaction: false"});
        expect(project, "upgrade head", 5);
        expect(project, "repair a1 --yes", 2);
        expect(project, "repair a1 --yes --applied --not-applied", 2);
        CHECK(has(hint_of(expect(project, "repair a1 --applied", 2)), "--yes"));
        CHECK(project.rows().empty());
        expect(project, "repair a1 --applied --yes");
        CHECK(project.rows() == "a1");
        CHECK(has(expect(project, "log -n 1").out, "repair     a1"));
    }
}

TEST_CASE("a changed file can be accepted") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);"});
        expect(project, "upgrade head");
        project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id bigint);"});
        expect(project, "status --exit-code", 1);
        expect(project, "repair a1 --accept-changed --yes");
        expect(project, "status --exit-code");
    }
}

TEST_CASE("SIGINT rolls the running step back, says what was done and exits with 130") {
    const DatabaseProject project(Kind::postgresql);
    project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE two (id integer);\nSELECT pg_sleep(60);"});
    auto program = rev::test::start(project, "upgrade head");
    project.wait_for_sleep(program);
    program.signal(2);
    const auto result = program.wait();
    CHECK(result.exit_code == 130);
    CHECK(has(result.err, "Stopped after 1 of 2 steps; the database is at a1\n"));
    CHECK(project.rows() == "a1");
    CHECK(project.query("SELECT to_regclass('two') IS NULL") == "t");
}

TEST_CASE("rev on one database at once: each revision runs once and all end well") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        std::vector<std::unique_ptr<rev::test::RunningProgram>> programs;
        for (int i = 0; i < 20; ++i) {
            programs.push_back(
                std::make_unique<rev::test::RunningProgram>(rev::test::rev_command("upgrade head"), project.options()));
        }
        for (const auto& program : programs) {
            const auto result = program->wait();
            CHECK_MESSAGE(result.exit_code == 0, result.err);
        }
        CHECK(project.query("SELECT count(*) FROM rev_log") == "3");
        CHECK(project.rows() == "c1");
    }
}

TEST_CASE("create_version_table_schema makes the schema of rev's tables first, in a script too") {
    DatabaseProject project(Kind::postgresql, "version_table_schema: my own\n");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE a (id int);", .downgrade = "DROP TABLE a;"});
    const auto error = expect(project, "upgrade head", 4).err;
    CHECK(has(error, "there is no schema \"my own\""));
    CHECK(has(error, "create_version_table_schema: true"));
    project.write("alembic.yaml", project.read("alembic.yaml") + "create_version_table_schema: true\n");
    expect(project, "upgrade head --rehearse");
    expect(project, "status");
    CHECK(project.query("SELECT count(*) FROM pg_namespace WHERE nspname = 'my own'") == "0");
    const auto script = expect(project, "upgrade head --sql").out;
    CHECK(script.find("CREATE SCHEMA IF NOT EXISTS \"my own\"") <
          script.find("CREATE TABLE \"my own\".alembic_version"));
    expect(project, "upgrade head");
    CHECK(project.query("SELECT version_num FROM \"my own\".alembic_version") == "a1");
    expect(project, "downgrade base");
    project.query("DROP SCHEMA \"my own\" CASCADE");
    project.run_script(script);
    CHECK(has(expect(project, "current").out, "a1"));
}
