#include <doctest/doctest.h>

#include "db/fixtures.hpp"
#include "db/relay.hpp"
#include "support/postgres.hpp"

// libpqxx 6.4 loses the result of a query whose connection broke. Read by LeakSanitizer, if it is there.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:pqxx::connection_base::exec_params\n"; }

namespace rev::test {
namespace {

class Fixture {
public:
    explicit Fixture(const OpenOptions& options = {}) : database(open(options)) {}
    [[nodiscard]] std::unique_ptr<Database> open(const OpenOptions& options = {}) const {
        return open_database(parse_database_url(server.url()), options);
    }

    PostgresTestDatabase server;
    std::unique_ptr<Database> database;
};

Command copy(std::string_view text, std::string_view data) {
    auto command = of_kind(Command::Kind::copy, text);
    command.data = data;
    return command;
}

std::vector<Command> step(std::string_view text, std::string_view revision) {
    return {begin(), sql(text), reset(), change(insert_version, {std::string(revision)}), commit()};
}

/// Whole statements stand in it.
constexpr auto make_wide_versions = "CREATE TABLE versions (id text PRIMARY KEY)";

}  // namespace

TEST_CASE("an ordinary step is one round trip") {
    const PostgresTestDatabase server;
    server.query(make_wide_versions);
    const Relay relay;
    const auto database = open_database(parse_database_url(relay.through(server.url())), {});
    const auto before = relay.round_trips();
    constexpr int steps = 20;
    for (int i = 0; i < steps; ++i) {
        const auto table = "CREATE TABLE t" + std::to_string(i) + " (x int); INSERT INTO t" + std::to_string(i) +
                           " VALUES (1); SELECT 1";
        CHECK(run(*database, step(table, std::to_string(i))).statements == 3);
    }
    CHECK(relay.round_trips() - before == steps);
    CHECK(server.query("SELECT count(*) FROM versions") == "20");
}

TEST_CASE("several steps in one batch are one round trip") {
    const PostgresTestDatabase server;
    server.query(make_wide_versions);
    const Relay relay;
    const auto database = open_database(parse_database_url(relay.through(server.url())), {});
    const auto before = relay.round_trips();
    std::vector<Command> commands;
    for (const auto* revision : {"a", "b", "c"}) {
        const auto one = step("CREATE TEMPORARY TABLE t (x int)", revision);
        commands.insert(commands.end(), one.begin(), one.end());
    }
    run(*database, commands);
    CHECK(relay.round_trips() - before == 1);
    CHECK(server.query("SELECT count(*) FROM versions") == "3");
}

TEST_CASE("a reading connection is read-only in each of its messages, for a round trip more where one fails") {
    const PostgresTestDatabase server;
    const Relay relay;
    OpenOptions reading;
    reading.read_only = true;
    const auto database = open_database(parse_database_url(relay.through(server.url())), reading);
    const auto before = relay.round_trips();
    CHECK_THROWS_AS((void)database->query("SELECT nothing"), Error);
    CHECK(rows(*database, "SELECT 'a'") == "a");
    CHECK(rows(*database, "SHOW transaction_read_only") == "on");
    CHECK(relay.round_trips() - before == 4);  // ROLLBACK
    const auto other = open_database(parse_database_url(server.url()), reading);
    CHECK(failure_of(*other, {begin(), sql("CREATE TABLE t (x int)"), commit()}).sqlstate() == "25006");
}

TEST_CASE("errors at run time are located by counting, at parse time by the server's position") {
    const Fixture fixture;
    auto error =
        failure_of(*fixture.database, {begin(), sql("SELECT 1;\nSELECT 2;\n\n SELECT 1 / 0;\nSELECT 3", 5), commit()});
    CHECK(error.sqlstate() == "22012");
    CHECK(error.command == 1);
    CHECK(error.statement == 2);
    CHECK(error.location().line == 8);
    CHECK(error.location().column == 2);
    error = failure_of(*fixture.database, {begin(), sql("SELECT 1"), sql("SELECT 2;\nSELECT 1 / 0"), commit()});
    CHECK(error.command == 2);
    CHECK(error.statement == 1);
    CHECK(error.location().line == 2);
    error = failure_of(*fixture.database, {begin(), sql("SELECT 1"), sql("SELECT 'ü',\n  'ü', nothing"), commit()});
    CHECK(error.sqlstate() == "42703");
    CHECK(error.command == 2);
    CHECK(error.location().line == 2);
    CHECK(error.location().column == 8);
}

TEST_CASE("an error keeps the server's detail, hint and context") {
    const Fixture fixture;
    const auto error = failure_of(*fixture.database, {sql("DO $$ BEGIN RAISE 'gone wrong' USING DETAIL = 'the detail', "
                                                          "HINT = 'the hint', ERRCODE = 'P0123'; END $$")});
    CHECK(std::string(error.what()) == "gone wrong");
    CHECK(error.detail().starts_with("the detail\nPL/pgSQL function inline_code_block line 1"));
    CHECK(error.hint() == "the hint");
    CHECK(error.sqlstate() == "P0123");
}

TEST_CASE("a constraint that fails at COMMIT undoes the step") {
    const Fixture fixture;
    run(*fixture.database, {sql("CREATE TABLE p (id int PRIMARY KEY); "
                                "CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED)")});
    const auto error = failure_of(
        *fixture.database, {begin(), sql("INSERT INTO c VALUES (1)"), change("INSERT INTO p VALUES (2)"), commit()});
    CHECK(error.sqlstate() == "23503");
    CHECK(error.command == 3);
    CHECK(fixture.server.query("SELECT count(*) FROM p") == "0");
}

TEST_CASE("COPY takes its inline data, CRLF included, within the step") {
    const Fixture fixture;
    const auto result =
        run(*fixture.database,
            {begin(), sql("CREATE TABLE t (a int, b text);"), copy("COPY t (a, b) FROM stdin", "1\tx\\ty\n2\t\\N\n"),
             copy("COPY t FROM STDIN", "3\tü\r\n4\tb\r\n"), copy("COPY t FROM STDIN", ""), commit()});
    CHECK(result.statements == 4);
    CHECK(fixture.server.query("SELECT * FROM t ORDER BY a") == "1|x\ty\n2|\n3|ü\n4|b");
}

TEST_CASE("bad COPY data undoes the step and names the line of the data") {
    const Fixture fixture;
    const auto error = failure_of(*fixture.database, {begin(), sql("CREATE TABLE t (a int)"),
                                                      copy("COPY t FROM stdin", "1\nx\n"), sql("SELECT 1"), commit()});
    CHECK(error.command == 2);
    CHECK(error.sqlstate() == "22P02");
    CHECK(error.detail().find("COPY t, line 2") != std::string::npos);
    CHECK_FALSE(fixture.database->has_table("", "t"));
    CHECK(rows(*fixture.database, "SELECT 1") == "1");
}

TEST_CASE("COPY without data fails instead of hanging, and COPY to the client is read to its end") {
    const Fixture fixture;
    run(*fixture.database, {sql("CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, 1000)")});
    const auto error = failure_of(*fixture.database, {begin(), sql("COPY t FROM stdin;"), commit()});
    CHECK(error.command == 1);
    CHECK_FALSE(fixture.database->in_transaction());
    CHECK(run(*fixture.database, {begin(), sql("COPY t TO stdout; SELECT 1"), commit()}).statements == 2);
}

TEST_CASE("statements that refuse transactions run outside one") {
    const Fixture fixture;
    run(*fixture.database,
        {sql("CREATE TABLE t (a int)"), sql("CREATE INDEX CONCURRENTLY i ON t (a)"), sql("VACUUM t"), sql("-- end")});
    CHECK(fixture.server.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "t");
    const auto error = failure_of(*fixture.database, {begin(), sql("VACUUM t"), commit()});
    CHECK(error.sqlstate() == "25001");
}

TEST_CASE("what a revision sets in its session ends with its step") {
    const Fixture fixture;
    auto& database = *fixture.database;
    run(database, {sql(make_wide_versions), sql("CREATE SCHEMA other; CREATE ROLE rev_test_leak NOLOGIN; "
                                                "GRANT ALL ON SCHEMA other TO rev_test_leak")});
    const auto settings =
        "SELECT current_setting('search_path'), current_user, session_user, current_setting('work_mem'), "
        "current_setting('client_encoding'), current_setting('standard_conforming_strings'), "
        "current_setting('application_name')";
    const auto before = rows(database, settings);
    const std::vector<std::string> leaks = {
        "SELECT pg_catalog.set_config('search_path', '', false); SET client_encoding = 'LATIN1'",
        "SET search_path TO other; SET work_mem = '77MB'; SET standard_conforming_strings = off",
        "SET ROLE rev_test_leak; CREATE TABLE other.t (x int); SET application_name = 'x'",
        "SET SESSION AUTHORIZATION rev_test_leak",
        "PREPARE p AS SELECT 1; CREATE TEMPORARY TABLE settings (y int); DECLARE c CURSOR WITH HOLD FOR SELECT 1",
    };
    for (const auto& leak : leaks) {
        CAPTURE(leak);
        run(database, step(leak, leak));
        CHECK(rows(database, settings) == before);
    }
    CHECK(rows(database, "SELECT count(*) FROM pg_prepared_statements") == "0");
    CHECK(rows(database, "SELECT count(*) FROM pg_cursors WHERE name = 'c'") == "0");
    CHECK(rows(database, "SELECT count(*) FROM versions") == "5");

    failure_of(database, {sql("SET work_mem = '78MB'"), reset(), begin(), sql("SELECT 1 / 0"), commit()});
    CHECK(rows(database, settings) == before);
    failure_of(database, {sql("SET work_mem = '78MB'"), sql("SELECT 1 / 0"), reset()});
    CHECK(rows(database, settings) == before);
    run(database, {sql("DROP SCHEMA other CASCADE; DROP ROLE rev_test_leak")});
}

TEST_CASE("a reset returns to the settings that the URL gave") {
    const PostgresTestDatabase server;
    const auto database =
        open_database(parse_database_url(server.url() + "?options=-c%20work_mem%3D7MB&application_name=deploy"), {});
    run(*database, {sql("SET work_mem = '9MB'; SET application_name = 'x'"), reset()});
    CHECK(rows(*database, "SELECT current_setting('work_mem'), current_setting('application_name')") == "7MB|deploy");
}

TEST_CASE("string literals of changes hold whatever standard_conforming_strings is") {
    const Fixture fixture;
    run(*fixture.database, {sql(make_wide_versions), sql("SET standard_conforming_strings = off"),
                            change(insert_version, {"a\\'; DROP TABLE versions; --"})});
    CHECK(fixture.server.query("SELECT id FROM versions") == "a\\'; DROP TABLE versions; --");
}

TEST_CASE("notices are passed on") {
    OpenOptions options;
    std::vector<std::string> notices;
    options.on_notice = [&](std::string_view severity, std::string_view message) {
        notices.push_back(std::string(severity) + ": " + std::string(message));
    };
    const Fixture fixture(options);
    run(*fixture.database,
        {begin(), sql("DO $$ BEGIN RAISE NOTICE 'hello \x1b[31m'; RAISE WARNING 'careful'; END $$"), commit()});
    CHECK(notices == std::vector<std::string>{"NOTICE: hello \\x1b[31m", "WARNING: careful"});
}

TEST_CASE("long SQL is sent in pieces, and its errors are located all the same") {
    const Fixture fixture;
    std::string text = "CREATE TABLE t (x int, y text);\n";
    const auto line = "INSERT INTO t VALUES (1, '" + std::string(100, ';') + "');\n";
    constexpr std::size_t lines = 30'000;
    for (std::size_t i = 0; i < lines; ++i) text += line;
    CHECK(run(*fixture.database, {begin(), sql(text), sql("SELECT 1"), commit()}).statements == lines + 2);
    CHECK(fixture.server.query("SELECT count(*) FROM t") == std::to_string(lines));

    run(*fixture.database, {sql("DROP TABLE t")});
    const auto at_run_time = failure_of(*fixture.database, {begin(), sql(text + "SELECT 1 / 0;\nSELECT 1;"), commit()});
    CHECK(at_run_time.statement == lines + 1);
    CHECK(at_run_time.location().line == lines + 2);
    const auto at_parse_time =
        failure_of(*fixture.database, {begin(), sql(text + "SELECT nothing;\nSELECT 1;"), commit()});
    CHECK(at_parse_time.statement == lines + 1);
    CHECK(at_parse_time.location().line == lines + 2);
    CHECK(at_parse_time.location().column == 8);
    CHECK_FALSE(fixture.database->has_table("", "t"));
}

TEST_CASE("a terminated connection is told apart from a failed statement and can be opened again") {
    const Fixture fixture;
    const auto pid = rows(*fixture.database, "SELECT pg_backend_pid()");
    run(*fixture.database, {begin(), sql("CREATE TABLE t (x int)")});
    fixture.server.query("SELECT pg_terminate_backend(" + pid + ")");
    const auto error = failure_of(*fixture.database, {sql("SELECT 1"), commit()});
    CHECK(error.connection_lost);
    CHECK(error.code() == "connection_lost");
    CHECK(error.exit_code() == ExitCode::database);
    CHECK_FALSE(fixture.database->is_alive());
    fixture.database->rollback();
    fixture.database->reconnect();
    CHECK(fixture.database->is_alive());
    CHECK_FALSE(fixture.database->has_table("", "t"));
}

TEST_CASE("a query on a terminated connection says that the connection is lost") {
    const Fixture fixture;
    fixture.server.query("SELECT pg_terminate_backend(" + rows(*fixture.database, "SELECT pg_backend_pid()") + ")");
    try {
        (void)fixture.database->query("SELECT 1");
        FAIL("the query did not fail");
    } catch (const Error& error) {
        CHECK(error.code() == "connection_lost");
    }
}

TEST_CASE("a connection that breaks behind a COMMIT is reported as lost, not as failed") {
    const PostgresTestDatabase server;
    server.query(make_wide_versions);
    Relay relay;
    const auto database = open_database(parse_database_url(relay.through(server.url())), {});
    relay.break_after("COMMIT");
    const auto error = failure_of(*database, step("CREATE TABLE t (x int)", "r1"));
    CHECK(error.connection_lost);
    database->reconnect();
    CHECK(rows(*database, "SELECT id FROM versions") == "r1");
}

TEST_CASE("tables are found in their schema, or as the search path shows them") {
    const Fixture fixture;
    run(*fixture.database, {sql("CREATE SCHEMA \"Odd Schema\"; CREATE TABLE \"Odd Schema\".\"t\" (x int)")});
    CHECK(fixture.database->has_table("Odd Schema", "t"));
    CHECK_FALSE(fixture.database->has_table("odd schema", "t"));
    CHECK_FALSE(fixture.database->has_table("", "t"));
    CHECK_FALSE(fixture.database->has_table("nowhere", "t"));
}

TEST_CASE("the server is described without its password") {
    const Fixture fixture;
    const auto info = fixture.database->server_info();
    CHECK(info.product == "PostgreSQL");
    CHECK(std::stoi(info.version) >= 12);
    CHECK(info.version.find(' ') == std::string::npos);
    CHECK(info.user == "postgres");
    CHECK(info.database == fixture.server.name());
    CHECK(info.url.find("postgres:postgres") == std::string::npos);
}

TEST_CASE("a table is copied in place of a SELECT, whatever its values are") {
    const Fixture fixture;
    fixture.server.query("CREATE TABLE odd (id int, value text)");
    const std::vector<SqlValue> values = {"",      std::nullopt, "\\N", "\\", "\t", "line\nbreak\r", "\b\f\v",
                                          "\\t\\", "a\tb",       "\\.", "ä",  " ",  "\\x41 \\101",   "\x01\x7f"};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto insert = "INSERT INTO odd VALUES (" + std::to_string(i) + ", ?)";
        run(*fixture.database, {begin(), change(insert, {values[i]}), commit()});
    }
    const std::vector<Query> queries = {{"SELECT 1"},
                                        {"COPY public.odd (value) TO STDOUT"},
                                        {"COPY public.odd (id, value) TO STDOUT"},
                                        {"SELECT 2 WHERE false"},
                                        {"COPY (SELECT 1 WHERE false) TO STDOUT"},
                                        {"SELECT ?", {"3"}}};
    OpenOptions read_only;
    read_only.read_only = true;
    for (const bool in_transaction : {false, true}) {
        const auto database = fixture.open(in_transaction ? OpenOptions() : read_only);
        if (in_transaction) run(*database, {begin()});
        const auto answers = database->query_all(queries);
        REQUIRE(answers.size() == queries.size());
        REQUIRE(answers[1].size() == values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            CAPTURE(i);
            CHECK(answers[1][i] == SqlRow{values[i]});
            CHECK(answers[2][i] == SqlRow{std::to_string(i), values[i]});
        }
        CHECK(answers[3].empty());
        CHECK(answers[4].empty());
        CHECK(answers[5] == std::vector<SqlRow>{{"3"}});
        // One that fails takes the others with it, and the connection goes on.
        const std::vector<Query> wrong = {
            {"COPY public.odd (value) TO STDOUT"}, {"COPY public.nowhere TO STDOUT"}, {"SELECT 1"}};
        CHECK_THROWS_AS((void)database->query_all(wrong), Error);
        database->rollback();
        CHECK(database->query_all(queries) == answers);
    }
}

