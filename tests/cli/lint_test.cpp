// rev lint as people and machines run it.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "support/postgres.hpp"
#include "support/text.hpp"

using rev::test::expect;
using rev::test::has;
using rev::test::PostgresTestDatabase;
using rev::test::run_program;
using rev::test::TemporaryProject;

namespace {

/// a makes a table, b locks it for long, c breaks older code, d does no harm.
void write_plan(const TemporaryProject& project) {
    project.revision({.id = "a", .upgrade = "CREATE TABLE t (x int, y text);"});
    project.revision({.id = "b", .revises = "a", .upgrade = "CREATE INDEX ix ON t (x);"});
    project.revision({.id = "c", .revises = "b", .upgrade = "ALTER TABLE t RENAME COLUMN y TO z;"});
    project.revision({.id = "d", .revises = "c", .upgrade = "ALTER TABLE t ADD COLUMN more int;"});
}

void git(const TemporaryProject& project, const std::string& line) {
    auto command = rev::test::words(line);
    command.insert(command.begin(), "git");
    auto options = project.options();
    options.environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
    const auto result = run_program(command, options);
    REQUIRE_MESSAGE(result.exit_code == 0, result.err);
}

}  // namespace

TEST_CASE("lint shows each finding with its line, needs no database, and exits with 1") {
    TemporaryProject project;
    project.url = "postgresql://nobody@localhost:1/none";
    write_plan(project);
    const auto result = expect(project, "lint", 1);
    CHECK(has(result.out, "versions/b.sql:7:1: warning: "));
    CHECK(has(result.out, "[create-index]\n    CREATE INDEX ix ON t (x);\n    ^\n    hint: CREATE INDEX CONCURRENTLY"));
    CHECK(has(result.out, "versions/c.sql:7:1: warning: column y of t is renamed"));
    CHECK(has(result.out, "2 warnings in 4 revisions\n"));
    CHECK_FALSE(has(result.out, "versions/d.sql"));
}

TEST_CASE("lint takes revisions, ranges and files") {
    TemporaryProject project;
    project.url = "postgresql://nobody@localhost:1/none";
    write_plan(project);
    CHECK(has(expect(project, "lint d").out, "nothing found in 1 revision\n"));
    CHECK(has(expect(project, "lint b:c", 1).out, "2 warnings in 2 revisions"));
    CHECK(has(expect(project, "lint versions/c.sql", 1).out, "1 warning in 1 revision"));
    project.write("idea.sql", "ALTER TABLE t ADD COLUMN key uuid DEFAULT gen_random_uuid();\n");
    CHECK(has(expect(project, "lint idea.sql", 1).out, "idea.sql:1:1: warning: t is written anew"));
    expect(project, "lint nothing", 3);
}

TEST_CASE("lint of a project whose URL does not resolve is of PostgreSQL") {
    const TemporaryProject project;
    write_plan(project);
    project.write("alembic.yaml", "url: ${NOWHERE_SET}\n");
    expect(project, "lint b", 1);
    CHECK(has(expect(project, "lint b --dialect sqlite").out, "nothing found"));
}

TEST_CASE("lint of a project of SQLite reads plain sections as SQLite's") {
    const TemporaryProject project;
    project.revision({.id = "a", .upgrade = "CREATE TABLE t (x INTEGER PRIMARY KEY, y TEXT);"});
    project.revision({.id = "b", .revises = "a", .upgrade = "ALTER TABLE t ADD COLUMN z TEXT UNIQUE;"});
    CHECK(has(expect(project, "lint b", 1).out, "error: column z cannot be added to t: it is PRIMARY KEY or UNIQUE"));
}

TEST_CASE("levels are shown from --level on, and the exit code is that of all") {
    TemporaryProject project;
    project.url = "postgresql://nobody@localhost:1/none";
    write_plan(project);
    const auto result = expect(project, "lint b --level error", 1);
    CHECK(has(result.out, "nothing found"));
}

TEST_CASE("lint --since is about the files that a commit of Git lacks, as one plan") {
    TemporaryProject project;
    project.url = "postgresql://nobody@localhost:1/none";
    project.revision({.id = "a", .upgrade = "CREATE TABLE t (x int, y text);"});
    git(project, "init -q -b trunk");
    git(project, "add -A");
    git(project, "-c user.name=n -c user.email=e@x commit -q -m one");
    project.revision({.id = "b", .revises = "a", .upgrade = "CREATE TABLE u (x int);"});
    project.revision({.id = "c", .revises = "b", .upgrade = "CREATE INDEX iu ON u (x);"});
    CHECK(has(expect(project, "lint --since trunk").out, "nothing found in 2 revisions"));
    project.revision({.id = "d", .revises = "c", .upgrade = "CREATE INDEX it ON t (x);"});
    CHECK(has(expect(project, "lint --since trunk", 1).out, "1 warning in 3 revisions"));
    const auto unknown = expect(project, "lint --since nothing", 2);
    CHECK(has(unknown.err, "Git has no commit nothing"));
}

