// `rev prove`, on both databases.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <string>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {
namespace {

using Kind = DatabaseProject::Kind;

const std::string crew = "CREATE TABLE crew (id integer PRIMARY KEY, nm varchar(20) NOT NULL);";

std::string prove(const DatabaseProject& project, const std::string& more = "", int exit_code = 0) {
    return expect(project, "prove -q " + more, exit_code).out;
}

TEST_CASE("downgrades that give back what was before are proven, and nothing is left in the database") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = crew, .downgrade = "DROP TABLE crew;", .message = "crew"});
        project.revision({.id = "b1",
                          .revises = "a1",
                          .upgrade = "ALTER TABLE crew ADD COLUMN rank text;\nCREATE INDEX crew_nm ON crew (nm);",
                          .downgrade = "DROP INDEX crew_nm;\nALTER TABLE crew DROP COLUMN rank;",
                          .message = "rank"});
        CHECK(prove(project) == "restores      a1  crew\nrestores      b1  rank\n");
        CHECK(has(expect(project, "prove").err, "2 revisions: 2 give back what was before\n"));
        const auto json = prove(project, "--json");
        CHECK(has(json, "\"holds\": true"));
        CHECK(has(json, "\"verdict\": \"restores\""));
        CHECK_FALSE(has(expect(project, "current").out, "b1"));
    }
}

TEST_CASE("what a downgrade leaves, does not bring back or changes is told in the words of diff") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision(
            {.id = "a1", .upgrade = crew + "\nCREATE INDEX crew_nm ON crew (nm);", .downgrade = "DROP TABLE crew;"});
        project.revision({.id = "b1",
                          .revises = "a1",
                          .upgrade = "CREATE TABLE IF NOT EXISTS log (id integer);",
                          .downgrade = "-- nothing"});
        project.revision({.id = "c1", .revises = "b1", .upgrade = "DROP INDEX crew_nm;", .downgrade = "SELECT 1;"});
        project.revision({.id = "d1",
                          .revises = "c1",
                          .upgrade = "CREATE TABLE late (id integer);",
                          .downgrade = "DROP TABLE late;"});
        const auto text = prove(project, "", 1);
        CHECK(has(text, "restores      a1"));
        CHECK(has(text, "leaves        b1"));
        CHECK(has(text, "+ added table"));
        CHECK(has(text, "leaves        c1"));
        CHECK(has(text, "- removed index"));
        CHECK(has(text, "its upgrade does not run again"));
        CHECK(has(text, "restores      d1"));
        const auto json = prove(project, "--json", 1);
        CHECK(has(json, "\"holds\": false"));
        CHECK(has(json, "\"failed_again\": true"));
    }
}

TEST_CASE("a downgrade that fails is no proof, and what stands behind it is proven all the same") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = crew, .downgrade = "DROP TABLE crew;"});
        project.revision({.id = "b1",
                          .revises = "a1",
                          .upgrade = "CREATE TABLE log (id integer);",
                          .downgrade = "DROP TABLE log;\nDROP TABLE nowhere;"});
        project.revision({.id = "c1",
                          .revises = "b1",
                          .upgrade = "CREATE TABLE late (id integer);",
                          .downgrade = "DROP TABLE late;"});
        const auto text = prove(project, "", 1);
        CHECK(has(text, "fails         b1"));
        CHECK(has(text, "its downgrade fails: "));
        CHECK(has(text, "versions/b1.sql:"));
        CHECK(has(text, "restores      c1"));
    }
}

TEST_CASE("an irreversible revision is listed and is no failure") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = crew, .downgrade = "-"});
        project.revision(
            {.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE log (id integer);", .downgrade = "DROP TABLE log;"});
        CHECK(prove(project) == "irreversible  a1  make a1\nrestores      b1  make b1\n");
    }
}

TEST_CASE("an upgrade that fails is a failed revision") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "SELECT nothing FROM nowhere;", .downgrade = "SELECT 1;"});
        CHECK(expect(project, "prove", 5).err.find("nowhere") != std::string::npos);
    }
}

