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

TEST_CASE("what makes something else as one is not written") {
    const TemporaryProject project;
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE p (id INTEGER PRIMARY KEY);"
                                 "CREATE TABLE c (p INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED);"});
    // The second part counts the changes of its transaction.
    project.revision({.id = "b1", .revises = "a1", .upgrade = "INSERT INTO p VALUES (1), (2);"});
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "CREATE TABLE t AS SELECT 1 AS one WHERE total_changes() > 3;",
                      .downgrade = "DROP TABLE t;"});
    const auto result = project.rev("squash b1:c1");
    CHECK((result.exit_code == 0 || result.exit_code == 3));
    project.revision({.id = "d1", .revises = "c1", .upgrade = "DROP TABLE nothing;"});
    const auto unproven = expect(project, "squash c1:d1");
    CHECK(has(unproven.err, "It was not tried on SQLite, as the old files do not run there"));
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
