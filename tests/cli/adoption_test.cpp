// Databases that were there before rev, on SQLite and on PostgreSQL.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {
namespace {

/// Two revisions that make tables, and a database that has the first one's already.
void write_tables(const DatabaseProject& project) {
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id integer);"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE item (id integer);"});
    static_cast<void>(project.query("CREATE TABLE account (id integer)"));
}

TEST_CASE("status of a database with tables and no recorded revision says how to adopt it") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_tables(project);
        const auto status = expect(project, "status");
        CHECK(has(status.out, "State       not adopted\n"));
        CHECK(has(status.out, "Tables      1 table, and no revision is recorded\n            account\n"));
        CHECK(has(status.out, "Next        rev stamp REV"));
        CHECK(has(status.out, "man rev-adopting"));
        CHECK_FALSE(has(status.out, "rev upgrade"));
        const auto json = expect(project, "status --json").out;
        CHECK(has(json, R"("state": "not_adopted")"));
        CHECK(has(json, R"("up_to_date": false)"));
        expect(project, "status --exit-code", 1);

        expect(project, "stamp a1");
        CHECK(has(expect(project, "status").out, "Next        rev upgrade head\n"));
        expect(project, "upgrade head");
        CHECK(has(expect(project, "status --exit-code --json").out, R"("state": "up_to_date")"));
    }
}

TEST_CASE("a first revision that fails on what is already there leads to the adoption, and status still does") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_tables(project);
        const auto failed = expect(project, "upgrade head", 5);
        CHECK(has(hint_of(failed), "rev stamp REV"));
        CHECK(has(hint_of(failed), "man rev-adopting"));
        CHECK(has(expect(project, "status").out, "State       not adopted\n"));
        expect(project, "stamp a1");
        expect(project, "upgrade head");
        // Later ones fail for reasons of their own.
        project.revision({.id = "c1", .revises = "b1", .upgrade = "CREATE TABLE item (id integer);"});
        CHECK_FALSE(has(expect(project, "upgrade head", 5).err, "rev stamp"));
    }
}

TEST_CASE("an existing database without revision files is sent to write a first one") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        static_cast<void>(project.query("CREATE TABLE account (id integer)"));
        std::filesystem::create_directories(project.path() / "versions");
        const auto status = expect(project, "status").out;
        CHECK(has(status, "State       not adopted\n"));
        CHECK(has(status, "Next        rev revision -m \"schema as it is\"\n"));
        expect(project, "revision -m 'schema as it is' --rev-id a1");
        expect(project, "stamp head");
        expect(project, "status --exit-code");
    }
}

TEST_CASE("a database without tables is not asked to be adopted") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        if (project.is_sqlite())
            // AUTOINCREMENT makes sqlite_sequence, which stays when the table goes.
            static_cast<void>(
                project.query("CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT); DROP TABLE t;"
                              "CREATE VIRTUAL TABLE f USING fts5(a); DROP TABLE f;"));
        else
            static_cast<void>(project.query("CREATE VIEW v AS SELECT 1; CREATE TYPE mood AS ENUM ('good')"));
        expect(project, "ensure-version");
        CHECK(has(expect(project, "status").out, "State       behind\n"));
    }
}

TEST_CASE("tables that are left after a downgrade to base are none to adopt") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id integer);", .downgrade = ""});
        expect(project, "upgrade head");
        expect(project, "downgrade base");
        CHECK(has(expect(project, "status").out, "State       behind\n"));
    }
}

TEST_CASE("tables of PostgreSQL's extensions and of other owners' schemas are none to adopt") {
    const DatabaseProject project(DatabaseProject::Kind::postgresql);
    write_line(project);
    // An extension of our own making stands for PostGIS and its spatial_ref_sys.
    static_cast<void>(project.query(
        "CREATE EXTENSION pg_stat_statements; CREATE TABLE spatial_ref_sys (srid integer);"
        "ALTER EXTENSION pg_stat_statements ADD TABLE spatial_ref_sys;"
        "DO $$ BEGIN CREATE ROLE rev_other_owner; EXCEPTION WHEN duplicate_object THEN END $$;"
        "CREATE SCHEMA auth; CREATE TABLE auth.users (id integer); ALTER TABLE auth.users OWNER TO rev_other_owner;"));
    CHECK(has(expect(project, "status").out, "State       behind\n"));
    static_cast<void>(project.query("CREATE SCHEMA app; CREATE TABLE app.account (id integer)"));
    const auto status = expect(project, "status").out;
    CHECK(has(status, "Tables      1 table, and no revision is recorded\n            app.account\n"));
    static_cast<void>(project.query("DROP OWNED BY rev_other_owner"));
}

}  // namespace
}  // namespace rev::test
