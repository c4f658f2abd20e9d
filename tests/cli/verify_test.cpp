// `rev verify`, on SQLite and on PostgreSQL.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {
namespace {

using Kind = DatabaseProject::Kind;

void write(const TemporaryProject& project, const std::string& id, const std::string& revises,
           const std::string& sections) {
    project.revision({.id = id,
                      .revises = revises,
                      .upgrade = "CREATE TABLE table_" + id + " (id integer);",
                      .downgrade = "DROP TABLE table_" + id + ";",
                      .sections = sections});
}

TEST_CASE("verify runs the sections of all applied revisions, also behind one that fails") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write(project, "a1", "",
              "-- rev:verify\nSELECT id FROM table_a1;\n-- rev:verify empty\nSELECT 1 FROM table_a1;\n");
        write(project, "b1", "a1", "");
        write(project, "c1", "b1", "-- rev:verify\nSELECT id FROM table_b1;\n");
        write(project, "d1", "c1", "-- rev:verify\nSELECT id FROM table_nowhere;\n");
        CHECK(expect(project, "verify").err == "0 verify sections ok, 0 failed; 0 applied revisions without one\n");
        expect(project, "upgrade c1");
        const auto good = expect(project, "verify");
        CHECK(has(good.out, "ok      a1 (versions/a1.sql:11), make a1 ("));
        CHECK(has(good.out, "ok      a1 (versions/a1.sql:13), make a1 ("));
        CHECK(has(good.out, "ok      c1 (versions/c1.sql:11), make c1 ("));
        CHECK(good.err == "3 verify sections ok, 0 failed; 1 applied revision without one\n");

        project.query("INSERT INTO table_a1 VALUES (7); DROP TABLE table_b1");
        const auto bad = expect(project, "verify", 1);
        CHECK(has(bad.out, "ok      a1 (versions/a1.sql:11)"));
        CHECK(has(bad.out, "failed  a1 (versions/a1.sql:13)"));
        CHECK(has(bad.out,
                  "    error: a statement under `-- rev:verify empty` returned a row\n      at versions/a1.sql:14"));
        CHECK(has(bad.out, "failed  c1 (versions/c1.sql:11)"));
        CHECK(has(bad.out, "at versions/c1.sql:12"));
        CHECK(bad.err == "1 verify section ok, 2 failed; 1 applied revision without one\n");
        const auto json = expect(project, "verify --json -q", 1);
        CHECK(json.out.starts_with("{\n  \"ok\": false,\n  \"sections\": [\n    {\n      \"revision\": \"a1\","));
        CHECK(has(json.out, "\"line\": 13,\n      \"expect_empty\": true,\n      \"ok\": false,"));
        CHECK(has(json.out, "\"code\": \"verify_failed\""));
        CHECK(has(json.out, "\"revisions_without\": 1"));
        CHECK(json.err.empty());
    }
}

TEST_CASE("verify takes revisions, which must be applied") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write(project, "a1", "", "-- rev:verify\nSELECT id FROM table_a1;\n");
        write(project, "b1", "a1", "-- rev:verify\nSELECT id FROM table_b1;\n");
        write(project, "c1", "b1", "");
        expect(project, "upgrade b1");
        CHECK(has(expect(project, "verify a1").err, "1 verify section ok, 0 failed; 0 applied"));
        CHECK(has(expect(project, "verify current a1").out, "b1 (versions/b1.sql"));
        CHECK(error_of(expect(project, "verify a1 c1", 3)) == "revision c1 is not applied");
        expect(project, "verify nowhere", 3);
    }
}

TEST_CASE("verify changes nothing, whatever a section tries") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        const std::string write_again =
            kind == Kind::postgresql ? "SET TRANSACTION READ WRITE;\n" : "PRAGMA query_only = 0;\n";
        write(project, "a1", "", "-- rev:verify\nINSERT INTO table_a1 VALUES (1);\n");
        write(project, "b1", "a1", "-- rev:verify\nDROP TABLE table_a1;\nCREATE TABLE table_a1 (id integer);\n");
        write(project, "c1", "b1", "-- rev:verify\nSELECT 1;\n");
        expect(project, "upgrade c1");
        write(project, "c1", "b1", "-- rev:verify\n" + write_again + "INSERT INTO table_c1 VALUES (2);\n");
        const auto log = project.query("SELECT count(*) FROM rev_log");
        const auto rows = project.query("SELECT count(*) FROM table_a1");
        const auto refused = expect(project, "verify", 1);
        CHECK(has(refused.err, "0 verify sections ok, 3 failed"));
        CHECK(has(refused.out, "hint: `rev verify` only looks"));
        CHECK(project.query("SELECT count(*) FROM table_a1") == rows);
        CHECK(project.query("SELECT count(*) FROM table_c1") == "0");
        CHECK(project.query("SELECT count(*) FROM rev_log") == log);
        CHECK(project.rows() == "c1");
    }
}

TEST_CASE("what a section sets in its session ends with it") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        const bool sqlite = kind == Kind::sqlite;
        const std::string set = sqlite ? "PRAGMA case_sensitive_like = 1;\nCREATE TEMP TABLE left_over (i);\n"
                                       : "SET search_path = nowhere;\nSET lc_monetary = 'C';\n"
                                         "PREPARE left_over AS SELECT 1;\n";
        const std::string look = sqlite ? "SELECT 1 WHERE 'A' NOT LIKE 'a';\nSELECT 1 FROM sqlite_temp_master;\n"
                                        : "SELECT 1 FROM table_b1;\n"
                                          "SELECT 1 FROM pg_prepared_statements WHERE name = 'left_over';\n"
                                          "SELECT 1 WHERE current_setting('search_path') = 'nowhere';\n";
        write(project, "a1", "", "-- rev:verify\n" + set);
        write(project, "b1", "a1", "-- rev:verify empty\n" + look);
        expect(project, "upgrade a1");
        expect(project, "upgrade b1");
        CHECK(has(expect(project, "verify").err, "2 verify sections ok, 0 failed"));
    }
}

TEST_CASE("verify reads variables, and refuses files that cannot run before it runs any") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write(project, "a1", "", "-- rev:verify\nSELECT id FROM table_a1;\n");
        project.revision({.id = "b1",
                          .revises = "a1",
                          .header = "variables: name",
                          .sections = "-- rev:verify\nSELECT id FROM :name;\n"});
        expect(project, "-x name=table_a1 upgrade b1");
        CHECK(expect(project, "verify", 2).out.empty());
        expect(project, "-x name=table_a1 verify");
        expect(project, "-x name=nowhere verify", 1);
    }
}

TEST_CASE("verify makes no SQLite file") {
    const DatabaseProject project(Kind::sqlite);
    write(project, "a1", "", "-- rev:verify\nSELECT 1;\n");
    expect(project, "verify");
    CHECK_FALSE(project.exists("test.db"));
}

}  // namespace
}  // namespace rev::test
