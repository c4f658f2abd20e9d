// Guards and data in batches as a user sees them.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

using rev::test::both;
using rev::test::DatabaseProject;
using rev::test::expect;
using rev::test::has;

namespace {

/// A table with 25 rows to fill, ten a batch.
void begin_batches(const DatabaseProject& project) {
    project.query(
        "CREATE TABLE t (id integer, x integer DEFAULT 0); INSERT INTO t (id) WITH RECURSIVE n(i) AS (SELECT 1 UNION "
        "ALL SELECT i + 1 FROM n WHERE i < 25) SELECT i FROM n");
    project.revision({.id = "a1",
                      .revises = "",
                      .upgrade =
                          "-- rev:repeat pause=1ms\nUPDATE t SET x = x + 1 WHERE id IN (SELECT id FROM t WHERE x "
                          "= 0 LIMIT 10);\n",
                      .downgrade = "-- rev:repeat\nUPDATE t SET x = 0 WHERE id IN (SELECT id FROM t WHERE x = 1 LIMIT "
                                   "20);\n",
                      .header = "transaction: false"});
}

}  // namespace

TEST_CASE("a guarded statement is shown as conditional, left out, and in the log") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.query("CREATE TABLE t (a text, b text)");
        project.revision({.id = "a1",
                          .revises = "",
                          .upgrade = "-- rev:unless column t.b\nALTER TABLE t ADD COLUMN b integer;\n"
                                     "-- rev:unless column t.c\nALTER TABLE t ADD COLUMN c integer;\n",
                          .downgrade = "-- rev:if column t.c\nALTER TABLE t DROP COLUMN c;\n"});
        CHECK(has(expect(project, "upgrade head --dry-run").out, "conditional: rev:unless column t.b\n"));
        CHECK(has(expect(project, "upgrade head --dry-run --json").out, "\"conditional\""));
        CHECK(has(expect(project, "upgrade head --rehearse").out, "skipped: rev:unless column t.b"));
        const auto upgrade = expect(project, "upgrade head --json");
        CHECK(has(upgrade.err, "skipped: rev:unless column t.b\n"));
        CHECK(has(upgrade.err, "t.b is there already, but as "));
        CHECK(has(upgrade.out, "\"marker\": \"rev:unless column t.b\""));
        CHECK_FALSE(has(upgrade.err, "column t.c"));
        CHECK(has(expect(project, "log -v").out, "skipped: rev:unless column t.b\n"));
        expect(project, "check");
        expect(project, "downgrade base --yes");
        CHECK(project.query("SELECT count(*) FROM t") == "0");
        expect(project, "upgrade head --transaction all");
    }
}

TEST_CASE("batches stop at a limit with exit code 5, and resume goes on") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        begin_batches(project);
        CHECK(has(expect(project, "upgrade head --dry-run").out, "in batches: rev:repeat pause=1ms\n"));
        const auto stopped = expect(project, "upgrade head --max-batches 2", 5);
        CHECK(has(stopped.err, "after 2 batches of 20 rows, as --max-batches 2 says"));
        CHECK(has(stopped.err, "rev resume"));
        CHECK(project.query("SELECT count(*) FROM t WHERE x = 1") == "20");
        CHECK(has(expect(project, "status").out, "after 2 batches of 20 rows"));
        CHECK(has(expect(project, "status --json").out, "\"batches\": 2"));
        expect(project, "upgrade head", 4);
        const auto resumed = expect(project, "resume --json");
        CHECK(has(resumed.out, "\"batches\": 3"));
        CHECK(has(resumed.err, "3 batches of 25 rows: rev:repeat pause=1ms"));
        CHECK(project.query("SELECT count(*) FROM t WHERE x = 1") == "25");
        CHECK(has(expect(project, "log -v").out, "3 batches of 25 rows"));
        CHECK(project.query("SELECT count(*) FROM rev_progress") == "0");
        expect(project, "downgrade base --yes --max-batches 1", 5);
        expect(project, "resume --max-batches 9");
        CHECK(project.query("SELECT count(*) FROM t WHERE x = 0") == "25");
    }
}

TEST_CASE("a script decides and repeats on PostgreSQL, and is refused for SQLite with its line") {
    const DatabaseProject sqlite(both[0]);
    begin_batches(sqlite);
    const auto refused = expect(sqlite, "upgrade head --sql", 3);
    CHECK(has(refused.err, "a script for SQLite cannot decide"));
    CHECK(has(refused.err, "-- rev:repeat pause=1ms"));

    const DatabaseProject postgres(both[1]);
    begin_batches(postgres);
    const auto script = expect(postgres, "upgrade head --sql").out;
    CHECK(has(script, "cannot be resumed"));
    postgres.run_script(script);
    CHECK(postgres.query("SELECT count(*) FROM t WHERE x = 1") == "25");
}

TEST_CASE("to change a guard is to change the file") {
    const DatabaseProject project(both[0]);
    const std::string sql = "-- rev:unless table t\nCREATE TABLE t (x);\n";
    project.revision({.id = "a1", .revises = "", .upgrade = sql});
    expect(project, "upgrade head");
    project.revision({.id = "a1", .revises = "", .upgrade = "-- rev:unless table u\nCREATE TABLE t (x);\n"});
    CHECK(has(expect(project, "status").out, "differs from what was run"));
    project.revision({.id = "a1", .revises = "", .upgrade = "-- rev:ignore x y\n" + sql});
    CHECK_FALSE(has(expect(project, "status").out, "differs from what was run ("));
}

TEST_CASE("a variable in a marker is an error at its place, before anything is asked of a database") {
    const DatabaseProject project(both[0]);
    const std::string header = "variables: schema, pause";
    for (const std::string marker :
         {"-- rev:unless column :\"schema\".t.x", "-- rev:if table :schema",
          "-- rev:unless SELECT 1 FROM t WHERE x = :'schema'", "-- rev:repeat pause=:pause"}) {
        project.revision({.id = "a1", .revises = "", .upgrade = marker + "\nCREATE TABLE t (x);\n", .header = header});
        const auto refused = expect(project, "check", 1);
        CAPTURE(refused.out);
        CAPTURE(refused.err);
        CHECK(has(refused.out + refused.err, "a variable in a marker"));
        CHECK(has(refused.out + refused.err, "a1.sql:8:" + std::to_string(marker.find(':', 8) + 1)));
    }
    // Of no variable that the header lists, a text is what it is.
    project.revision({.id = "a1",
                      .revises = "",
                      .upgrade = "-- rev:unless SELECT ':schema' WHERE 1 = 0\nCREATE TABLE t (x);\n",
                      .header = header});
    expect(project, "check");
}
