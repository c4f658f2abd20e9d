// Scripts of --sql where people run them: psql, SQL editors and drivers.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {
namespace {

/// Sends a script through Python's psycopg2, in autocommit as editors do, statement by statement; goes on after errors.
constexpr auto statement_by_statement = R"(
import psycopg2, sys
connection = psycopg2.connect(sys.argv[1])
connection.autocommit = True
text = "\n".join(line for line in sys.stdin.read().split("\n") if not line.startswith("--"))
errors = []
for statement in text.split(";\n"):
    if statement.strip():
        try:
            connection.cursor().execute(statement)
        except psycopg2.Error as error:
            errors.append(str(error))
print(len(errors))
print(errors[0] if errors else "")
)";

constexpr auto as_a_whole = R"(
import psycopg2, sys
connection = psycopg2.connect(sys.argv[1])
connection.autocommit = True
connection.cursor().execute(sys.stdin.read())
)";

constexpr auto with_sqlite3 = R"(
import sqlite3, sys
sqlite3.connect(sys.argv[1], isolation_level=None).executescript(sys.stdin.read())
)";

std::string python(const DatabaseProject& project, const char* program, const std::string& target,
                   const std::string& script) {
    const auto result = run_program({"/usr/bin/python3", "-c", program, target}, {project.path(), {}, script});
    REQUIRE_MESSAGE(result.exit_code == 0, result.err);
    return result.out;
}

void write_history(const TemporaryProject& project) {
    project.revision({.id = "a1", .upgrade = "CREATE TABLE a (x int[], n int);", .downgrade = "DROP TABLE a;"});
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "INSERT INTO a SELECT '{1,2,3}', 2;\nUPDATE a SET x = x[1:n];",
                      .downgrade = "DELETE FROM a;"});
}

}  // namespace

TEST_CASE("a script for PostgreSQL runs in psql, and in a driver whole and in statements") {
    for (const auto* way : {"psql", statement_by_statement, as_a_whole}) {
        DatabaseProject project(DatabaseProject::Kind::postgresql);
        write_history(project);
        const auto script = expect(project, "upgrade head --sql").out;
        CHECK(script.find('\\') == std::string::npos);
        CHECK(has(script, "x[1: n]"));
        if (std::string_view(way) == "psql")
            project.run_script("\\set n 1\n" + script);
        else
            python(project, way, project.url, script);
        CHECK(project.rows() == "b1");
        CHECK(project.query("SELECT x FROM a") == "{1,2}");
    }
}

TEST_CASE("a script that is run again, and goes on after errors, changes nothing more") {
    DatabaseProject project(DatabaseProject::Kind::postgresql);
    write_history(project);
    const auto all = expect(project, "upgrade head --sql").out;
    const auto second = expect(project, "upgrade a1:b1 --sql").out;
    python(project, as_a_whole, project.url, all);
    for (const auto& script : {all, second, all}) {
        const auto answer = python(project, statement_by_statement, project.url, script);
        CHECK_FALSE(answer.starts_with("0"));
        CHECK(project.rows() == "b1");
        CHECK(project.query("SELECT count(*) FROM a") == "1");
    }
    CHECK(has(python(project, statement_by_statement, project.url, second),
              "alembic_version should have a1, but has b1"));
    const auto back = expect(project, "downgrade b1:base --sql").out;
    python(project, as_a_whole, project.url, back);
    CHECK(project.query("SELECT count(*) FROM alembic_version") == "0");
}

TEST_CASE("a script leaves the rows of other branches alone") {
    DatabaseProject project(DatabaseProject::Kind::postgresql);
    write_history(project);
    expect(project, "upgrade a1");
    project.query("INSERT INTO alembic_version VALUES ('elsewhere')");
    python(project, as_a_whole, project.url, expect(project, "upgrade a1:b1 --sql").out);
    CHECK(project.rows() == "b1\nelsewhere");
}

TEST_CASE("a script for psql stops by itself and has COPY's rows, which others refuse with their line") {
    DatabaseProject project(DatabaseProject::Kind::postgresql);
    project.revision({.id = "a1", .upgrade = "CREATE TABLE a (x int);\nCOPY a FROM stdin;\n1\n2\n\\.\n"});
    const auto refused = expect(project, "upgrade head --sql", 2);
    CHECK(refused.out.empty());
    CHECK(has(refused.err, "a1.sql:8:1"));
    CHECK(has(hint_of(refused), "--psql"));
    const auto script = expect(project, "upgrade head --sql --psql").out;
    CHECK(script.starts_with("\\set ON_ERROR_STOP on\n"));
    project.run_script(script);
    CHECK(project.query("SELECT count(*) FROM a") == "2");
}

