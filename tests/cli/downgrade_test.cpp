// What `rev downgrade` asks before rows are lost.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

using rev::test::both;
using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::hint_of;
using rev::test::ProgramResult;
using rev::test::rev_program;
using rev::test::run_program;
using rev::test::write_line;

namespace {

using Kind = DatabaseProject::Kind;

/// The same on a terminal, where somebody types `answer`.
ProgramResult on_terminal(const DatabaseProject& project, const std::string& line, const std::string& answer) {
    const auto command = "DATABASE_URL='" + project.url + "' '" + rev_program().string() + "' " + line;
    return run_program({"script", "-qec", command, "/dev/null"}, {project.path(), {}, answer + "\n"});
}

}  // namespace

TEST_CASE("a downgrade that drops rows needs --yes where nobody can answer") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        expect(project, "upgrade head");
        project.query("INSERT INTO table_b1 (id) VALUES (1), (2)");
        project.query("INSERT INTO table_c1 (id) VALUES (1)");

        const auto refused = expect(project, "downgrade base", 2);
        CHECK(error_of(refused) ==
              "nobody is there to answer: The downgrade drops table_c1 (1 row), table_b1 (2 rows). Go on?");
        CHECK(has(hint_of(refused), "--yes"));
        CHECK(project.rows() == "c1");
        CHECK(has(expect(project, "downgrade base --json", 2).out, R"("code": "not_confirmed")"));

        CHECK(expect(project, "downgrade base --dry-run").err.find("Go on?") == std::string::npos);
        expect(project, "downgrade base --yes");
        CHECK(project.rows().empty());
    }
}

TEST_CASE("a downgrade that drops empty tables asks nothing") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        expect(project, "upgrade head");
        project.query("INSERT INTO table_a1 (id) VALUES (1)");
        expect(project, "downgrade a1");
        CHECK(project.rows() == "a1");
    }
}

TEST_CASE("on a terminal a downgrade that drops rows does what is answered") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        expect(project, "upgrade head");
        project.query("INSERT INTO table_c1 (id) VALUES (1)");

        const auto no = on_terminal(project, "downgrade -1", "n");
        CHECK(has(no.out, "The downgrade drops table_c1 (1 row). Go on? [y/N]"));
        CHECK(no.exit_code == 2);
        CHECK(project.rows() == "c1");

        CHECK(on_terminal(project, "downgrade -1", "y").exit_code == 0);
        CHECK(project.rows() == "b1");
    }
}

TEST_CASE("a schema that is dropped with its tables counts, and so does TRUNCATE") {
    const DatabaseProject project(Kind::postgresql);
    project.revision({.id = "a1",
                      .upgrade = "CREATE SCHEMA \"My app\"; CREATE TABLE \"My app\".t (id int);",
                      .downgrade = "DROP SCHEMA \"My app\" CASCADE;"});
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "CREATE TABLE kept (id int);",
                      .downgrade = "TRUNCATE kept; DROP TABLE kept;"});
    expect(project, "upgrade head");
    project.query("INSERT INTO \"My app\".t VALUES (1); INSERT INTO kept VALUES (1)");
    CHECK(has(error_of(expect(project, "downgrade base", 2)), "drops kept (1 row), \"My app\".t (1 row). Go on?"));
}

TEST_CASE("SQLite's way to change a table loses nothing and asks nothing") {
    const DatabaseProject project(Kind::sqlite);
    project.revision({.id = "a1", .upgrade = "CREATE TABLE t (a, b);", .downgrade = "DROP TABLE t;"});
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "ALTER TABLE t ADD c;",
                      .downgrade = "CREATE TABLE t_new (a, b); INSERT INTO t_new SELECT a, b FROM t; DROP TABLE t;"
                                   "ALTER TABLE t_new RENAME TO t;"});
    expect(project, "upgrade head");
    project.query("INSERT INTO t VALUES (1, 2, 3)");
    expect(project, "downgrade -1");
    CHECK(project.query("SELECT * FROM t") == "1|2");
}
