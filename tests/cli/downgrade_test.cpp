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

namespace {

/// A project at one revision whose downgrade is on trial.
struct Trial {
    Trial(Kind kind, const std::string& upgrade, const std::string& rows, const std::string& downgrade)
        : project(kind) {
        project.revision({.id = "a1", .upgrade = upgrade, .downgrade = downgrade});
        expect(project, "upgrade head");
        project.query(rows);
    }

    /// What it asks; empty: it asks nothing and is done.
    [[nodiscard]] std::string question() const {
        const auto result = project.rev("downgrade base");
        if (result.exit_code == 0) return {};
        REQUIRE_MESSAGE(result.exit_code == 2, result.err);
        CHECK(project.rows() == "a1");
        return error_of(result).substr(std::string_view("nobody is there to answer: ").size());
    }

    DatabaseProject project;
};

std::string asked(Kind kind, const std::string& upgrade, const std::string& rows, const std::string& downgrade) {
    return Trial(kind, upgrade, rows, downgrade).question();
}

const std::string keyed_table = "CREATE TABLE t (id int PRIMARY KEY, a text, b numeric);";
const std::string keyed_rows = "INSERT INTO t VALUES (1, 'x', 1.5), (2, 'y', NULL)";

/// Builds t anew with `columns`, filled by `select`.
std::string rebuild(const std::string& columns, const std::string& select) {
    return "CREATE TABLE t_new (" + columns + "); INSERT INTO t_new " + select +
           "; DROP TABLE t; ALTER TABLE t_new RENAME TO t;";
}

}  // namespace

TEST_CASE("a table that is built anew with its rows is no loss, whatever it was called on the way") {
    for (const auto kind : both) {
        CHECK(asked(kind, keyed_table, keyed_rows, rebuild("id int, a text, b numeric", "SELECT * FROM t")).empty());
        CHECK(asked(kind, keyed_table, keyed_rows, rebuild("id int, z text, b text", "SELECT * FROM t")).empty());
        CHECK(asked(kind, keyed_table, keyed_rows,
                    "ALTER TABLE t RENAME TO t_old; CREATE TABLE t (id int, a text, b numeric); "
                    "INSERT INTO t SELECT * FROM t_old; DROP TABLE t_old;")
                  .empty());
        CHECK(asked(kind, keyed_table, keyed_rows,
                    "CREATE TABLE kept AS SELECT * FROM t; DELETE FROM t; INSERT INTO t SELECT * FROM kept; "
                    "DROP TABLE kept;")
                  .empty());
    }
}

TEST_CASE("a table that is built anew without a column, a row or its values is a loss") {
    for (const auto kind : both) {
        CHECK(asked(kind, keyed_table, keyed_rows, rebuild("id int, a text", "SELECT id, a FROM t")) ==
              "The downgrade drops column t.b (1 row with a value). Go on?");
        CHECK(asked(kind, keyed_table, keyed_rows,
                    rebuild("id int, a text, b numeric", "SELECT * FROM t WHERE id = 1")) ==
              "The downgrade deletes rows from t (1). Go on?");
        CHECK(asked(kind, keyed_table, keyed_rows, rebuild("id int, a text, b numeric", "SELECT id, NULL, b FROM t")) ==
              "The downgrade drops column t.a (2 rows with a value). Go on?");
        CHECK(asked(kind, keyed_table, keyed_rows,
                    rebuild("id int, a text, b numeric", "VALUES (8, 'p', 3), (9, 'q', NULL)")) ==
              "The downgrade replaces the rows of t (2 rows). Go on?");
        CHECK(asked(kind, keyed_table, keyed_rows,
                    rebuild("id int, a text, b int", "SELECT id, a, CAST(b - 0.5 AS int) FROM t")) ==
              "The downgrade changes the values of t.b (1 row with a value). Go on?");
    }
}

