// `rev squash` with databases above the range, within it and below it.
#include <doctest/doctest.h>

#include "rewrite/git_project.hpp"

namespace rev::test {
namespace {

std::string query(const TemporaryProject& project, const std::string& file, const std::string& sql) {
    return run_program({"sqlite3", file, sql}, project.options()).out;
}

std::string tables(const TemporaryProject& project, const std::string& file) {
    return query(project, file, "SELECT name FROM sqlite_schema WHERE name LIKE 'table_%' ORDER BY name");
}

/// a1 <- b1 <- c1 <- d1 <- e1.
void write_five(const TemporaryProject& project) {
    write_line(project);
    project.revision(table_revision("d1", "c1"));
    project.revision(table_revision("e1", "d1"));
}

TEST_CASE("databases above, within and below reach the same schema") {
    TemporaryProject project;
    write_five(project);
    for (const std::string at : {"a1", "b1", "c1", "d1", "e1"}) {
        project.url = "sqlite:///" + at + ".db";
        expect(project, "upgrade " + at);
    }
    const auto result = expect(project, "squash b1:d1 -m 'all of it'");
    CHECK(result.out == "d1 stands for 3 revisions: versions/d1_all_of_it.sql\nThe old files are in squashed/d1\n");
    CHECK_FALSE(project.exists("versions/b1.sql"));
    CHECK(project.exists("squashed/d1/b1.sql"));
    expect(project, "check --single-head");
    for (const std::string at : {"a1", "b1", "c1", "d1", "e1", "new"}) {
        CAPTURE(at);
        project.url = "sqlite:///" + at + ".db";
        CHECK(expect(project, "upgrade head").exit_code == 0);
        CHECK(tables(project, at + ".db") == "table_a1\ntable_b1\ntable_c1\ntable_d1\ntable_e1\n");
        CHECK(expect(project, "current").out == "e1 (head)\n");
        expect(project, "status --exit-code");
        expect(project, "downgrade a1 --yes");
        CHECK(tables(project, at + ".db") == "table_a1\n");
        expect(project, "upgrade head");
    }
}

TEST_CASE("a database within the range is told apart from one that nobody knows") {
    TemporaryProject project;
    write_five(project);
    expect(project, "upgrade c1");
    expect(project, "squash b1:d1");
    CHECK(has(expect(project, "upgrade head --dry-run").out, "c1 -> d1"));
    CHECK(has(expect(project, "status").out, "Current     c1, which was squashed into d1\n"));
    CHECK(has(expect(project, "status").out, "rev upgrade head"));
    CHECK(expect(project, "current").out == "c1\n");
    CHECK(expect(project, "current").err == "c1 was squashed into d1: `rev upgrade d1` goes on with the old files\n");
    CHECK(expect(project, "current --check-heads", 1).out == "c1\n");
    CHECK(has(expect(project, "history -i").out, "b1 -> c1 (current), make c1"));
    CHECK(has(expect(project, "history --graph -i").out, "d1"));
    CHECK(has(expect(project, "history -r current:").out, "d1 -> e1"));
    CHECK(has(expect(project, "graph --format mermaid -i").out, "c1"));
    CHECK(has(expect(project, "show current").out, "squashed/d1/c1.sql"));
    CHECK(has(expect(project, "verify").err, "0 failed; 3 applied revisions without one"));
    expect(project, "drift");
    CHECK(has(expect(project, "diff current heads").out, "table_e1"));
    expect(project, "upgrade d1");
    CHECK(expect(project, "current").out == "d1\n");

    TemporaryProject other;
    write_five(other);
    expect(other, "upgrade c1");
    expect(other, "squash b1:d1");
    std::filesystem::remove_all(other.path() / "squashed");
    const auto refused = expect(other, "upgrade head", 4);
    CHECK(has(hint_of(refused), "c1 was squashed into d1"));
}

TEST_CASE("names within the range are answered with the squash") {
    TemporaryProject project;
    write_five(project);
    expect(project, "squash b1:d1");
    CHECK(error_of(expect(project, "upgrade c1", 3)) == "there is no revision or branch 'c1': it was squashed into d1");
    expect(project, "upgrade head");
    for (const auto* command :
         {"downgrade c1", "downgrade b1 --dry-run", "stamp c1", "show c1", "prove b1", "squash a1:c1"}) {
        const auto refused = expect(project, command, 3);
        CHECK(has(error_of(refused), "it was squashed into d1"));
        CHECK(has(hint_of(refused), "name d1"));
    }
    project.revision(table_revision("x1", "c1"));
    CHECK(has(hint_of(expect(project, "heads", 3)), "c1 was squashed into d1: write `revises: d1`"));
}

TEST_CASE("the old files are forgotten when no database is within") {
    TemporaryProject project;
    write_five(project);
    expect(project, "upgrade c1");
    expect(project, "squash b1:d1");
    CHECK(error_of(expect(project, "squash --forget d1 --yes", 4)).find("needs the old files of d1") !=
          std::string::npos);
    expect(project, "upgrade d1");
    CHECK(expect(project, "squash --forget d1 --yes").out == "Removed squashed/d1\n");
    CHECK_FALSE(project.exists("squashed/d1"));
    expect(project, "squash --forget d1 --yes");
    CHECK(error_of(expect(project, "squash --forget a1 --yes", 3)) == "a1 is no squash");
    expect(project, "squash", 2);
}

TEST_CASE("a squash of squashes still knows the first ones") {
    TemporaryProject project;
    write_five(project);
    project.url = "sqlite:///b.db";
    expect(project, "upgrade b1");
    expect(project, "squash a1:c1");
    project.url = "sqlite:///c.db";
    expect(project, "upgrade c1");
    expect(project, "squash c1:d1");
    for (const std::string file : {"b", "c", "new"}) {
        project.url = "sqlite:///" + file + ".db";
        expect(project, "upgrade head");
        CHECK(tables(project, file + ".db") == "table_a1\ntable_b1\ntable_c1\ntable_d1\ntable_e1\n");
    }
}

TEST_CASE("what makes something else as one is not written, on both engines") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1",
                          .upgrade = "CREATE TABLE t (id integer PRIMARY KEY);\nCREATE TABLE seen (id integer);",
                          .downgrade = "DROP TABLE seen;\nDROP TABLE t;"});
        project.revision({.id = "b1", .revises = "a1", .upgrade = "INSERT INTO t VALUES (70);"});
        // What is true of the last transaction alone.
        const auto counted = project.is_sqlite()
                                 ? "INSERT INTO seen SELECT id FROM t WHERE total_changes() > 3;"
                                 : "INSERT INTO seen SELECT id FROM t WHERE xmin = pg_current_xact_id()::xid;";
        project.revision({.id = "c1", .revises = "b1", .upgrade = counted});
        CHECK(has(error_of(expect(project, "squash b1:c1", 3)), "the revisions make something else: table "));
        CHECK(project.exists("versions/b1.sql"));
    }
}

