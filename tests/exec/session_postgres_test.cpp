// What a step sets in its session ends with it: in runs of one transaction, in rehearsals and in scripts too.
#include <doctest/doctest.h>

#include <array>
#include <random>

#include "exec/server.hpp"
#include "state/run_lock.hpp"
#include "support/program.hpp"

namespace rev::test {
namespace {

int run_script(const Server& on, const std::string& script) {
    return run_program({"psql", "-X", "-q", "-f", "-", on.server.url()},
                       {.directory = ".", .environment = {}, .standard_input = script})
        .exit_code;
}

constexpr auto leaves_objects =
    "CREATE TEMP TABLE batch AS SELECT 1 AS x;\nPREPARE q AS SELECT 1;\nDECLARE c CURSOR WITH HOLD FOR SELECT 1;\n"
    "LISTEN something;";

TEST_CASE_FIXTURE(Server, "temporary objects end with their step, however the plan is run") {
    const auto fill = [](Bench& to) {
        to.revision("a", leaves_objects);
        to.revision("b", leaves_objects);
    };
    fill(bench);
    CHECK(bench.rehearse_upgrade().size() == 2);
    CHECK(run_script(*this, bench.upgrade_script()) == 0);
    Server all;
    fill(all.bench);
    all.bench.options.transaction = TransactionMode::all;
    all.bench.upgrade();
    CHECK(all.bench.rows() == "b");
    Server script;
    fill(script.bench);
    script.bench.options.transaction = TransactionMode::all;
    CHECK(run_script(script, script.bench.upgrade_script()) == 0);
    Server each;
    fill(each.bench);
    each.bench.upgrade();
    CHECK(each.bench.query("SELECT count(*) FROM pg_prepared_statements") == "0");
    CHECK(each.bench.query("SELECT count(*) FROM pg_listening_channels()") == "0");
}

TEST_CASE_FIXTURE(Server, "currval ends with its step, in one transaction too") {
    const auto fill = [](Bench& to) {
        to.revision("a", "CREATE SEQUENCE s;\nSELECT nextval('s');");
        to.revision("b", "CREATE TABLE t AS SELECT currval('s') AS x;");
    };
    fill(bench);
    CHECK(bench.upgrade_failure().sqlstate() == "55000");
    Server all;
    fill(all.bench);
    all.bench.options.transaction = TransactionMode::all;
    CHECK(all.bench.upgrade_failure().sqlstate() == "55000");
}

TEST_CASE_FIXTURE(Server, "SET TRANSACTION of a step behind the first is left out of one transaction, with a remark") {
    bench.revision("a",
                   "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nCREATE TABLE a AS SELECT "
                   "current_setting('transaction_isolation') AS x;");
    bench.revision("b",
                   "/* first */ SET LOCAL transaction_isolation = 'serializable' ;\nCREATE TABLE b (x int);\n"
                   "SELECT nope;");
    const auto rehearsal = [&] {
        try {
            return bench.rehearse_upgrade("a");
        } catch (const Error& error) {
            FAIL(error.what());
        }
        return std::vector<run::RehearsedStep>();
    }();
    REQUIRE(rehearsal.size() == 1);
    REQUIRE(rehearsal[0].remarks.size() == 1);
    CHECK(rehearsal[0].remarks[0].find("a.sql:7: SET TRANSACTION is left out") != std::string::npos);
    bench.options.transaction = TransactionMode::all;
    const auto error = bench.upgrade_failure();
    CHECK(error.sqlstate() == "42703");  // and not 25001; its place is still the file's
    CHECK(error.location().line == 9);
    CHECK(error.location().column == 8);
    CHECK(bench.reporter.warnings.size() == 1);
}

TEST_CASE_FIXTURE(Server, "one transaction finds an enum value used too early before anything runs") {
    bench.revision("a", "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE person (m mood, note text);");
    bench.upgrade();
    bench.revision("b", "CREATE TABLE b (x int);\nALTER TYPE mood ADD VALUE 'calm';");
    bench.revision("c", "INSERT INTO person (note) VALUES ('calm');\nSELECT 'calm';");
    bench.revision("d", "SELECT 1;\nUPDATE person SET m = 'calm';");
    bench.options.transaction = TransactionMode::all;
    try {
        bench.upgrade();
        FAIL("the value was used");
    } catch (const Error& error) {
        CHECK(error.code() == "new_enum_value");
        CHECK(error.exit_code() == ExitCode::graph);
        CHECK(error.location().file.ends_with("d.sql"));
        CHECK(error.location().line == 8);
        CHECK(error.hint().find("--transaction per-revision") != std::string::npos);
    }
    CHECK(bench.events() == "upgrade a");
    bench.options.transaction = TransactionMode::per_revision;
    bench.upgrade();
    CHECK(bench.rows() == "d");
}

/// Statements that use the value 'calm' of the enum mood, and need table person (m mood, ms mood[], note text).
constexpr std::array<const char*, 18> uses = {
    "ALTER TABLE person ALTER m SET DEFAULT 'calm';",
    "ALTER TABLE person ADD CHECK (m <> 'calm');",
    "CREATE INDEX ON person (m) WHERE m = 'calm';",
    "SELECT '{sad,calm}'::mood[];",
    "UPDATE person SET ms = '{calm}';",
    "SELECT 'calm'::text::mood;",
    "COPY person (m) FROM stdin;\ncalm\n\\.",
    "CREATE TABLE c (m mood DEFAULT 'calm');",
    "CREATE TABLE c (m mood CHECK (m IN ('sad', 'calm')));",
    "CREATE TABLE c (m mood) PARTITION BY LIST (m);\nCREATE TABLE c_calm PARTITION OF c FOR VALUES IN ('calm');",
    "CREATE TABLE c (m mood, is_calm boolean GENERATED ALWAYS AS (m = 'calm') STORED);",
    "CREATE FUNCTION calm() RETURNS mood LANGUAGE sql BEGIN ATOMIC SELECT 'calm'::mood; END;",
    "CREATE VIEW calm AS SELECT * FROM person WHERE m = 'calm';",
    "CREATE POLICY calm ON person USING (m = 'calm');",
    "DO $$ BEGIN INSERT INTO person (m) VALUES ('calm'); END $$;",
    "DO $$ BEGIN EXECUTE 'UPDATE person SET m = ''calm'''; END $$;",
    "CREATE TABLE c (m mood);\nINSERT INTO c VALUES ('calm');",
    "CREATE DOMAIN d AS mood DEFAULT 'sad' CHECK (value <> 'calm');"};

TEST_CASE("one transaction finds an enum value used too early wherever it stands, before anything runs") {
    for (const auto* use : uses) {
        CAPTURE(use);
        Server on;
        on.bench.revision("a",
                          "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE person (m mood, ms mood[], note text);\n"
                          "INSERT INTO person VALUES ('sad');");
        on.bench.upgrade();
        on.bench.revision("b", "ALTER TYPE mood ADD VALUE 'calm';");
        on.bench.revision("c", use);
        on.bench.options.transaction = TransactionMode::all;
        on.bench.reporter.started.clear();
        try {
            on.bench.upgrade();
            FAIL("the value was used");
        } catch (const Error& error) {
            CHECK(error.code() == "new_enum_value");
            CHECK(std::string(error.what()).find("'calm'") != std::string::npos);
            CHECK(error.location().file.ends_with("c.sql"));
            CHECK(error.location().line >= 7);
            CHECK(error.hint().find("b.sql:7") != std::string::npos);
        }
        CHECK(on.bench.reporter.started.empty());
        CHECK(on.bench.events() == "upgrade a");
        on.bench.options.transaction = TransactionMode::per_revision;
        on.bench.upgrade();
        CHECK(on.bench.rows() == "c");
    }
}

TEST_CASE_FIXTURE(Server, "a literal that only looks like a new enum value runs, also in one transaction") {
    bench.revision("a", "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE menu (label text);");
    bench.upgrade();
    bench.revision(
        "b",
        "ALTER TYPE mood ADD VALUE 'calm';\nINSERT INTO menu VALUES ('calm');\n"
        "ALTER TABLE menu ALTER label SET DEFAULT 'calm';\nALTER TABLE menu ADD CHECK (label <> 'not calm');\n"
        "CREATE INDEX ON menu (label) WHERE label = 'calm';\nSELECT '{calm}'::text[];\n"
        "CREATE FUNCTION calm() RETURNS text LANGUAGE sql AS $$ SELECT 'calm' $$;\n"
        "CREATE TABLE note (kind text DEFAULT 'calm');\nDO $$ BEGIN INSERT INTO note VALUES ('calm'); END $$;\n"
        "COMMENT ON TABLE note IS 'calm';\nCOPY note FROM stdin;\ncalm\n\\.");
    bench.options.transaction = TransactionMode::all;
    bench.upgrade();
    CHECK(bench.rows() == "b");
    CHECK(server.query("SELECT label FROM menu") == "calm");
    CHECK(server.query("SELECT count(*) FROM note") == "2");
}

/// Leaves locks of the session, exclusive and shared, some of them twice, and a seed.
constexpr auto leaves_locks =
    "SELECT pg_advisory_lock(7), pg_advisory_lock(7), pg_advisory_lock(-3, 4), pg_advisory_lock_shared(8);\n"
    "SELECT setseed(0.5);";
/// What the next step sees of it: other locks than the run lock, and whether random() goes on from the seed.
constexpr auto asks_for_locks =
    "CREATE TABLE seen AS SELECT count(*) FILTER (WHERE objid IN (7, 4, 8)) AS locks, count(*) AS all_locks,"
    " (SELECT random() = first FROM seeded) AS seeded FROM pg_locks WHERE locktype = 'advisory' AND pid = "
    "pg_backend_pid();";

TEST_CASE("advisory locks and the seed of random() end with their step, however the plan is run; the run lock stays") {
    const auto fill = [](Server& on) {
        on.server.query("CREATE TABLE seeded AS SELECT random() AS first FROM (SELECT setseed(0.5)) AS s");
        on.bench.revision("a", leaves_locks);
        on.bench.revision("b", asks_for_locks);
    };
    const auto seen = [](const Server& on) {
        return on.server.query("SELECT locks || ' ' || all_locks || ' ' || seeded FROM seen");
    };
    for (const auto mode : {TransactionMode::per_revision, TransactionMode::all}) {
        Server on;
        fill(on);
        on.bench.options.transaction = mode;
        const state::RunLock lock(on.bench.database(), {}, std::chrono::seconds(10), on.bench.reporter);
        on.bench.upgrade();
        CHECK(seen(on) == "0 1 false");
    }
    {
        Server script;
        fill(script);
        CHECK(run_script(script, script.bench.upgrade_script()) == 0);
        CHECK(seen(script) == "0 0 false");
    }
    Server outside;
    fill(outside);
    outside.bench.revision("c", "SELECT pg_advisory_lock(7);\nVACUUM;", "-", "transaction: false");
    outside.bench.revision("d", "DROP TABLE seen;\n" + std::string(asks_for_locks));
    const state::RunLock lock(outside.bench.database(), {}, std::chrono::seconds(10), outside.bench.reporter);
    outside.bench.upgrade();
    CHECK(seen(outside) == "0 1 false");
    outside.bench.revision("e", std::string(leaves_locks) + "\nSELECT 1 / 0;");
    outside.bench.upgrade_failure();
    CHECK(outside.server.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid IN (7, 4, 8)"
                               " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") ==
          "0");
}

TEST_CASE_FIXTURE(Server, "a step in a transaction that releases the run lock has it again behind its end") {
    bench.revision("a", "SELECT pg_advisory_unlock_all();");
    state::RunLock lock(bench.database(), {}, std::chrono::seconds(10), bench.reporter);
    bench.upgrade();
    const auto other = bench.connect();
    CHECK_THROWS_AS(state::RunLock(*other, {}, std::chrono::milliseconds(0), bench.reporter), Error);
    lock.release();
    const state::RunLock next(*other, {}, std::chrono::seconds(10), bench.reporter);
}

/// Statements that leave or change something in the session, and statements whose effect such a thing would change.
constexpr std::array<const char*, 12> session_statements = {
    "SET search_path TO other, public;",
    "SELECT set_config('search_path', 'other', false);",
    "SET ROLE pg_monitor;\nRESET ROLE;",
    "CREATE TEMP TABLE item AS SELECT 7 AS x;\nINSERT INTO item VALUES (8);",
    "PREPARE put AS INSERT INTO public.log (x) VALUES ('prepared');\nEXECUTE put;",
    "SELECT nextval('public.counter');",
    "SET TIME ZONE 'Asia/Tokyo';",
    "SET LOCAL extra_float_digits = 0;",
    "SET app.tenant = 'seven';",
    "INSERT INTO public.log (x) SELECT current_setting('search_path') || current_setting('TimeZone') || current_user ||"
    " coalesce(current_setting('app.tenant', true), '');",
    "INSERT INTO public.log (x) SELECT count(*)::text FROM pg_class WHERE relnamespace = pg_my_temp_schema();",
    "INSERT INTO public.log (x) SELECT name FROM pg_prepared_statements ORDER BY 1;"};

/// A database that each history runs on.
struct HistoryDatabase {
    Server on;

