// Guards and repeated statements on PostgreSQL: asked of the server, within the step's transaction.
#include <doctest/doctest.h>

#include "base/text.hpp"
#include "exec/exec_support.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

struct Guarded {
    PostgresTestDatabase server;
    Bench bench{server.url()};

    /// Whether a statement below the guard runs.
    bool runs(const std::string& guard, const std::string& before = {}) {
        const auto id = "g" + std::to_string(++number_);
        bench.revision(id, before + "\n-- rev:if " + guard + "\nINSERT INTO public.seen VALUES ('" + id + "');");
        bench.upgrade();
        return server.query("SELECT count(*) FROM public.seen WHERE x = '" + id + "'") == "1";
    }

    /// The Error of an upgrade of this SQL, which leaves nothing but its row in the log.
    RunError failure(const std::string& sql, const std::string& header = {}) {
        bench.revision("f" + std::to_string(++number_), sql, "-", header);
        return bench.upgrade_failure();
    }

    std::string columns(const std::string& table) {
        return server.query(
            "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attnum > 0 AND NOT "
            "attisdropped AND attrelid = '" +
            table + "'::regclass");
    }

private:
    int number_ = 0;
};

TEST_CASE_FIXTURE(Guarded, "things are found by kind and name, as the session would find them") {
    server.query(
        "CREATE TABLE seen (x text); CREATE SCHEMA app; CREATE TABLE app.\"My.Table\" (\"a.b\" int, gone int, "
        "CONSTRAINT positive CHECK (\"a.b\" > 0)); ALTER TABLE app.\"My.Table\" DROP COLUMN gone;"
        "CREATE VIEW app.v AS SELECT 1 AS x; CREATE MATERIALIZED VIEW mv AS SELECT 1 AS x;"
        "CREATE INDEX i ON app.\"My.Table\" (\"a.b\"); CREATE TYPE app.mood AS ENUM ('ok');"
        "CREATE TABLE parted (x int) PARTITION BY RANGE (x)");
    CHECK(runs("table app.\"My.Table\""));
    CHECK_FALSE(runs("table app.My"));
    CHECK_FALSE(runs("table \"My.Table\""));
    CHECK(runs("table \"My.Table\"", "SET LOCAL search_path TO app;"));
    CHECK(runs("table PARTED"));
    CHECK_FALSE(runs("table app.v"));
    CHECK(runs("column app.\"My.Table\".\"a.b\""));
    CHECK_FALSE(runs("column app.\"My.Table\".gone"));
    CHECK_FALSE(runs("column app.\"My.Table\".ctid"));
    CHECK_FALSE(runs("column no.such.thing"));
    CHECK(runs("view app.v"));
    CHECK(runs("view mv"));
    CHECK_FALSE(runs("view parted"));
    CHECK(runs("index app.i"));
    CHECK_FALSE(runs("index i"));
    CHECK(runs("constraint app.\"My.Table\".positive"));
    CHECK_FALSE(runs("constraint app.\"My.Table\".negative"));
    CHECK(runs("type app.mood"));
    CHECK(runs("type integer"));
    CHECK_FALSE(runs("type mood"));
    CHECK(runs("SELECT NULL"));
    CHECK_FALSE(runs("SELECT 1 WHERE false -- no"));
    CHECK(runs("WITH w AS (SELECT 1) SELECT * FROM w;"));
    CHECK(runs("SELECT E'\\'; --' FROM pg_class"));
}

TEST_CASE_FIXTURE(Guarded, "what is created is looked for in its own schema") {
    server.query(
        "CREATE TABLE t (x int); CREATE SCHEMA tenant; CREATE TABLE tenant.u (x int); CREATE INDEX i ON t (x)");
    bench.revision(
        "r",
        "SET LOCAL search_path TO tenant, public;\n-- rev:unless table t\nCREATE TABLE t (y int);\n"
        "-- rev:unless index i\nCREATE INDEX i ON u (x);\n-- rev:unless index i\nCREATE INDEX i ON u (x);\n"
        "-- rev:unless table t\nCREATE TEMP TABLE t (z int);\n-- rev:unless type t\nCREATE TYPE t AS ENUM ();");
    const auto result = bench.upgrade();
    CHECK(columns("tenant.t") == "y");
    CHECK(server.query("SELECT count(*) FROM pg_class WHERE relname = 'i'") == "2");
    CHECK(result.steps.at(0).notes.size() == 2);
}

