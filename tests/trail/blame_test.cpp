// `rev blame` and `rev show --schema`, on both databases.
#include <doctest/doctest.h>

#include <string>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {
namespace {

using Kind = DatabaseProject::Kind;

/// crew, whose column and then itself get other names; a view; what has nothing to do with it.
void write_history(const DatabaseProject& project) {
    const std::string text = project.is_sqlite() ? "text" : "varchar(20)";
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE crew (id integer PRIMARY KEY, nm text);",
                      .downgrade = "DROP TABLE crew;",
                      .message = "crew"});
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "CREATE TABLE other (id integer);",
                      .downgrade = "DROP TABLE other;",
                      .message = "other"});
    project.revision(
        {.id = "c1",
         .revises = "b1",
         .upgrade = "ALTER TABLE crew RENAME COLUMN nm TO full_name;\nCREATE INDEX crew_names ON crew (full_name);",
         .downgrade = "DROP INDEX crew_names;\nALTER TABLE crew RENAME COLUMN full_name TO nm;",
         .message = "names in full"});
    project.revision({.id = "d1",
                      .revises = "c1",
                      .upgrade = "ALTER TABLE crew RENAME TO staff;",
                      .downgrade = "ALTER TABLE staff RENAME TO crew;",
                      .message = "staff"});
    project.revision({.id = "e1",
                      .revises = "d1",
                      .upgrade = "ALTER TABLE staff ADD COLUMN rank " + text +
                                 " DEFAULT 'x';\nCREATE VIEW ranks AS SELECT id, rank FROM staff;",
                      .downgrade = "DROP VIEW ranks;\nALTER TABLE staff DROP COLUMN rank;",
                      .message = "ranks"});
}

TEST_CASE("a table is followed through its names, oldest first") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_history(project);
        for (const auto* name : {"staff", "STAFF"}) {
            if (std::string(name) == "STAFF" && !project.is_sqlite()) continue;
            const auto text = expect(project, std::string("blame -q ") + name).out;
            CHECK(has(text, "a1  "));
            CHECK(text.find("a1  ") < text.find("c1  "));
            CHECK(text.find("c1  ") < text.find("d1  "));
            CHECK(text.find("d1  ") < text.find("e1  "));
            CHECK(has(text, "+ added table"));
            CHECK(has(text, "> renamed table"));
            CHECK(has(text, "(was crew)"));
            CHECK(has(text, "+ added index"));
            CHECK(has(text, "rank"));
            CHECK_FALSE(has(text, "b1"));
        }
        CHECK(expect(project, "blame crew").out == expect(project, "blame staff").out);
    }
}

TEST_CASE("a column is followed through its own names and its table's") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_history(project);
        const auto text = expect(project, "blame staff.full_name").out;
        CHECK(has(text, "a1  "));
        CHECK(has(text, "> renamed column"));
        CHECK(has(text, "(was nm)"));
        CHECK_FALSE(has(text, "rank"));
        const auto rank = expect(project, "blame staff.rank").out;
        CHECK(rank.starts_with("e1  "));
        CHECK_FALSE(has(rank, "a1  "));
        if (!project.is_sqlite()) CHECK(expect(project, "blame public.staff.rank").out == rank);
        CHECK(has(expect(project, "blame ranks").out, "+ added view"));
        CHECK(has(expect(project, "blame crew_names").out, "+ added index"));
    }
}

TEST_CASE("what is dropped and made again is told to the end") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "CREATE TABLE t (id integer);", .downgrade = "DROP TABLE t;"});
        project.revision(
            {.id = "b1", .revises = "a1", .upgrade = "DROP TABLE t;", .downgrade = "CREATE TABLE t (id integer);"});
        project.revision({.id = "c1",
                          .revises = "b1",
                          .upgrade = "CREATE TABLE t (id integer, x text);",
                          .downgrade = "DROP TABLE t;"});
        const auto text = expect(project, "blame t").out;
        CHECK(has(text, "a1  "));
        CHECK(has(text, "b1  "));
        CHECK(has(text, "- removed table"));
        CHECK(has(text, "c1  "));
        CHECK_FALSE(has(expect(project, "blame t --up-to b1").out, "c1"));
    }
}

TEST_CASE("a name that no revision makes is said, with what is near; JSON") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_history(project);
        const auto result = expect(project, "blame staf", 1);
        CHECK(error_of(result) == "no revision makes \"staf\"");
        CHECK(has(hint_of(result), "staff"));
        const auto json = expect(project, "blame staff.full_name --json").out;
        CHECK(has(json, "\"revision\": \"a1\""));
        CHECK(has(json, "\"action\": \"rename\""));
        CHECK(has(json, "\"before\": \"nm\""));
    }
}

TEST_CASE("show --schema says what a revision changes") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_history(project);
        const auto text = expect(project, "show --schema e1").out;
        CHECK(text.starts_with("e1  "));
        CHECK(has(text, "+ added view"));
        CHECK(has(text, "+ added column"));
        CHECK_FALSE(has(text, "crew"));
        CHECK(has(expect(project, "show --schema d1").out, "> renamed table"));
        CHECK(has(expect(project, "show --schema c1 --json").out, "\"revision\": \"c1\""));
    }
}

TEST_CASE("functions, types, enum labels, other schemas and quoted names") {
    const DatabaseProject project(Kind::postgresql);
    project.revision(
        {.id = "a1",
         .upgrade =
             "CREATE SCHEMA app;\nCREATE TYPE app.mood AS ENUM ('sad');\nCREATE TABLE app.\"My.Table\" (m app.mood);\n"
             "CREATE FUNCTION app.f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';",
         .downgrade = "DROP SCHEMA app CASCADE;"});
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "ALTER TYPE app.mood ADD VALUE 'ok';\nCREATE OR REPLACE FUNCTION app.f(a integer) "
                                 "RETURNS integer LANGUAGE sql AS 'SELECT 2';",
                      .downgrade = "-"});
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "ALTER FUNCTION app.f(integer) RENAME TO g;\nALTER SCHEMA app RENAME TO lib;\nCOMMENT "
                                 "ON COLUMN lib.\"My.Table\".m IS 'how';",
                      .downgrade = "-"});
    const auto g = expect(project, "blame lib.g").out;
    for (const auto* id : {"a1  ", "b1  ", "c1  "}) CHECK(has(g, id));
    CHECK(has(expect(project, "blame mood").out, "b1  "));
    const auto result = project.rev(Arguments{"blame", "\"My.Table\".m"});
    CHECK(has(result.out, "a1  "));
    CHECK(has(result.out, "comment"));
}

}  // namespace
}  // namespace rev::test
