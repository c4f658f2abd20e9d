// `rev revision --autogenerate`, `rev check --database`, `rev diff`, `rev drift` and `rev dump`, on both databases.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "cli/autogenerate_support.hpp"
#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"
#include "support/text.hpp"

namespace rev::test {
namespace {

namespace fs = std::filesystem;
using Kind = DatabaseProject::Kind;

const std::string crew_with_rank =
    "CREATE TABLE crew (\n    id integer PRIMARY KEY,\n    nm text NOT NULL,\n    rank text\n);\n"
    "CREATE INDEX crew_nm ON crew (nm);\n";

std::size_t count_files(const TemporaryProject& project, const fs::path& folder = "versions") {
    std::size_t count = 0;
    std::error_code missing;
    for (const auto& entry : fs::directory_iterator(project.path() / folder, missing)) count += entry.is_regular_file();
    return count;
}

void next(const DatabaseProject& project, const std::string& schema, const std::string& arguments) {
    project.write("schema.sql", schema);
    expect(project, "revision --autogenerate " + arguments);
}

TEST_CASE("what lacks becomes a revision that upgrades, keeps rows and downgrades") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project);
        project.query("INSERT INTO crew VALUES (1, 'Ann')");
        next(project, crew_with_rank, "-m ranks --rev-id b1");
        const auto file = revision_file(project, "b1");
        CHECK(has(file, "-- ranks\n"));
        CHECK(has(file, "-- revises: a1\n"));
        CHECK(has(file, "-- rev:upgrade\n"));
        CHECK(has(file, "-- rev:downgrade\n"));
        CHECK(has(file, "rank"));
        CHECK_FALSE(has(file, "rev:todo"));
        expect(project, "upgrade head -q");
        CHECK(project.query("SELECT id, nm, rank FROM crew") == "1|Ann|");
        CHECK(expect(project, "check --database").err.ends_with("No new upgrade operations detected\n"));
        expect(project, "downgrade a1 -q --yes");
        CHECK(project.query("SELECT * FROM crew") == "1|Ann");
        CHECK(has(expect(project, "check --database --from a1", 1).out, "+ added column"));
    }
}

TEST_CASE("where nothing lacks, it says so and writes nothing") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project);
        const auto result = expect(project, "revision --autogenerate -m nothing");
        CHECK(result.err.ends_with("No changes detected\n"));
        CHECK(count_files(project) == 1);
        const auto json = expect(project, "revision --autogenerate -m nothing --json -q");
        CHECK(json.out == "{\n  \"revisions\": [],\n  \"changes\": [],\n  \"hazards\": [],\n  \"findings\": []\n}\n");
        CHECK(expect(project, "diff").out.empty());
        CHECK(expect(project, "diff --exit-code").out.empty());
        CHECK(expect(project, "drift").out.empty());
    }
}

TEST_CASE("a database that is not at the heads is refused, and --from heads works without it") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project);
        next(project, crew_with_rank, "-m ranks --rev-id b1");
        const auto refused = expect(project, "revision --autogenerate -m more", 4);
        CHECK(error_of(refused) == "the database is not up to date: 1 revision is not applied");
        CHECK(has(hint_of(refused), "rev upgrade heads"));
        CHECK(has(hint_of(refused), "--from heads"));
        expect(project, "check --database", 4);
        expect(project, "check --database --from heads");
        CHECK(has(expect(project, "revision --autogenerate -m more --from heads").err, "No changes detected"));
        CHECK(count_files(project) == 2);
    }
}

TEST_CASE("what was changed by hand is drift: warned of, never written") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project);
        project.query("CREATE TABLE by_hand (x integer)");
        const auto drift = expect(project, "drift", 1);
        CHECK(has(drift.out, "+ added table"));
        CHECK(has(drift.out, "by_hand"));
        const auto checked = expect(project, "check --database");
        CHECK(has(checked.err, "warning: the database differs from what its revisions make"));
        next(project, crew_with_rank, "-m ranks --rev-id b1");
        CHECK_FALSE(has(revision_file(project, "b1"), "by_hand"));
        // Held against the database itself, as Alembic does, it is to be dropped.
        const auto diff = expect(project, "diff database schema --exit-code", 1);
        CHECK(has(diff.out, "- removed table"));
        project.write("schema.sql", crew);
        expect(project, "revision --autogenerate -m away --from database --head b1 --rev-id c1");
        CHECK(has(revision_file(project, "c1"), "by_hand"));
    }
}

