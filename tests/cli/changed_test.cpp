// Applied revisions whose file is another one now, on SQLite and on PostgreSQL.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {
namespace {

void write_second(const TemporaryProject& project, const std::string& upgrade) {
    project.revision({.id = "b1", .revises = "a1", .upgrade = upgrade, .downgrade = "DROP TABLE table_b1;"});
}

/// Three revisions, the first two applied.
void apply_two_of_three(const TemporaryProject& project) {
    write_line(project);
    write_second(project, "CREATE TABLE table_b1 (id integer);");
    expect(project, "upgrade b1");
}

TEST_CASE("upgrade and downgrade refuse before anything runs when an applied file changed") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        apply_two_of_three(project);
        write_second(project, "CREATE TABLE table_b1 (id bigint);");
        for (const char* line : {"upgrade head", "upgrade head --dry-run", "upgrade b1", "downgrade base",
                                 "downgrade -1", "downgrade a1 --dry-run"}) {
            CAPTURE(line);
            const auto refused = expect(project, line, 3);
            CHECK(error_of(refused) == "the file of revision b1 was changed after it was applied");
            CHECK(has(refused.err, "versions/b1.sql (b1): its upgrade section is not what was run\n"));
            CHECK(has(hint_of(refused), "rev repair b1 --accept-changed"));
            CHECK(has(hint_of(refused), "on_changed"));
        }
        CHECK(has(expect(project, "upgrade head --json", 3).out, R"("code": "changed_file")"));
        CHECK(project.rows() == "b1");
        CHECK(project.query("SELECT count(*) FROM rev_log") == "2");
        expect(project, "upgrade b1:head --sql");

        expect(project, "repair b1 --accept-changed --yes");
        expect(project, "upgrade head");
        expect(project, "downgrade base");
        CHECK(project.rows().empty());
    }
}

TEST_CASE("comments, white space, CRLF and a BOM change nothing") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        apply_two_of_three(project);
        write_second(project, "-- now explained\r\nCREATE  TABLE table_b1\r\n  (id integer) /* one column */;\r\n");
        project.write("versions/b1.sql", "\xEF\xBB\xBF" + project.read("versions/b1.sql"));
        CHECK_FALSE(has(expect(project, "upgrade head").err, "b1.sql"));
        CHECK(has(expect(project, "status --exit-code").out, "b1 differs from what was run in comments only"));
        expect(project, "downgrade base");
    }
}

TEST_CASE("among files that changed, those with new comments only are said to be so") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    write_line(project);
    expect(project, "upgrade head");
    write_second(project, "CREATE TABLE table_b1 (id bigint);");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE table_a1 (id integer); -- explained"});
    project.revision({.id = "c1", .revises = "b1", .upgrade = "CREATE TABLE c (id integer);"});
    const auto refused = expect(project, "upgrade head", 3);
    CHECK(error_of(refused) == "the files of 2 revisions were changed after they were applied");
    CHECK(has(refused.err,
              "DETAIL: versions/b1.sql (b1): its upgrade section is not what was run\n"
              "        versions/c1.sql (c1): its upgrade section is not what was run\n"
              "        versions/a1.sql (a1): only comments changed, which does not count\n"));
}

TEST_CASE("on_changed: warn says which files changed, once each, and goes on; ignore does not look") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, "on_changed: ${ON_CHANGED:-warn}\n");
        apply_two_of_three(project);
        write_second(project, "CREATE TABLE table_b1 (id bigint);");
        const auto warned = expect(project, "upgrade head");
        CHECK(warned.err.starts_with("warning: versions/b1.sql was changed after revision b1 was applied\n"));
        CHECK(has(warned.err, "\nRunning"));
        CHECK(warned.err.find("warning", 1) == std::string::npos);
        CHECK(project.rows() == "c1");
    }
    DatabaseProject project(DatabaseProject::Kind::sqlite, "on_changed: ${ON_CHANGED:-error}\n");
    apply_two_of_three(project);
    write_second(project, "CREATE TABLE table_b1 (id bigint);");
    project.environment["ON_CHANGED"] = "ignore";
    CHECK_FALSE(has(expect(project, "downgrade a1").err, "changed"));
}

TEST_CASE("a downgraded revision may be changed and applied again, also by stamp") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        apply_two_of_three(project);
        expect(project, "downgrade a1");
        write_second(project, "CREATE TABLE table_b1 (id bigint);");
        expect(project, "stamp c1");
        expect(project, "status --exit-code");
        expect(project, "upgrade head");
        write_second(project, "CREATE TABLE table_b1 (id smallint);");
        expect(project, "upgrade head");
    }
}

TEST_CASE("a downgrade section may be mended after its revision was applied") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);", .downgrade = "DROP TABLE two;"});
    expect(project, "upgrade head");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);", .downgrade = "DROP TABLE one;"});
    expect(project, "downgrade base");
}

}  // namespace
}  // namespace rev::test
