// Where repeatable objects show: status, check, scripts, rehearsals, pictures, history.
#include "repeatables/repeatable_project.hpp"

namespace rev::test {
namespace {

TEST_CASE("files that are wrong are told by every command that reads them, and by check") {
    const RepeatableProject project(DatabaseProject::Kind::sqlite);
    project.view("a", "SELECT 1 AS value", "-- needs: b\n");
    const auto upgrade = expect(project, "upgrade head", 3);
    CHECK(has(upgrade.err, "repeatable a needs b, and there is no such repeatable\n  at objects/a.sql:4:11\n"));
    CHECK(has(upgrade.err, "-- needs: b\n"));
    project.view("b", "SELECT 1 AS value", "-- needs: a\n");
    project.write("objects/c.sql", "-- repeatable: c\n-- drop_before_upgrade: true\n\n-- rev:apply\nSELECT 1 FRM x;\n");
    const auto check = expect(project, "check", 1).out;
    CHECK(has(check, "repeatables need each other: a needs b, b needs a\n  at objects/a.sql:4:11\n"));
    CHECK(has(check, "repeatable c is to be dropped, and has no drop section\n  at objects/c.sql:2:25\n"));
    CHECK(has(check, "problems in 1 revision file and 3 repeatables"));
    CHECK(has(expect(project, "status", 3).out, "objects/a.sql:4:11: repeatables need each other"));
    CHECK(has(expect(project, "check --json", 1).out, "\"repeatable_cycle\""));
    project.write("objects/c.sql", "-- repeatable: c\n\n-- rev:apply\nCREATE VIEW c AS SELEC 1;\n");
    project.view("b", "SELECT 1 AS value");
    const auto text = expect(project, "check", 1).out;
    CHECK(has(text, "objects/c.sql:4"));
    CHECK(has(text, "1 problem in 1 revision file and 3 repeatables"));
    project.write("versions/lost.sql", "-- repeatable: lost\n\n-- rev:apply\nSELECT 1;\n");
    CHECK(has(expect(project, "history", 3).err, "move it to one of repeatable_locations"));
}

TEST_CASE("status tells each in text and JSON, also those whose file is gone") {
    for (const auto kind : both) {
        const RepeatableProject project(kind);
        project.view("a", "SELECT 1 AS value");
        project.view("b", "SELECT 1 AS value");
        project.view("c", "SELECT 1 AS value");
        expect(project, "upgrade head");
        project.view("a", "SELECT 2 AS value");
        project.view("b", "SELECT 2 AS value");
        std::filesystem::remove(project.path() / "objects/c.sql");
        const auto status = expect(project, "status").out;
        CHECK(has(status,
                  "Repeatable  2 repeatables changed, 1 without a file\n"
                  "            a is not what its file says now (objects/a.sql)\n"));
        CHECK(has(status, "c has no file any more, and stays (it was objects/c.sql)\n"));
        const auto json = expect(project, "status --json").out;
        CHECK(has(json, "\"repeatable\": \"a\",\n      \"path\": \"objects/a.sql\",\n      \"state\": \"changed\""));
        CHECK(has(json, "\"state\": \"without_file\""));
        CHECK(has(json, "\"state\": \"behind\""));
        expect(project, "upgrade head");
        CHECK(project.has_view("c"));
        CHECK(has(expect(project, "status --exit-code").out, "1 repeatable without a file"));
        const auto history = expect(project, "history -i").out;
        CHECK(has(history, "repeatable a (current), objects/a.sql\n"));
        CHECK(has(history, "repeatable c (without file), objects/c.sql\n"));
        CHECK(!has(expect(project, "history").out, "repeatable"));
        const auto log = expect(project, "log --json").out;
        CHECK(has(log, "\"event\":\"apply\",\"revision\":\"\""));
        CHECK(has(log, "\"repeatable\":\"a\""));
        const auto plan = expect(project, "upgrade head --json").out;
        CHECK(has(plan, "\"steps\": []"));
    }
}

TEST_CASE("a rehearsal makes them and rolls them back") {
    for (const auto kind : both) {
        const RepeatableProject project(kind);
        project.strict_view("total", "SELECT sum(price) AS value FROM item");
        const auto rehearsed = expect(project, "upgrade head --rehearse");
        CHECK(has(rehearsed.out, "apply total, about total ("));
        CHECK(has(rehearsed.err, "Rehearsed 2 of 2 steps"));
        const auto json = expect(project, "upgrade head --rehearse --json").out;
        CHECK(has(json, "\"direction\": \"apply\",\n      \"revision\": null,\n      \"repeatable\": \"total\""));
        expect(project, "upgrade head");
        project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;"});
        CHECK(has(expect(project, "upgrade head --rehearse").err, "Rehearsed 3 of 3 steps"));
        CHECK(project.has_view("total"));
        project.strict_view("total", "SELEC 1");  // SQLite makes a view of a table that is not there
        expect(project, "upgrade head --rehearse", 5);
        CHECK(project.has_view("total"));
        CHECK(project.log() == "upgrade a1, apply total");
    }
}

TEST_CASE("a script has all of them, and what it has to drop") {
    for (const auto kind : both) {
        const RepeatableProject project(kind);
        project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
        project.strict_view("total", "SELECT sum(price) AS value FROM item");
        project.view("half", "SELECT value / 2 AS value FROM total", "-- needs: total\n");
        project.run_script(expect(project, "upgrade a1 --sql").out);
        CHECK(!project.has_view("total"));
        const auto script = expect(project, "upgrade a1:head --sql --no-repeatables").out;
        CHECK(!has(script, "CREATE VIEW"));
        // The log knows nothing of a script, so the objects are made here, and by it again.
        expect(project, "upgrade head");
        const auto down = expect(project, "downgrade head:a1 --sql").out;
        CHECK(has(down, "-- Running drop total\n"));
        CHECK(!has(down, "CREATE VIEW"));
        if (!project.is_sqlite()) continue;  // there, half is in the way
        project.run_script(down);
        CHECK(!project.has_view("total"));
    }
    const RepeatableProject project(DatabaseProject::Kind::postgresql);
    project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
    project.strict_view("total", "SELECT sum(price) AS value FROM item");
    project.run_script(expect(project, "upgrade head --sql").out);
    CHECK(project.has_view("total"));
    project.revision({.id = "c1", .revises = "b1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
    const auto script = expect(project, "upgrade b1:head --sql").out;
    CHECK(script.find("-- Running drop total") < script.find("-- Running upgrade b1 -> c1"));
    CHECK(script.find("-- Running upgrade b1 -> c1") < script.find("-- Running apply total"));
    project.run_script(script);
    CHECK(project.has_view("total"));
    CHECK(project.rows() == "c1");
}

TEST_CASE("pictures of the graph have them beside it") {
    const RepeatableProject project(DatabaseProject::Kind::sqlite);
    project.view("total", "SELECT sum(price) AS value FROM item");
    project.view("half", "SELECT value / 2 AS value FROM total", "-- needs: total\n");
    const auto dot = expect(project, "graph --format dot -i").out;
    CHECK(has(dot, "\"repeatable total\" [label=\"total (missing)\\nabout total\"]\n"));
    CHECK(has(dot, "\"repeatable total\" -> \"repeatable half\"\n"));
    const auto mermaid = expect(project, "graph --format mermaid").out;
    CHECK(has(mermaid, "  subgraph repeatables\n    o0(\"total<br/>about total\")\n"));
    CHECK(has(mermaid, "o0 --> o1\n  end\n"));
    const auto page = expect(project, "graph --format html").out;
    CHECK(has(page, "\"name\":\"half\""));
    CHECK(has(page, "\"needs\":[\"total\"]"));
    project.write("alembic.yaml", "version_locations: [versions]\nurl: ${DATABASE_URL}\n");
    CHECK(!has(expect(project, "graph --format dot").out, "repeatable"));
}

TEST_CASE("drift, diff and autogenerate know them") {
    const RepeatableProject project(DatabaseProject::Kind::sqlite, "schema: schema.sql\n");
    project.write("schema.sql", "CREATE TABLE item (id integer PRIMARY KEY, price integer);\n");
    project.view("total", "SELECT sum(price) AS value FROM item");
    expect(project, "upgrade head");
    expect(project, "drift");
    expect(project, "check --database");
    project.write("schema.sql",
                  "CREATE TABLE item (id integer PRIMARY KEY, price integer);\n"
                  "CREATE VIEW total AS SELECT max(price) AS value FROM item;\n");
    expect(project, "check --database");
    project.write("schema.sql", "CREATE TABLE item (id integer PRIMARY KEY, price integer, name text);\n");
    expect(project, "check --database", 1);
    expect(project, "revision --autogenerate -m name --rev-id b1 --yes");
    const auto file = project.read("versions/b1_name.sql");
    CHECK(has(file, "ADD COLUMN"));
    CHECK(!has(file, "total"));
    // What was made at the former heads is not somebody's change.
    expect(project, "drift");
    project.query("DROP VIEW total");
    CHECK(has(expect(project, "drift", 1).out, "total"));
}

TEST_CASE("a fleet makes them in every member, also where no step runs") {
    const RepeatableProject project(DatabaseProject::Kind::sqlite, "fleet:\n  files: ['tenants/*.db']\n");
    for (const auto* name : {"one", "two"}) {
        std::filesystem::create_directories(project.path() / "tenants");
        REQUIRE(run_program({"sqlite3", (project.path() / "tenants" / (std::string(name) + ".db")).string(),
                             "CREATE TABLE seen (id integer); DROP TABLE seen;"})
                    .exit_code == 0);
    }
    project.view("total", "SELECT sum(price) AS value FROM item");
    expect(project, "fleet upgrade head");
    const auto value = [&](const std::string& member) {
        return run_program(
                   {"sqlite3", (project.path() / "tenants" / (member + ".db")).string(), "SELECT value FROM total"})
            .out;
    };
    CHECK(value("one") == "60\n");
    project.view("total", "SELECT max(price) AS value FROM item");
    expect(project, "fleet upgrade head");
    CHECK(value("one") == "30\n");
    CHECK(value("two") == "30\n");
}

}  // namespace
}  // namespace rev::test
