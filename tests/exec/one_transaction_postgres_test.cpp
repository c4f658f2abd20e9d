// Steps that share a transaction, in `--transaction all` and in rehearsals: a step ends as if its own were committed.
#include <doctest/doctest.h>

#include "exec/server.hpp"

namespace rev::test {
namespace {

/// Where the steps of a plan share a transaction.
struct SharedTransactionServer : Server {
    Error rehearsal_failure() {
        try {
            bench.rehearse_upgrade("heads");
        } catch (const Error& error) {
            return error;
        }
        throw std::runtime_error("the rehearsal passed");
    }
    Error failure_of_all() {
        bench.options.transaction = TransactionMode::all;
        return bench.upgrade_failure();
    }
    [[nodiscard]] std::string tables() const {
        return server.query("SELECT count(*) FROM pg_class WHERE relname IN ('t', 'u', 'p', 'c')");
    }
};

TEST_CASE_FIXTURE(SharedTransactionServer, "on PostgreSQL a savepoint ends with its step, however the plan is run") {
    bench.revision("a", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nSAVEPOINT s;\nCREATE TABLE t (x int);");
    bench.revision("b", "ROLLBACK TO SAVEPOINT s;\nCREATE TABLE u (x int);");
    for (const auto& error : {rehearsal_failure(), failure_of_all()}) {
        CHECK(error.sqlstate() == "3B001");
        CHECK(error.location().file.ends_with("b.sql"));
        CHECK(error.location().line == 7);
    }
    CHECK(tables() == "0");
}

TEST_CASE_FIXTURE(SharedTransactionServer,
                  "on PostgreSQL a step may use savepoints of its own in a shared transaction") {
    bench.options.transaction = TransactionMode::all;
    bench.revision("a",
                   "CREATE TABLE t (x int);\nCOPY t FROM stdin; SAVEPOINT s;\n1\n\\.\nINSERT INTO t VALUES (2);\n"
                   "ROLLBACK TO s;\nRELEASE s;");
    bench.revision("b", "SAVEPOINT s;\nINSERT INTO t VALUES (3);\nSAVEPOINT s;\nINSERT INTO t VALUES (4);");
    bench.rehearse_upgrade("heads");
    bench.upgrade();
    CHECK(server.query("SELECT string_agg(x::text, ',' ORDER BY x) FROM t") == "1,3,4");
}

TEST_CASE_FIXTURE(SharedTransactionServer, "SET CONSTRAINTS ends with its step, however the plan is run") {
    bench.revision(
        "a",
        "CREATE TABLE p (id int PRIMARY KEY);\n"
        "CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY IMMEDIATE);\nSET CONSTRAINTS ALL DEFERRED;");
    bench.revision("b", "INSERT INTO c VALUES (2); INSERT INTO p VALUES (2);");
    CHECK(rehearsal_failure().sqlstate() == "23503");
    CHECK(failure_of_all().sqlstate() == "23503");
    CHECK(tables() == "0");
}

TEST_CASE_FIXTURE(SharedTransactionServer,
                  "a constraint that is deferred by its definition stays so behind SET CONSTRAINTS IMMEDIATE") {
    bench.revision("a",
                   "CREATE TABLE p (id int PRIMARY KEY);\n"
                   "CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);\n"
                   "SET CONSTRAINTS ALL IMMEDIATE;");
    bench.revision("b", "INSERT INTO c VALUES (2); INSERT INTO p VALUES (2);");
    bench.rehearse_upgrade("heads");
    bench.options.transaction = TransactionMode::all;
    bench.upgrade();
    CHECK(server.query("SELECT p FROM c") == "2");
}

TEST_CASE_FIXTURE(SharedTransactionServer,
                  "a SET TRANSACTION that comes too late in its own step fails in the rehearsal too") {
    bench.revision("a", "CREATE TABLE t (x int);\nSET TRANSACTION ISOLATION LEVEL REPEATABLE READ;");
    const auto rehearsed = rehearsal_failure();
    const auto run = bench.upgrade_failure();
    CHECK(rehearsed.sqlstate() == "25001");
    CHECK(rehearsed.location().line == run.location().line);
    CHECK(std::string(rehearsed.what()) == run.what());
}

}  // namespace
}  // namespace rev::test