TEST_CASE("DELETE, also in triggers and by foreign keys, and a dropped column are losses; what was empty is none") {
    for (const auto kind : both) {
        CHECK(asked(kind, keyed_table, keyed_rows, "DELETE FROM t;") ==
              "The downgrade deletes rows from t (2). Go on?");
        CHECK(asked(kind, keyed_table, keyed_rows, "DELETE FROM t WHERE id = 3; UPDATE t SET a = 'z';").empty());
        CHECK(asked(kind, keyed_table, keyed_rows, "ALTER TABLE t DROP COLUMN b;") ==
              "The downgrade drops column t.b (1 row with a value). Go on?");
        CHECK(asked(kind, keyed_table, "DELETE FROM t", "ALTER TABLE t DROP COLUMN b; DROP TABLE t;").empty());
        CHECK(asked(kind, keyed_table, keyed_rows, "CREATE TABLE own AS SELECT 1 AS x; DROP TABLE own;").empty());
    }
    CHECK(asked(Kind::sqlite,
                "CREATE TABLE t (a); CREATE TABLE u (a); "
                "CREATE TRIGGER empty AFTER UPDATE ON t BEGIN DELETE FROM u; END;",
                "INSERT INTO t VALUES (1); INSERT INTO u VALUES (1), (2)",
                "UPDATE t SET a = 2;") == "The downgrade deletes rows from u (2). Go on?");
    CHECK(asked(Kind::postgresql,
                "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p ON DELETE CASCADE);",
                "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1), (1)",
                "DO $$ BEGIN EXECUTE 'DELETE FROM ' || quote_ident('p'); END $$;") ==
          "The downgrade deletes rows from c (2), p (1). Go on?");
}

TEST_CASE("a loss has the name that the table has now, though the plan renames it in another step") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "CREATE TABLE account (x int);", .downgrade = "DROP TABLE other;"});
        project.revision({.id = "b1",
                          .revises = "a1",
                          .upgrade = "CREATE TABLE free (x int);",
                          .downgrade = "DROP TABLE free; ALTER TABLE account RENAME TO other;"});
        expect(project, "upgrade head");
        project.query("INSERT INTO account VALUES (1)");
        CHECK(has(error_of(expect(project, "downgrade base", 2)), "The downgrade drops account (1 row). Go on?"));
        expect(project, "downgrade base --yes");
    }
}

TEST_CASE("on PostgreSQL schemas, TRUNCATE, search_path, partitions and converted columns are seen") {
    const auto question = [](const auto&... sql) { return asked(Kind::postgresql, sql...); };
    CHECK(question("CREATE SCHEMA \"My app\"; CREATE TABLE \"My app\".t (id int);",
                   "INSERT INTO \"My app\".t VALUES (1)",
                   "DROP SCHEMA \"My app\" CASCADE;") == "The downgrade drops \"My app\".t (1 row). Go on?");
    CHECK(question("CREATE SCHEMA app; CREATE TABLE app.t (id int);", "INSERT INTO app.t VALUES (1), (2)",
                   "SET search_path TO app; TRUNCATE t;") == "The downgrade deletes rows from app.t (2). Go on?");
    CHECK(question(keyed_table, keyed_rows, "SET track_counts = off; DELETE FROM t WHERE id = 1;") ==
          "The downgrade deletes rows from t (1). Go on?");
    CHECK(question(keyed_table, keyed_rows,
                   "DO $$ BEGIN DELETE FROM t; RAISE 'no'; EXCEPTION WHEN OTHERS THEN NULL; END $$;")
              .empty());
    const std::string parts =
        "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);";
    CHECK(question(parts, "INSERT INTO p VALUES (1)", "DROP TABLE p;") == "The downgrade drops p (1 row). Go on?");
    CHECK(question(parts, "INSERT INTO p VALUES (1)", "ALTER TABLE p DETACH PARTITION p1;").empty());
    CHECK(question(parts, "INSERT INTO p VALUES (1)",
                   "CREATE TABLE q (id int); INSERT INTO q TABLE p; DROP TABLE p1; "
                   "ALTER TABLE p ATTACH PARTITION q FOR VALUES FROM (0) TO (20);")
              .empty());
    CHECK(
        question(keyed_table, keyed_rows, "ALTER TABLE t ALTER b TYPE numeric(12, 4), ALTER id TYPE bigint;").empty());
    const std::string address =
        "CREATE TYPE address AS (street text, \"Post code\" text); CREATE TABLE c (id int, home address, old "
        "address[]);";
    const std::string addresses =
        "INSERT INTO c VALUES (1, ROW('x', '1'), ARRAY[ROW('y', '2')::address]), (2, ROW('z', NULL), NULL)";
    CHECK(question(address, addresses, "ALTER TYPE address DROP ATTRIBUTE \"Post code\";") ==
          "The downgrade drops column c.home.\"Post code\" (1 row with a value), column c.old.\"Post code\" "
          "(1 row with a value). Go on?");
    CHECK(question(address, addresses, "ALTER TYPE address RENAME ATTRIBUTE street TO road;").empty());
    CHECK(question(address, "INSERT INTO c VALUES (1, ROW('x', NULL), '{}')",
                   "ALTER TYPE address DROP ATTRIBUTE \"Post code\";")
              .empty());
    CHECK(question(keyed_table, keyed_rows, "ALTER TABLE t ALTER b TYPE int;") ==
          "The downgrade changes the values of t.b (1 row with a value). Go on?");
}

