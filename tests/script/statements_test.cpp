#include "sql/statements.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using rev::Dialect;
using rev::normalized_sql;
using rev::split_statements;
using rev::Statement;
using rev::StatementKind;
using Texts = std::vector<std::string>;

struct SplitCase {
    std::string sql;
    Texts statements;
};

void check_split(const std::vector<SplitCase>& cases, Dialect dialect) {
    for (const SplitCase& expected : cases) {
        CAPTURE(expected.sql);
        Texts texts;
        for (const Statement& statement : split_statements(expected.sql, dialect)) {
            texts.emplace_back(statement.text);
            CHECK(expected.sql.substr(statement.offset, statement.text.size()) == statement.text);
        }
        CHECK(texts == expected.statements);
    }
}

/// Its texts are views into `sql`.
Statement only_statement(std::string_view sql, Dialect dialect) {
    const auto statements = split_statements(sql, dialect);
    REQUIRE(statements.size() == 1);
    return statements.front();
}

struct KindCase {
    std::string sql;
    StatementKind kind;
    std::string command;
};

void check_kinds(const std::vector<KindCase>& cases, Dialect dialect) {
    for (const KindCase& expected : cases) {
        CAPTURE(expected.sql);
        const Statement statement = only_statement(expected.sql, dialect);
        CHECK(statement.kind == expected.kind);
        CHECK(statement.command == expected.command);
    }
}

constexpr auto ordinary = StatementKind::ordinary;
constexpr auto control = StatementKind::transaction_control;
constexpr auto outside = StatementKind::outside_transaction;

}  // namespace

TEST_CASE("SQL is split at the semicolons that end statements") {
    for (const Dialect dialect : {Dialect::postgresql, Dialect::sqlite}) {
        check_split(
            {
                {"", {}},
                {" \n\t", {}},
                {"-- only a comment", {}},
                {"/* only; a comment */ ; ; -- more", {}},
                {"SELECT 1", {"SELECT 1"}},
                {"SELECT 1;", {"SELECT 1"}},
                {"SELECT 1; ;; SELECT 2", {"SELECT 1", "SELECT 2"}},
                {"-- a;\nSELECT 1 -- b;\n;-- c\nSELECT 2 /* ; */ + 1;", {"SELECT 1", "SELECT 2 /* ; */ + 1"}},
                {"SELECT ';', 'it''s;', \"a;b\", \"x\"\";\"; SELECT 2",
                 {"SELECT ';', 'it''s;', \"a;b\", \"x\"\";\"", "SELECT 2"}},
                {"SELECT 1\r\n;\r\nSELECT\r\n2\r\n", {"SELECT 1", "SELECT\r\n2"}},
                {"\xEF\xBB\xBFSELECT 1;", {"SELECT 1"}},
                {"SELECT 'open; SELECT 2", {"SELECT 'open; SELECT 2"}},
                {"SELECT 1 /* open; SELECT 2", {"SELECT 1"}},
                {"SELECT 'back\\'; SELECT 2", {"SELECT 'back\\'", "SELECT 2"}},
            },
            dialect);
    }
}

TEST_CASE("PostgreSQL's quotes, bodies and parentheses stay whole") {
    check_split(
        {
            {"DO $$ BEGIN; END; $$; SELECT 2", {"DO $$ BEGIN; END; $$", "SELECT 2"}},
            {"SELECT $a$ ; $$ ; $b$ ; $a$; SELECT $1", {"SELECT $a$ ; $$ ; $b$ ; $a$", "SELECT $1"}},
            {"SELECT a$b$c; SELECT 2", {"SELECT a$b$c", "SELECT 2"}},
            {"SELECT E'it\\'s;'; SELECT 2", {"SELECT E'it\\'s;'", "SELECT 2"}},
            {"SELECT E'a'\n  '\\';'; SELECT 2", {"SELECT E'a'\n  '\\';'", "SELECT 2"}},
            {"SELECT U&'\\0041;', U&\"a;\", B'1', X'f', N'n;'; SELECT 2",
             {"SELECT U&'\\0041;', U&\"a;\", B'1', X'f', N'n;'", "SELECT 2"}},
            {"SELECT 1 /* a /* b; */ c; */; SELECT 2", {"SELECT 1", "SELECT 2"}},
            {"SELECT $$open; SELECT 2", {"SELECT $$open; SELECT 2"}},
            {"CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2); SELECT 3",
             {"CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)", "SELECT 3"}},
            {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END; SELECT 2",
             {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END",
              "SELECT 2"}},
            {"CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; END; SELECT 2",
             {"CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; END", "SELECT 2"}},
            {"BEGIN; SELECT 1; END; SELECT 2", {"BEGIN", "SELECT 1", "END", "SELECT 2"}},
            {"SELECT 1 operator(pg_catalog.+) 2; SELECT a-- b;\n; SELECT @-1",
             {"SELECT 1 operator(pg_catalog.+) 2", "SELECT a", "SELECT @-1"}},
        },
        Dialect::postgresql);
}

