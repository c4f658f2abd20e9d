// `create-database`, `drop-database`, `reset` and what `protected: true` refuses, on SQLite and on PostgreSQL.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {
namespace {

TEST_CASE("a database is made once and dropped once") {
    for (const auto kind : both) {
        DatabaseProject project(kind);
        write_line(project);
        expect(project, "drop-database --yes");
        CHECK(has(expect(project, "drop-database --yes").out, "Nothing to do: there is no "));
        CHECK(has(expect(project, "create-database").out, "Created "));
        CHECK(has(expect(project, "create-database").out, "Nothing to do: there is already "));
        expect(project, "upgrade head");
        CHECK(has(expect(project, "drop-database --json --yes").out, R"("dropped": true)"));
        CHECK(has(expect(project, "create-database --json").out, R"("created": true)"));
        CHECK(expect(project, "current").out.empty());
    }
}

TEST_CASE("dropping asks") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        expect(project, "upgrade head");
        CHECK(has(hint_of(expect(project, "drop-database", 2)), "--yes"));
        CHECK(has(hint_of(expect(project, "reset", 2)), "--yes"));
        CHECK(project.rows() == "c1");
    }
}

TEST_CASE("a reset upgrades and runs the seeds, each as a whole") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, "seed: [seeds/one.sql, seeds/two.sql]\n");
        write_line(project);
        project.write("seeds/one.sql", "INSERT INTO table_a1 VALUES (1);\nINSERT INTO table_a1 VALUES (2)");
        CHECK(has(error_of(expect(project, "reset --yes", 2)), "cannot read the seed seeds/two.sql"));
        project.write("seeds/two.sql", "INSERT INTO table_b1 SELECT id FROM table_a1;");
        const auto result = expect(project, "reset --yes");
        CHECK(has(result.out, "3 revisions, at c1 (head)"));
        CHECK(project.query("SELECT count(*) FROM table_b1") == "2");
        project.query("DELETE FROM table_a1");
        CHECK(has(expect(project, "reset --yes --json").out, R"("seeds/two.sql")"));
        CHECK(project.query("SELECT count(*) FROM table_a1") == "2");

        project.write("seeds/two.sql", "INSERT INTO table_b1 VALUES (7);\nINSERT INTO nowhere VALUES (1);");
        const auto failed = expect(project, "reset --yes", 5);
        CHECK(has(failed.err, "seeds/two.sql:2:"));
        CHECK(project.query("SELECT count(*) FROM table_b1") == "0");
        CHECK(project.query("SELECT count(*) FROM table_a1") == "2");
        project.write("seeds/two.sql", "COMMIT;");
        CHECK(has(error_of(expect(project, "reset --yes", 2)), "COMMIT"));
        expect(project, "reset --yes --no-seed");
        CHECK(project.query("SELECT count(*) FROM table_a1") == "0");
    }
}

TEST_CASE("what can be refused is refused while the database is still there") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    write_line(project);
    expect(project, "upgrade head");
    project.revision({.id = "d1", .revises = "c1", .upgrade = "-- rev:todo"});
    expect(project, "reset --yes", 3);
    CHECK(project.rows() == "c1");
}

TEST_CASE("nothing is taken from a protected database") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, "protected: true\n");
        write_line(project);
        expect(project, "upgrade head");
        for (const char* line :
             {"drop-database --yes", "reset --yes", "downgrade -1 --yes", "stamp --purge --yes a1"}) {
            CAPTURE(line);
            const auto refused = expect(project, line, 2);
            CHECK(has(error_of(refused), "is protected"));
        }
        expect(project, "downgrade -1 --dry-run");
        expect(project, "downgrade head:b1 --sql");
        expect(project, "stamp head");
        CHECK(project.rows() == "c1");
    }
}

TEST_CASE("SQLite: what is no database is not removed, and all that belongs to one is") {
    TemporaryProject project;
    project.write("notes.txt", "not a database at all");
    project.url = "sqlite:///notes.txt";
    CHECK(error_of(expect(project, "drop-database --yes", 4)).find("is no SQLite database") != std::string::npos);
    CHECK(project.exists("notes.txt"));
    project.url = "sqlite:///test.db";
    write_line(project);
    expect(project, "upgrade head");
    project.write("test.db-journal", "");
    expect(project, "drop-database --yes");
    for (const char* end : {"", "-wal", "-shm", "-journal", "-rev-lock"})
        CHECK_FALSE(project.exists(std::string("test.db") + end));
    project.url = "sqlite://";
    expect(project, "create-database", 2);
    project.url = "sqlite:///no/such/folder/x.db";
    CHECK(expect(project, "create-database", 4).exit_code == 4);
}

}  // namespace
}  // namespace rev::test