TEST_CASE("rows: what does not survive is told, and decides nothing") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = crew, .downgrade = "DROP TABLE crew;"});
        project.revision({.id = "b1",
                          .revises = "a1",
                          .upgrade = "CREATE TABLE gone (id integer);\nUPDATE crew SET nm = 'x';",
                          .downgrade = "DROP TABLE gone;"});
        project.revision({.id = "c1",
                          .revises = "b1",
                          .upgrade = "CREATE TABLE more (id integer);\nDELETE FROM crew;",
                          .downgrade = "DROP TABLE more;"});
        const auto text = prove(project);
        CHECK(has(text, "crew had 2 rows, and has 0"));
        CHECK(has(text, "crew.nm has not the values that it had"));
        CHECK_FALSE(has(prove(project, "--no-rows"), "rows:"));
        CHECK(has(prove(project, "--json"), "\"lost_rows\": [\n"));
    }
}

TEST_CASE("rows: what no file of a table shows is seen") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1",
                          .upgrade = "CREATE TABLE crew (id integer PRIMARY KEY, one text, two text);\n"
                                     "INSERT INTO crew VALUES (1, 'a', 'b');",
                          .downgrade = "DROP TABLE crew;"});
        // Names are exchanged and stay so: the schema is as before.
        project.revision({.id = "b1",
                          .revises = "a1",
                          .upgrade = "ALTER TABLE crew RENAME COLUMN one TO spare;\n"
                                     "ALTER TABLE crew RENAME COLUMN two TO one;\n"
                                     "ALTER TABLE crew RENAME COLUMN spare TO two;",
                          .downgrade = "SELECT 1;"});
        // A column that has gone and come back is empty.
        project.revision({.id = "c1",
                          .revises = "b1",
                          .upgrade = "ALTER TABLE crew DROP COLUMN two;",
                          .downgrade = "ALTER TABLE crew ADD COLUMN two text;"});
        // What a downgrade deletes elsewhere.
        project.revision({.id = "d1",
                          .revises = "c1",
                          .upgrade = "CREATE TABLE other (id integer PRIMARY KEY);\nINSERT INTO other VALUES (7);",
                          .downgrade = "DROP TABLE other;\nDELETE FROM crew;"});
        const auto text = prove(project, "");
        INFO(text);
        CHECK(has(text, "crew.one has not the values that it had"));
        CHECK(has(text, "crew.two has not the values that it had"));
        CHECK(has(text, "crew had 1 row, and has 0"));
    }
}

TEST_CASE("a downgrade that only rows stop is told as such") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1",
                          .upgrade = "CREATE TABLE crew (id integer PRIMARY KEY, nm text);",
                          .downgrade = "DROP TABLE crew;"});
        project.revision(
            {.id = "b1",
             .revises = "a1",
             .upgrade = "CREATE TABLE one (id integer);\nUPDATE crew SET nm = 'same';",
             .downgrade = "DROP TABLE one;\nCREATE UNIQUE INDEX crew_nm ON crew (nm);\nDROP INDEX crew_nm;"});
        const auto text = prove(project, "", 1);
        CHECK(has(text, "fails         b1"));
        CHECK(has(text, "its downgrade fails, with rows in the tables"));
        CHECK(has(prove(project, "--no-rows"), "restores      b1"));
    }
}

TEST_CASE("an upgrade that made-up rows stop is proven without them") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1",
                          .upgrade = "CREATE TABLE crew (id integer PRIMARY KEY, nm text);",
                          .downgrade = "DROP TABLE crew;"});
        project.revision({.id = "b1",
                          .revises = "a1",
                          .upgrade = "UPDATE crew SET nm = 'same';\nCREATE UNIQUE INDEX crew_nm ON crew (nm);",
                          .downgrade = "DROP INDEX crew_nm;"});
        const auto text = prove(project);
        CHECK(has(text, "restores      b1"));
        CHECK(has(text, "rows: looked at without any"));
    }
}

TEST_CASE("rows that a downgrade leaves and that its upgrade then meets") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = crew, .downgrade = "DROP TABLE crew;"});
        project.revision({.id = "b1",
                          .revises = "a1",
                          .upgrade = "INSERT INTO crew VALUES (1, 'captain');",
                          .downgrade = "SELECT 1;"});
        for (const auto* rows : {"", "--no-rows"}) {
            const auto text = prove(project, rows, 1);
            CHECK(has(text, "fails         b1"));
            CHECK(has(text, "its upgrade does not run again: "));
        }
    }
}

