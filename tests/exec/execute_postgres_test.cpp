// Runs on a real PostgreSQL server: see scripts/with-postgres.
#include <doctest/doctest.h>

#include "exec/server.hpp"

namespace rev::test {
namespace {

bool has_table(const Server& on, const std::string& name) {
    return on.server.query("SELECT count(*) FROM pg_tables WHERE tablename = '" + name + "'") == "1";
}

TEST_CASE_FIXTURE(Server, "on PostgreSQL a log of an older rev gets the columns that it lacks") {
    bench.revision("a", "SELECT 1;");
    bench.upgrade();
    bench.run("ALTER TABLE rev_log DROP COLUMN header, DROP COLUMN sql_from, DROP COLUMN run");
    CHECK(bench.log().front().sql_from.empty());
    bench.revision("b", "SELECT 2;");
    bench.upgrade();
    CHECK(bench.log().front().sql_from == "file");
    CHECK(bench.log().back().sql_from.empty());
}

TEST_CASE_FIXTURE(Server, "on PostgreSQL rows, log and server-side durations are written with the step") {
    bench.revision("a", "CREATE TABLE a (x int);\nSELECT pg_sleep(0.05);", "DROP TABLE a;");
    bench.upgrade();
    CHECK(bench.rows() == "a");
    const auto entry = bench.log().at(0);
    CHECK(entry.duration_ms >= 50);
    CHECK(entry.duration_ms < 30'000);
    CHECK(entry.database_user == "postgres");
    CHECK(entry.statements == 2);
    CHECK(entry.started_at.ends_with("Z"));
    bench.downgrade("base");
    CHECK(bench.rows().empty());
    CHECK(bench.events() == "upgrade a,downgrade a");
    CHECK(server.query("SELECT conname FROM pg_constraint WHERE conname LIKE 'alembic%'") == "alembic_version_pkc");
}

TEST_CASE_FIXTURE(Server, "on PostgreSQL a failure is rolled back and located, with the server's facts") {
    bench.revision("a", "CREATE TABLE a (x int UNIQUE);");
    bench.revision("b", "CREATE TABLE b (x int);\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (1);");
    const auto error = bench.upgrade_failure();
    CHECK(error.sqlstate() == "23505");
    CHECK(error.detail().find("already exists") != std::string::npos);
    CHECK(error.location().line == 9);
    CHECK(error.location().line_text == "INSERT INTO a VALUES (1);");
    CHECK(bench.rows() == "a");
    CHECK_FALSE(has_table(*this, "b"));
    CHECK(bench.events() == "upgrade a,fail b");
}

TEST_CASE_FIXTURE(Server, "on PostgreSQL the error position is the file's, behind multibyte text and CRLF too") {
    bench.revision("a", "-- ä\r\nSELECT 'öü', nope;\r\n");
    const auto error = bench.upgrade_failure();
    CHECK(error.location().line == 8);
    CHECK(error.location().column == 14);
    CHECK(error.sqlstate() == "42703");
}

TEST_CASE_FIXTURE(Server, "session settings end with their step") {
    bench.revision("a",
                   "CREATE ROLE exec_test_role;\nSET ROLE exec_test_role;\n"
                   "SELECT pg_catalog.set_config('search_path', '', false);\nSET statement_timeout = '1h';\n"
                   "CREATE TEMPORARY TABLE leftover (x int);");
    bench.revision("b",
                   "CREATE TABLE b AS SELECT current_user::text AS who, current_setting('statement_timeout') AS t;");
    bench.upgrade();
    CHECK(server.query("SELECT who, t FROM public.b") == "postgres|0");
    CHECK(bench.query("SELECT count(*) FROM pg_class WHERE relname = 'leftover'") == "0");
    server.query("DROP ROLE exec_test_role");
}

TEST_CASE_FIXTURE(Server, "COPY with inline data works between other statements, and its errors are located") {
    bench.revision("a",
                   "CREATE TABLE a (x int, y text);\nCOPY a (x, y) FROM stdin;\n1\tone; two\n2\t\\N\n\\.\n\n"
                   "INSERT INTO a VALUES (3, 'three');\nCOPY a FROM stdin;\n4\tfour\n\\.\n");
    bench.revision("b", "SELECT 1;\nCOPY a FROM stdin;\nx\tnot a number\n\\.\n");
    const auto error = bench.upgrade_failure();
    CHECK(server.query("SELECT x, y FROM a ORDER BY x") == "1|one; two\n2|\n3|three\n4|four");
    CHECK(error.sqlstate() == "22P02");
    CHECK(error.location().line >= 8);
    CHECK(error.location().line <= 9);
}

TEST_CASE_FIXTURE(Server, "the tables live in version_table_schema, whatever its name") {
    server.query("CREATE SCHEMA \"My App\"");
    bench.options.table.schema = "My App";
    bench.revision("a", "CREATE TABLE a (x int);");
    bench.upgrade();
    CHECK(bench.rows() == "a");
    CHECK(server.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'My App'") == "2");
}

TEST_CASE("the tables stay where a run found them, whatever its revisions make") {
    const PostgresTestDatabase server;
    Bench bench(server.url() + "?options=-c%20search_path%3Dapp,public");
    bench.revision("a", "CREATE SCHEMA app;\nCREATE TABLE app.alembic_version (version_num VARCHAR(32));");
    bench.revision("b", "SELECT 1;");
    bench.revision("c", "nonsense;");
    CHECK(bench.upgrade_failure().result.rows == std::vector<RevisionId>{"b"});
    CHECK(server.query("SELECT version_num FROM public.alembic_version") == "b");
    CHECK(server.query("SELECT string_agg(event, ',' ORDER BY id) FROM public.rev_log") == "upgrade,upgrade,fail");
    CHECK(server.query("SELECT count(*) FROM app.alembic_version") == "0");
}

TEST_CASE_FIXTURE(Server, "a missing version_table_schema is a clear error") {
    bench.options.table.schema = "nowhere";
    bench.revision("a", "CREATE TABLE a (x int);");
    try {
        bench.upgrade();
        FAIL("the schema was created");
    } catch (const Error& error) {
        CHECK(error.code() == "no_schema");
    }
    CHECK_FALSE(has_table(*this, "a"));
}

TEST_CASE_FIXTURE(Server, "transaction all on PostgreSQL keeps everything or nothing") {
    bench.options.transaction = TransactionMode::all;
    bench.revision("a", "CREATE TABLE a (x int);\nSET ROLE pg_monitor;");
    bench.revision("b", "CREATE TABLE b (x int);");
    bench.upgrade();
    CHECK(bench.events() == "upgrade a,upgrade b");
    bench.revision("c", "CREATE TABLE c (x int);");
    bench.revision("d", "nonsense;");
    CHECK(bench.upgrade_failure().result.steps.empty());
    CHECK(bench.rows() == "b");
    CHECK_FALSE(has_table(*this, "c"));
}

TEST_CASE_FIXTURE(Server, "CREATE INDEX CONCURRENTLY that left an INVALID index is built again by resume") {
    bench.revision("a", "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1), (1);");
    bench.revision("b", "SET lock_timeout = '5s';\nCREATE UNIQUE INDEX CONCURRENTLY \"I x\" ON a (x);\nSELECT 1;", "-",
                   "transaction: false");
    CHECK(bench.upgrade_failure().sqlstate() == "23505");
    const std::string validity = "SELECT indisvalid FROM pg_index WHERE indexrelid = '\"I x\"'::regclass";
    CHECK(server.query(validity) == "f");
    CHECK(state::read_unfinished(bench.database(), {}).at(0).statement == 2);
    server.query("DELETE FROM a WHERE ctid = (SELECT max(ctid) FROM a)");
    bench.resume();
    CHECK(server.query(validity) == "t");
    CHECK(bench.rows() == "b");
    CHECK(bench.reporter.warnings.size() == 1);
}

TEST_CASE_FIXTURE(Server, "an index that was built before the run was cut off counts as done") {
    bench.revision("a", "CREATE TABLE a (x int);");
    bench.revision("b", "CREATE INDEX CONCURRENTLY ix ON public.a (x);\nnonsense;", "-", "transaction: false");
    bench.upgrade_failure();
    server.query("UPDATE rev_progress SET statement = 1, checksum = ''");
    bench.project.write("versions/b.sql",
                        "-- b\n--\n-- revision: b\n-- revises: a\n-- transaction: false\n\n-- rev:upgrade\n"
                        "CREATE INDEX CONCURRENTLY ix ON public.a (x);\n");
    bench.resume();
    CHECK(bench.rows() == "b");
}

TEST_CASE_FIXTURE(Server, "what cannot share a transaction with the ledger counts as done when its effect is there") {
    bench.revision("a", "CREATE TABLE a (x int);\nCREATE INDEX ix ON a (x);\nCREATE TYPE mood AS ENUM ('sad');");
    bench.revision("b", "DROP INDEX CONCURRENTLY ix;\nALTER TYPE mood ADD VALUE 'glad';\nnonsense;", "-",
                   "transaction: false");
    bench.upgrade("a");
    server.query("DROP INDEX ix");
    bench.upgrade_failure();  // a first run must not pass over what is wrong
    CHECK(state::read_unfinished(bench.database(), {}).at(0).statement == 1);
    server.query("ALTER TYPE mood ADD VALUE 'glad'");
    bench.project.write("versions/b.sql",
                        "-- b\n--\n-- revision: b\n-- revises: a\n-- transaction: false\n\n-- rev:upgrade\n"
                        "DROP INDEX CONCURRENTLY ix;\nnonsense;\n");
    CHECK_THROWS(bench.resume());
    CHECK(state::read_unfinished(bench.database(), {}).at(0).statement == 2);
    bench.project.write("versions/b.sql",
                        "-- b\n--\n-- revision: b\n-- revises: a\n-- transaction: false\n\n-- rev:upgrade\n"
                        "DROP INDEX CONCURRENTLY ix;\nALTER TYPE mood ADD VALUE 'glad';\n");
    bench.resume();
    CHECK(bench.rows() == "b");
}

TEST_CASE_FIXTURE(Server, "a block that commits runs alone, every other statement together with the ledger") {
    bench.revision("a",
                   "CREATE TABLE a (x int);\nDO $$ BEGIN INSERT INTO a VALUES (1); COMMIT; INSERT INTO a VALUES (2); "
                   "END $$;\nDO $$ BEGIN INSERT INTO a VALUES (3); END $$;\nCOPY a FROM stdin;\n4\n\\.\n"
                   "INSERT INTO a SELECT 5 / (x - x) FROM a;",
                   "-", "transaction: false");
    bench.upgrade_failure();
    CHECK(server.query("SELECT string_agg(x::text, ',' ORDER BY x) FROM a") == "1,2,3,4");
    CHECK(server.query("SELECT statement FROM rev_progress") == "5");
    // Each row knows the transaction that wrote it.
    CHECK(server.query("SELECT count(DISTINCT xmin::text) FROM a") == "4");
}

TEST_CASE_FIXTURE(Server, "the ledger is written with rev's own rights while a revision has another role") {
    bench.revision("a",
                   "CREATE ROLE exec_ledger_role;\nSET ROLE exec_ledger_role;\nSELECT 1;\nSET SESSION AUTHORIZATION "
                   "exec_ledger_role;\nSELECT 2;\nRESET SESSION AUTHORIZATION;\nRESET ROLE;\nDROP ROLE "
                   "exec_ledger_role;",
                   "-", "transaction: false");
    bench.upgrade();
    CHECK(bench.rows() == "a");
}

TEST_CASE_FIXTURE(Server, "a new enum value that the check could not see gets advice from the failure") {
    bench.revision("a", "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE person (m mood);");
    bench.revision("b", "ALTER TYPE mood ADD VALUE 'calm';\nDO $$ BEGIN INSERT INTO person VALUES ('calm'); END $$;");
    const auto error = bench.upgrade_failure();
    CHECK(error.sqlstate() == "55P04");
    CHECK_FALSE(error.hint().empty());
    CHECK(bench.rows() == "a");
}

TEST_CASE_FIXTURE(Server, "a backend that is terminated in a step leaves nothing of it, and rev finds that out") {
    bench.revision("a", "CREATE TABLE a (x int);");
    bench.revision("b", "CREATE TABLE b (x int);\nSELECT pg_terminate_backend(pg_backend_pid());");
    const auto error = bench.upgrade_failure();
    CHECK(error.code() == "connection_lost");
    CHECK(std::string(error.what()).find("rolled back") != std::string::npos);
    CHECK(error.result.rows == std::vector<RevisionId>{"a"});
    CHECK(bench.rows() == "a");
    CHECK_FALSE(has_table(*this, "b"));
    CHECK(bench.events() == "upgrade a,fail b");
}

TEST_CASE_FIXTURE(Server, "the offline script, run by psql, gives the schema and rows of the online run") {
    const auto fill = [](Bench& to) {
        to.revision("a",
                    "CREATE TABLE a (x text DEFAULT 'it''s; \\ fine');\r\nINSERT INTO a DEFAULT VALUES;\nCOPY a "
                    "FROM stdin;\nfrom copy\n\\.\nSELECT set_config('search_path', '', false);");
        to.revision("b", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$");
        to.revision("c", "CREATE INDEX CONCURRENTLY i ON a (x)", "-", "transaction: false");
    };
    fill(bench);
    bench.upgrade();
    Server offline;
    fill(offline.bench);
    const auto ran =
        run_program({"psql", "-X", "-q", "-f", "-", offline.server.url()},
                    {.directory = ".", .environment = {}, .standard_input = offline.bench.upgrade_script()});
    CHECK(ran.exit_code == 0);
    CHECK(ran.err.empty());
    const auto state = [](const Server& on) {
        return on.server.query("SELECT indexdef FROM pg_indexes WHERE tablename = 'a'") + "\n" +
               on.server.query("SELECT prosrc FROM pg_proc WHERE proname = 'f'") + "\n" +
               on.server.query("SELECT x FROM a") + "\n" + on.server.query("SELECT version_num FROM alembic_version");
    };
    CHECK(state(offline) == state(*this));
    CHECK(state(offline).ends_with("\nc"));
}

}  // namespace
}  // namespace rev::test