    HistoryDatabase() {
        on.server.query("CREATE SCHEMA other; CREATE SEQUENCE counter; CREATE TABLE log (n serial, x text)");
    }

    /// The same history for the same seed.
    void write_history(unsigned seed) {
        std::minstd_rand random(seed);
        for (const auto* id : {"a", "b", "c", "d"}) {
            std::string section;
            for (auto count = 1 + random() % 3; count > 0; --count)
                section += std::string(session_statements.at(random() % session_statements.size())) + "\n";
            on.bench.revision(id, section);
        }
    }

    /// What was seen, what is there, and where the database stands.
    [[nodiscard]] std::string contents() const {
        return on.server.query("SELECT string_agg(x, ',' ORDER BY n) FROM log") + "\n" +
               on.server.query(
                   "SELECT string_agg(nspname || '.' || relname, ',' ORDER BY nspname, relname) FROM pg_class"
                   " c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('public', 'other')"
                   " AND relname NOT LIKE 'rev_%'") +
               "\n" + on.server.query("SELECT version_num FROM alembic_version");
    }
};

TEST_CASE("one run, a run for each revision, one transaction and the script all end alike") {
    for (unsigned seed = 1; seed <= 8; ++seed) {
        CAPTURE(seed);
        HistoryDatabase together;
        together.write_history(seed);
        together.on.bench.upgrade();
        const auto expected = together.contents();

        HistoryDatabase each;
        each.write_history(seed);
        for (const auto* id : {"a", "b", "c", "d"}) {
            each.on.bench.upgrade(id);
            each.on.bench.database().reconnect();
        }
        CHECK(each.contents() == expected);

        HistoryDatabase all;
        all.write_history(seed);
        all.on.bench.options.transaction = TransactionMode::all;
        all.on.bench.upgrade();
        CHECK(all.contents() == expected);

        HistoryDatabase script;
        script.write_history(seed);
        CHECK(run_script(script.on, script.on.bench.upgrade_script()) == 0);
        CHECK(script.contents().substr(0, expected.find('\n')) == expected.substr(0, expected.find('\n')));
    }
}

}  // namespace
}  // namespace rev::test