TEST_CASE("rows of a file run as early as the schema allows, and what never ran is named") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = crew, .downgrade = "DROP TABLE crew;"});
        project.revision({.id = "b1",
                          .revises = "a1",
                          .upgrade = "CREATE TABLE log (id integer, crew_id integer REFERENCES crew (id));\nUPDATE "
                                     "crew SET nm = 'A. ' || nm;",
                          .downgrade = "DROP TABLE log;\nUPDATE crew SET nm = substr(nm, 4);"});
        project.write("rows.sql",
                      "BEGIN;\nINSERT INTO log VALUES (1, 7);\nINSERT INTO crew VALUES (7, 'Ann');\nINSERT INTO "
                      "nowhere VALUES (1);\nCOMMIT;\n");
        const auto result = expect(project, "prove --with-data rows.sql");
        CHECK_FALSE(has(result.out, "rows:"));
        CHECK(has(result.err, "rows.sql:4 never ran: "));
        CHECK_FALSE(has(result.err, "rows.sql:2"));
        expect(project, "prove --with-data rows.sql --no-rows", 2);
        expect(project, "prove --with-data missing.sql", 3);
    }
}

TEST_CASE("branches, merges, dependencies and revisions outside transactions") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = crew, .downgrade = "DROP TABLE crew;"});
        project.revision(
            {.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE b (id integer);", .downgrade = "DROP TABLE b;"});
        project.revision(
            {.id = "c1", .revises = "a1", .upgrade = "CREATE TABLE c (id integer);", .downgrade = "DROP TABLE c;"});
        project.revision({.id = "m1", .revises = "b1, c1", .upgrade = "", .downgrade = ""});
        const auto concurrently = project.is_sqlite() ? std::string() : std::string("CONCURRENTLY ");
        project.revision({.id = "d1",
                          .revises = "m1",
                          .upgrade = "CREATE INDEX " + concurrently + "crew_nm ON crew (nm);",
                          .downgrade = "DROP INDEX " + concurrently + "crew_nm;",
                          .header = "transaction: false"});
        project.revision({.id = "x1",
                          .upgrade = "CREATE TABLE x (id integer);",
                          .downgrade = "DROP TABLE x;",
                          .header = "depends_on: b1"});
        const auto text = prove(project);
        for (const auto* id : {"a1", "b1", "c1", "m1", "d1", "x1"})
            CHECK(has(text, std::string("restores      ") + id));
        const auto some = prove(project, "c1");
        CHECK(has(some, "c1"));
        CHECK_FALSE(has(some, "b1"));
        CHECK(prove(project, "m1:d1").find("a1") == std::string::npos);
        CHECK(has(error_of(expect(project, "prove zz", 3)), "zz"));
    }
}

TEST_CASE("many downgrades that leave something") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        std::string last;
        for (int i = 0; i < 8; ++i) {
            const auto id = "r" + std::to_string(i);
            project.revision({.id = id,
                              .revises = last,
                              .upgrade = "CREATE TABLE t" + std::to_string(i) + " (id integer);",
                              .downgrade = i % 2 == 0 ? "SELECT 1;" : "DROP TABLE t" + std::to_string(i) + ";"});
            last = id;
        }
        const auto text = prove(project, "", 1);
        for (int i = 0; i < 8; ++i)
            CHECK(has(text, (i % 2 == 0 ? "leaves        r" : "restores      r") + std::to_string(i)));
    }
}

// Of a row of steps that make tables only what is new is read: an old table must be seen all the same.
TEST_CASE("what becomes of an old table beside many new ones") {
    const DatabaseProject project(Kind::postgresql);
    std::string last;
    const auto add = [&](const std::string& upgrade, const std::string& downgrade) {
        const auto id = last.empty() ? std::string("r100") : "r" + std::to_string(std::stoi(last.substr(1)) + 1);
        const auto table = "t" + id;
        project.revision({.id = id,
                          .revises = last,
                          .upgrade = "CREATE TABLE " + table + " (id integer PRIMARY KEY, name text);\n" + upgrade,
                          .downgrade = "DROP TABLE " + table + ";\n" + downgrade});
        return last = id;
    };
    for (int i = 0; i < 6; ++i) add("", "");
    const auto set = add("ALTER TABLE tr100 SET (fillfactor = 50);", "ALTER TABLE tr100 SET (fillfactor = 60);");
    for (int i = 0; i < 6; ++i) add("", "");
    const auto changed_back = add("ALTER TABLE tr101 SET (fillfactor = 50);", "ALTER TABLE tr101 RESET (fillfactor);");
    for (int i = 0; i < 6; ++i) add("", "");
    const auto left = add("", "ALTER TABLE tr102 SET (fillfactor = 50);");
    const auto renamed = add("ALTER TABLE tr103 RENAME TO other;", "");
    const auto text = prove(project, "", 1);
    CHECK(has(text, "leaves        " + set));
    CHECK(has(text, "restores      " + changed_back));
    CHECK(has(text, "leaves        " + left));
    CHECK(has(text, "leaves        " + renamed));
    CHECK(std::ranges::count(text, '\n') > 23);
}

