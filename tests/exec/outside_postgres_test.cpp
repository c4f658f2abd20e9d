// Revisions outside a transaction on PostgreSQL: what is there again, and what is said, after a stop.
#include <doctest/doctest.h>

#include <future>

#include "exec/server.hpp"
#include "run/session_state.hpp"
#include "run/verify.hpp"
#include "support/wait_until.hpp"

namespace rev::test {
namespace {

constexpr auto outside = "transaction: false";
/// What a section sets for itself is looked at.
constexpr auto without_limit = "transaction: false\nstatement_lock_timeout: 0";

/// Where runs stop and are resumed.
struct ResumedServer : Server {
    /// What the last statement of a section saw after `rev resume` in a new session.
    std::string seen_after_resume(const std::string& sets, const std::string& asks) {
        bench.revision("r" + std::to_string(++revisions_),
                       sets + "\nCREATE TABLE public.seen AS SELECT (" + asks +
                           ")::text AS x, 1 / (SELECT count(*) FROM public.gate);",
                       "-", without_limit);
        server.query(
            "CREATE TABLE IF NOT EXISTS public.gate (x int); GRANT ALL ON SCHEMA public TO PUBLIC;"
            "GRANT ALL ON public.gate TO PUBLIC");
        server.query("TRUNCATE public.gate");
        bench.upgrade_failure();
        bench.database().reconnect();
        server.query("INSERT INTO public.gate VALUES (1)");
        bench.resume();
        const auto seen = server.query("SELECT x FROM public.seen");
        server.query("DROP TABLE public.seen");
        return seen;
    }

