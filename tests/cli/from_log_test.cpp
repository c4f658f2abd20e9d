// Databases that have revisions which this checkout lacks, or has otherwise: `--from-log`.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {
namespace {

void forget(const TemporaryProject& project, const std::string& id) {
    REQUIRE(std::filesystem::remove(project.path() / "versions" / (id + ".sql")));
}

RevisionSpec table(const std::string& id, const std::string& revises, const std::string& header = {}) {
    return {.id = id,
            .revises = revises,
            .upgrade = "CREATE TABLE table_" + id + " (id integer);",
            .downgrade = "DROP TABLE table_" + id + ";",
            .header = header};
}

/// Another checkout has applied c1 and d1 on b1; this one has e1 there.
void deploy_other_branch(const TemporaryProject& project) {
    for (const auto& spec : {table("a1", ""), table("b1", "a1"), table("c1", "b1"), table("d1", "c1")})
        project.revision(spec);
    expect(project, "upgrade head");
    forget(project, "c1");
    forget(project, "d1");
    project.revision(table("e1", "b1"));
}

bool has_table(const DatabaseProject& project, const std::string& name) {
    return project.query(project.is_sqlite()
                             ? "SELECT count(*) FROM sqlite_master WHERE name = '" + name + "'"
                             : "SELECT count(*) FROM pg_tables WHERE tablename = '" + name + "'") == "1";
}

TEST_CASE("revisions that only the database has are explained from the log") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        deploy_other_branch(project);
        const auto status = expect(project, "status --exit-code", 1).out;
        CHECK(has(status, "Current     none\n"));
        CHECK(has(status, "Pending     1 revision\n            b1 -> e1 (head), make e1\n"));
        CHECK(has(status, "Unknown     d1 is in the database but in no file, recorded by upgrade at 2"));
        CHECK(has(status, "            c1 is applied but in no file, recorded by upgrade at 2"));
        CHECK(has(status, ": make c1\n"));
        CHECK(has(status, "or: rev downgrade b1 --from-log\n"));
        const auto json = expect(project, "status --json").out;
        CHECK(has(json,
                  "\"is_row\": false,\n      \"revises\": [\n        \"b1\"\n      ],\n      \"is_reversible\": true"));
        for (const char* line :
             {"upgrade head", "downgrade b1", "downgrade base", "upgrade head --dry-run", "current"}) {
            CAPTURE(line);
            const auto refused = expect(project, line, 4);
            CHECK(has(refused.err, "DETAIL: d1 is in the database but in no file, recorded by upgrade at 2"));
            CHECK(has(refused.err, "        c1 is applied but in no file, recorded by upgrade at 2"));
            CHECK(has(hint_of(refused), "`rev downgrade b1 --from-log`"));
        }
        CHECK(project.rows() == "d1");
    }
}

TEST_CASE("--from-log undoes what only the database has, down to known ground, and the log says so") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        deploy_other_branch(project);
        const auto dry = expect(project, "downgrade b1 --from-log --dry-run");
        CHECK(dry.out == "downgrade d1 -> c1, make d1, from the log\ndowngrade c1 -> b1, make c1, from the log\n");
        const auto json = expect(project, "downgrade a1 --from-log --dry-run --json").out;
        CHECK(json.find("\"sql_from\": \"log\"") != json.rfind("\"sql_from\": \"log\""));
        expect(project, "downgrade b1 --from-log --sql", 2);
        const auto done = expect(project, "downgrade b1 --from-log");
        CHECK(has(done.err, "Running downgrade d1 -> c1, make d1, from the log ("));
        CHECK(project.rows() == "b1");
        CHECK_FALSE(has_table(project, "table_c1"));
        CHECK_FALSE(has_table(project, "table_d1"));
        CHECK(has(expect(project, "log -v -n 1").out, "\n    SQL from the log rev_log#3, rows after it: b1, run "));
        CHECK(has(expect(project, "log -n 1 --json").out, R"("sql_from":"log","source":"rev_log#3")"));
        expect(project, "upgrade head");
        CHECK(has(expect(project, "log -v -n 1").out, "SQL from the file versions/e1.sql, "));
        expect(project, "status --exit-code");
        expect(project, "downgrade base --from-log");
        CHECK(has(expect(project, "log -v -n 1").out, "SQL from the file versions/a1.sql, "));
    }
}

TEST_CASE("--from-log can stop at a revision that has no file, and count from one") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        deploy_other_branch(project);
        expect(project, "downgrade c1 --from-log");
        CHECK(project.rows() == "c1");
        expect(project, "downgrade -1 --from-log");
        CHECK(project.rows() == "b1");
    }
}

TEST_CASE("a missing merge point with dependencies and labels is undone like one with a file") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision(table("a1", "", "branch_labels: ay"));
        project.revision(table("b1", ""));
        project.revision(table("c1", "b1"));
        project.revision(table("d1", "b1", "depends_on: ay"));
        project.revision(table("m1", "c1, d1", "branch_labels: em"));
        expect(project, "upgrade heads");
        CHECK(project.rows() == "m1");
        forget(project, "d1");
        forget(project, "m1");
        project.revision(table("a1", "", "branch_labels: other"));
        project.revision(table("x1", "c1", "branch_labels: em"));
        CHECK(has(expect(project, "status").out, "or: rev downgrade TARGET --from-log\n"));
        expect(project, "downgrade -1 --from-log");
        CHECK(project.rows() == "c1\nd1");
        expect(project, "downgrade b1 --from-log");
        CHECK(project.rows() == "a1\nb1");
    }
}

