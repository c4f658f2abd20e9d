// Databases that were there before rev, on SQLite and on PostgreSQL.
#include <doctest/doctest.h>

#include <regex>

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
        CHECK_FALSE(has(expect(project, "upgrade head", 5).err, "rev-adopting"));
    }
}

TEST_CASE("an existing database without revision files is sent to write a first one") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        static_cast<void>(project.query("CREATE TABLE account (id integer)"));
        std::filesystem::create_directories(project.path() / "versions");
        const auto status = expect(project, "status").out;
        CHECK(has(status, "State       not adopted\n"));
        CHECK(has(status, "Next        rev init --from URL"));
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

/// What the command of docs/adopting.md prints.
std::string dump_of(const DatabaseProject& project, const std::string& database) {
    const auto command = project.is_sqlite()
                             ? "sqlite3 '" + database + "' '.schema --nosys'"
                             : "pg_dump --schema-only --no-owner --no-privileges -T alembic_version -T rev_log '" +
                                   database + "' | grep -v '^\\\\'";
    const auto dump = run_program({"sh", "-c", command}, {project.path(), {}, {}});
    REQUIRE_MESSAGE(dump.exit_code == 0, dump.err);
    return dump.out;
}

/// Without the lines that make rev's own tables in SQLite, and the remarks that sqlite3 adds to views.
std::string without_own_tables(std::string dump) {
    dump = std::regex_replace(dump, std::regex("\\n/\\*[^\\n]*\\*/"), "");
    for (const std::string name : {"CREATE TABLE alembic_version", "CREATE TABLE rev_log"}) {
        const auto at = dump.find(name);
        if (at != std::string::npos) dump.erase(at, dump.find(");\n", at) + 3 - at);
    }
    return dump;
}

/// What is in a database that nobody planned.
std::string by_hand(const DatabaseProject& project) {
    if (project.is_sqlite())
        return "CREATE TABLE account (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);"
               "CREATE INDEX by_name ON account (name); CREATE VIEW names AS SELECT name FROM account;"
               "CREATE TRIGGER t AFTER INSERT ON account BEGIN SELECT 1; SELECT 2; END;"
               "CREATE VIRTUAL TABLE found USING fts5(a);";
    return "CREATE TABLE account (id serial PRIMARY KEY, name text);"
           "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;"
           "CREATE VIEW names AS SELECT name FROM account; CREATE TYPE mood AS ENUM ('good')";
}

TEST_CASE("the steps for a schema made by hand lead to a revision that makes the same schema") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        static_cast<void>(project.query(by_hand(project)));
        const auto dump = dump_of(project, project.is_sqlite() ? "test.db" : project.url);
        expect(project, "revision -m 'schema as it is' --rev-id a1");
        auto text = project.read("versions/a1_schema_as_it_is.sql");
        text = text.substr(0, text.find("-- rev:todo")) + dump;
        project.write("versions/a1_schema_as_it_is.sql", text);
        expect(project, "check");

        const DatabaseProject empty(kind);
        const auto url = project.is_sqlite() ? std::string("sqlite:///try.db") : empty.url;
        expect(project, "-u " + url + " upgrade head");
        CHECK(without_own_tables(dump_of(project, project.is_sqlite() ? "try.db" : url)) == without_own_tables(dump));

        expect(project, "stamp head");
        CHECK(has(expect(project, "status --exit-code").out, "State       up to date\n"));
        CHECK(has(error_of(expect(project, "downgrade base", 3)), "irreversible"));
    }
}

TEST_CASE("a first revision with the id of Alembic's head is applied where Alembic has been") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        static_cast<void>(
            project.query("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
                          "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));"
                          "INSERT INTO alembic_version VALUES ('ae1027a6acf4'); CREATE TABLE account (id integer)"));
        expect(project, "revision -m 'schema as it is' --rev-id ae1027a6acf4");
        CHECK(expect(project, "current").out == "ae1027a6acf4 (head)\n");
        CHECK(has(expect(project, "status").out, "State       up to date\n"));
        expect(project, "revision -m 'add item' --rev-id b1");
        auto text = project.read("versions/b1_add_item.sql");
        const auto todo = text.find("-- rev:todo");
        text.replace(todo, text.find('\n', todo) - todo, "CREATE TABLE item (id integer);");
        project.write("versions/b1_add_item.sql", text);
        expect(project, "upgrade head");
        CHECK(project.rows() == "b1");
    }
}

}  // namespace
}  // namespace rev::test