TEST_CASE("what waits for a commit is seen, where tables hold rows and where a label is new") {
    const DatabaseProject project(DatabaseProject::Kind::postgresql);
    project.revision({.id = "a1",
                      .upgrade = "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE p (id integer PRIMARY KEY);\n"
                                 "CREATE TABLE c (id serial PRIMARY KEY, p integer REFERENCES p DEFERRABLE INITIALLY "
                                 "DEFERRED);",
                      .downgrade = "DROP TABLE c;\nDROP TABLE p;\nDROP TYPE mood;"});
    project.revision(
        {.id = "b1", .revises = "a1", .upgrade = "INSERT INTO c (p) SELECT p FROM c;", .downgrade = "SELECT 1;"});
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "ALTER TABLE c ADD COLUMN note text;",
                      .downgrade = "ALTER TABLE c DROP COLUMN note;"});
    project.revision({.id = "d1", .revises = "c1", .upgrade = "ALTER TYPE mood ADD VALUE 'glad';"});
    project.revision({.id = "e1",
                      .revises = "d1",
                      .upgrade = "CREATE TABLE m (mood mood DEFAULT 'glad');",
                      .downgrade = "DROP TABLE m;"});
    CHECK(has(error_of(expect(project, "squash b1:c1", 3)), "pending trigger events"));
    CHECK(has(error_of(expect(project, "squash d1:e1", 3)), "unsafe use of new value"));
    expect(project, "squash :e1 --from-schema -m all");
    expect(project, "upgrade head");
    CHECK(project.query("SELECT count(*) FROM m") == "0");
}

TEST_CASE("where the old files do not run, or no scratch can be had, the squash is written and told unproven") {
    const TemporaryProject project;
    write_line(project);
    project.revision({.id = "d1", .revises = "c1", .upgrade = "DROP TABLE nothing;"});
    const auto unproven = expect(project, "squash c1:d1");
    CHECK(has(unproven.err, "It was not tried on SQLite, as the old files do not run there"));
    CHECK(has(expect(project, "squash a1:b1 --no-proof").err, "--no-proof"));
}