TEST_CASE("hazards stand above their statement, and --fail-on writes nothing") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project, crew_with_rank);
        project.write("schema.sql", crew);
        const auto refused = expect(project, "revision --autogenerate -m less --fail-on deletes_data", 1);
        CHECK(has(refused.err, "Nothing was written: --fail-on deletes_data is met"));
        CHECK(count_files(project) == 1);
        CHECK(
            has(hint_of(expect(project, "revision --autogenerate -m less --fail-on delete_data", 2)), "deletes_data"));
        const auto json = expect(project, "revision --autogenerate -m less --rev-id b1 --json -q");
        CHECK(has(json.out, "\"hazard\": \"deletes_data\""));
        CHECK(has(json.out, "\"action\": \"drop\""));
        CHECK(has(json.out, "\"revision\": \"b1\""));
        CHECK(has(revision_file(project, "b1"), "-- deletes_data: "));
    }
}

TEST_CASE("a statement that only made-up rows stop is written, and says so") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project);
        // Made-up names are neither numbers nor JSON, and the names of this table may well be.
        const std::string index = kind == Kind::sqlite ? "CREATE INDEX crew_a ON crew (json_extract(nm, '$.a'));\n"
                                                       : "CREATE INDEX crew_a ON crew ((nm::integer));\n";
        project.write("schema.sql", crew + index);
        const auto refused = expect(project, "revision --autogenerate -m index --fail-on may_fail", 1);
        CHECK(has(refused.err, "Nothing was written: --fail-on may_fail is met"));
        CHECK(count_files(project) == 1);
        const auto written = expect(project, "revision --autogenerate -m index --rev-id b1");
        CHECK(has(written.err, "): failed on made-up rows: "));
        CHECK(has(revision_file(project, "b1"), "-- may_fail: failed on made-up rows: "));
        expect(project, "upgrade head -q");
        expect(project, "check --database");
    }
}

TEST_CASE("a domain's condition leaves only tables of that domain without rows in the proof, a new domain's none") {
    const DatabaseProject project(Kind::postgresql, settings);
    const std::string title = "CREATE DOMAIN title AS text;\n";
    const std::string tables = "CREATE TABLE book (words title);\nCREATE TABLE exam (grade mark);\n";
    begin(project, title + "CREATE DOMAIN mark AS text;\n" + tables);
    // What is made up for it is another word.
    const auto mark = "CREATE DOMAIN mark AS text CHECK (VALUE = 'good');\n";
    project.write("schema.sql", title + mark + tables);
    const auto condition = expect(project, "revision --autogenerate -m condition --rev-id b1");
    CHECK(has(condition.err, "proven without rows, on which it may fail: table public.exam\n"));
    expect(project, "upgrade head -q");

    project.write("schema.sql", title + mark + tables + "CREATE DOMAIN short AS text CHECK (length(VALUE) < 9);\n");
    const auto added = expect(project, "revision --autogenerate -m domain --rev-id c1 --fail-on may_fail");
    CHECK_FALSE(has(added.err, "without rows"));
}

TEST_CASE("a partition that leaves its table is no loss of rows") {
    const DatabaseProject project(Kind::postgresql, settings);
    const std::string whole =
        "CREATE TABLE m (a integer NOT NULL) PARTITION BY RANGE (a);\n"
        "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);\n";
    begin(project, whole + "CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);\n");
    project.query("INSERT INTO m VALUES (1), (11)");
    next(project, whole + "CREATE TABLE m2 (a integer NOT NULL);\n", "-m leave --online --rev-id b1");
    CHECK(has(revision_file(project, "b1"), "DETACH PARTITION public.m2 CONCURRENTLY;"));
    expect(project, "upgrade head -q");
    expect(project, "check --database");
    CHECK(project.query("SELECT a FROM m") == "1");
    CHECK(project.query("SELECT a FROM m2") == "11");
    expect(project, "downgrade a1 -q --yes");
    CHECK(project.query("SELECT a FROM m ORDER BY a") == "1\n11");
}