TEST_CASE_FIXTURE(Guarded,
                  "half of a section that is there already is left out, in one transaction or statement by statement") {
    for (const std::string header : {"", outside_header}) {
        const auto table = header.empty() ? std::string("t1") : std::string("t2");
        server.query("CREATE TABLE " + table + " (a int, b int)");
        bench.revision(table,
                       "INSERT INTO " + table + " VALUES (1, 2);\n-- rev:unless column " + table + ".b\nALTER TABLE " +
                           table + " ADD b int;\n-- rev:unless column " + table + ".c\nALTER TABLE " + table +
                           " ADD c int;\n-- rev:unless table " + table + "\nCOPY " + table +
                           " FROM stdin; SELECT 1;\n1\t2\t3\n\\.\nUPDATE " + table + " SET c = 3;",
                       "-", header);
        const auto result = bench.upgrade();
        CHECK(server.query("SELECT * FROM " + table) == "1|2|3");
        CHECK(result.steps.at(0).notes.size() == 2);
        CHECK(bench.log().front().notes == result.steps[0].notes);
        CHECK(bench.log().front().statements == 4);
    }
}

TEST_CASE_FIXTURE(Guarded, "several steps in one transaction ask within it") {
    bench.options.transaction = TransactionMode::all;
    bench.revision("a", "CREATE TABLE t (a int);\nSAVEPOINT s;\nINSERT INTO t VALUES (1);");
    bench.revision(
        "b", "-- rev:unless column t.b\nALTER TABLE t ADD b int;\n-- rev:unless column t.a\nALTER TABLE t ADD a int;");
    bench.upgrade();
    CHECK(columns("t") == "a,b");
    CHECK(bench.log().front().notes.size() == 1);
}

TEST_CASE_FIXTURE(Guarded, "a column of another type is told") {
    server.query(
        "CREATE TABLE t (a varchar(10), b numeric(10), c timestamptz, d int, e int[], f \"char\", g bpchar, h text)");
    bench.revision("r",
                   "-- rev:unless column t.a\nALTER TABLE t ADD a varchar(20);\n"
                   "-- rev:unless column t.b\nALTER TABLE t ADD b decimal(10, 0) NOT NULL DEFAULT (1);\n"
                   "-- rev:unless column t.c\nALTER TABLE t ADD COLUMN c timestamp with time zone;\n"
                   "-- rev:unless column t.d\nALTER TABLE t ADD COLUMN IF NOT EXISTS d serial;\n"
                   "-- rev:unless column t.e\nALTER TABLE t ADD x int, ADD e integer[];\n"
                   "-- rev:unless column t.h\nALTER TABLE t ADD h int;");
    bench.upgrade();
    REQUIRE(bench.reporter.warnings.size() == 2);
    CHECK(bench.reporter.warnings[0].find("but as character varying(10) and not as varchar(20)") != std::string::npos);
    CHECK(bench.reporter.warnings[1].find("but as text and not as int") != std::string::npos);
}

TEST_CASE("a guard that writes stops the step at its line, and has written nothing") {
    for (const std::string header : {"", outside_header}) {
        Guarded guarded;
        guarded.server.query(
            "CREATE TABLE t (x int); CREATE FUNCTION w() RETURNS int LANGUAGE sql AS "
            "'INSERT INTO t VALUES (1) RETURNING 1'");
        const auto writes = guarded.failure("SELECT 1;\n-- rev:if SELECT 1 FROM w() x WHERE x = 1\nSELECT 1;", header);
        CHECK(writes.code() == "guard_failed");
        CHECK(writes.location().line_text.starts_with("-- rev:if SELECT"));
        CHECK(writes.hint().starts_with("a guard only asks"));
        CHECK(guarded.server.query("SELECT count(*) FROM t") == "0");
        CHECK_FALSE(guarded.bench.database().in_transaction());
    }
}

TEST_CASE_FIXTURE(Guarded, "an INVALID index is there, and told") {
    server.query("CREATE TABLE t (x int); INSERT INTO t VALUES (1), (1)");
    CHECK_THROWS(server.query("CREATE UNIQUE INDEX CONCURRENTLY i ON t (x)"));
    bench.revision("r", "-- rev:unless index i\nCREATE UNIQUE INDEX CONCURRENTLY i ON t (x);", "-", outside_header);
    bench.upgrade();
    REQUIRE(bench.reporter.warnings.size() == 1);
    CHECK(bench.reporter.warnings[0].find("the index i is there already, but INVALID") != std::string::npos);
}

TEST_CASE_FIXTURE(Guarded, "a rehearsal asks, and says what it left out") {
    server.query("CREATE TABLE t (a int)");
    bench.revision(
        "r", "-- rev:unless column t.a\nALTER TABLE t ADD a int;\n-- rev:unless column t.b\nALTER TABLE t ADD b int;");
    const auto rehearsed = bench.rehearse_upgrade();
    CHECK(rehearsed.at(0).remarks.size() == 1);
    CHECK(columns("t") == "a");
}