TEST_CASE("a copy of a table that somebody has locked is waited for only as long as rev's own questions are") {
    const Fixture fixture;
    fixture.server.query("CREATE TABLE odd (value text)");
    const auto other = fixture.open();
    run(*other, {begin(), sql("LOCK TABLE odd")});
    fixture.database->set_patience(std::chrono::milliseconds(1000));
    const std::vector<Query> queries = {{"SELECT 1"}, {"COPY public.odd (value) TO STDOUT"}};
    CHECK_THROWS_WITH_AS((void)fixture.database->query_all(queries), doctest::Contains("gave up after 1 s"), Error);
    other->rollback();
    CHECK(fixture.database->query_all(queries).at(1).empty());
}

TEST_CASE("a search_path that was set is there for each step, question and section outside a transaction") {
    const Fixture fixture;
    fixture.server.query("CREATE SCHEMA app");
    fixture.database->set_search_path("app");
    const auto seen = [&] {
        return fixture.database->query_in_session("SELECT pg_catalog.current_schema()").at(0).at(0);
    };
    const auto in_app = [&](const std::string& table) {
        return fixture.server.query("SELECT to_regclass('app." + table + "') IS NOT NULL");
    };
    run(*fixture.database, {begin(), sql("CREATE TABLE a (x int); SET search_path = public;"), reset(), commit(),
                            reset(), sql("CREATE TABLE b (x int)"), reset()});
    CHECK(in_app("a") == "t");
    CHECK(in_app("b") == "t");
    run(*fixture.database, {sql("CREATE TABLE c (x int)")});
    CHECK(in_app("c") == "t");
    CHECK(seen() == "app");
    run(*fixture.database, {begin(), sql("SET search_path = public;"), reset(), commit(), reset()});
    CHECK(seen() == "app");
    CHECK_THROWS_AS(
        run(*fixture.database, {begin(), sql("SET search_path = public; SELECT 1 / 0;"), reset(), commit(), reset()}),
        CommandError);
    CHECK(seen() == "app");
}

}  // namespace rev::test