TEST_CASE("a squash of the schema makes what the revisions make, on both engines") {
    for (const auto kind : both) {
        DatabaseProject project(kind);
        project.revision({.id = "a1",
                          .upgrade =
                              "CREATE TABLE crew (id integer PRIMARY KEY, nm varchar(20) NOT NULL);\nINSERT INTO "
                              "crew VALUES (70, 'Ann');",
                          .downgrade = "DROP TABLE crew;"});
        project.revision({.id = "b1",
                          .revises = "a1",
                          .upgrade = "ALTER TABLE crew RENAME COLUMN nm TO full_name;\nCREATE INDEX crew_name ON crew "
                                     "(full_name);",
                          .downgrade = "DROP INDEX crew_name;\nALTER TABLE crew RENAME COLUMN full_name TO nm;"});
        project.revision({.id = "c1",
                          .revises = "b1",
                          .upgrade = "CREATE VIEW names AS SELECT full_name FROM crew;\nCREATE TABLE log (id integer);",
                          .downgrade = "DROP TABLE log;\nDROP VIEW names;"});
        expect(project, "upgrade b1");
        // Within the history: a column under another name keeps its values.
        expect(project, "squash b1:c1 --from-schema --dry-run");
        const auto result = expect(project, "squash :c1 --from-schema -m 'as of 2.0'");
        CHECK(result.out ==
              "c1 stands for 3 revisions: versions/c1_as_of_2_0.sql\nThe old files are in squashed/c1\n"
              "Not carried over, as it may change rows:\n"
              "    squashed/c1/a1.sql:8: INSERT INTO crew VALUES (70, 'Ann')\n");
        CHECK_FALSE(has(result.err, "warning"));
        const auto file = project.read("versions/c1_as_of_2_0.sql");
        CHECK(has(file, "-- Not carried over, as it may change rows:\n-- a1 squashed/c1/a1.sql:8: INSERT INTO crew"));
        CHECK_FALSE(has(file, "RENAME"));
        expect(project, "upgrade head");
        CHECK(project.query("SELECT full_name FROM names") == "Ann");
        CHECK(project.rows() == "c1");
        expect(project, "prove -q");
        CHECK(expect(project, "diff heads database").out.empty());
    }
}

TEST_CASE("a squash of the schema that fails on rows says so; what needs two transactions is refused") {
    const TemporaryProject project;
    project.revision(
        {.id = "a1", .upgrade = "CREATE TABLE crew (id integer PRIMARY KEY);", .downgrade = "DROP TABLE crew;"});
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "ALTER TABLE crew ADD COLUMN nm text NOT NULL DEFAULT 'x';\n"
                                 "CREATE TABLE new_crew (id integer PRIMARY KEY, nm text NOT NULL);\n"
                                 "INSERT INTO new_crew SELECT id, nm FROM crew;\nDROP TABLE crew;\n"
                                 "ALTER TABLE new_crew RENAME TO crew;",
                      .downgrade = "ALTER TABLE crew DROP COLUMN nm;"});
    project.revision(table_revision("c1", "b1"));
    const auto result = expect(project, "squash b1:c1 --from-schema --json");
    CHECK(has(result.out, R"("left_out": [)"));
    CHECK(has(result.err + result.out, "where tables hold rows, its upgrade fails"));

    const DatabaseProject labels(DatabaseProject::Kind::postgresql);
    labels.revision({.id = "a1", .upgrade = "CREATE TYPE mood AS ENUM ('sad');", .downgrade = "DROP TYPE mood;"});
    labels.revision({.id = "b1", .revises = "a1", .upgrade = "ALTER TYPE mood ADD VALUE 'glad';"});
    labels.revision({.id = "c1",
                     .revises = "b1",
                     .upgrade = "CREATE TABLE m (mood mood DEFAULT 'glad');",
                     .downgrade = "DROP TABLE m;"});
    const auto refused = expect(labels, "squash b1:c1 --from-schema", 3);
    CHECK(has(error_of(refused), "transactions"));
    expect(labels, "squash :c1 --from-schema");
    expect(labels, "upgrade head");
}

TEST_CASE("a dry run changes nothing, and a pull request with a squash passes the check") {
    const GitProject project("head_file: true\n");
    write_five(project);
    expect(project, "heads --write");
    project.commit("first");
    CHECK(has(expect(project, "squash b1:d1 --dry-run").out, "Nothing was changed\n"));
    CHECK(project.git("status --porcelain").empty());
    CHECK(has(expect(project, "squash b1:d1 --json").out, R"("squashes": [)"));
    expect(project, "check --base HEAD");
    CHECK(project.read("versions/HEAD") == "e1\n");
}

}  // namespace
}  // namespace rev::test