// Long enough to be proven in two halves.
constexpr int many = 105;

/// Seven kinds in turn; the verdicts are those of `verdict_of`.
void write_many(const DatabaseProject& project) {
    const std::string none = "SELECT 1;";
    for (int i = 0; i < many; ++i) {
        const auto number = std::to_string(i);
        const auto table = "t" + number;
        const auto before = "t" + std::to_string(i - i % 7);  // of the first kind
        RevisionSpec revision{.id = "r" + std::to_string(1000 + i),
                              .revises = i == 0 ? "" : "r" + std::to_string(999 + i)};
        const auto set = [&](const std::string& upgrade, const std::string& downgrade) {
            revision.upgrade = upgrade;
            revision.downgrade = downgrade;
        };
        switch (i % 7) {
            case 0:
                set("CREATE TABLE " + table + " (id integer PRIMARY KEY, name text);", "DROP TABLE " + table + ";");
                break;
            case 1:
                set("ALTER TABLE " + before + " ADD COLUMN c integer;", "ALTER TABLE " + before + " DROP COLUMN c;");
                break;
            case 2:
                set("CREATE INDEX i" + number + " ON " + before + " (name);",
                    i % 21 == 2 ? none : "DROP INDEX i" + number + ";");
                break;
            case 3:
                set("CREATE VIEW v" + number + " AS SELECT id FROM " + before + ";", "DROP VIEW v" + number + ";");
                break;
            case 4:
                set("UPDATE " + before + " SET name = 'x';", i % 28 == 4 ? "DROP TABLE nowhere;" : none);
                break;
            case 5:
                set("DELETE FROM " + before + ";", none);
                break;
            default:
                set("ALTER TABLE " + before + " ADD CONSTRAINT k" + number + " CHECK (id > 0);",
                    "ALTER TABLE " + before + " DROP CONSTRAINT k" + number + ";");
        }
        project.revision(revision);
    }
}

std::string verdict_of(int i) { return i % 21 == 2 ? "leaves" : i % 28 == 4 ? "fails" : "restores"; }

TEST_CASE("a long history is proven in two halves, and told in its order") {
    const DatabaseProject project(Kind::postgresql);
    write_many(project);
    auto running = start(project, "prove -q");
    const auto result = running.wait();
    CHECK(result.exit_code == 1);
    CHECK(project.query("SELECT count(*) FROM pg_database WHERE datname LIKE 'rev_scratch_" +
                        std::to_string(running.pid()) + "%'") == "0");
    const auto& text = result.out;
    std::size_t at = 0;
    for (int i = 0; i < many; ++i) {
        const auto line = fmt::format("{:<14}r{}", verdict_of(i), 1000 + i);
        const auto found = text.find(line, at);
        CAPTURE(line);
        REQUIRE(found != std::string::npos);
        at = found;
    }
    // As each half alone, which takes one database.
    CHECK(text == prove(project, "r1000:r1056", 1) + prove(project, "r1057:r1104", 1));
    project.revision({.id = "z", .revises = "r1104", .upgrade = "SELECT 1/0;", .downgrade = "SELECT 1;"});
    CHECK(has(expect(project, "prove -q", 5).err, "division by zero"));
    project.revision({.id = "y", .revises = "z", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
    CHECK(has(expect(project, "prove -q", 5).err, "division by zero"));
}

TEST_CASE("a stop ends it in good order") {
    const DatabaseProject project(Kind::postgresql);
    project.revision({.id = "a1", .upgrade = crew, .downgrade = "DROP TABLE crew;"});
    project.revision(
        {.id = "b1", .revises = "a1", .upgrade = "SELECT pg_sleep(60) /* of prove */;", .downgrade = "SELECT 1;"});
    auto running = start(project, "prove");
    const std::string asked =
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60) /* of prove%' AND state = 'active' "
        "AND pid <> pg_backend_pid()";
    wait_until("the statement sleeps", running, [&] { return project.query(asked) == "t"; });
    running.signal(SIGINT);
    CHECK(running.wait().exit_code == 130);
    CHECK(project.query("SELECT count(*) FROM pg_database WHERE datname LIKE 'rev_scratch_" +
                        std::to_string(running.pid()) + "%'") == "0");
}

}  // namespace
}  // namespace rev::test
