// What every driver must do alike, run on SQLite and on PostgreSQL.
#include <doctest/doctest.h>

#include <functional>
#include <thread>

#include "db/fixtures.hpp"
#include "support/postgres.hpp"

using std::string_literals::operator""s;

namespace rev::test {
namespace {

class Sqlite {
public:
    static constexpr Dialect dialect = Dialect::sqlite;
    /// A statement that runs for minutes.
    static constexpr auto endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    std::unique_ptr<Database> open(const OpenOptions& options = {}) {
        return open_database(sqlite_url(folder_.path() / "test.db"), options);
    }

private:
    TemporaryFolder folder_;
};

class Postgres {
public:
    static constexpr Dialect dialect = Dialect::postgresql;
    static constexpr auto endless = "SELECT pg_sleep(300)";
    std::unique_ptr<Database> open(const OpenOptions& options = {}) {
        return open_database(parse_database_url(database_.url()), options);
    }

private:
    PostgresTestDatabase database_;
};

constexpr auto make_versions = "CREATE TABLE versions (id VARCHAR(32) NOT NULL PRIMARY KEY)";

/// What a question fails with.
Error refusal_of(const std::function<void()>& ask) {
    try {
        ask();
    } catch (const Error& error) {
        return error;
    }
    throw std::runtime_error("the question was answered");
}

}  // namespace

#define CONFORMANCE_TEST(name) TEST_CASE_TEMPLATE(name, Driver, Sqlite, Postgres)

CONFORMANCE_TEST("rows are taken one by one, and what their taker throws leaves the connection as it was") {
    Driver driver;
    OpenOptions read_only;
    read_only.read_only = true;
    const std::string upto = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT ";
    const auto numbers = upto + "i, NULL FROM n";
    for (const auto& options : {OpenOptions(), read_only}) {
        const auto database = driver.open(options);
        int taken = 0;
        database->query_each(numbers, [&](const SqlRow& row) {
            ++taken;
            CHECK(row == SqlRow{std::to_string(taken), std::nullopt});
        });
        CHECK(taken == 1000);
        database->query_each(numbers + " WHERE i < 0", [&](const SqlRow&) { ++taken; });
        CHECK(taken == 1000);
        struct Enough {};
        const auto stop_at_second = [&](const SqlRow& row) {
            if (row.at(0) == "2") throw Enough();
        };
        CHECK_THROWS_AS(database->query_each(numbers, stop_at_second), Enough);
        CHECK_THROWS_AS(database->query_each("SELECT missing FROM nowhere", [](const SqlRow&) {}), Error);
        // A part of it has come when it fails.
        taken = 0;
        CHECK_THROWS_AS(
            database->query_each(upto + "abs(-9223372036854775307 - i) FROM n", [&](const SqlRow&) { ++taken; }),
            Error);
        CHECK(taken == 500);
        CHECK_FALSE(database->in_transaction());
        CHECK(database->query("SELECT 7") == std::vector<SqlRow>{{"7"}});
    }
}

CONFORMANCE_TEST("a batch hands back rows of its own, as they were between its statements") {
    Driver driver;
    const auto database = driver.open();
    SqlRow before;
    SqlRow between;
    SqlRow behind;
    constexpr auto count = "SELECT count(*), NULL FROM versions";
    const auto sql = [](std::string_view text) { return Command{.kind = Command::Kind::sql, .sql = text}; };
    const auto fetch = [&](SqlRow& row) { return Command{.kind = Command::Kind::fetch, .sql = count, .row = &row}; };
    const std::vector<Command> make = {{.kind = Command::Kind::begin},
                                       sql(make_versions),
                                       fetch(before),
                                       // More results than rev knows of come before its own.
                                       sql("INSERT INTO versions VALUES ('a'); SELECT 1; SELECT 2 -- no end"),
                                       fetch(between),
                                       {.kind = Command::Kind::commit},
                                       fetch(behind)};
    (void)database->run(make);
    CHECK(before == SqlRow{"0", std::nullopt});
    CHECK(between == SqlRow{"1", std::nullopt});
    CHECK(behind == between);

    SqlRow reached;
    SqlRow not_reached;
    const std::vector<Command> fails = {{.kind = Command::Kind::begin},
                                        sql("INSERT INTO versions VALUES ('b')"),
                                        fetch(reached),
                                        sql("INSERT INTO versions VALUES ('a')"),
                                        fetch(not_reached),
                                        {.kind = Command::Kind::commit}};
    try {
        (void)database->run(fails);
        FAIL("a key twice was taken");
    } catch (const CommandError& error) {
        CHECK(error.command == 3);
    }
    CHECK(reached == SqlRow{"2", std::nullopt});
    CHECK(not_reached.empty());
    CHECK(database->query_in_session(count).at(0) == SqlRow{"1", std::nullopt});
}

CONFORMANCE_TEST("several queries are answered one by one, in their order") {
    Driver driver;
    const auto database = driver.open();
    const std::vector<Query> queries = {
        {"SELECT 1 AS n UNION SELECT 2 ORDER BY n"},
        {"SELECT '?', coalesce(?, 'none'), CAST(? AS text)", {SqlValue(), "O'Hara \\ ä"}},
        {"SELECT 1 WHERE 1 = 2"}};
    const std::vector<std::vector<SqlRow>> answers = {{{"1"}, {"2"}}, {{"?", "none", "O'Hara \\ ä"}}, {}};
    CHECK(database->query_all(queries) == answers);
    CHECK(database->query_all({}).empty());
    const std::vector<Query> wrong = {{"SELECT 1"}, {"SELECT x FROM nowhere"}, {"SELECT 2"}};
    CHECK_THROWS_AS((void)database->query_all(wrong), Error);
    CHECK(database->query_all(queries) == answers);
}

CONFORMANCE_TEST("a question that is refused is the database's failure, and no revision's") {
    Driver driver;
    const auto database = driver.open();
    run(*database, {sql(make_versions)});
    for (const auto* refused : {"SELECT missing FROM versions", "SELECT 1 FROM nowhere", "SELEC 1"}) {
        CAPTURE(refused);
        const std::vector<Query> queries = {{"SELECT 1"}, {refused}};
        const std::vector<std::function<void()>> ways = {
            [&] { (void)database->query(refused); }, [&] { (void)database->query_in_session(refused); },
            [&] { database->query_each(refused, [](const auto&) {}); }, [&] { (void)database->query_all(queries); }};
        for (const auto& ask : ways) {
            const auto error = refusal_of(ask);
            CHECK(error.exit_code() == ExitCode::database);
            CHECK(error.code() == "query_failed");
            CHECK_FALSE(error.sqlstate().empty());
            CHECK(rows(*database, "SELECT count(*) FROM versions") == "0");
        }
    }
    // What is sent with a step keeps its code: whoever sent it knows what of it is a revision's.
    const auto of_step =
        failure_of(*database, {begin(), change("INSERT INTO nowhere (x) VALUES (?)", {"1"}), commit()});
    CHECK(of_step.exit_code() == ExitCode::revision_failed);
    CHECK(of_step.code() == "sql_error");
}

CONFORMANCE_TEST("a step is there after its commit, and its statements are counted") {
    Driver driver;
    const auto database = driver.open();
    CHECK(database->dialect() == Driver::dialect);
    run(*database, {sql(make_versions)});
    const auto result =
        run(*database, {begin(), sql("CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2)"),
                        reset(), change(insert_version, {"r1"}), commit()});
    CHECK(result.statements == 3);
    CHECK_FALSE(database->in_transaction());
    CHECK(rows(*driver.open(), "SELECT x FROM a ORDER BY x") == "1\n2");
    CHECK(rows(*driver.open(), "SELECT id FROM versions") == "r1");
}

CONFORMANCE_TEST("a failing statement undoes its step, tells its place and leaves the connection usable") {
    Driver driver;
    const auto database = driver.open();
    run(*database, {sql(make_versions)});
    const auto text =
        "CREATE TABLE a (x INTEGER PRIMARY KEY);\nINSERT INTO a VALUES (1);\n\n  INSERT INTO a VALUES (1);"s;
    const auto error = failure_of(
        *database, {begin(), change(insert_version, {"r1"}), sql(text, 11), change(insert_version, {"r2"}), commit()});
    CHECK(error.code() == "sql_error");
    CHECK(error.command == 2);
    CHECK(error.statement == 2);
    CHECK(error.location().line == 14);
    CHECK(error.location().column == 3);
    CHECK(error.location().line_text == "  INSERT INTO a VALUES (1);");
    CHECK_FALSE(error.sqlstate().empty());
    CHECK_FALSE(database->in_transaction());
    CHECK_FALSE(database->has_table("", "a"));
    CHECK(rows(*database, "SELECT count(*) FROM versions") == "0");
}

CONFORMANCE_TEST("a missing column is shown at its place, counted in characters") {
    Driver driver;
    const auto database = driver.open();
    const auto error = failure_of(
        *database, {begin(), sql("CREATE TABLE a (x INTEGER);\r\nSELECT 'äöü€', nothing\r\nFROM a;\r\n", 7)});
    CHECK(error.command == 1);
    CHECK(error.statement == 1);
    CHECK(error.location().line == 8);
    CHECK(error.location().column == 16);
    CHECK(error.location().line_text == "SELECT 'äöü€', nothing");
}

CONFORMANCE_TEST("the column of a command that begins within a line counts from that line's begin") {
    Driver driver;
    const auto database = driver.open();
    auto command = sql("SELECT nothing", 3);
    command.first_column = 10;
    const auto error = failure_of(*database, {command});
    CHECK(error.location().line == 3);
    CHECK(error.location().column == 17);
}

CONFORMANCE_TEST("a syntax error is located and nothing of its step runs") {
    Driver driver;
    const auto database = driver.open();
    const auto error = failure_of(*database, {begin(), sql("CREATE TABLE a (x INTEGER);\nCREATE TABEL b;"), commit()});
    CHECK(error.command == 1);
    CHECK(error.statement == 1);
    CHECK(error.location().line == 2);
    CHECK(error.location().column == 8);
    CHECK_FALSE(database->has_table("", "a"));
}

CONFORMANCE_TEST("an unterminated quote cannot swallow what comes behind it") {
    Driver driver;
    const auto database = driver.open();
    run(*database, {sql(make_versions)});
    for (const auto* text : {"SELECT 'abc", "SELECT \"abc", "CREATE TABLE a (x INTEGER); SELECT 'it''s"}) {
        CAPTURE(text);
        const auto error = failure_of(*database, {begin(), sql(text), change(insert_version, {"it's"}), commit()});
        CHECK(error.command == 1);
        CHECK(rows(*database, "SELECT count(*) FROM versions") == "0");
        CHECK_FALSE(database->has_table("", "a"));
    }
}

CONFORMANCE_TEST("of several steps in one batch, those before the failing one stay") {
    Driver driver;
    const auto database = driver.open();
    const auto error = failure_of(*database, {begin(), sql("CREATE TABLE a (x INTEGER)"), commit(), reset(), begin(),
                                              sql("CREATE TABLE b (x INTEGER); SELECT * FROM nowhere"), commit()});
    CHECK(error.command == 5);
    CHECK(database->has_table("", "a"));
    CHECK_FALSE(database->has_table("", "b"));
}

CONFORMANCE_TEST("a change that hits no row or several stops the step") {
    Driver driver;
    const auto database = driver.open();
    run(*database, {sql(make_versions), change(insert_version, {"a"}), change(insert_version, {"b"})});
    for (const auto* text :
         {"DELETE FROM versions WHERE id = 'nobody'", "DELETE FROM versions", "UPDATE versions SET id = id"}) {
        CAPTURE(text);
        const auto error = failure_of(
            *database, {begin(), sql("CREATE TABLE t (x INTEGER)"), change(text), sql("SELECT 1"), commit()});
        CHECK(error.wrong_row_count);
        CHECK(error.command == 2);
        CHECK(error.code() == "wrong_row_count");
        CHECK_FALSE(database->in_transaction());
        CHECK_FALSE(database->has_table("", "t"));
        CHECK(rows(*database, "SELECT id FROM versions ORDER BY id") == "a\nb");
    }
}

CONFORMANCE_TEST("a change that fails by itself tells which command it was") {
    Driver driver;
    const auto database = driver.open();
    run(*database, {sql(make_versions), change(insert_version, {"a"})});
    const auto error =
        failure_of(*database, {begin(), sql("CREATE TABLE t (x INTEGER)"), change(insert_version, {"a"}), commit()});
    CHECK(error.command == 2);
    CHECK_FALSE(error.wrong_row_count);
    CHECK_FALSE(database->has_table("", "t"));
}

CONFORMANCE_TEST("SQL may be empty, hold only comments, or end without a semicolon") {
    Driver driver;
    const auto database = driver.open();
    for (const auto* text : {"", "  \n", ";;", "-- nothing", "/* nothing */", "-- a\n;\n-- b\r\n"}) {
        CAPTURE(text);
        CHECK(run(*database, {begin(), sql(text), commit()}).statements == 0);
        CHECK(run(*database, {sql(text)}).statements == 0);
    }
    run(*database, {begin(), sql("CREATE TABLE a (x INTEGER) -- the end"), commit()});
    run(*database, {begin(), sql("CREATE TABLE b (x INTEGER); -- the end"), commit()});
    CHECK(database->has_table("", "a"));
    CHECK(database->has_table("", "b"));
}

CONFORMANCE_TEST("SQL reaches the database byte for byte") {
    Driver driver;
    const auto database = driver.open();
    const auto value = "a\r\nb\\n :name %s %% $1 ? ü\t"s;
    run(*database, {begin(), sql("CREATE TABLE t (x TEXT);\r\nINSERT INTO t VALUES ('" + value + "');\r\n"), commit()});
    CHECK(rows(*database, "SELECT x FROM t") == value);
    run(*database, {sql("UPDATE t SET x = '" + value + "2'")});
    CHECK(rows(*database, "SELECT x FROM t") == value + "2");
}

CONFORMANCE_TEST("parameters keep quotes, backslashes, line ends and NULL") {
    Driver driver;
    const auto database = driver.open();
    run(*database, {sql("CREATE TABLE t (id INTEGER, x TEXT)")});
    const std::vector<std::string> values = {"it's",  "back\\slash \\' ", "line\r\nend", "ü€😀",
                                             "a ? b", "; DROP TABLE t"};
    for (const auto& value : values) {
        CAPTURE(value);
        run(*database, {begin(), change("INSERT INTO t (id, x) VALUES (?, ?)", {"1", value}), commit()});
        CHECK(rows(*database, "SELECT x FROM t WHERE x = ?", {value}) == value);
        CHECK(rows(*database, "SELECT id FROM t WHERE x = " + database->quote_literal(value)) == "1");
        run(*database, {change("DELETE FROM t WHERE x = ?", {value})});
    }
    run(*database, {change("INSERT INTO t (id, x) VALUES (?, ?)", {"2", std::nullopt})});
    CHECK(rows(*database, "SELECT id, x FROM t") == "2|NULL");
}

CONFORMANCE_TEST("odd names work where they are quoted") {
    Driver driver;
    const auto database = driver.open();
    for (const auto* name : {"Upper", "with space", "quo\"te", "it's", "semi;--", "what?", "select", "ünïcode"}) {
        CAPTURE(name);
        const auto quoted_name = database->quote_identifier(name);
        CHECK_FALSE(database->has_table("", name));
        run(*database, {begin(), sql("CREATE TABLE " + quoted_name + " (x TEXT)"),
                        change("INSERT INTO " + quoted_name + " (x) VALUES (?)", {"1"}), commit()});
        CHECK(database->has_table("", name));
        CHECK(rows(*database, "SELECT x FROM " + quoted_name + " WHERE x = ?", {"1"}) == "1");
    }
}

CONFORMANCE_TEST("a transaction may stay open between batches and can be rolled back") {
    Driver driver;
    const auto database = driver.open();
    run(*database, {begin(), sql("CREATE TABLE a (x INTEGER)")});
    CHECK(database->in_transaction());
    run(*database, {sql("CREATE TABLE b (x INTEGER)")});
    CHECK(database->has_table("", "b"));
    database->rollback();
    CHECK_FALSE(database->in_transaction());
    CHECK_FALSE(database->has_table("", "a"));
    database->rollback();
    run(*database, {begin(), sql("CREATE TABLE a (x INTEGER)")});
    run(*database, {commit()});
    CHECK(driver.open()->has_table("", "a"));
}

CONFORMANCE_TEST("closing a connection rolls its transaction back") {
    Driver driver;
    run(*driver.open(), {begin(), sql("CREATE TABLE a (x INTEGER)")});
    CHECK_FALSE(driver.open()->has_table("", "a"));
}

CONFORMANCE_TEST("a row where none is expected undoes the step and is shown") {
    Driver driver;
    const auto database = driver.open();
    run(*database, {sql("CREATE TABLE a (id INTEGER, name TEXT); INSERT INTO a VALUES (7, 'x')")});
    run(*database, {begin(), expect_empty("SELECT * FROM a WHERE id = 1; -- fine"), commit()});
    const auto error =
        failure_of(*database, {begin(), sql("CREATE TABLE b (x INTEGER)"),
                               expect_empty("SELECT 1 WHERE 1 = 0;\nSELECT id, name FROM a;"), commit()});
    CHECK(error.returned_rows);
    CHECK(error.command == 2);
    CHECK(error.statement == 1);
    CHECK(error.location().line == 2);
    CHECK(error.detail() == "first row: id = 7, name = x");
    CHECK_FALSE(database->has_table("", "b"));
}

CONFORMANCE_TEST("a NUL byte is refused with its place") {
    Driver driver;
    const auto database = driver.open();
    const auto text = "CREATE TABLE a (x INTEGER);\nSELECT '\0';"s;
    const auto error = failure_of(*database, {begin(), sql(text)});
    CHECK(error.location().line == 2);
    CHECK(error.location().column == 9);
    CHECK_FALSE(database->in_transaction());
    CHECK_FALSE(database->has_table("", "a"));
}

CONFORMANCE_TEST("SQL that ends its transaction is noticed before anything else runs") {
    Driver driver;
    const auto database = driver.open();
    run(*database, {sql(make_versions)});
    for (const auto* text : {"SELECT 1;\n COMMIT", "ROLLBACK;"}) {
        CAPTURE(text);
        const auto error = failure_of(*database, {begin(), sql(text), change(insert_version, {"r1"}), commit()});
        CHECK(error.code() == "transaction_ended");
        CHECK(error.command == 1);
        CHECK(error.location().line == (text[0] == 'S' ? 2 : 1));
        CHECK(rows(*database, "SELECT count(*) FROM versions") == "0");
    }
    // A savepoint is no end.
    run(*database, {begin(), sql("SAVEPOINT s; CREATE TABLE a (x INTEGER); ROLLBACK TO s; RELEASE s;"), commit()});
    CHECK_FALSE(database->has_table("", "a"));
}

CONFORMANCE_TEST("outside a transaction each command stands for itself") {
    Driver driver;
    const auto database = driver.open();
    const auto error = failure_of(*database, {sql("CREATE TABLE a (x INTEGER)"), sql("VACUUM"),
                                              sql("SELECT * FROM nowhere"), sql("CREATE TABLE b (x INTEGER)")});
    CHECK(error.command == 2);
    CHECK(database->has_table("", "a"));
    CHECK_FALSE(database->has_table("", "b"));
}

CONFORMANCE_TEST("a transaction that the SQL itself opens outside one is its own business") {
    Driver driver;
    const auto database = driver.open();
    run(*database, {sql("BEGIN"), sql("CREATE TABLE a (x INTEGER)"), sql("COMMIT")});
    CHECK(database->has_table("", "a"));
    run(*database, {sql("BEGIN")});
    CHECK(database->in_transaction());
    database->rollback();
    CHECK_FALSE(database->in_transaction());
}

CONFORMANCE_TEST("reading only, nothing can be changed") {
    Driver driver;
    run(*driver.open(), {sql("CREATE TABLE a (x INTEGER)")});
    OpenOptions options;
    options.read_only = true;
    const auto database = driver.open(options);
    CHECK(database->has_table("", "a"));
    CHECK_THROWS_AS(run(*database, {sql("INSERT INTO a VALUES (1)")}), CommandError);
    CHECK_THROWS_AS(run(*database, {reset(), sql("INSERT INTO a VALUES (1)")}), CommandError);
    CHECK(rows(*database, "SELECT count(*) FROM a") == "0");
}

CONFORMANCE_TEST("a request to stop cancels a running statement and its step") {
    Driver driver;
    const auto start = std::chrono::steady_clock::now();
    OpenOptions options;
    options.interrupted = [&] { return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(300); };
    const auto database = driver.open(options);
    const auto error =
        failure_of(*database, {begin(), sql("CREATE TABLE a (x INTEGER)"), sql(Driver::endless), commit()});
    CHECK(error.code() == "interrupted");
    CHECK(error.command == 2);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
    CHECK_FALSE(driver.open()->has_table("", "a"));
}

CONFORMANCE_TEST("a reconnected database works as before") {
    Driver driver;
    const auto database = driver.open();
    run(*database, {sql("CREATE TABLE a (x INTEGER)"), begin(), sql("INSERT INTO a VALUES (1)")});
    database->reconnect();
    CHECK(database->is_alive());
    CHECK_FALSE(database->in_transaction());
    CHECK(rows(*database, "SELECT count(*) FROM a") == "0");
}

CONFORMANCE_TEST("temporary tables of a step do not reach the next one") {
    Driver driver;
    const auto database = driver.open();
    run(*database, {sql("CREATE TABLE a (x INTEGER)")});
    run(*database, {begin(), sql("CREATE TEMPORARY TABLE a (y INTEGER); INSERT INTO a VALUES (1)"), reset(), commit()});
    run(*database, {begin(), sql("INSERT INTO a (x) VALUES (5)"), commit()});
    CHECK(rows(*driver.open(), "SELECT x FROM a") == "5");
}

CONFORMANCE_TEST("a bad query is an error of the database") {
    Driver driver;
    const auto database = driver.open();
    CHECK_THROWS_AS((void)database->query("SELECT * FROM nowhere"), Error);
    CHECK(rows(*database, "SELECT 1") == "1");
}

}  // namespace rev::test