TEST_CASE("an empty desired schema is refused unless it is meant") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project);
        project.write("schema.sql", "-- nothing\n");
        const auto refused = expect(project, "revision --autogenerate -m all", 2);
        CHECK(has(error_of(refused), "the desired schema is empty"));
        CHECK(has(expect(project, "check --database", 1).out, "- removed table"));
        expect(project, "revision --autogenerate -m all --allow-empty --rev-id b1");
        CHECK(has(revision_file(project, "b1"), "DROP TABLE"));
    }
}

TEST_CASE("a schema that does not load is an error at its place, and nothing is left behind") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project);
        project.write("schema.sql", crew + "\nCREATE INDEX i ON nowhere (x);\n");
        const auto failed = expect(project, "revision --autogenerate -m more", 3);
        CHECK(has(failed.err, "schema.sql:7:"));
        CHECK(has(failed.err, "CREATE INDEX i ON nowhere (x);"));
        CHECK(has(failed.err, "^"));
        CHECK(count_files(project) == 1);
        project.write("schema.sql", crew + "INSERT INTO crew VALUES (1, 'x');\n");
        CHECK(has(expect(project, "diff", 3).err, "schema.sql:6:1"));
        if (!project.is_sqlite())
            CHECK(rev::test::left_behind(project.query(rev::test::scratch_databases_sql)).empty());
    }
}

TEST_CASE("several heads need --head, as for a revision by hand; the new one revises it") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project);
        for (const std::string id : {"b1", "b2"})
            project.revision({.id = id,
                              .revises = "a1",
                              .upgrade = "CREATE TABLE table_" + id + " (id integer);",
                              .downgrade = "DROP TABLE table_" + id + ";"});
        expect(project, "upgrade heads -q");
        project.write("schema.sql", crew_with_rank +
                                        "CREATE TABLE table_b1 (id integer);\n"
                                        "CREATE TABLE table_b2 (id integer);\n");
        expect(project, "revision --autogenerate -m more", 3);
        expect(project, "revision --autogenerate -m more --head b2 --rev-id c1");
        const auto file = revision_file(project, "c1");
        CHECK(has(file, "-- revises: b2\n"));
        CHECK_FALSE(has(file, "table_b1"));
    }
}

TEST_CASE("a dump loads again to an equal schema") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project, crew_with_rank + "CREATE VIEW names AS SELECT nm FROM crew;\n");
        expect(project, "dump -o dump.sql");
        CHECK(has(project.read("dump.sql"), "CREATE TABLE"));
        CHECK(expect(project, "diff database ./dump.sql --exit-code").out.empty());
        CHECK(expect(project, "diff ./dump.sql heads --exit-code").out.empty());
        CHECK_FALSE(has(expect(project, "dump").out, "alembic_version"));
        CHECK(has(expect(project, "dump --format json").out, "\"facts\": ["));
        expect(project, "dump -o nowhere/dump.sql", 2);
    }
}

TEST_CASE("what a diff prints as SQL leads from one to the other") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        begin(project);
        project.write("schema.sql", crew_with_rank);
        const auto sql = expect(project, "diff --sql").out;
        CHECK(has(sql, "rank"));
        project.run_script(sql);
        CHECK(expect(project, "diff --exit-code").out.empty());
        CHECK(has(expect(project, "diff --json base head").out, "\"action\": \"add\""));
    }
}

TEST_CASE("the dump of alembic.yaml is written after a run that changed something") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, std::string(settings) + "dump: now.sql\n");
        begin(project);
        CHECK(has(project.read("now.sql"), "CREATE TABLE"));
        project.write("now.sql", "");
        expect(project, "upgrade head");
        CHECK(project.read("now.sql").empty());
        fs::remove(project.path() / "now.sql");
        fs::create_directory(project.path() / "now.sql");
        const auto result = expect(project, "downgrade base --yes");
        CHECK(has(result.err, "warning: the dump"));
    }
}

