// Steps that share a transaction, in `--transaction all` and in rehearsals: a step ends as if its own were committed.
#include <doctest/doctest.h>

#include "exec/exec_support.hpp"

namespace rev::test {
namespace {

Error rehearsal_failure(Bench& bench) {
    try {
        bench.rehearse_upgrade("heads");
    } catch (const Error& error) {
        return error;
    }
    throw std::runtime_error("the rehearsal passed");
}

void write_savepoint_revisions(Bench& bench) {
    bench.revision("a", "SAVEPOINT s;\nCREATE TABLE t (x int);");
    bench.revision("b", "ROLLBACK TO SAVEPOINT s;\nCREATE TABLE u (x int);");
}

TEST_CASE("on SQLite a savepoint ends with its step, however the plan is run") {
    Bench alone;
    write_savepoint_revisions(alone);
    const auto expected = alone.upgrade_failure();
    CHECK(alone.rows() == "a");

    Bench bench;
    write_savepoint_revisions(bench);
    const auto rehearsed = rehearsal_failure(bench);
    CHECK(std::string(rehearsed.what()) == expected.what());
    CHECK(rehearsed.location().line == expected.location().line);
    bench.options.transaction = TransactionMode::all;
    const auto error = bench.upgrade_failure();
    CHECK(std::string(error.what()) == expected.what());
    CHECK(error.location().line == expected.location().line);
    CHECK(error.location().file.ends_with("b.sql"));
    CHECK(bench.query("SELECT count(*) FROM sqlite_master WHERE name IN ('t', 'u')") == "0");
}

TEST_CASE("on SQLite a step may use savepoints of its own in a shared transaction") {
    Bench bench;
    bench.options.transaction = TransactionMode::all;
    bench.revision("a", "CREATE TABLE t (x);\nSAVEPOINT s;\nINSERT INTO t VALUES (1);\nROLLBACK TO s;\nRELEASE s;");
    bench.revision("b", "SAVEPOINT s;\nINSERT INTO t VALUES (2);\nSAVEPOINT s;\nINSERT INTO t VALUES (3);");
    bench.rehearse_upgrade("heads");
    bench.upgrade();
    CHECK(bench.query("SELECT group_concat(x) FROM t") == "2,3");
}

TEST_CASE("a verify section sets no savepoint") {
    Bench bench;
    bench.revision("a", "CREATE TABLE t (x);", "-", "", "-- rev:verify\nSAVEPOINT s;\n");
    try {
        bench.upgrade();
        FAIL("it ran");
    } catch (const Error& error) {
        CHECK(error.code() == "bad_verify");
    }
}

}  // namespace
}  // namespace rev::test