TEST_CASE("formats for machines hold the findings") {
    TemporaryProject project;
    project.url = "postgresql://nobody@localhost:1/none";
    write_plan(project);
    CHECK(has(expect(project, "lint b --json", 1).out, "\"rule\": \"create-index\""));
    CHECK(has(expect(project, "lint b --format github", 1).out,
              "::warning file=versions/b.sql,line=7,col=1,title=create-index::"));
    const auto gitlab = expect(project, "lint b --format gitlab", 1).out;
    CHECK(has(gitlab, "\"check_name\": \"create-index\""));
    CHECK(has(gitlab, "\"severity\": \"major\""));
}

TEST_CASE("SARIF is as its schema says") {
    TemporaryProject project;
    project.url = "postgresql://nobody@localhost:1/none";
    write_plan(project);
    const auto result = expect(project, "lint --format sarif", 1);
    project.write("lint.sarif", result.out);
    const auto schema = std::string(REV_TEST_DATA) + "/sarif/sarif-schema-2.1.0.json";
    const auto judged =
        run_program({"/usr/bin/python3", "-m", "jsonschema", "-i", "lint.sarif", schema}, project.options());
    CHECK_MESSAGE(judged.exit_code == 0, judged.err);
    CHECK(has(result.out, "\"ruleId\": \"rename\""));
    project.write("wrong.sarif", "{\"version\": \"2.1.0\", \"runs\": [{}]}");
    CHECK(run_program({"/usr/bin/python3", "-m", "jsonschema", "-i", "wrong.sarif", schema}, project.options())
              .exit_code == 1);
}

TEST_CASE("settings of alembic.yaml count, and a rule that is not there is an error") {
    TemporaryProject project("lint:\n  small_tables: [t]\n  levels: {rename: notice}\n");
    project.url = "postgresql://nobody@localhost:1/none";
    write_plan(project);
    CHECK(has(expect(project, "lint").out, "1 notice in 4 revisions"));
    const TemporaryProject wrong("lint:\n  levels: {renam: off}\n");
    write_plan(wrong);
    const auto result = expect(wrong, "lint", 2);
    CHECK(has(result.err, "lint has no rule renam"));
    CHECK(has(result.err, "did you mean `rename`?"));
}

TEST_CASE("lint --url is about what the database lacks, and tells how long it takes there") {
    const PostgresTestDatabase database;
    TemporaryProject project;
    project.url = database.url();
    write_plan(project);
    expect(project, "upgrade a");
    database.query("INSERT INTO t SELECT g, 'x' FROM generate_series(1, 5000) AS g; ANALYZE t");
    const auto result = project.rev({"lint", "--url", database.url()});
    CHECK(result.exit_code == 1);
    CHECK(has(result.out, "about 1 s at 5000 rows"));
    CHECK(has(result.out, "2 warnings in 3 revisions"));
}

TEST_CASE("lint --facts says what was seen, and leaves the database alone") {
    const PostgresTestDatabase database;
    TemporaryProject project;
    project.url = database.url();
    project.revision({.id = "a",
                      .upgrade = "CREATE TABLE t (x int, y text);\nCREATE FUNCTION f() RETURNS void LANGUAGE "
                                 "plpgsql AS 'BEGIN EXECUTE chr(65) || ''LTER TABLE t ALTER x TYPE bigint''; END';"});
    project.revision({.id = "b", .revises = "a", .upgrade = "SELECT f();"});
    project.revision({.id = "c", .revises = "b", .upgrade = "ALTER TABLE t ADD CHECK (x > 0);"});
    CHECK(has(expect(project, "lint b").out, "nothing found"));
    const auto seen = expect(project, "lint b --facts --json", 1);
    CHECK(has(seen.out, "\"rule\": \"observed\""));
    CHECK(has(seen.out, "\"lock\": \"AccessExclusiveLock\""));
    CHECK(has(seen.out, "\"rewrite\": true"));
    CHECK(database.query("SELECT count(*) FROM pg_class WHERE relname = 't'") == "0");
    CHECK(rev::test::left_behind(database.query(rev::test::scratch_databases_sql)).empty());
    const auto check = expect(project, "lint c --facts --json", 1);
    CHECK(has(check.out, "\"rule\": \"check-constraint\""));
    CHECK(has(check.out, "\"scan\": true"));
}

