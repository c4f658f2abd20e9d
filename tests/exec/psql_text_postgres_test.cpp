// A section means what psql makes of the same text: both run odd texts, and the rows are compared.
#include <doctest/doctest.h>

#include <array>
#include <random>

#include "exec/exec_support.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

/// Statements that meet each other in any order. None fails, whatever was set before.
constexpr std::array<std::string_view, 24> text_statements = {
    "SET standard_conforming_strings = off;",
    "SET standard_conforming_strings TO on;",
    "SET LOCAL standard_conforming_strings = 'off';",
    "RESET standard_conforming_strings;",
    "SELECT set_config('standard_conforming_strings', 'off', false);",
    "SELECT pg_catalog.set_config('standard_conforming_strings', 'on', false);",
    "DO $$ BEGIN PERFORM set_config('standard_conforming_strings', 'off', false); END $$;",
    "SELECT strings_off();",
    "INSERT INTO note (body) SELECT 'f' || strings_off();",
    "SET client_encoding = 'LATIN1';",
    "SET client_encoding = 'UTF8';",
    "SET search_path = public, pg_catalog;",
    "SAVEPOINT a; SET standard_conforming_strings = off; ROLLBACK TO a;",
    "INSERT INTO note (body) VALUES ('one\\ntwo');",
    "INSERT INTO note (body) VALUES ('a\\\\b;c');",
    "INSERT INTO note (body) VALUES (E'tab\\there\\'s');",
    "INSERT INTO note (body) VALUES ('é and ü');",
    "INSERT INTO note (body) VALUES ($q$ \\' ; $$ $q$);",
    "/* ' ; /* nested */ \" */ INSERT INTO note (body) VALUES ('-- no comment') -- ' \\\n;",
    "COPY note (body) FROM STDIN; -- rows\nk\\tl\nm\n\\.\n",
    "COPY note (body) FROM STDIN; /* two */ -- rows\nn\n\\.\n",
    "COPY note (body) FROM STDIN; INSERT INTO note (body) VALUES ('behind');\no\n\\.\n",
    "COPY note (body) FROM STDIN; /* open\nr * / '\n\\.\n still ' */ INSERT INTO note (body) VALUES ('s');",
    "COPY note (body) FROM STDIN; COPY note (body) FROM STDIN;\np\n\\.\nq\n\\.\n",
};

constexpr auto setup =
    "CREATE TABLE note (id int GENERATED ALWAYS AS IDENTITY, body text);"
    "CREATE FUNCTION strings_off() RETURNS text LANGUAGE sql AS "
    "$$ SELECT set_config('standard_conforming_strings', 'off', false) $$";

std::string random_section(std::minstd_rand& random) {
    std::string text;
    for (int i = 0; i < 12; ++i) {
        text += text_statements[random() % text_statements.size()];
        text += random() % 2 == 0 ? "\n" : " \n";
    }
    return text;
}

std::string psql_rows(const std::string& section, const std::string& before) {
    const PostgresTestDatabase server;
    server.query(setup);
    if (!before.empty()) server.query("ALTER DATABASE " + server.name() + before);
    const TemporaryProject folder;
    const auto result =
        run_program({"psql", "-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-d", server.url()},
                    {folder.path(), {{"PGCLIENTENCODING", "UTF8"}}, "BEGIN;\n" + section + "COMMIT;\n"});
    REQUIRE_MESSAGE(result.exit_code == 0, result.err);
    return server.query("SELECT body FROM note ORDER BY id");
}

std::string rev_rows(const std::string& section, const std::string& before) {
    const PostgresTestDatabase server;
    server.query(setup);
    if (!before.empty()) server.query("ALTER DATABASE " + server.name() + before);
    Bench bench(server.url());
    bench.revision("a", section);
    bench.upgrade();
    CHECK(bench.rows() == "a");
    return server.query("SELECT body FROM note ORDER BY id");
}

}  // namespace

TEST_CASE("odd texts mean to rev what they mean to psql") {
    std::minstd_rand random(15);  // the same texts each time
    for (int round = 0; round < 40; ++round) {
        const auto section = random_section(random);
        const std::string before = round % 3 == 0 ? " SET standard_conforming_strings = off" : "";
        CAPTURE(section);
        CAPTURE(before);
        CHECK(rev_rows(section, before) == psql_rows(section, before));
    }
}

TEST_CASE("outside a transaction a text means the same, or is refused before it is read in another way") {
    const PostgresTestDatabase server;
    server.query(setup);
    Bench bench(server.url());
    bench.revision("a",
                   "SET standard_conforming_strings = off;\nINSERT INTO note (body) VALUES ('a\\nb\\';');\n"
                   "RESET ALL;\nINSERT INTO note (body) VALUES ('c\\nd');",
                   "-", "transaction: false");
    bench.upgrade();
    CHECK(server.query("SELECT body FROM note ORDER BY id") == "a\nb';\nc\\nd");
    bench.revision("b", "SELECT strings_off();\nINSERT INTO note (body) VALUES ('a\\nb');", "-", "transaction: false");
    const auto error = bench.upgrade_failure();
    CHECK(error.code() == "text_setting_changed");
    CHECK(error.location().line == 9);
    CHECK(server.query("SELECT count(*) FROM note") == "2");
}