TEST_CASE("a downgrade that cannot be tried says why, and asks") {
    const DatabaseProject project(Kind::postgresql);
    project.revision({.id = "a1", .upgrade = "CREATE TABLE t (x int);", .downgrade = "DROP TABLE t;"});
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "SELECT 1;",
                      .downgrade = "SELECT 1;",
                      .header = "transaction: false"});
    project.revision({.id = "c1", .revises = "b1", .upgrade = "CREATE TABLE u (x int);", .downgrade = "DROP TABLE u;"});
    expect(project, "upgrade head");
    project.query("INSERT INTO t VALUES (1); INSERT INTO u VALUES (1)");
    CHECK(has(error_of(expect(project, "downgrade base", 2)),
              "The downgrade drops u (1 row). It may lose more, as not all of it could be tried: "
              "revision b1 runs outside a transaction. Go on?"));
    expect(project, "downgrade base --yes");
}

TEST_CASE("the SET TRANSACTION of a later step is left out of the trial with a remark, and the step is tried") {
    const DatabaseProject project(Kind::postgresql);
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE t (x int);",
                      .downgrade = "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; DROP TABLE t;"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
    expect(project, "upgrade head");
    project.query("INSERT INTO t VALUES (1)");
    const auto refused = expect(project, "downgrade base", 2);
    CHECK(has(refused.err, "SET TRANSACTION is left out"));
    CHECK(has(error_of(refused), "The downgrade drops t (1 row). Go on?"));
    expect(project, "downgrade base --yes");
}

TEST_CASE(
    "on SQLite a downgrade that attaches a database cannot be tried, makes no file before it is asked, and runs") {
    const DatabaseProject project(Kind::sqlite);
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE t (x int);",
                      .downgrade = "ATTACH 'kept.db' AS kept;\nCREATE TABLE kept.t AS SELECT * FROM main.t;\n"
                                   "DROP TABLE main.t;"});
    expect(project, "upgrade head");
    project.query("INSERT INTO t VALUES (1)");
    CHECK(has(error_of(expect(project, "downgrade base", 2)), "could not be tried: revision a1 "));
    CHECK_FALSE(project.exists("kept.db"));
    expect(project, "downgrade base --yes");
    CHECK(project.exists("kept.db"));
}

TEST_CASE("a downgrade that would fail fails in its trial, unasked, and nothing was changed") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "CREATE TABLE t (x int);", .downgrade = "DROP TABLE absent;"});
        project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;", .downgrade = "DROP TABLE t;"});
        expect(project, "upgrade head");
        project.query("INSERT INTO t VALUES (1)");
        CHECK(has(error_of(expect(project, "downgrade base", 5)), "downgrade of a1 failed"));
        CHECK(project.rows() == "b1");
        CHECK(project.query("SELECT count(*) FROM t") == "1");
    }
}