    Error refusal(const std::string& sets) {
        bench.revision("r" + std::to_string(++revisions_), sets + "\nSELECT 1 / 0;", "-", outside);
        bench.upgrade_failure();
        bench.database().reconnect();
        try {
            bench.resume();
        } catch (const Error& error) {
            repair(bench.database(), {}, "r" + std::to_string(revisions_), run::RepairOutcome::applied);
            return error;
        }
        throw std::runtime_error("the run was resumed");
    }

private:
    int revisions_ = 0;
};

TEST_CASE_FIXTURE(ResumedServer, "resume makes the settings again that the session had, however they were made") {
    server.query("CREATE SCHEMA app");
    const std::string path = "current_setting('search_path')";
    CHECK(seen_after_resume("SELECT pg_catalog.set_config('search_path', 'app', false);", path) == "app");
    CHECK(seen_after_resume("SET search_path TO app, \"$user\", public;", path) == "app, \"$user\", public");
    CHECK(seen_after_resume("DO $$ BEGIN EXECUTE 'SET search_path TO app'; END $$;", path) == "app");
    CHECK(seen_after_resume("BEGIN;\nSET search_path TO app;\nCOMMIT;", path) == "app");
    CHECK(seen_after_resume("SET search_path TO app;\nSET work_mem = '7MB';\nSELECT 1;",
                            "current_setting('work_mem')") == "7MB");
    CHECK(seen_after_resume("SET TIME ZONE 'Asia/Tokyo';\nVACUUM;", "current_setting('TimeZone')") == "Asia/Tokyo");
    CHECK(seen_after_resume("SET app.tenant = 'seven';", "current_setting('app.tenant', true)") == "seven");
    CHECK(seen_after_resume("SELECT set_config('app.tenant', 'it''s', false);", "current_setting('app.tenant')") ==
          "it's");
}

TEST_CASE_FIXTURE(ResumedServer, "resume does not make again what the section itself had ended") {
    const std::string timeout = "current_setting('lock_timeout')";
    CHECK(seen_after_resume("BEGIN;\nSET lock_timeout = '7s';\nROLLBACK;", timeout) == "0");
    CHECK(seen_after_resume("BEGIN;\nSET LOCAL lock_timeout = '7s';\nCOMMIT;", timeout) == "0");
    CHECK(seen_after_resume("SELECT set_config('lock_timeout', '7s', true);", timeout) == "0");
    CHECK(seen_after_resume("SET lock_timeout = '7s';\nRESET lock_timeout;", timeout) == "0");
    CHECK(seen_after_resume("SET lock_timeout = '7s';\nRESET ALL;", timeout) == "0");
    CHECK(seen_after_resume("SET lock_timeout = '7s';\nSET lock_timeout = '3s';", timeout) == "3s");
}

TEST_CASE_FIXTURE(ResumedServer, "resume takes the limits that the configuration has now") {
    bench.limits.lock_timeout = std::chrono::milliseconds(1234);
    bench.revision("a", "SELECT 1;\nCREATE TABLE seen AS SELECT current_setting('lock_timeout') AS x FROM gate;", "-",
                   outside);
    bench.upgrade_failure();
    bench.limits.lock_timeout = std::chrono::milliseconds(4321);
    bench.database().reconnect();
    server.query("CREATE TABLE gate AS SELECT 1");
    bench.resume();
    CHECK(server.query("SELECT x FROM seen") == "4321ms");
}

TEST_CASE_FIXTURE(ResumedServer, "resume works with the role that the section had, and refuses where it may not") {
    server.query("DROP ROLE IF EXISTS outside_role; CREATE ROLE outside_role");
    CHECK(seen_after_resume("SET ROLE outside_role;", "current_user") == "outside_role");
    CHECK(seen_after_resume("SET SESSION AUTHORIZATION outside_role;", "session_user") == "outside_role");
    CHECK(seen_after_resume("SET ROLE outside_role;\nRESET ROLE;", "current_user") == "postgres");
    bench.revision("a", "CREATE ROLE outside_gone;\nSET ROLE outside_gone;\nSELECT 1 / 0;", "-", outside);
    bench.upgrade_failure();
    bench.database().reconnect();
    server.query("DROP ROLE outside_gone; DROP OWNED BY outside_role; DROP ROLE outside_role");
    try {
        bench.resume();
        FAIL("the run was resumed with another role");
    } catch (const Error& error) {
        CHECK(error.code() == "session_lost");
        CHECK(std::string(error.what()).find("outside_gone") != std::string::npos);
    }
}

TEST_CASE_FIXTURE(ResumedServer, "resume refuses where something of the session is gone, and says what") {
    for (const auto& each : {std::pair("CREATE TEMP TABLE batch AS SELECT 1 AS x;", "batch"),
                             {"CREATE TABLE pg_temp.batch2 (x int);", "batch2"},
                             {"SELECT 1 AS x INTO TEMP batch3;", "batch3"},
                             {"PREPARE q1 AS SELECT 1;", "q1"},
                             {"BEGIN;\nDECLARE c1 CURSOR WITH HOLD FOR SELECT 1;\nCOMMIT;", "c1"},
                             {"LISTEN channel1;", "channel1"}}) {
        const auto& sets = each.first;
        const auto& named = each.second;
        CAPTURE(sets);
        const auto error = refusal(sets);
        CHECK(error.code() == "session_lost");
        CHECK(error.exit_code() == ExitCode::database);
        CHECK(std::string(error.what()).find(named) != std::string::npos);
        CHECK(error.hint().find("--not-applied") != std::string::npos);
        CHECK(error.location().line > 0);
    }
    CHECK(refusal("CREATE TEMP TABLE batch (x int);\nDROP TABLE batch;").sqlstate() == "22012");
    CHECK(refusal("PREPARE q AS SELECT 1;\nDEALLOCATE q;").sqlstate() == "22012");
}

TEST_CASE_FIXTURE(ResumedServer, "a run that an older rev began makes its SET statements again") {
    bench.revision(
        "a", "SET lock_timeout = '7s';\nCREATE TABLE seen AS SELECT current_setting('lock_timeout') AS x FROM gate;",
        "-", outside);
    bench.upgrade_failure();
    server.query("ALTER TABLE rev_progress DROP COLUMN session, DROP COLUMN invalid_indexes");
    server.query("CREATE TABLE gate AS SELECT 1");
    bench.database().reconnect();
    bench.resume();
    CHECK(server.query("SELECT x FROM seen") == "7s");
}

TEST_CASE_FIXTURE(ResumedServer,
                  "a CREATE INDEX CONCURRENTLY without a name leaves no INVALID index when it is built again") {
    server.query("CREATE TABLE a (x int); INSERT INTO a VALUES (1), (1); CREATE TABLE b (x int)");
    server.query("INSERT INTO b VALUES (1), (1)");
    const std::string invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
    CHECK_THROWS(server.query("CREATE UNIQUE INDEX CONCURRENTLY ON a (x)"));  // somebody else's, which stays
    bench.revision("r", "SET lock_timeout = '5s';\nCREATE UNIQUE INDEX CONCURRENTLY ON public.a (x);", "-", outside);
    bench.upgrade_failure();
    CHECK_THROWS(bench.resume());
    CHECK_THROWS(bench.resume());
    CHECK(server.query(invalid) == "2");
    CHECK_THROWS(server.query("CREATE UNIQUE INDEX CONCURRENTLY ON b (x)"));  // and on another table
    server.query("DELETE FROM a WHERE ctid = (SELECT max(ctid) FROM a)");
    bench.database().reconnect();
    bench.resume();
    CHECK(server.query(invalid) == "2");
    CHECK(server.query("SELECT count(*) FROM pg_index WHERE indrelid = 'a'::regclass AND indisvalid") == "1");
}

TEST_CASE_FIXTURE(ResumedServer, "a REINDEX CONCURRENTLY that failed leaves no INVALID index when it runs again") {
    server.query("CREATE TABLE a (x int); INSERT INTO a VALUES (1)");
    server.query("CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1'");
    server.query("CREATE INDEX a_f ON a (f(x))");
    server.query("CREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 / 0'");
    bench.revision("r", "REINDEX INDEX CONCURRENTLY a_f;", "-", outside);
    bench.upgrade_failure();
    CHECK_THROWS(bench.resume());
    CHECK(server.query("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "1");
    server.query("CREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1'");
    bench.database().reconnect();
    bench.resume();
    CHECK(server.query("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0");
}

TEST_CASE_FIXTURE(ResumedServer, "a verify section sees what its section has set, in both transaction modes") {
    server.query("CREATE SCHEMA app; CREATE TABLE app.t (x int)");
    for (const auto* header : {"transaction: true", "transaction: false"}) {
        CAPTURE(header);
        bench.revision(header + 13, "SET search_path TO app;\nSET ROLE pg_monitor;\nCREATE TEMP TABLE batch (x int);",
                       "-", header,
                       "\n-- rev:verify empty\nSELECT x FROM t WHERE false UNION SELECT x FROM batch;\n"
                       "SELECT 1 WHERE current_user <> 'pg_monitor';\n");
        server.query("GRANT USAGE ON SCHEMA app TO PUBLIC; GRANT SELECT ON app.t TO PUBLIC");
        bench.upgrade();
    }
    CHECK(bench.rows() == "false");
}

TEST_CASE_FIXTURE(ResumedServer, "rev verify sees the settings that the section had, from either transaction mode") {
    server.query("CREATE SCHEMA app; CREATE TABLE app.t (x int)");
    for (const auto* header : {"transaction: true", "transaction: false"}) {
        bench.revision(header + 13, "SELECT set_config('search_path', 'app', false);\nSET app.tenant = 'it''s';", "-",
                       header,
                       "\n-- rev:verify empty\nSELECT x FROM t;\n"
                       "SELECT 1 WHERE current_setting('app.tenant') <> 'it''s';\n");
        bench.upgrade();
    }
    const auto graph = bench.graph();
    OpenOptions reading;
    reading.read_only = true;
    const auto reader = open_database(parse_database_url(server.url()), reading);
    auto plan =
        run::plan_verify(applied(graph, std::vector<RevisionId>{"false"}), bench.scripts(), bench.prepare_options());
    REQUIRE(plan.sections.size() == 2);
    for (const auto& section : plan.sections) CHECK(run::run_verify(*reader, section).has_value());
    run::add_sessions(plan, *reader, {});
    for (const auto& section : plan.sections) CHECK_FALSE(run::run_verify(*reader, section).has_value());
    CHECK(reader->query_in_session("SHOW search_path").at(0).at(0) == "\"$user\", public");
}

TEST_CASE("a session whose login has a default role goes back to that role") {
    const PostgresTestDatabase server;
    server.query(
        "DROP ROLE IF EXISTS outside_owner; CREATE ROLE outside_owner; GRANT CREATE ON SCHEMA public TO "
        "outside_owner");
    {
        Bench bench(server.url() + "?options=-c%20role%3Doutside_owner");
        bench.revision("a", "CREATE TABLE one (x int);\nSET ROLE pg_monitor;");
        bench.revision(
            "b",
            "CREATE INDEX CONCURRENTLY one_x ON one (x);\nSET ROLE NONE;\nRESET ROLE;\nSET ROLE pg_monitor;\n"
            "SELECT 1;\nRESET ROLE;\nCREATE TABLE two AS SELECT current_user::text AS who;",
            "-", outside);
        bench.upgrade();
        CHECK(bench.rows() == "b");
        CHECK(server.query("SELECT who FROM two") == "outside_owner");
        CHECK(server.query("SELECT DISTINCT tableowner FROM pg_tables WHERE tablename IN ('one', 'two', 'rev_progress',"
                           " 'alembic_version')") == "outside_owner");
    }
    server.query("DROP OWNED BY outside_owner; DROP ROLE outside_owner");
}

TEST_CASE_FIXTURE(ResumedServer,
                  "deferred constraints are checked with the section's search_path, at their statement") {
    server.query(
        "CREATE SCHEMA app; CREATE TABLE app.t (x int); CREATE TABLE app.seen (x int);"
        "CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO seen VALUES (new.x); IF new.x "
        "> 1"
        " THEN RAISE ''too large''; END IF; RETURN NULL; END';"
        "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON app.t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION"
        " app.f()");
    bench.revision("a",
                   "SET search_path TO app;\nINSERT INTO t VALUES (1);\nBEGIN;\nINSERT INTO t VALUES (1);\nCOMMIT;\n"
                   "INSERT INTO t VALUES (2);",
                   "-", outside);
    const auto error = bench.upgrade_failure();
    CHECK(std::string(error.what()).find("too large") != std::string::npos);
    CHECK(error.location().line == 13);
    CHECK(server.query("SELECT count(*) FROM app.seen") == "2");
}

TEST_CASE("names of settings are found where a setting may stand") {
    using Names = std::vector<std::string>;
    CHECK(run::named_settings(
              "SET app.a = 1; SET LOCAL app.b TO 2; set session app.c = 3; SELECT set_config('app.d', '', "
              "false)")
              .names == Names{"app.a", "app.b", "app.c", "app.d"});
    CHECK(run::named_settings("SET \"app\".\"a\" = 1; SET \"app\".b = 2; SET /* x */ app.c = 3; SELECT "
                              "set_config($$app.d$$, '', false); SELECT set_config($x$app.e$x$, E'1', true)")
              .names == Names{"app.a", "app.b", "app.c", "app.d", "app.e"});
    CHECK(run::named_settings("SELECT app.f(), 1.5, x.y FROM a.b WHERE z = '.x' OR z = 'x.'").names.empty());
    CHECK(run::named_settings("DO $$ BEGIN PERFORM set_config('app.a', 'x', false); END $$; SET app.a = 1").names ==
          Names{"app.a"});
    CHECK(run::named_settings("SELECT set_config('app.' || 'a', 'x', false); SELECT 'y'").pieces ==
          Names{"a", "app", "x"});
}

TEST_CASE_FIXTURE(ResumedServer, "resume sets an application's settings again, however their names are written") {
    for (const auto* sets :
         {R"(SET "app"."tenant" = 'acme';)", "SET /* whose */ app.tenant = 'acme';",
          "SELECT set_config($$app.tenant$$, 'acme', false);", "SELECT set_config('app.' || 'tenant', 'acme', false);",
          "CREATE OR REPLACE FUNCTION be(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM "
          "set_config(concat('app', '.', 'tenant'), t, false); END $$; SELECT be('acme');",
          "SELECT be('acme');"}) {
        CAPTURE(sets);
        CHECK(seen_after_resume(sets, "current_setting($$app.tenant$$, true)") == "acme");
    }
}

TEST_CASE_FIXTURE(ResumedServer, "resume refuses where settings have names that only the section can work out") {
    server.query(
        "CREATE TABLE public.wanted AS SELECT 'app.tenant' AS name, 'acme' AS value;"
        "CREATE FUNCTION public.set_all() RETURNS void LANGUAGE plpgsql AS $$ DECLARE w record; BEGIN FOR w IN SELECT *"
        " FROM public.wanted LOOP PERFORM set_config(w.name, w.value, false); END LOOP; END $$;"
        "CREATE FUNCTION public.set_in_turn() RETURNS void LANGUAGE sql AS 'SELECT public.set_all()';"
        "CREATE FUNCTION public.set_by_text() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('SET %s = %L',"
        " (SELECT name FROM public.wanted), 'acme'); END $$;"
        "CREATE FUNCTION public.set_by_standard() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT"
        " set_config(name, value, false) FROM public.wanted; END");
    for (const auto* sets :
         {"SELECT set_config(name, value, false) FROM public.wanted;", "SELECT public.set_all();",
          "SELECT public.set_in_turn();", "SELECT public.set_by_text();", "SELECT public.set_by_standard();",
          "DO $$ DECLARE w record; BEGIN FOR w IN SELECT * FROM public.wanted LOOP PERFORM set_config(w.name, w.value, "
          "false); END LOOP; END $$;",
          "DO $$ BEGIN EXECUTE 'SET ' || (SELECT name FROM public.wanted) || ' = 7'; END $$;",
          "WITH w AS (SELECT * FROM public.wanted) SELECT pg_catalog.set_config(w.name, w.value, false) FROM w;"}) {
        CAPTURE(sets);
        const auto error = refusal(sets);
        CHECK(error.code() == "session_lost");
        CHECK(std::string(error.what()).find("name that it works out") != std::string::npos);
    }
    // What has ended, and what can be asked for, keeps nothing from going on.
    const std::string tenant = "coalesce(current_setting($$app.tenant$$, true), 'none')";
    CHECK(seen_after_resume("SELECT set_config(name, value, true) FROM public.wanted;", "1") == "1");
    CHECK(seen_after_resume("SELECT set_config(name, value, false) FROM public.wanted;\nRESET ALL;", "1") == "1");
    CHECK(seen_after_resume("UPDATE public.wanted SET value = 'x';\nSET app.tenant = 'beta';", tenant) == "beta");
}

TEST_CASE("names that are worked out are told from names that are written") {
    CHECK(run::works_out_names("SELECT set_config(name, '', false) FROM t"));
    CHECK(run::works_out_names("SELECT set_config('app.' || name, '', false) FROM t"));
    CHECK(run::works_out_names("SELECT \"set_config\" ( /* x */ t.name, '', false) FROM t"));
    CHECK(run::works_out_names("PREPARE p AS SELECT set_config($1, '', false)"));
    CHECK(run::works_out_names("DO $$ BEGIN EXECUTE format('SET %I.%I = 1', a, b); END $$"));
    CHECK(run::works_out_names("DO $$ BEGIN EXECUTE format('SET app.%I = 1', a); END $$"));
    CHECK(run::works_out_names("DO $$ BEGIN EXECUTE 'SET SESSION ' || a; END $$"));
    CHECK_FALSE(run::works_out_names("SELECT set_config('app.a', name, false) FROM t"));
    CHECK_FALSE(run::works_out_names("SELECT set_config($$app.a$$, (SELECT set_config('b.c', x, false)), is_local)"));
    CHECK_FALSE(run::works_out_names("SELECT set_config(concat('app', '.', 'a')::text, name, false) FROM t"));
    CHECK_FALSE(run::works_out_names("SELECT set_config(name, '', true) FROM t"));
    CHECK_FALSE(run::works_out_names("DO $$ BEGIN EXECUTE format('UPDATE t SET %I = 1', a); END $$"));
    CHECK_FALSE(
        run::works_out_names("DO $$ BEGIN EXECUTE format('SET app.a = %L', a); EXECUTE 'SET LOCAL ' || b; END $$"));
    CHECK_FALSE(run::works_out_names("SELECT 'set_config(name)', 'SET ' || x; SET app.a = 1; SET ROLE a"));
}

TEST_CASE_FIXTURE(ResumedServer, "resume has the advisory locks again that the section took, or refuses") {
    const std::string locks =
        "(SELECT string_agg(objid || mode, ' ' ORDER BY objid) FROM pg_locks WHERE locktype = 'advisory' AND objid IN "
        "(7, 8, 9) AND pid = pg_backend_pid())";
    CHECK(seen_after_resume("SELECT pg_advisory_lock(7);\nSELECT pg_advisory_lock_shared(-1, 8);\n"
                            "SELECT pg_advisory_xact_lock(9);",
                            locks) == "7ExclusiveLock 8ShareLock");
    CHECK(seen_after_resume("SELECT pg_advisory_lock(7);\nSELECT pg_advisory_unlock(7);", "coalesce(" + locks + ", '')")
              .empty());
    bench.revision("taken", "SELECT pg_advisory_lock(77);\nSELECT 1 / 0;", "-", outside);
    bench.upgrade_failure();
    bench.disconnect();
    const auto other = bench.connect();
    (void)other->query("SELECT pg_catalog.pg_advisory_lock(77)");
    try {
        bench.resume();
        FAIL("the run was resumed without its lock");
    } catch (const Error& error) {
        CHECK(error.code() == "session_lost");
        CHECK(std::string(error.what()).find("advisory lock 77") != std::string::npos);
    }
}

TEST_CASE_FIXTURE(ResumedServer, "transactions that only read stand in a section as they do in psql") {
    bench.revision("a",
                   "CREATE TABLE a (x int);\nBEGIN READ ONLY;\nSELECT * FROM a;\nCOMMIT;\nINSERT INTO a VALUES (1);\n"
                   "START TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE;\nTABLE a;\nEND;\n"
                   "BEGIN;\nSET TRANSACTION READ ONLY;\nSELECT 1;\nCOMMIT;\nBEGIN READ ONLY;\nROLLBACK;\n"
                   "INSERT INTO a VALUES (2);",
                   "-", outside);
    bench.upgrade();
    CHECK(bench.rows() == "a");
    CHECK(server.query("SELECT sum(x) FROM a") == "3");
    bench.revision("b", "BEGIN READ ONLY;\nINSERT INTO a VALUES (3);\nCOMMIT;", "-", outside);
    const auto error = bench.upgrade_failure();
    CHECK(error.sqlstate() == "25006");
    CHECK(error.location().line == 9);
}

TEST_CASE_FIXTURE(ResumedServer,
                  "a section that makes the transaction read-only in which it is to be recorded is told so") {
    bench.revision("a", "SELECT 1;\nSET TRANSACTION READ ONLY;\nSELECT 2;");
    const auto error = bench.upgrade_failure();
    CHECK(error.code() == "read_only_transaction");
    CHECK(error.exit_code() == ExitCode::revision_failed);
    CHECK(error.location().line == 8);
    CHECK(bench.rows().empty());
}

TEST_CASE_FIXTURE(ResumedServer, "a section that makes its session read-only is read-only, and the ledger is not") {
    for (const auto* sets :
         {"SET default_transaction_read_only = on;", "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;",
          "SELECT set_config('default_transaction_read_only', 'on', false);"}) {
        CAPTURE(sets);
        ResumedServer on;
        on.bench.revision("a",
                          std::string("CREATE TABLE a (x int);\n") + sets +
                              "\nSELECT 1;\nBEGIN;\nSELECT 2;\nCOMMIT;\nVACUUM a;\n"
                              "SET default_transaction_read_only = off;\nINSERT INTO a VALUES (1);",
                          "-", outside);
        on.bench.upgrade();
        CHECK(on.server.query("SELECT x FROM a") == "1");
        on.bench.revision("b", std::string(sets) + "\nINSERT INTO a VALUES (2);", "-", outside);
        CHECK(on.bench.upgrade_failure().sqlstate() == "25006");
        on.bench.database().reconnect();
        CHECK_THROWS_AS(on.bench.resume(), RunError);  // the section is read-only still
        CHECK(on.server.query("SELECT statement FROM rev_progress") == "2");
    }
}

TEST_CASE_FIXTURE(ResumedServer, "whatever is temporary keeps a run from being resumed in another session") {
    for (const auto* makes : {"CREATE DOMAIN pg_temp.amount AS numeric(10, 0);", "CREATE TYPE pg_temp.x AS (a int);",
                              "CREATE TYPE pg_temp.mood AS ENUM ('a');", "CREATE TEMP TABLE x (a int);",
                              "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
                              "CREATE COLLATION pg_temp.mine FROM \"C\";"}) {
        CAPTURE(makes);
        CHECK(refusal(makes).code() == "session_lost");
    }
}

TEST_CASE_FIXTURE(ResumedServer, "the run lock is taken again behind a statement that releases it") {
    server.query("CREATE TABLE public.held (x bool)");
    const std::string note =
        "INSERT INTO public.held SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = "
        "pg_backend_pid();\n";
    bench.revision("a",
                   "DISCARD ALL;\n" + note + "SELECT pg_advisory_unlock_all();\n" + note +
                       "BEGIN;\nSELECT pg_advisory_unlock_all();\nCOMMIT;\n" + note,
                   "-", outside);
    REQUIRE(bench.database().try_lock("public.alembic_version"));
    bench.upgrade();
    CHECK(server.query("SELECT count(*) FROM public.held WHERE x") == "3");
    bench.database().unlock("public.alembic_version");  // throws if it is not held
}

TEST_CASE_FIXTURE(ResumedServer, "a run that another one took the lock from does not go on") {
    auto other = bench.connect();
    bench.revision(
        "a",
        "CREATE TABLE t (x int);\n"
        // Until the other has it, or for a minute.
        "DO $$ BEGIN PERFORM pg_advisory_unlock_all(); FOR i IN 1..6000 LOOP EXIT WHEN EXISTS (SELECT FROM "
        "pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid() AND database = (SELECT "
        "oid FROM pg_database WHERE datname = current_database())); PERFORM pg_sleep(0.01); END LOOP; END $$;\n"
        "INSERT INTO t VALUES (1);",
        "-", outside);
    REQUIRE(bench.database().try_lock("public.alembic_version"));
    auto taker = std::async(std::launch::async, [&] {
        wait_until("the other run has the lock", [&] { return other->try_lock("public.alembic_version"); });
    });
    const auto error = bench.upgrade_failure();
    taker.get();
    CHECK(std::string(error.what()).find("another run took it") != std::string::npos);
    CHECK(server.query("SELECT count(*) FROM t") == "0");
}

TEST_CASE_FIXTURE(ResumedServer, "resume finds an INVALID index whose name the server has cut") {
    server.query("CREATE TABLE t (x int); INSERT INTO t VALUES (1), (1)");
    const auto name = "ux_" + std::string(80, 'l');
    bench.revision("a", "CREATE UNIQUE INDEX CONCURRENTLY " + name + " ON t (x);", "-", outside);
    bench.upgrade_failure();
    server.query("DELETE FROM t WHERE ctid = (SELECT max(ctid) FROM t)");
    bench.resume();
    CHECK(server.query("SELECT string_agg(indisvalid::text, ',') FROM pg_index WHERE indrelid = 't'::regclass") ==
          "true");
}

}  // namespace
}  // namespace rev::test
