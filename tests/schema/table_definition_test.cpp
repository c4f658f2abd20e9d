#include "schema/sqlite/table_definition.hpp"

#include <doctest/doctest.h>

#include <string>

#include "schema/sqlite/build_model.hpp"

using namespace rev::schema;
using namespace rev::schema::sqlite;

namespace {

std::string facts_of(const std::string& sql) {
    return to_text(build_model({{.type = "table", .name = "t", .sql = sql}}, 3040001));
}

std::string rowid_column_of(const std::string& sql) {
    const auto table = read_table(sql);
    REQUIRE(table);
    return table->rowid_column();
}

}  // namespace

TEST_CASE("every clause of a CREATE TABLE is read") {
    CHECK(
        facts_of("CREATE TABLE t (id INTEGER CONSTRAINT k PRIMARY KEY DESC ON CONFLICT FAIL AUTOINCREMENT,"
                 " a VARYING CHARACTER (20) COLLATE NoCase NOT NULL ON CONFLICT IGNORE DEFAULT (1 + 1) UNIQUE CHECK (a "
                 "<> ')'),"
                 " b REFERENCES p (x) ON DELETE SET NULL ON UPDATE NO ACTION MATCH FULL DEFERRABLE INITIALLY DEFERRED,"
                 " c INT GENERATED ALWAYS AS (a || b) STORED,"
                 " CONSTRAINT u UNIQUE (a, b COLLATE RTRIM DESC) ON CONFLICT REPLACE CHECK (b > 0)"
                 " FOREIGN KEY (a, b) REFERENCES p NOT DEFERRABLE) WITHOUT ROWID, STRICT") ==
        "table t\n  strict: true\n  without_rowid: true\n"
        "column t.a\n  collation: nocase\n  default: (1 + 1)\n  not_null: not null on conflict ignore\n  type: varying "
        "character (20)\n"
        "column t.b\n"
        "column t.c\n  generated: (a || b)\n  storage: stored\n  type: int\n"
        "column t.id\n  type: integer\n"
        "constraint t.a check (a <> ')')\n  column: a\n  definition: check (a <> ')')\n  type: check\n"
        "constraint t.a unique\n  column: a\n  definition: unique\n  type: unique\n"
        "constraint t.b references p (x) on delete set null on update no action match full deferrable initially "
        "deferred\n"
        "  column: b\n  definition: references p (x) on delete set null on update no action match full deferrable "
        "initially deferred\n"
        "  type: foreign key\n"
        "constraint t.check (b > 0)\n  definition: check (b > 0)\n  type: check\n"
        "constraint t.foreign key (a, b) references p not deferrable\n  definition: foreign key (a, b) references p "
        "not deferrable\n"
        "  type: foreign key\n"
        "constraint t.k\n  column: id\n  definition: primary key desc on conflict fail autoincrement\n  name: k\n  "
        "type: primary key\n"
        "constraint t.u\n  definition: unique (a, b collate rtrim desc) on conflict replace\n  name: u\n  type: "
        "unique\n");
}

TEST_CASE("spelling is not compared, and what a string may be is") {
    const auto same = [](const std::string& one, const std::string& other) {
        return facts_of("CREATE TABLE t (" + one + ")") == facts_of("create table [T] (" + other + ")");
    };
    CHECK(same("a TEXT DEFAULT 'x' NOT NULL", "\"A\" text /* c */ not  null -- d\n default 'x'"));
    CHECK(same("Aa INT CHECK (Aa > 0)", "\"Aa\" INT CHECK (\"Aa\" > 0)"));
    CHECK(same("a TEXT DEFAULT abc", "a TEXT DEFAULT \"abc\""));
    CHECK(same("a AS (b) VIRTUAL, b", "a GENERATED ALWAYS AS (b), b"));
    // Where nothing has the name it is a text, and SQLite writes it as one when it alters a table.
    CHECK(same("a TEXT CHECK (a <> \"None\")", "a TEXT CHECK (a <> 'None')"));
    CHECK(same("a \"Text\" COLLATE \"NoCase\"", "a TEXT COLLATE nocase"));
    CHECK_FALSE(same("a TEXT DEFAULT abc", "a TEXT DEFAULT \"Abc\""));
    CHECK_FALSE(same("a TEXT CHECK (a IN ('x'))", "a TEXT CHECK (a IN ('X'))"));
    CHECK_FALSE(same("a TEXT CHECK (a IN (\"Draft\"))", "a TEXT CHECK (a IN (\"draft\"))"));
    CHECK_FALSE(same("a TEXT DEFAULT 1", "a TEXT DEFAULT '1'"));
    CHECK_FALSE(same("a INT", "a INTEGER"));
}

TEST_CASE("the column that is the rowid") {
    CHECK(rowid_column_of("CREATE TABLE t (Id INTEGER PRIMARY KEY)") == "id");
    CHECK(rowid_column_of("CREATE TABLE t (id \"INTEGER\", PRIMARY KEY (id DESC))") == "id");
    CHECK(rowid_column_of("CREATE TABLE t (id INTEGER PRIMARY KEY DESC)").empty());
    CHECK(rowid_column_of("CREATE TABLE t (id INT PRIMARY KEY)").empty());
    CHECK(rowid_column_of("CREATE TABLE t (id INTEGER, b INTEGER, PRIMARY KEY (id, b))").empty());
    CHECK(rowid_column_of("CREATE TABLE t (id INTEGER PRIMARY KEY) WITHOUT ROWID").empty());
}

TEST_CASE("what cannot be split is compared as a whole") {
    for (const auto* sql : {"CREATE TABLE t (a) SOMETIME", "CREATE TABLE t", "CREATE TABLE t ()",
                            "CREATE TABLE t (a TEXT CHECK (a > 0)", "CREATE TABLE t (a DEFERRABLE)",
                            "CREATE TABLE t (a, B, [A])", "CREATE TABLE t (a DEFAULT)", "CREATE VIEW v AS SELECT 1"}) {
        CAPTURE(sql);
        CHECK_FALSE(read_table(sql).has_value());
    }
    CHECK(facts_of("CREATE TABLE t (a) SOMETIME") == "table t\n  definition: (a) sometime\n");
    // SQLite saw other columns.
    CHECK(to_text(build_model(
              {{.type = "table", .name = "t", .sql = "CREATE TABLE t (a)", .columns = {{.name = "b", .type = "TEXT"}}}},
              0)) == "table t\n  definition: (a)\ncolumn t.b\n  type: text\n");
}