TEST_CASE("upgrade --lint refuses on errors before anything runs, and goes on with warnings") {
    const PostgresTestDatabase database;
    TemporaryProject project;
    project.url = database.url();
    write_plan(project);
    expect(project, "upgrade a");
    project.revision({.id = "e", .revises = "d", .upgrade = "ALTER TABLE t ADD COLUMN n int NOT NULL;"});
    const auto refused = expect(project, "upgrade head --lint", 1);
    CHECK(has(refused.err, "versions/e.sql:7:1: error: "));
    CHECK(has(refused.err, "lint finds 1 error in what is to run; nothing was changed"));
    CHECK(has(project.rev("current").out, "a"));
    CHECK(has(expect(project, "upgrade d --lint").err, "warning: column y of t is renamed"));
}

TEST_CASE("lint --fix shows the difference, proves it, writes it, and puts what follows behind it") {
    const PostgresTestDatabase database;
    TemporaryProject project;
    project.url = database.url();
    project.revision({.id = "a", .upgrade = "CREATE TABLE t (x int, y text);"});
    project.revision({.id = "b",
                      .revises = "a",
                      .upgrade = "CREATE INDEX ix ON t (x);\nALTER TABLE t ADD COLUMN z int;",
                      .downgrade = "ALTER TABLE t DROP COLUMN z;\nDROP INDEX ix;"});
    project.revision({.id = "c", .revises = "b", .upgrade = "ALTER TABLE t ADD COLUMN more int;"});
    const auto before = project.read("versions/b.sql");
    const auto shown = expect(project, "lint --fix --dry-run");
    CHECK(has(shown.out, "-CREATE INDEX ix ON t (x);\n"));
    CHECK(has(shown.out, "+CREATE INDEX CONCURRENTLY ix ON t (x);\n"));
    CHECK(has(shown.out, "1 revision would be rewritten"));
    CHECK(project.read("versions/b.sql") == before);
    const auto fixed = expect(project, "lint --fix --json");
    CHECK(has(fixed.out, "\"rules\": [\n        \"create-index\"\n      ]"));
    CHECK(has(fixed.out, "\"proven\": true"));
    CHECK(has(fixed.out, "\"written\": true"));
    CHECK(has(project.rev("heads").out, "c"));
    CHECK_FALSE(has(project.read("versions/c.sql"), "-- revises: b\n"));
    expect(project, "lint");
    expect(project, "upgrade head");
    CHECK(database.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass") == "t");
    expect(project, "downgrade a --yes");
    CHECK(database.query("SELECT to_regclass('ix') IS NULL") == "t");
    CHECK(has(expect(project, "lint --fix").out, "Nothing to rewrite"));
}

TEST_CASE("lint --fix writes nothing that is not proven, that is applied, or that it cannot try") {
    const PostgresTestDatabase database;
    TemporaryProject project;
    project.url = database.url();
    project.revision({.id = "a", .upgrade = "CREATE TABLE t (x int PRIMARY KEY, y text);"});
    // The upsert needs the index that would come later.
    project.revision({.id = "b",
                      .revises = "a",
                      .upgrade = "CREATE UNIQUE INDEX iy ON t (y);\nINSERT INTO t VALUES (1, 'a') ON CONFLICT (y) DO "
                                 "NOTHING;"});
    const auto before = project.read("versions/b.sql");
    const auto refused = expect(project, "lint --fix", 1);
    CHECK(has(refused.err, "not proven: a statement fails in its new place: "));
    CHECK(has(refused.out, "Nothing was written"));
    CHECK(project.read("versions/b.sql") == before);
    expect(project, "upgrade head");
    const auto applied = expect(project, "lint b --fix", 3);
    CHECK(has(applied.err, "b is applied to "));
    CHECK(has(applied.err, "`rev downgrade a`"));
    TemporaryProject lonely("scratch_url: postgresql://nobody@127.0.0.1:1/none\n");
    lonely.url = "postgresql://nobody@127.0.0.1:1/none";
    write_plan(lonely);
    const auto nowhere = expect(lonely, "lint b --fix --scratch url", 4);
    CHECK(has(nowhere.err, "--no-proof"));
    CHECK(has(expect(lonely, "lint b --fix --no-proof").out, "1 revision rewritten, untried: --no-proof"));
    CHECK(has(lonely.read("versions/b.sql"), "-- transaction: false\n"));
    expect(lonely, "lint b --dry-run", 2);
}

TEST_CASE("lint --on-live asks, looks at the database itself, and leaves it as it was") {
    const PostgresTestDatabase database;
    TemporaryProject project;
    project.url = database.url();
    write_plan(project);
    expect(project, "upgrade a");
    database.query("INSERT INTO t SELECT g, 'x' FROM generate_series(1, 100) AS g");
    const auto asked = expect(project, "lint --on-live", 2);
    CHECK(has(asked.err, "Run 3 statements of 3 revisions on "));
    const auto seen = expect(project, "lint --on-live --yes --json", 1);
    CHECK(has(seen.out, "\"lock\": \"ShareLock\""));
    CHECK(has(project.rev("current").out, "a"));
    CHECK(database.query("SELECT to_regclass('ix') IS NULL AND count(*) = 100 FROM t") == "t");
    expect(project, "lint a --on-live --yes", 2);
    project.revision({.id = "e", .revises = "d", .upgrade = "SELECT setval('s', 1);"});
    const auto stays = expect(project, "lint --on-live --yes", 2);
    CHECK(has(stays.err, "calls setval(), whose effect stays"));
}

TEST_CASE("lint --facts of a project of SQLite says what happened there") {
    const TemporaryProject project;
    project.revision({.id = "a", .upgrade = "CREATE TABLE t (x INTEGER PRIMARY KEY, y TEXT CHECK (y <> ''));"});
    project.revision({.id = "b", .revises = "a", .upgrade = "ALTER TABLE t ADD COLUMN z TEXT UNIQUE;"});
    const auto failed = expect(project, "lint b --facts", 1);
    CHECK(has(failed.out, "column z cannot be added to t: it is PRIMARY KEY or UNIQUE"));
    project.revision({.id = "c", .revises = "a", .upgrade = "UPDATE t SET nowhere = 1;"});
    CHECK(has(expect(project, "lint c --facts", 1).out, "no such column: nowhere"));
    project.revision({.id = "d", .revises = "a", .upgrade = "ALTER TABLE t ADD COLUMN w TEXT;"});
    CHECK(has(expect(project, "lint d --facts").out, "nothing found"));
}

TEST_CASE("what lint says of a revision that autogenerate writes is told with it") {
    const PostgresTestDatabase database;
    TemporaryProject project("schema: schema.sql\n");
    project.url = database.url();
    project.revision({.id = "a", .upgrade = "CREATE TABLE t (x int);"});
    expect(project, "upgrade head");
    project.write("schema.sql", "CREATE TABLE t (x int);\nCREATE INDEX t_x ON t (x);\n");
    const auto told = expect(project, "revision --autogenerate -m one");
    CHECK(has(told.err, "warning: t is read as a whole under SHARE"));
    expect(project, "upgrade head");
    project.write("schema.sql", "CREATE TABLE t (x int, CHECK (x > 0));\nCREATE INDEX t_x ON t (x);\n");
    const auto document = expect(project, "revision --autogenerate -m two --json").out;
    CHECK(has(document, "\"rule\": \"check-constraint\""));
    project.write("schema.sql", "CREATE TABLE t (x int, CHECK (x > 0), y int);\nCREATE INDEX t_x ON t (x);\n");
    expect(project, "upgrade head");
    CHECK(has(expect(project, "revision --autogenerate -m three --json").out, "\"findings\": []"));
}

TEST_CASE("a finding stands where it is written, whatever lines a variable's value has, and shows no value") {
    TemporaryProject project;
    project.url = "postgresql://nobody@localhost:1/none";
    project.revision({.id = "below", .upgrade = "CREATE TABLE t (x int, y text);"});
    project.write("versions/a.sql",
                  "-- revision: a\n-- revises: below\n-- variables: text, name\n\n-- rev:upgrade\n"
                  "UPDATE t SET y = :'text' WHERE x = 1; CREATE INDEX \"é\" ON t (x);\n"
                  "ALTER TABLE t RENAME COLUMN x TO :\"name\"; CREATE INDEX late ON t (y);\n"
                  "-- rev:ignore no-such-rule because\nSELECT 1;\n");
    const auto places = [](const std::string& out) {
        std::string found;
        for (std::size_t at = 0; (at = out.find("versions/a.sql:", at)) != std::string::npos; ++at)
            found += out.substr(at, out.find(": ", at) - at) + "\n";
        return found;
    };
    const auto lint = [&](const std::string& text, const std::string& name) {
        auto command = rev::test::rev_command("lint versions/a.sql");
        command.insert(command.end(), {"-x", "text=" + text, "-x", "name=" + name});
        const auto result = run_program(command, project.options());
        CHECK_MESSAGE(result.exit_code == 1, result.err);
        return result.out;
    };
    const auto plain = places(lint("v", "n"));
    for (const auto* place :
         {"versions/a.sql:6:39\n", "versions/a.sql:7:1\n", "versions/a.sql:7:43\n", "versions/a.sql:8:1\n"})
        CHECK_MESSAGE(has(plain, place), plain);
    for (const std::string value : {"secret\n", "\n\n\nsecret", "secret\r\nx\r\n", "é\nsecret", "'\n'secret"}) {
        for (const std::string name : {"n", "n\nn", "\"\n\""}) {
            const auto out = lint(value, name);
            CHECK(places(out) == plain);
            CHECK_FALSE(has(out, "secret"));
        }
    }
}
