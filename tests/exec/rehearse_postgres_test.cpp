#include <doctest/doctest.h>

#include <array>

#include "exec/exec_support.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

/// "public.a AccessExclusiveLock" of each, joined by commas.
std::string locks_of(const run::RehearsedStep& step) {
    std::string text;
    for (const auto& lock : step.effects.locks) text += (text.empty() ? "" : ",") + lock.table + " " + lock.mode;
    return text;
}

template <typename Work>
Error error_of(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    throw std::runtime_error("no Error was thrown");
}

/// A database with three tables of ten rows each, at revision a.
struct Stage {
    PostgresTestDatabase server;
    Bench bench{server.url()};

    Stage() {
        bench.revision("a",
                       "CREATE TABLE one (id int PRIMARY KEY, n int);\nCREATE TABLE two (n int);\n"
                       "CREATE TABLE three (id int);\nINSERT INTO one SELECT i, i FROM generate_series(1, 10) i;\n"
                       "INSERT INTO two SELECT n FROM one;\nINSERT INTO three SELECT n FROM one;");
        bench.upgrade();
    }

    /// Schema, contents, rows and log.
    [[nodiscard]] std::string everything() const {
        return server.query(
                   "SELECT relname, relfilenode FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                   "ORDER BY relname") +
               server.query("SELECT * FROM one ORDER BY id") + server.query("SELECT * FROM two ORDER BY n") +
               server.query("SELECT version_num FROM alembic_version") +
               server.query("SELECT id, event, revision FROM rev_log ORDER BY id");
    }
};

TEST_CASE_FIXTURE(Stage, "a rehearsal tells what each step does and changes nothing") {
    bench.revision("b", "ALTER TABLE one ALTER n TYPE bigint;");
    bench.revision("c", "CREATE INDEX ix ON two (n);");
    bench.revision("d", "UPDATE three SET id = id + 1 WHERE id > 3;\nDELETE FROM three WHERE id > 9;");
    bench.revision("e", "DROP TABLE three;\nTRUNCATE two;");
    bench.revision("f", "CREATE TABLE four AS SELECT id FROM one WHERE id <= 4;");
    bench.revision("g", "");
    const auto before = everything();
    const auto steps = bench.rehearse_upgrade();
    REQUIRE(steps.size() == 6);
    for (const auto& step : steps) CHECK_FALSE(step.unrehearsed.has_value());

    CHECK(steps[0].step->revision->id == "b");
    REQUIRE(steps[0].effects.rewritten.size() == 1);
    CHECK(steps[0].effects.rewritten[0].table == "public.one");
    CHECK(steps[0].effects.rewritten[0].bytes == 24 * 1024);  // a page of rows, two of the index
    CHECK(steps[0].effects.rows == 0);
    CHECK(locks_of(steps[0]) == "public.one AccessExclusiveLock");

    CHECK(steps[1].effects.rewritten.empty());
    CHECK(steps[1].effects.rows == 0);
    CHECK(locks_of(steps[1]) == "public.two ShareLock");

    CHECK(steps[2].effects.rows == 7 + 2);
    CHECK(steps[2].effects.rewritten.empty());
    CHECK(locks_of(steps[2]) == "public.three RowExclusiveLock");

    REQUIRE(steps[3].effects.rewritten.size() == 1);
    CHECK(steps[3].effects.rewritten[0].table == "public.two");
    CHECK(locks_of(steps[3]) == "public.three AccessExclusiveLock,public.two AccessExclusiveLock");

    CHECK(steps[4].effects.rows == 4);
    CHECK(locks_of(steps[4]).empty());
    CHECK(steps[4].effects.rewritten.empty());
    CHECK(steps[5].effects.rows == 0);

    CHECK_FALSE(bench.database().in_transaction());
    CHECK(everything() == before);
    bench.upgrade();
    CHECK(bench.rows() == "g");
}

TEST_CASE_FIXTURE(Stage, "a downgrade can be rehearsed too") {
    bench.revision("b", "ALTER TABLE one ADD x int;", "ALTER TABLE one DROP x;");
    bench.upgrade();
    const auto before = everything();
    const auto steps = bench.rehearse_downgrade("a");
    REQUIRE(steps.size() == 1);
    CHECK(steps[0].step->direction == Direction::downgrade);
    CHECK(locks_of(steps[0]) == "public.one AccessExclusiveLock");
    CHECK(everything() == before);
}

TEST_CASE_FIXTURE(Stage, "a step that fails in a rehearsal says what a run says, and nothing is recorded") {
    bench.revision("b", "CREATE TABLE b (x int);");
    bench.revision("c", "SELECT 1;\nINSERT INTO one VALUES (1, 1);");
    const auto before = everything();
    const auto rehearsed = error_of([&] { bench.rehearse_upgrade(); });
    CHECK(everything() == before);
    CHECK_FALSE(bench.database().in_transaction());
    const auto real = bench.upgrade_failure();
    CHECK(std::string(rehearsed.what()) == real.what());
    CHECK(rehearsed.detail() == real.detail());
    CHECK(rehearsed.exit_code() == ExitCode::revision_failed);
    CHECK(rehearsed.sqlstate() == "23505");
    CHECK(rehearsed.location().file == real.location().file);
    CHECK(rehearsed.location().line == real.location().line);
}

TEST_CASE_FIXTURE(Stage, "a rehearsal checks deferred constraints where a run would commit") {
    bench.revision("b",
                   "CREATE TABLE child (one int REFERENCES one DEFERRABLE INITIALLY DEFERRED);\n"
                   "INSERT INTO child VALUES (99);\nINSERT INTO one VALUES (99, 1);");
    bench.revision("c", "INSERT INTO child VALUES (98);\nINSERT INTO one VALUES (98, 1);\nALTER TABLE child ADD x int;",
                   "-");
    bench.revision("d", "INSERT INTO child VALUES (97);");
    bench.revision("e", "INSERT INTO one VALUES (97, 1);");
    CHECK(error_of([&] { bench.rehearse_upgrade("c"); }).sqlstate() == "55006");  // as a run: pending trigger events
    bench.project.revision(
        {.id = "c", .revises = "b", .upgrade = "INSERT INTO child VALUES (98);\nINSERT INTO one VALUES (98, 1);"});
    CHECK(bench.rehearse_upgrade("c").size() == 2);
    const auto error = error_of([&] { bench.rehearse_upgrade("e"); });
    CHECK(error.sqlstate() == "23503");
    CHECK(std::string(error.what()).find("upgrade of d failed") != std::string::npos);
    bench.options.transaction = TransactionMode::all;
    CHECK(bench.rehearse_upgrade("e").size() == 4);
    CHECK(bench.rows() == "a");
}

TEST_CASE_FIXTURE(Stage, "a rehearsal stops at a step that runs outside a transaction") {
    bench.revision("b", "CREATE TABLE b (x int);");
    bench.revision("c", "CREATE INDEX CONCURRENTLY ix ON one (n);", "-", "transaction: false");
    bench.revision("d", "DROP INDEX ix;");
    const auto before = everything();
    const auto steps = bench.rehearse_upgrade();
    REQUIRE(steps.size() == 3);
    CHECK_FALSE(steps[0].unrehearsed.has_value());
    CHECK(steps[1].unrehearsed == run::Unrehearsed::outside_transaction);
    CHECK(steps[2].unrehearsed == run::Unrehearsed::after_such_a_step);
    CHECK(everything() == before);
}

TEST_CASE_FIXTURE(Stage, "a rehearsal stops at a step that uses an enum value of a step before") {
    server.query("CREATE TYPE mood AS ENUM ('sad')");
    bench.revision("b", "ALTER TYPE mood ADD VALUE 'calm';");
    bench.revision("c", "CREATE TABLE c AS SELECT 'calm'::mood AS m;");
    const auto steps = bench.rehearse_upgrade();
    REQUIRE(steps.size() == 2);
    CHECK_FALSE(steps[0].unrehearsed.has_value());
    CHECK(steps[1].unrehearsed == run::Unrehearsed::needs_commit);
    bench.upgrade();
    CHECK(bench.rows() == "c");
}

TEST_CASE("a rehearsal of the first run leaves no table of rev's behind, and no setting of the revision's") {
    const PostgresTestDatabase server;
    Bench bench(server.url());
    bench.revision("a",
                   "CREATE TABLE a (x int);\nSET ROLE pg_monitor;\nSELECT set_config('search_path', '', false);\n"
                   "CREATE TEMPORARY TABLE t (x int);");
    bench.revision("b", "SELECT version_num FROM alembic_version;", "-", "",
                   "-- rev:verify\nSELECT x FROM a LIMIT 0;\n");
    CHECK(bench.rehearse_upgrade().size() == 2);
    CHECK(server.query("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == "0");
    CHECK(bench.query("SELECT current_user || current_setting('search_path')") == "postgres\"$user\", public");
}

TEST_CASE_FIXTURE(Stage, "a rehearsal keeps to the limits for locks") {
    bench.revision("b", "ALTER TABLE one ADD x int;", "-", "statement_lock_timeout: 100ms");
    const auto blocker = bench.connect();
    const std::array<Command, 2> lock{
        Command{.kind = Command::Kind::begin},
        Command{.kind = Command::Kind::sql, .sql = "LOCK TABLE one IN ACCESS SHARE MODE"}};
    blocker->run(lock);
    const auto error = error_of([&] { bench.rehearse_upgrade(); });
    CHECK(error.code() == "lock_not_available");
    CHECK(error.exit_code() == ExitCode::database);
}

}  // namespace
}  // namespace rev::test