TEST_CASE("what a script runs outside a transaction says so") {
    DatabaseProject project(DatabaseProject::Kind::postgresql);
    project.revision({.id = "a1", .upgrade = "VACUUM;", .header = "transaction: false"});
    CHECK(has(expect(project, "upgrade head --sql").out, "-- Run each statement alone"));
}

TEST_CASE("a script for SQLite is sqlite3's, or with --no-shell any driver's") {
    DatabaseProject project(DatabaseProject::Kind::sqlite, "statement_lock_timeout: 2s");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE a (x);"});
    CHECK(expect(project, "upgrade head --sql").out.starts_with(".bail on\n"));
    const auto script = expect(project, "upgrade head --sql --no-shell").out;
    CHECK_FALSE(has(script, ".bail"));
    CHECK_FALSE(has(script, ".timeout"));
    python(project, with_sqlite3, (project.path() / "test.db").string(), script);
    CHECK(project.rows() == "a1");
}

TEST_CASE("a script for PostgreSQL uses no operator or function of others") {
    DatabaseProject project(DatabaseProject::Kind::postgresql);
    project.query(
        "CREATE TABLE loot (who text); CREATE FUNCTION veq(varchar, varchar) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO public.loot VALUES (current_user); RETURN $1::text OPERATOR(pg_catalog.=) $2::text; END $$; "
        "CREATE OPERATOR = (leftarg = varchar, rightarg = varchar, function = veq); "
        "CREATE FUNCTION string_agg(varchar, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "
        "public.loot VALUES ('aggregate'); RETURN ''; END $$");
    write_history(project);
    project.run_script(expect(project, "upgrade head --sql").out);
    project.run_script(expect(project, "downgrade b1:base --sql").out);
    project.run_script(expect(project, "stamp a1 --purge --sql").out);
    project.run_script(expect(project, "stamp a1:b1 --sql").out);
    CHECK(project.rows() == "b1");
    CHECK(project.query("SELECT who FROM loot").empty());
}

TEST_CASE("a script that stamps from one revision to another fails on another state") {
    DatabaseProject project(DatabaseProject::Kind::postgresql);
    write_history(project);
    project.revision({.id = "c1", .revises = "b1", .upgrade = "SELECT 1;"});
    expect(project, "upgrade head");
    const auto script = expect(project, "stamp b1:a1 --sql").out;
    const auto ran =
        run_program({"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", project.url}, {project.path(), {}, script});
    CHECK(ran.exit_code == 3);
    CHECK(project.rows() == "c1");
}

TEST_CASE("a script that purges forgets every row") {
    for (const auto kind : both) {
        DatabaseProject project(kind);
        write_history(project);
        project.query("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)");
        project.query("INSERT INTO alembic_version VALUES ('x'), ('x'), ('y')");
        project.run_script(expect(project, "stamp a1 --purge --sql").out);
        CHECK(project.rows() == "a1");
    }
}

TEST_CASE("a script for SQLite closes a comment that ends with its section") {
    DatabaseProject project(DatabaseProject::Kind::sqlite);
    project.revision({.id = "a1", .upgrade = "CREATE TABLE t (x);\n/* later"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE u (x) /* no ; behind it"});
    project.run_script(expect(project, "upgrade head --sql").out);
    CHECK(project.query("SELECT group_concat(name) FROM (SELECT name FROM sqlite_master WHERE name IN ('t', 'u') ORDER "
                        "BY 1)") == "t,u");
    CHECK(project.rows() == "b1");
}

TEST_CASE("a script for SQLite refuses what would last into its next step") {
    for (const auto* left :
         {"PRAGMA synchronous = OFF;", "PRAGMA main.recursive_triggers(1);", "ATTACH 'y.db' AS y;",
          "CREATE TEMP TABLE x AS SELECT 1;", "CREATE TABLE temp.x (a);", "CREATE TEMPORARY VIEW x AS SELECT 1;"}) {
        CAPTURE(left);
        DatabaseProject project(DatabaseProject::Kind::sqlite);
        project.revision({.id = "a1", .upgrade = "SELECT 1;\n" + std::string(left), .header = "transaction: false"});
        expect(project, "upgrade head --sql");  // it is the last one
        project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;"});
        const auto refused = expect(project, "upgrade head --sql", 3);
        CHECK(has(refused.err, "would last longer than its revision"));
        CHECK(has(refused.err, left));
    }
}

TEST_CASE("a script for SQLite sets foreign keys again behind a step that has set them") {
    DatabaseProject project(DatabaseProject::Kind::sqlite);
    project.revision(
        {.id = "a1", .upgrade = "CREATE TABLE t (x);\nPRAGMA foreign_keys = ON;", .header = "transaction: false"});
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "PRAGMA user_version = 1; INSERT INTO t SELECT * FROM pragma_foreign_keys;"});
    project.run_script(expect(project, "upgrade head --sql").out);
    CHECK(project.query("SELECT x FROM t") == "0");
}

}  // namespace rev::test
