// Less usual ways of `rev revision --autogenerate`: renames, places to fill in, a head written anew, other scratch.
#include <doctest/doctest.h>

#include <string>

#include "cli/autogenerate_support.hpp"
#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {
namespace {

using Kind = DatabaseProject::Kind;

const std::string unindexed_crew = "CREATE TABLE crew (id integer PRIMARY KEY, nm text);\n";

TEST_CASE("a rename is said by a hint or by --rename, and keeps the rows") {
    for (const auto kind : both) {
        for (const bool by_hint : {true, false}) {
            const DatabaseProject project(kind, settings);
            begin(project, unindexed_crew);
            project.query("INSERT INTO crew VALUES (1, 'Ann')");
            const std::string hints[] = {by_hint ? "-- rev:renamed from crew\n" : "",
                                         by_hint ? " -- rev:renamed from nm" : ""};
            project.write("schema.sql", hints[0] + "CREATE TABLE staff (\n  id integer PRIMARY KEY,\n  full_name text" +
                                            hints[1] + "\n);\n");
            expect(project, "revision --autogenerate -m names --rev-id b1" +
                                std::string(by_hint ? "" : " --rename crew=staff --rename crew.nm=full_name"));
            CHECK_FALSE(has(revision_file(project, "b1"), "DROP TABLE"));
            expect(project, "upgrade head -q");
            CHECK(project.query("SELECT full_name FROM staff") == "Ann");
            CHECK(has(expect(project, "revision --autogenerate -m more").err, "No changes detected"));
            expect(project, "downgrade -1 -q --yes");
            CHECK(project.query("SELECT nm FROM crew") == "Ann");
        }
    }
}

TEST_CASE("a column without a value is the plain statement where no row is there") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project, unindexed_crew);
        project.write("schema.sql", "CREATE TABLE crew (id integer PRIMARY KEY, nm text, rank integer NOT NULL);\n");
        expect(project, "revision --autogenerate -m empty --rev-id b1");
        CHECK_FALSE(has(revision_file(project, "b1"), "rev:todo"));
        expect(project, "upgrade head -q");
        expect(project, "check --database");
    }
}

TEST_CASE("with rows, the plan is refused before its first step, with the line") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project, unindexed_crew);
        project.query("INSERT INTO crew VALUES (1, 'Ann')");
        project.write("schema.sql", "CREATE TABLE crew (id integer PRIMARY KEY, nm text, rank integer NOT NULL);\n");
        expect(project, "revision --autogenerate -m ranks --rev-id b1");
        CHECK(has(revision_file(project, "b1"), "-- rev:todo: write a value for "));
        const auto refused = expect(project, "upgrade head", 3);
        CHECK(has(refused.err, "at versions/b1_ranks.sql:"));
        CHECK(project.rows() == "a1");
        CHECK(has(expect(project, "check", 1).out, "versions/b1_ranks.sql:"));
    }
}

TEST_CASE("--replace writes a head anew that no database has, and no other") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project, unindexed_crew);
        project.write("schema.sql", unindexed_crew + "CREATE TABLE ship (id integer);\n");
        expect(project, "revision --autogenerate -m 'ships of the line' --rev-id b1 --branch-label fleet");
        project.write("schema.sql", unindexed_crew + "CREATE TABLE ship (id integer, nm text);\n");
        const auto replaced = expect(project, "revision --autogenerate --replace b1");
        CHECK(has(replaced.out, "Replacing the sections of versions/b1_ships_of_the_line.sql"));
        const auto file = revision_file(project, "b1");
        CHECK(file.starts_with("-- ships of the line\n"));
        CHECK(has(file, "-- branch_labels: fleet\n"));
        CHECK(has(file, "nm text"));
        expect(project, "revision --autogenerate --replace a1", 3);
        expect(project, "upgrade head -q");
        CHECK(expect(project, "drift").out.empty());
        CHECK(has(error_of(expect(project, "revision --autogenerate --replace b1", 4)), "b1 is applied"));
    }
}

TEST_CASE("status --drift finds what was changed by hand") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project, unindexed_crew);
        CHECK(has(expect(project, "status --drift --exit-code").out, "up to date"));
        project.query("CREATE TABLE by_hand (x integer)");
        CHECK(has(expect(project, "status --drift --exit-code", 1).out, "differs from what its revisions make"));
    }
}