TEST_CASE_FIXTURE(Guarded, "a repeated statement commits each batch with the ledger's count") {
    server.query("CREATE TABLE t AS SELECT g AS id, 0 AS x FROM generate_series(1, 35) g");
    bench.revision("r",
                   "-- rev:repeat pause=1ms\nWITH few AS (SELECT id FROM t WHERE x = 0 LIMIT 10)\n"
                   "UPDATE t SET x = x + 1 FROM few WHERE few.id = t.id RETURNING t.id;\n"
                   "CREATE INDEX CONCURRENTLY i ON t (x);\n-- rev:repeat\nINSERT INTO t VALUES (1, 1);",
                   "-", outside_header);
    std::string ledger;
    bench.reporter.on_batch = [&] {
        if (server.query("SELECT statement FROM rev_progress") == "1")
            ledger += server.query("SELECT batches || ' ' || batch_rows FROM rev_progress") + ", ";
    };
    bench.options.max_batches = 8;
    const auto stopped = bench.upgrade_failure();
    CHECK(stopped.code() == "batches_left");
    CHECK(ledger == "1 10, 2 20, 3 30, 4 35, ");
    CHECK(server.query("SELECT count(*) FROM t WHERE x = 1") == "38");
    CHECK(bench.log().front().event == "fail");
    CHECK(bench.log().front().notes.size() == 2);
    CHECK(server.query("SELECT batches || ' ' || notes FROM rev_progress").starts_with("3 "));
}

TEST_CASE_FIXTURE(Guarded, "a lost connection between batches is taken up with no row twice or left out") {
    server.query("CREATE TABLE t AS SELECT g AS id, 0 AS x FROM generate_series(1, 30) g");
    bench.revision(
        "r", "-- rev:repeat\nUPDATE t SET x = x + 1 WHERE id IN (SELECT id FROM t WHERE x = 0 LIMIT 10);\nSELECT 1;",
        "-", outside_header);
    int batches = 0;
    bench.reporter.on_batch = [&] {
        if (++batches == 2)
            server.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND "
                "pid <> pg_backend_pid()");
    };
    const auto lost = bench.upgrade_failure();
    CHECK(lost.code() == "connection_lost");
    CHECK(std::string(lost.what()).find("after 2 batches of 20 rows") != std::string::npos);
    bench.resume();
    CHECK(server.query("SELECT count(*) FROM t WHERE x = 1") == "30");
    CHECK(bench.log().front().notes.at(0).batches == 3);
}

TEST_CASE_FIXTURE(Guarded, "a script decides by itself, and repeats") {
    server.query("CREATE TABLE t (a int, x int DEFAULT 0); INSERT INTO t SELECT g FROM generate_series(1, 25) g");
    bench.revision("r",
                   "-- rev:unless column t.a\nALTER TABLE t ADD a int;\n-- rev:if table t\n-- rev:unless column t.b\n"
                   "ALTER TABLE t ADD b text DEFAULT E'it\\'s $rev$ :x';\nSELECT 1;");
    bench.revision("s",
                   "-- rev:if column t.b\n-- rev:repeat pause=1ms\nUPDATE t SET x = x + 1 WHERE a IN (SELECT a FROM t "
                   "WHERE x = 0 LIMIT 10);",
                   "-", outside_header);
    const auto script = bench.upgrade_script();
    CHECK(script.find("IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_attribute") != std::string::npos);
    const auto result = run_program({"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", server.url(), "-f", "-"},
                                    {bench.project.path(), {}, script});
    INFO(script);
    INFO(result.err);
    CHECK(result.exit_code == 0);
    CHECK(result.err.find("skipped") != std::string::npos);
    CHECK(columns("t") == "a,x,b");
    CHECK(server.query("SELECT count(*) FROM t WHERE x = 1 AND b = 'it''s $rev$ :x'") == "25");
    CHECK(server.query("SELECT version_num FROM alembic_version") == "s");
}

TEST_CASE_FIXTURE(Guarded, "what cannot stand in a block is refused for a script, with its line") {
    for (const std::string sql : {"CREATE INDEX CONCURRENTLY i ON t (x);", "VACUUM;", "COPY t FROM stdin;\n\\.\n"}) {
        Bench one{server.url()};
        one.revision("r", "-- rev:if table t\n" + sql, "-", outside_header);
        auto options = one.prepare_options();
        const auto graph = one.graph();
        CHECK_NOTHROW(static_cast<void>(run::prepare(plan_upgrade(graph, {}, "head"), one.scripts(), options)));
        options.is_script = true;
        try {
            static_cast<void>(run::prepare(plan_upgrade(graph, {}, "head"), one.scripts(), options));
            FAIL("it was not refused");
        } catch (const Error& error) {
            CHECK(error.code() == "script_cannot_decide");
            CHECK(error.location().line_text == "-- rev:if table t");
        }
    }
}

}  // namespace
}  // namespace rev::test