TEST_CASE("syntax of a newer PostgreSQL is split by the scanner, to the same rules") {
    check_split(
        {
            {"FROB x; SELECT ';'; FROB (a; b); SELECT 2", {"FROB x", "SELECT ';'", "FROB (a; b)", "SELECT 2"}},
            {"FROB x; CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END; "
             "SELECT 2",
             {"FROB x", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END",
              "SELECT 2"}},
            {"FROB; CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT 2",
             {"FROB", "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1'", "SELECT 2"}},
            {"SELECT (1; SELECT 2", {"SELECT (1; SELECT 2"}},
        },
        Dialect::postgresql);
}

TEST_CASE("COPY data is no SQL") {
    const std::string sql =
        "-- dump\n"
        "SET search_path = '';\n"
        "COPY public.account (id, name) FROM stdin;\n"
        "1\tit's;\n"
        "2\t$$ /* \\\\.\n"
        "\\.\n"
        "\n"
        "COPY t FROM STDIN WITH (FORMAT csv); -- three\r\n"
        "a;b\r\n"
        "\\.\r\n"
        "COPY empty FROM stdin;\n"
        "\\.\n"
        "SELECT 1;\n";
    const auto statements = split_statements(sql, Dialect::postgresql, 10);
    REQUIRE(statements.size() == 5);
    CHECK(statements[0].text == "SET search_path = ''");
    CHECK(statements[0].line == 11);
    CHECK(statements[1].text == "COPY public.account (id, name) FROM stdin");
    CHECK(statements[1].kind == StatementKind::copy_from_stdin);
    CHECK(statements[1].copy_data == "1\tit's;\n2\t$$ /* \\\\.\n");
    CHECK(statements[2].copy_data == "a;b\r\n");
    CHECK(statements[2].line == 17);
    CHECK(statements[3].copy_data.empty());
    CHECK(statements[3].kind == StatementKind::copy_from_stdin);
    CHECK(statements[4].text == "SELECT 1");
    CHECK(statements[4].line == 22);
}

TEST_CASE("COPY data may end with the text") {
    const auto open = only_statement("COPY t FROM STDIN;\n1\n2", Dialect::postgresql);
    CHECK(open.copy_data == "1\n2");
    const auto none = only_statement("COPY t FROM STDIN", Dialect::postgresql);
    CHECK(none.copy_data.empty());
    CHECK(none.kind == StatementKind::copy_from_stdin);
}

TEST_CASE("other COPY statements have no data") {
    check_split(
        {{"COPY t FROM '/x'; SELECT 1", {"COPY t FROM '/x'", "SELECT 1"}},
         {"COPY t TO STDOUT;\nSELECT 1", {"COPY t TO STDOUT", "SELECT 1"}},
         {"COPY (SELECT 1 FROM stdin) TO STDOUT;\nSELECT 1", {"COPY (SELECT 1 FROM stdin) TO STDOUT", "SELECT 1"}},
         {"SELECT copy FROM stdin;\nSELECT 1", {"SELECT copy FROM stdin", "SELECT 1"}}},
        Dialect::postgresql);
}

TEST_CASE("SQLite's quotes and triggers stay whole") {
    check_split(
        {
            {"SELECT [a;b], `c;``d`; SELECT 2", {"SELECT [a;b], `c;``d`", "SELECT 2"}},
            {"SELECT 1 /* a /* b */; SELECT 2", {"SELECT 1", "SELECT 2"}},
            {"SELECT x'00', $a, ?1, :b, @c; SELECT 2", {"SELECT x'00', $a, ?1, :b, @c", "SELECT 2"}},
            {"SELECT (1; SELECT 2", {"SELECT (1", "SELECT 2"}},
            {"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT CASE WHEN 1 THEN 2 END; END; SELECT 2",
             {"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT CASE WHEN 1 THEN 2 END; END", "SELECT 2"}},
            {"create temp trigger t begin select 1; end ; select 2",
             {"create temp trigger t begin select 1; end", "select 2"}},
            {"EXPLAIN QUERY PLAN CREATE TRIGGER t BEGIN SELECT 1; /* x */ END; SELECT 2",
             {"EXPLAIN QUERY PLAN CREATE TRIGGER t BEGIN SELECT 1; /* x */ END", "SELECT 2"}},
            {"CREATE TABLE trigger_log (a); BEGIN; END; SELECT 2",
             {"CREATE TABLE trigger_log (a)", "BEGIN", "END", "SELECT 2"}},
            {"CREATE TRIGGER t BEGIN SELECT 1; END", {"CREATE TRIGGER t BEGIN SELECT 1; END"}},
        },
        Dialect::sqlite);
}

