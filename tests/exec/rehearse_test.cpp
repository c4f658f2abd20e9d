// Rehearsals on SQLite.
#include <doctest/doctest.h>

#include "exec/exec_support.hpp"

namespace rev::test {
namespace {

using Names = std::vector<std::string>;

/// A database with two tables, at revision a.
struct Stage {
    Bench bench;

    Stage() {
        bench.revision("a",
                       "CREATE TABLE one (id INTEGER PRIMARY KEY, n INTEGER);\nCREATE TABLE two (id INTEGER);\n"
                       "INSERT INTO one (n) VALUES (1), (2), (3);\n"
                       "CREATE TRIGGER g AFTER UPDATE ON one WHEN new.n > 100 BEGIN DELETE FROM two; END;");
        bench.upgrade();
    }
    [[nodiscard]] std::string file() const { return bench.project.read("test.db"); }
};

TEST_CASE_FIXTURE(Stage, "on SQLite a rehearsal tells rows and altered tables, and leaves the file as it was") {
    bench.revision("b", "UPDATE one SET n = n + 1 WHERE n > 1;");
    bench.revision("c", "CREATE INDEX ix ON one (n);");
    bench.revision("d", "ALTER TABLE two RENAME TO three;\nCREATE TABLE four (x);\nINSERT INTO four VALUES (1);");
    bench.revision("e", "");
    const auto before = file();
    const auto steps = bench.rehearse_upgrade();
    REQUIRE(steps.size() == 4);
    CHECK(steps[0].effects.rows == 2);
    CHECK(steps[0].effects.altered.empty());
    CHECK(steps[0].effects.written == Names{"one", "two"});  // two by the trigger
    CHECK(steps[1].effects.written.empty());
    CHECK(steps[1].effects.rows == 0);
    CHECK(steps[1].effects.altered == Names{"one"});
    CHECK(steps[2].effects.rows == 1);
    CHECK(steps[2].effects.altered == Names{"one", "two"});  // the trigger of one names two
    CHECK(steps[2].effects.written.empty());
    CHECK(steps[3].effects.rows == 0);
    CHECK(steps[3].effects.altered.empty());
    CHECK_FALSE(bench.database().in_transaction());
    CHECK(file() == before);
    CHECK(bench.events() == "upgrade a");
    bench.upgrade();
    CHECK(bench.rows() == "e");
}

TEST_CASE_FIXTURE(Stage, "on SQLite a step that fails in a rehearsal says what a run says") {
    bench.revision("b", "CREATE TABLE b (x);\nINSERT INTO nowhere VALUES (1);");
    const auto before = file();
    try {
        bench.rehearse_upgrade();
        FAIL("the rehearsal went well");
    } catch (const Error& error) {
        CHECK(file() == before);
        CHECK(error.exit_code() == ExitCode::revision_failed);
        CHECK(std::string(error.what()) == bench.upgrade_failure().what());
    }
}

TEST_CASE_FIXTURE(Stage, "on SQLite a rehearsal stops at a step that runs outside a transaction") {
    bench.revision("b", "DELETE FROM one;");
    bench.revision("c", "VACUUM;", "-", "transaction: false");
    bench.revision("d", "DROP TABLE one;");
    const auto before = file();
    const auto steps = bench.rehearse_upgrade();
    REQUIRE(steps.size() == 3);
    CHECK(steps[0].effects.rows == 3);
    CHECK(steps[1].unrehearsed == run::Unrehearsed::outside_transaction);
    CHECK(steps[2].unrehearsed == run::Unrehearsed::after_such_a_step);
    CHECK(file() == before);
}

TEST_CASE_FIXTURE(Stage, "on SQLite a rehearsal finds rows that would refer to nothing") {
    bench.options.sqlite_foreign_keys = true;
    bench.revision("b", "CREATE TABLE child (one INTEGER REFERENCES one DEFERRABLE INITIALLY DEFERRED);", "-",
                   "sqlite_foreign_keys: false");
    bench.revision("c", "INSERT INTO child VALUES (99);");
    try {
        bench.rehearse_upgrade();
        FAIL("the rehearsal went well");
    } catch (const Error& error) {
        CHECK(error.code() == "foreign_key_violation");
        CHECK(error.exit_code() == ExitCode::revision_failed);
    }
    CHECK(bench.rows() == "a");
    CHECK(bench.query("PRAGMA foreign_keys") == "0");
}

TEST_CASE("on SQLite a rehearsal of the first run leaves no table behind") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);", "-", "", "-- rev:verify\nSELECT version_num FROM alembic_version;\n");
    CHECK(bench.rehearse_upgrade().size() == 1);
    CHECK(bench.query("SELECT count(*) FROM sqlite_master") == "0");
}

TEST_CASE_FIXTURE(Stage, "a run that stopped half-way has to be closed before a rehearsal") {
    bench.revision("b", "SELECT 1;\nnonsense;", "-", "transaction: false");
    bench.upgrade_failure();
    try {
        bench.rehearse_upgrade();
        FAIL("the rehearsal went well");
    } catch (const Error& error) {
        CHECK(error.code() == "unfinished_run");
    }
}

}  // namespace
}  // namespace rev::test
