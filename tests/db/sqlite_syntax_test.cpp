// Syntax of statements whose tables are not there.
#include <doctest/doctest.h>

#include <array>
#include <string>

#include "db/sqlite/syntax.hpp"

namespace rev::test {
namespace {

using Use = db::SqliteSyntax::Use;

constexpr auto statements = std::to_array<const char*>({
    "DROP TABLE gone",
    "DROP TABLE IF EXISTS gone",
    "DROP VIEW gone",
    "DROP INDEX gone",
    "ALTER TABLE gone RENAME TO back",
    "ALTER TABLE gone RENAME COLUMN a TO b",
    "ALTER TABLE gone DROP COLUMN a",
    "ALTER TABLE gone ADD COLUMN a INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX i ON gone (a, b DESC)",
    "CREATE UNIQUE INDEX i ON gone (lower(a)) WHERE a IS NOT NULL",
    "CREATE TRIGGER g AFTER INSERT ON gone BEGIN DELETE FROM lost; SELECT 1; END",
    "CREATE VIEW v AS SELECT * FROM gone",
    "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT REFERENCES gone (a))",
    "CREATE TABLE t AS SELECT a FROM gone",
    "INSERT INTO gone (a) VALUES (1), (2)",
    "INSERT INTO gone SELECT a FROM lost JOIN missing USING (a) WHERE a IN (SELECT b FROM other)",
    "INSERT INTO gone VALUES (1) ON CONFLICT (a) DO UPDATE SET a = excluded.a",
    "UPDATE gone SET a = 1 WHERE b IN (SELECT b FROM lost)",
    "UPDATE gone SET a = lost.a FROM lost WHERE lost.b = gone.b",
    "DELETE FROM gone WHERE a = 1",
    "WITH w AS (SELECT a FROM gone) SELECT a FROM w ORDER BY 1 LIMIT 2",
    "SELECT a FROM gone UNION ALL SELECT b FROM lost",
    "REINDEX gone",
    "ANALYZE gone",
});

TEST_CASE("a statement is read to its end whatever tables are missing, and what stands behind it is found") {
    db::SqliteSyntax syntax;
    for (const std::string statement : statements)
        for (const auto use : {Use::read, Use::run}) {
            CAPTURE(statement);
            CHECK(syntax.error_in(statement, use) == "");
            CHECK(syntax.error_in(statement + " -- a comment", use) == "");
            CHECK(syntax.error_in(statement + "\n/* another */", use) == "");
            syntax.end_section();
            // As the last word: the parser has looked at it when the table is missed.
            for (const auto* wrong : {" )", " 'text' 1", " = ", " SELECT", "\n,"}) {
                CAPTURE(wrong);
                CHECK(syntax.error_in(statement + wrong, use) != "");
                syntax.end_section();
            }
        }
}

TEST_CASE("each statement that ends too early is found") {
    db::SqliteSyntax syntax;
    for (const auto* statement :
         {"DROP TABLE", "ALTER TABLE gone ADD COLUMN", "ALTER TABLE gone RENAME TO", "CREATE INDEX i ON gone (a",
          "INSERT INTO gone VALUES (1", "INSERT INTO gone SELECT", "UPDATE gone SET a =", "DELETE FROM gone WHERE",
          "SELECT a FROM gone WHERE", "CREATE TABLE t (a INTEGER",
          "CREATE TRIGGER g AFTER INSERT ON gone BEGIN SELECT 1;", "CREATE VIEW v AS", "SELECT 'open",
          "SELECT a FROM gone WHERE a IN (SELECT b FROM lost"}) {
        CAPTURE(statement);
        CHECK(syntax.error_in(statement, Use::read) != "");
        syntax.end_section();
    }
}

TEST_CASE("tables of a section are there for what follows, and gone behind it") {
    db::SqliteSyntax syntax;
    CHECK(syntax.error_in("CREATE TABLE t (a, b)", Use::run) == "");
    CHECK(syntax.error_in("ALTER TABLE t RENAME COLUMN b TO c", Use::run) == "");
    CHECK(syntax.error_in("CREATE INDEX i ON t (c) WHERE c > 1", Use::run) == "");
    CHECK(syntax.error_in("CREATE INDEX j ON t (c) WHER c > 1", Use::read) != "");
    syntax.end_section();
    CHECK(syntax.error_in("CREATE TABLE t (b)", Use::run) == "");
    syntax.end_section();
}

TEST_CASE("a query that never ends does not keep the reader") {
    db::SqliteSyntax syntax;
    CHECK(syntax.error_in(
              "CREATE TABLE t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
              Use::run) == "");
}

}  // namespace
}  // namespace rev::test