TEST_CASE("line and column count lines and characters") {
    const std::string sql =
        "\xEF\xBB\xBF  SELECT 1;\r\n/* \xC3\xA9 */ SELECT 2; SELECT '\xE2\x82\xAC'; SELECT 4;\r\n\r\n\tSELECT 5";
    for (const Dialect dialect : {Dialect::postgresql, Dialect::sqlite}) {
        const auto statements = split_statements(sql, dialect, 7);
        REQUIRE(statements.size() == 5);
        std::vector<std::pair<std::size_t, std::size_t>> places;
        for (const Statement& statement : statements) places.emplace_back(statement.line, statement.column);
        CHECK(places == std::vector<std::pair<std::size_t, std::size_t>>{{7, 3}, {8, 9}, {8, 19}, {8, 31}, {10, 2}});
    }
}

TEST_CASE("PostgreSQL's statements that control transactions, or cannot run in one, are told apart") {
    check_kinds(
        {
            {"BEGIN", control, "BEGIN"},
            {"begin isolation level serializable", control, "BEGIN"},
            {"START TRANSACTION READ ONLY", control, "START TRANSACTION"},
            {"COMMIT", control, "COMMIT"},
            {"commit and chain", control, "COMMIT AND CHAIN"},
            {"END WORK", control, "END"},
            {"ABORT", control, "ABORT"},
            {"ROLLBACK /* all */", control, "ROLLBACK"},
            {"ROLLBACK WORK", control, "ROLLBACK"},
            {"PREPARE TRANSACTION 'x'", control, "PREPARE TRANSACTION"},
            {"COMMIT PREPARED 'x'", control, "COMMIT PREPARED"},
            {"ROLLBACK PREPARED 'x'", control, "ROLLBACK PREPARED"},
            {"PREPARE p AS SELECT 1", ordinary, "PREPARE"},
            {"PREPARE transaction AS SELECT 1", ordinary, "PREPARE"},
            {"SAVEPOINT a", ordinary, "SAVEPOINT"},
            {"RELEASE a", ordinary, "RELEASE"},
            {"ROLLBACK TO a", ordinary, "ROLLBACK TO SAVEPOINT"},
            {"ROLLBACK TRANSACTION TO SAVEPOINT a", ordinary, "ROLLBACK TO SAVEPOINT"},
            {"SET TRANSACTION READ ONLY", ordinary, "SET TRANSACTION"},
            {"CREATE INDEX i ON t (a)", ordinary, "CREATE INDEX"},
            {"CREATE UNIQUE INDEX /* x */ concurrently i ON t (a)", outside, "CREATE INDEX CONCURRENTLY"},
            {"CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", outside, "CREATE INDEX CONCURRENTLY"},
            {"CREATE INDEX \"concurrently\" ON t (a)", ordinary, "CREATE INDEX"},
            {"DROP INDEX CONCURRENTLY i", outside, "DROP INDEX CONCURRENTLY"},
            {"DROP INDEX i", ordinary, "DROP INDEX"},
            {"REINDEX TABLE t", ordinary, "REINDEX"},
            {"REINDEX INDEX i", ordinary, "REINDEX"},
            {"REINDEX TABLE CONCURRENTLY t", outside, "REINDEX TABLE CONCURRENTLY"},
            {"REINDEX (VERBOSE, CONCURRENTLY) INDEX i", outside, "REINDEX INDEX CONCURRENTLY"},
            {"REINDEX (CONCURRENTLY false) INDEX i", ordinary, "REINDEX"},
            {"REINDEX (VERBOSE) INDEX i", ordinary, "REINDEX"},
            {"REINDEX SCHEMA s", outside, "REINDEX SCHEMA"},
            {"REINDEX DATABASE d", outside, "REINDEX DATABASE"},
            {"REINDEX SYSTEM d", outside, "REINDEX SYSTEM"},
            {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", ordinary, "REFRESH"},
            {"VACUUM (FULL) t", outside, "VACUUM"},
            {"ANALYZE t", ordinary, "ANALYZE"},
            {"CREATE DATABASE d", outside, "CREATE DATABASE"},
            {"DROP DATABASE IF EXISTS d", outside, "DROP DATABASE"},
            {"ALTER DATABASE d SET TABLESPACE x", outside, "ALTER DATABASE SET TABLESPACE"},
            {"ALTER DATABASE d SET work_mem = '1MB'", ordinary, "ALTER DATABASE"},
            {"CREATE TABLESPACE x LOCATION '/x'", outside, "CREATE TABLESPACE"},
            {"DROP TABLESPACE x", outside, "DROP TABLESPACE"},
            {"ALTER SYSTEM SET work_mem = '1MB'", outside, "ALTER SYSTEM"},
            {"CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", outside, "CREATE SUBSCRIPTION"},
            {"CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)", ordinary,
             "CREATE SUBSCRIPTION"},
            {"CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot = 'off')", ordinary,
             "CREATE SUBSCRIPTION"},
            {"DROP SUBSCRIPTION s", outside, "DROP SUBSCRIPTION"},
            {"ALTER SUBSCRIPTION s REFRESH PUBLICATION", outside, "ALTER SUBSCRIPTION REFRESH PUBLICATION"},
            {"ALTER SUBSCRIPTION s SET PUBLICATION p", outside, "ALTER SUBSCRIPTION SET PUBLICATION"},
            {"ALTER SUBSCRIPTION s ADD PUBLICATION p WITH (refresh = false)", ordinary, "ALTER SUBSCRIPTION"},
            {"ALTER SUBSCRIPTION s DISABLE", ordinary, "ALTER SUBSCRIPTION"},
            {"ALTER TABLE t DETACH PARTITION p", ordinary, "ALTER TABLE"},
            {"ALTER TABLE ONLY s.t DETACH PARTITION s.p CONCURRENTLY", outside,
             "ALTER TABLE DETACH PARTITION CONCURRENTLY"},
            {"CLUSTER", outside, "CLUSTER"},
            {"CLUSTER VERBOSE", outside, "CLUSTER"},
            {"CLUSTER (VERBOSE)", outside, "CLUSTER"},
            {"CLUSTER t USING i", ordinary, "CLUSTER"},
            {"DISCARD ALL", outside, "DISCARD ALL"},
            {"DISCARD TEMP", ordinary, "DISCARD"},
            {"SELECT 'COMMIT'", ordinary, "SELECT"},
            {"(SELECT 1)", ordinary, "SELECT"},
            {"DO $$ BEGIN COMMIT; END $$", ordinary, "DO"},
            {"CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$", ordinary, "CREATE FUNCTION"},
            {"CREATE MATERIALIZED VIEW v AS SELECT 1", ordinary, "CREATE MATERIALIZED VIEW"},
            {"CREATE TEMP TABLE t (a int)", ordinary, "CREATE TABLE"},
            {"CREATE USER bob", ordinary, "CREATE USER"},
        },
        Dialect::postgresql);
}

TEST_CASE("SQLite's statements that control transactions, or cannot run in one, are told apart") {
    check_kinds(
        {
            {"BEGIN IMMEDIATE", control, "BEGIN"},
            {"commit", control, "COMMIT"},
            {"END TRANSACTION", control, "END"},
            {"ROLLBACK", control, "ROLLBACK"},
            {"ROLLBACK TRANSACTION", control, "ROLLBACK"},
            {"ROLLBACK TO a", ordinary, "ROLLBACK TO SAVEPOINT"},
            {"ROLLBACK TRANSACTION TO SAVEPOINT a", ordinary, "ROLLBACK TO SAVEPOINT"},
            {"SAVEPOINT a", ordinary, "SAVEPOINT"},
            {"RELEASE a", ordinary, "RELEASE"},
            {"VACUUM", outside, "VACUUM"},
            {"VACUUM INTO 'x'", outside, "VACUUM"},
            {"ATTACH 'x' AS x", ordinary, "ATTACH"},
            {"PRAGMA foreign_keys = OFF", outside, "PRAGMA FOREIGN_KEYS"},
            {"pragma main.foreign_keys(0)", outside, "PRAGMA FOREIGN_KEYS"},
            {"PRAGMA foreign_keys", ordinary, "PRAGMA"},
            {"PRAGMA foreign_key_check", ordinary, "PRAGMA"},
            {"PRAGMA journal_mode=WAL", outside, "PRAGMA JOURNAL_MODE"},
            {"PRAGMA synchronous=OFF", outside, "PRAGMA SYNCHRONOUS"},
            {"PRAGMA wal_checkpoint", outside, "PRAGMA WAL_CHECKPOINT"},
            {"PRAGMA user_version = 3", ordinary, "PRAGMA"},
            {"CREATE VIRTUAL TABLE t USING fts5(a)", ordinary, "CREATE VIRTUAL TABLE"},
            {"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END", ordinary, "CREATE TRIGGER"},
        },
        Dialect::sqlite);
}

TEST_CASE("an added enum value is found") {
    const auto plain = rev::added_enum_value("ALTER TYPE mood ADD VALUE 'it''s'");
    REQUIRE(plain);
    CHECK(plain->type == "mood");
    CHECK(plain->value == "it's");
    const auto full = rev::added_enum_value("alter type app.\"Mood\" add value if not exists 'x' /* y */ before 'z'");
    REQUIRE(full);
    CHECK(full->type == "app.\"Mood\"");
    CHECK(full->value == "x");
    CHECK_FALSE(rev::added_enum_value("ALTER TYPE mood RENAME VALUE 'a' TO 'b'"));
    CHECK_FALSE(rev::added_enum_value("ALTER TYPE mood ADD ATTRIBUTE a int"));
    CHECK_FALSE(rev::added_enum_value("ALTER TABLE mood ADD value int"));
    CHECK_FALSE(rev::added_enum_value("ALTER TYPE mood ADD VALUE"));
    CHECK_FALSE(rev::added_enum_value(""));
}

TEST_CASE("normalized SQL ignores comments, white space, line ends, BOM and empty statements") {
    const std::string expected = "CREATE TABLE t ( a int , b text DEFAULT 'x  --y' ) ;\nSELECT a >= - 1 ;\n";
    for (const Dialect dialect : {Dialect::postgresql, Dialect::sqlite}) {
        for (const std::string sql : {
                 "CREATE TABLE t (a int, b text DEFAULT 'x  --y'); SELECT a >= -1",
                 "\xEF\xBB\xBF-- c\r\nCREATE  TABLE t(a int,b text DEFAULT\r\n'x  --y');;\r\nSELECT a>=-1;\r\n-- end",
                 "CREATE/**/TABLE t(a int, b text DEFAULT 'x  --y');SELECT a >= /* x */ - 1 ;",
             }) {
            CHECK(normalized_sql(sql, dialect) == expected);
        }
        CHECK(normalized_sql("SELECT 'a b'", dialect) != normalized_sql("SELECT 'a  b'", dialect));
        CHECK(normalized_sql("SELECT a b", dialect) != normalized_sql("SELECT ab", dialect));
        CHECK(normalized_sql("SELECT 'a\r\nb'", dialect) == normalized_sql("SELECT 'a\nb'", dialect));
        CHECK(normalized_sql(" -- nothing", dialect).empty());
    }
    CHECK(normalized_sql("COPY t FROM stdin;\r\n1  -- no comment\r\n\\.\r\nSELECT 1", Dialect::postgresql) ==
          "COPY t FROM stdin ;\n1  -- no comment\n\\.\nSELECT 1 ;\n");
}

TEST_CASE("a long text is split by the scanner, to the same result") {
    std::string sql = "SELECT 0;\n";
    while (sql.size() < 3 * 1024 * 1024) sql += "INSERT INTO t (a, b) VALUES (1, 'it''s; a row');\n";
    for (const Dialect dialect : {Dialect::postgresql, Dialect::sqlite}) {
        const auto statements = split_statements(sql, dialect);
        CHECK(statements.size() == 1 + (sql.size() - 10) / 49);
        CHECK(statements.back().text == "INSERT INTO t (a, b) VALUES (1, 'it''s; a row')");
        CHECK(statements.back().line == statements.size());
    }
}

TEST_CASE("many statements on one line take linear time") {
    std::string sql;
    for (int i = 0; i < 400'000; ++i) sql += "SELECT 1;";
    const auto started = std::chrono::steady_clock::now();
    CHECK(split_statements(sql, Dialect::postgresql).back().column == sql.size() - 8);
    CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(20));
}