TEST_CASE("--from-log undoes a changed file with the SQL that was kept, others with their file") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision(table("a1", ""));
        project.revision(table("b1", "a1"));
        expect(project, "upgrade head");
        project.revision(
            {.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE z (i integer);", .downgrade = "DROP TABLE z;"});
        project.revision({.id = "a1",
                          .upgrade = "CREATE TABLE table_a1 (id integer); -- explained",
                          .downgrade = "DROP TABLE table_a1; -- mended"});
        expect(project, "downgrade base", 3);
        CHECK(has(hint_of(expect(project, "downgrade base", 3)), "--from-log"));
        const auto done = expect(project, "downgrade base --from-log");
        CHECK(has(done.err, "b1 -> a1, make b1, from the log ("));
        CHECK(has(done.err, "a1 -> , make a1 ("));
        CHECK_FALSE(has_table(project, "table_b1"));
        CHECK_FALSE(has_table(project, "table_a1"));
    }
}

TEST_CASE("the kept SQL has its variables filled in with the values of the upgrade") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision(table("a1", ""));
        project.revision({.id = "b1",
                          .revises = "a1",
                          .upgrade = "CREATE TABLE :\"name\" (id integer);",
                          .downgrade = "DROP TABLE :\"name\";",
                          .header = "variables: name"});
        expect(project, "-x name=kept upgrade head");
        forget(project, "b1");
        expect(project, "downgrade a1 --from-log");
        CHECK_FALSE(has_table(project, "kept"));
    }
}

TEST_CASE("--from-log refuses before anything runs what the log cannot undo") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision(table("a1", ""));
        auto irreversible = table("b1", "a1");
        irreversible.downgrade = "-";
        project.revision(irreversible);
        project.revision(table("c1", "b1"));
        expect(project, "upgrade head");
        forget(project, "b1");
        forget(project, "c1");
        const auto refused = expect(project, "downgrade a1 --from-log", 3);
        CHECK(error_of(refused).starts_with("revision b1 is irreversible: its file had no downgrade section"));
        CHECK(has(expect(project, "status").out, "b1 is applied but in no file, irreversible, recorded by"));
        CHECK(project.rows() == "c1");
        expect(project, "downgrade b1 --from-log");

        expect(project, "stamp --purge a1 --yes");
        project.query("INSERT INTO alembic_version VALUES ('zz')");
        CHECK(
            has(expect(project, "status").out, "Unknown     zz is in the database but in no file, and not in the log"));
        const auto unknown = expect(project, "downgrade a1 --from-log --json", 4);
        CHECK(has(unknown.out, R"("code": "not_in_log")"));
    }
}

TEST_CASE("a revision that repair counts as applied can be undone from the log, and its file is compared") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision(table("a1", ""));
        auto outside = table("b1", "a1", "transaction: false");
        outside.upgrade += "\nSELECT * FROM nowhere;";
        project.revision(outside);
        expect(project, "upgrade head", 5);
        expect(project, "repair b1 --applied --yes");
        expect(project, "status --exit-code");
        outside.upgrade = "SELECT 1;";
        project.revision(outside);
        expect(project, "status --exit-code", 1);
        forget(project, "b1");
        expect(project, "downgrade a1 --from-log --yes");
        CHECK_FALSE(has_table(project, "table_b1"));
    }
}

TEST_CASE("rows of an older rev's log, without headers, are refused") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        deploy_other_branch(project);
        project.query("ALTER TABLE rev_log DROP COLUMN header");
        CHECK(has(expect(project, "status").out,
                  "Unknown     d1 is in the database but in no file, recorded by upgrade"));
        CHECK(has(hint_of(expect(project, "downgrade b1 --from-log", 4)), "an older rev"));
        CHECK_FALSE(has(hint_of(expect(project, "downgrade b1", 4)), "--from-log"));
    }
}

TEST_CASE("a failure in the log's SQL is rolled back and shown at its place in the log") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision(table("a1", ""));
        auto broken = table("b1", "a1");
        broken.downgrade = "DROP TABLE table_b1;\nDROP TABLE nowhere;";
        project.revision(broken);
        expect(project, "upgrade head");
        forget(project, "b1");
        for (const auto* line : {"downgrade a1 --from-log", "downgrade a1 --from-log --yes"}) {
            const auto failed = expect(project, line, 5);
            CHECK(has(failed.err, "at rev_log#2:2:"));
            CHECK(has(failed.err, "    2 | DROP TABLE nowhere;\n"));
        }
        CHECK(project.rows() == "b1");
        CHECK(has_table(project, "table_b1"));
        CHECK(has(expect(project, "log -v -n 1").out, "SQL from the log rev_log#2"));
    }
}

TEST_CASE("what runs outside a transaction does so from the log too, and is resumed from it") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision(table("a1", ""));
        auto outside = table("b1", "a1", "transaction: false");
        outside.downgrade = "DROP TABLE table_b1;\nDROP TABLE extra;";
        project.revision(outside);
        expect(project, "upgrade head");
        const auto file = project.read("versions/b1.sql");
        forget(project, "b1");
        expect(project, "downgrade a1 --from-log --yes", 5);
        CHECK_FALSE(has_table(project, "table_b1"));
        expect(project, "downgrade a1 --from-log --yes", 4);
        CHECK(has(hint_of(expect(project, "resume", 2)), "rev resume --from-log"));
        project.write("versions/b1.sql", file);
        expect(project, "resume", 2);
        project.query("CREATE TABLE extra (id integer)");
        expect(project, "resume --from-log");
        CHECK_FALSE(has_table(project, "extra"));
        CHECK(project.rows() == "a1");
    }
}

}  // namespace
}  // namespace rev::test