TEST_CASE("a history that cannot be replayed from nothing gives way to the database, and a drop is asked about") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        project.query("CREATE TABLE old (id integer); CREATE TABLE crew (id integer)");
        project.revision({.id = "a1", .upgrade = "ALTER TABLE crew ADD COLUMN nm text;", .downgrade = "-"});
        expect(project, "ensure-version");
        expect(project, "upgrade head -q");
        project.write("schema.sql", "CREATE TABLE crew (id integer, nm text);\n");
        const auto asked = expect(project, "revision --autogenerate -m less", 2);
        CHECK(has(error_of(asked), "cannot be replayed from nothing"));
        const auto written = expect(project, "revision --autogenerate -m less --yes --rev-id b1");
        CHECK(has(written.err, "warning: the revisions cannot be replayed"));
        CHECK(has(revision_file(project, "b1"), "DROP TABLE"));
    }
}

TEST_CASE("what scratch_setup brings is in no schema") {
    const DatabaseProject project(Kind::postgresql, std::string(settings) + "scratch_setup: platform.sql\n");
    const std::string platform = "CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid PRIMARY KEY);\n";
    project.write("platform.sql", platform);
    project.query(platform);
    project.write("schema.sql", "CREATE TABLE crew (id integer, login uuid REFERENCES auth.users (id));\n");
    expect(project, "revision --autogenerate -m start --rev-id a1");
    CHECK_FALSE(has(revision_file(project, "a1"), "CREATE TABLE auth"));
    expect(project, "upgrade head -q");
    CHECK(expect(project, "drift").out.empty());
    expect(project, "check --database");
}

TEST_CASE("rights that a platform gives to every new object are no difference, those of a revision are") {
    const DatabaseProject project(Kind::postgresql, settings);
    project.query("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor");
    begin(project, unindexed_crew);
    CHECK(expect(project, "drift").out.empty());
    expect(project, "check --database");
    project.write("schema.sql", unindexed_crew + "ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO pg_monitor;\n");
    expect(project, "revision --autogenerate -m rights --rev-id b1");
    CHECK(has(revision_file(project, "b1"), "GRANT INSERT ON TABLES TO pg_monitor"));
    expect(project, "upgrade head -q");
    CHECK(expect(project, "drift").out.empty());
    expect(project, "check --database");
}

TEST_CASE("in a transaction of the database itself, a schema is loaded and nothing is replayed or left") {
    const DatabaseProject project(Kind::postgresql, settings);
    begin(project, unindexed_crew);
    project.write("schema.sql",
                  unindexed_crew + "CREATE TABLE ship (id integer);\nCREATE VIEW v AS SELECT nm FROM crew;\n");
    const auto before = project.query("SELECT count(*) FROM pg_namespace");
    CHECK(has(expect(project, "diff database schema --scratch transaction").out, "+ added table public.ship"));
    const auto written = expect(project, "revision --autogenerate -m ships --rev-id b1 --scratch transaction");
    CHECK(has(written.err, "nothing is replayed"));
    CHECK(has(written.err, "nothing is proven"));
    CHECK(project.query("SELECT count(*) FROM pg_namespace") == before);
    CHECK(project.query("SELECT to_regclass('public.ship')").empty());
    expect(project, "upgrade head -q");
    expect(project, "check --database");
    expect(project, "drift --scratch transaction", 4);
}

TEST_CASE("revisions that reach beyond the database are replayed on no live server") {
    const DatabaseProject project(Kind::postgresql, settings);
    project.revision({.id = "a1",
                      .upgrade = "CREATE ROLE rev_test_beyond NOLOGIN; CREATE TABLE crew (id integer);",
                      .downgrade = "-"});
    project.write("schema.sql", "CREATE TABLE crew (id integer);\n");
    const auto refused = expect(project, "check --database --from heads --scratch database", 4);
    CHECK(has(refused.err, "CREATE ROLE (versions/a1.sql:"));
    CHECK(project.query("SELECT count(*) FROM pg_roles WHERE rolname = 'rev_test_beyond'") == "0");
    expect(project, "check --database --from heads --scratch server");
}

}  // namespace
}  // namespace rev::test
