// What to do about SQL that fails, on both engines: decided by the code that the database gives.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

using rev::test::both;
using rev::test::DatabaseProject;
using rev::test::expect;
using rev::test::has;
using rev::test::hint_of;

namespace {

using Kind = DatabaseProject::Kind;

struct Failure {
    const char* sql;
    const char* hint;
};

/// Fails the same way on both; the tables `one` (id primary key, name) with a row, and `two`, are there.
constexpr Failure on_both[] = {
    {"INSERT INTO nowhere VALUES (1);", "made by a revision that this one does not follow"},
    {"ALTER TABLE nowhere ADD COLUMN x integer;", "made by a revision that this one does not follow"},
    {"DROP TABLE nowhere;", "made by a revision that this one does not follow"},
    {"SELECT no_such_column FROM one;", "is the column made by a revision"},
    {"INSERT INTO one (id, no_such_column) VALUES (7, 7);", "is the column made by a revision"},
    {"SELECT no_such_function(1);", "function"},
    {"CREATE TABLE one (id integer);", "`rev stamp ID`"},
    {"CREATE INDEX an_index ON two (id);", "`rev stamp ID`"},
    {"ALTER TABLE one ADD COLUMN name text;", "`rev stamp ID`"},
    {"DROP INDEX no_such_index;", "make it (a type, role, index"},
    {"INSERT INTO one (id) VALUES (1);", "the same value"},
    {"CREATE UNIQUE INDEX new_index ON two (id);", "the same value"},
    {"INSERT INTO two VALUES (NULL, 1);", "may not be NULL"},
    {"ALTER TABLE one ADD COLUMN x integer NOT NULL;", "may not be NULL"},
    {"INSERT INTO two VALUES (1, -1);", "do not satisfy the constraint"},
    {"CREATE TABEL x (id integer);", "look at the place shown"},
    {"CREATE TABLE x (id integer", "look at the place shown"},
};

constexpr const char* tables =
    "CREATE TABLE one (id integer PRIMARY KEY, name text);\nINSERT INTO one (id) VALUES (1);\n"
    "CREATE TABLE two (id integer NOT NULL, amount integer CHECK (amount > 0));\n"
    "INSERT INTO two VALUES (1, 1), (1, 2);\nCREATE INDEX an_index ON two (amount);\n";

std::string hint_for(const DatabaseProject& project, const char* sql) {
    project.revision({.id = "b1", .revises = "a1", .upgrade = sql});
    const auto failed = expect(project, "upgrade b1", 5);
    CHECK_FALSE(has(failed.err, "SQLSTATE: SQLITE"));
    return hint_of(failed);
}

}  // namespace

TEST_CASE("a common failure of SQL has a hint, the same on both engines") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = tables});
        expect(project, "upgrade a1");
        for (const auto& failure : on_both) {
            const std::string sql = failure.sql;
            CAPTURE(sql);
            const auto hint = hint_for(project, failure.sql);
            CHECK_MESSAGE(has(hint, failure.hint), hint);
        }
    }
}

TEST_CASE("failures that only PostgreSQL knows have hints, and the server's own come first") {
    const DatabaseProject project(Kind::postgresql);
    project.revision({.id = "a1", .upgrade = tables});
    expect(project, "upgrade a1");
    constexpr Failure failures[] = {
        {"CREATE TABLE nowhere.x (id integer);", "make the schema first"},
        {"CREATE TABLE x (mood no_such_type);", "make it (a type, role"},
        {"ALTER TABLE one OWNER TO no_such_role_of_this_test;", "make it (a type, role"},
        {"ALTER TABLE one ADD FOREIGN KEY (id) REFERENCES two (id);", "unique constraint"},
        {"CREATE TABLE three (one_id integer REFERENCES one); INSERT INTO three VALUES (77);",
         "insert the missing row"},
        {"ALTER TABLE one ALTER COLUMN name TYPE integer;", "USING"},
        {"SELECT CAST('x' AS integer);", "cannot be read as a value of the type"},
        {"SET ROLE pg_read_all_stats; CREATE TABLE pg_catalog.x (id integer);", "may not do this"},
    };
    for (const auto& failure : failures) {
        const std::string sql = failure.sql;
        CAPTURE(sql);
        static_cast<void>(hint_for(project, failure.sql));
        const auto text = project.rev("upgrade b1").err;
        CHECK_MESSAGE(has(text, failure.hint), text);
    }
}

TEST_CASE("SQLite's code has its own word, in text and in JSON") {
    const DatabaseProject project(Kind::sqlite);
    project.revision({.id = "a1", .upgrade = "SELECT nothing;"});
    const auto failed = expect(project, "upgrade head --json", 5);
    CHECK(has(failed.err, "SQLite code: SQLITE_ERROR\n"));
    CHECK(has(failed.out, "\"sqlite_code\": \"SQLITE_ERROR\""));
    CHECK_FALSE(has(failed.out, "sqlstate"));
}