TEST_CASE("a program prints the schema, and learns nothing of the database") {
    for (const auto kind : both) {
        const DatabaseProject project(kind,
                                      "schema: { command: [sh, -c, 'echo \"CREATE TABLE crew (id integer); -- "
                                      "$DATABASE_URL\" | tee seen.sql'] }\n");
        expect(project, "revision --autogenerate -m start --rev-id a1");
        CHECK(has(revision_file(project, "a1"), "crew"));
        const auto seen = project.read("seen.sql");
        CHECK((has(seen, "nowhere.invalid") || has(seen, "/dev/null/nowhere.db")));
        CHECK_FALSE(has(seen, project.is_sqlite() ? "test.db" : "127.0.0.1"));
    }
}

TEST_CASE("options without --autogenerate, and a project without a schema, are told") {
    const DatabaseProject project(Kind::sqlite);
    CHECK(has(hint_of(expect(project, "revision -m x --online", 2)), "--autogenerate"));
    CHECK(has(hint_of(expect(project, "revision --autogenerate -m x", 2)), "schema: schema.sql"));
    CHECK(has(hint_of(expect(project, "check --from heads", 2)), "check --database"));
}

TEST_CASE("an SQLite file that is not there counts as no database, and stays away") {
    const DatabaseProject project(Kind::sqlite, settings);
    project.write("schema.sql", crew);
    expect(project, "revision --autogenerate -m start --rev-id a1");
    expect(project, "check --database");
    CHECK_FALSE(project.exists("test.db"));
}

TEST_CASE("a database with tables that no revision made is to be taken over first") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, settings);
        project.query("CREATE TABLE old (id integer)");
        project.write("schema.sql", crew);
        const auto refused = expect(project, "revision --autogenerate -m start", 4);
        CHECK(has(error_of(refused), "tables that no revision made"));
        CHECK(has(hint_of(refused), "man rev-adopting"));
    }
}

TEST_CASE("both dialects go into one file, a section for each where they differ") {
    const DatabaseProject project(Kind::postgresql, "schema: { postgresql: pg.sql, sqlite: lite.sql }\n");
    project.write("pg.sql", "CREATE TABLE crew (id bigint PRIMARY KEY, at timestamptz);\n");
    project.write("lite.sql", "CREATE TABLE crew (id INTEGER PRIMARY KEY, at TEXT);\n");
    expect(project, "revision --autogenerate -m start --rev-id a1");
    const auto file = revision_file(project, "a1");
    CHECK(has(file, "-- rev:upgrade postgresql\n"));
    CHECK(has(file, "-- rev:upgrade sqlite\n"));
    CHECK(has(file, "-- rev:downgrade postgresql\n"));
    expect(project, "upgrade head -q");
    expect(project, "check --database");
    expect(project, "-u sqlite:///lite.db upgrade head -q");
    expect(project, "-u sqlite:///lite.db check --database");
}

TEST_CASE("an interrupt in a long replay leaves no scratch database") {
    const DatabaseProject project(Kind::postgresql, settings);
    project.write("schema.sql", crew);
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE crew (id integer PRIMARY KEY, nm text);\nSELECT pg_sleep(60);",
                      .downgrade = "DROP TABLE crew;"});
    RunningProgram program(rev_command("check --database --from heads"), project.options());
    wait_for(program, "Scratch: database rev_scratch_");
    // Of this program alone: tests share the server.
    const auto asked =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname LIKE 'rev\\_scratch\\_" +
        std::to_string(program.pid()) + "\\_%'";
    wait_until("the replay sleeps", program, [&] { return project.query(asked) == "1"; });
    program.signal(SIGINT);
    const auto result = program.wait();
    CHECK(result.exit_code == 130);
    CHECK(rev::test::left_behind(project.query(rev::test::scratch_databases_sql)).empty());
}

}  // namespace
}  // namespace rev::test