TEST_CASE("commands of psql are refused before anything runs, each with what to write instead") {
    struct Case {
        std::string line, name, advice;
    };
    const std::vector<Case> cases = {{"\\restrict abc", "\\restrict", "pg_dump"},
                                     {"\\connect app", "\\connect", "SET ROLE"},
                                     {"\\.", "\\.", "COPY"},
                                     {"\\i other.sql", "\\i", "in its place"},
                                     {"\\set x 1", "\\set", "variables:"},
                                     {"SELECT 1 \\gexec", "\\gexec", "EXECUTE"},
                                     {"\\copy t from 'x'", "\\copy", "COPY"},
                                     {"\\echo done", "\\echo", "remove"},
                                     {"\\! ls", "\\!", "remove"},
                                     {"SELECT 1 \\; SELECT 2;", "\\;", "without the backslash"}};
    for (const auto& one : cases) {
        CAPTURE(one.line);
        const PostgresTestDatabase server;
        Bench bench(server.url());
        bench.revision("a", "CREATE TABLE t (x text);\n" + one.line + "\n", "-", "transaction: false");
        try {
            bench.upgrade();
            FAIL("it ran");
        } catch (const Error& error) {
            CHECK(error.code() == "psql_command");
            CHECK(error.exit_code() == ExitCode::graph);
            CHECK(std::string(error.what()).starts_with(one.name + " is a command of psql"));
            CHECK(error.hint().find(one.advice) != std::string::npos);
            CHECK(error.location().line == 9);
        }
        CHECK(server.query("SELECT count(*) FROM pg_tables WHERE tablename = 't'") == "0");
    }
}

TEST_CASE("a failure is said in time while somebody holds the log") {
    const PostgresTestDatabase server;
    Bench bench(server.url());
    bench.options.lock_timeout = std::chrono::milliseconds(60'000);
    bench.revision("a", "SELECT 1;");
    bench.upgrade();
    const auto holder = open_database(parse_database_url(server.url()), {});
    const Command begin{Command::Kind::begin};
    const Command lock{.kind = Command::Kind::sql, .sql = "LOCK TABLE rev_log IN SHARE MODE"};
    holder->run(std::span(&begin, 1));
    holder->run(std::span(&lock, 1));
    bench.revision("b", "SELECT 1 / 0;");
    const auto start = std::chrono::steady_clock::now();
    CHECK(bench.upgrade_failure().sqlstate() == "22012");
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(15));
}

TEST_CASE("a run waits for its own rows as long as lock_timeout says, and tells for whom") {
    const PostgresTestDatabase server;
    Bench bench(server.url());
    bench.lock_timeout = std::chrono::milliseconds(1200);
    bench.limits.lock_retries = 0;
    bench.revision("a", "SELECT 1;");
    bench.upgrade();
    bench.revision("b", "SELECT 1;");
    const auto holder = open_database(parse_database_url(server.url()), {});
    const auto hold = [&](const char* mode) {
        const std::array<Command, 2> commands = {Command{Command::Kind::begin},
                                                 Command{.kind = Command::Kind::sql, .sql = mode}};
        holder->run(commands);
    };
    hold("LOCK TABLE alembic_version");
    try {
        bench.upgrade();
        FAIL("it ran");
    } catch (const Error& error) {
        CHECK(error.code() == "database_locked");
        CHECK(std::string(error.what()).find("held by pid") != std::string::npos);
    }
    holder->rollback();
    hold("LOCK TABLE alembic_version IN SHARE MODE");
    CHECK(bench.upgrade_failure().sqlstate() == "55P03");
    holder->rollback();
    bench.upgrade();
}

TEST_CASE("a section that changes tables waits five seconds for a lock unless something says otherwise") {
    const auto limit_of = [](const std::string& section, const std::string& header) {
        const PostgresTestDatabase server;
        Bench bench(server.url());
        bench.revision("a", section, "-", header);
        const auto graph = bench.graph();
        const auto plan = run::prepare(plan_upgrade(graph, {}, "head"), bench.scripts(), bench.prepare_options());
        return plan.steps.front()->limits.lock_timeout;
    };
    using std::chrono::milliseconds;
    CHECK(limit_of("CREATE TABLE t (x int);", "") == milliseconds(5000));
    CHECK(limit_of("CREATE TABLE t (x int);", "statement_lock_timeout: 2s") == milliseconds(2000));
    CHECK(limit_of("CREATE TABLE t (x int);", "statement_lock_timeout: 0") == milliseconds(0));
    CHECK_FALSE(limit_of("INSERT INTO t VALUES (1); UPDATE t SET x = 2; DELETE FROM t;", ""));
    CHECK_FALSE(limit_of("START TRANSACTION; UPDATE t SET x = 2; END; BEGIN; ABORT;", "transaction: false"));
    CHECK_FALSE(limit_of("CREATE INDEX CONCURRENTLY i ON t (x);", "transaction: false"));
}

}  // namespace rev::test
