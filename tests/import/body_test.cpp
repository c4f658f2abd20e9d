#include "import/body.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "import/verify_script.hpp"

using rev::Dialect;
using rev::foreign::Body;
using rev::foreign::Run;

namespace {

constexpr std::array postgresql{Dialect::postgresql};
constexpr std::array sqlite{Dialect::sqlite};

Body on_postgresql(std::string_view sql, Run run = Run::in_transaction) {
    return rev::foreign::to_body(sql, run, postgresql);
}
Body on_sqlite(std::string_view sql, Run run = Run::in_transaction) { return rev::foreign::to_body(sql, run, sqlite); }

}  // namespace

TEST_CASE("BEGIN and COMMIT around everything are taken off, and comments stay") {
    for (const auto* text : {"-- why\nBEGIN;\nSELECT 1;\nCOMMIT;\n", "-- why\nbegin transaction;\nSELECT 1;\nend ;\n",
                             "-- why\nSTART TRANSACTION;\nSELECT 1;\ncommit work;\n"}) {
        const auto body = on_postgresql(text);
        CHECK(body.sql == "-- why\nSELECT 1;\n");
        CHECK(body.in_transaction);
    }
    CHECK(on_sqlite("BEGIN IMMEDIATE;SELECT 1;COMMIT").sql == "SELECT 1;");
    CHECK(on_sqlite("BEGIN DEFERRED TRANSACTION;SELECT 1;COMMIT").sql == "SELECT 1;");
    CHECK(on_postgresql("BEGIN;SELECT 1;COMMIT AND NO CHAIN").sql == "SELECT 1;");
}

TEST_CASE("transactions elsewhere need transaction: false, and nothing is taken off") {
    for (const auto* text :
         {"BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;\n", "BEGIN ISOLATION LEVEL SERIALIZABLE;\nSELECT 1;\nCOMMIT;\n",
          "BEGIN;\nSELECT 1;\nCOMMIT AND CHAIN;\n", "BEGIN;\nSELECT 1;\nROLLBACK;\n", "BEGIN;\nSELECT 1;\n"}) {
        const auto body = on_postgresql(text);
        CHECK(body.sql == text);
        CHECK_FALSE(body.in_transaction);
    }
}

TEST_CASE("where the tool's transaction ends in the midst, what stands before and behind is in one all the same") {
    const auto body = on_postgresql("SELECT 1;\nCOMMIT;\nVACUUM;\nBEGIN;\nSELECT 2");
    CHECK(body.sql == "BEGIN;\nSELECT 1;\nCOMMIT;\nVACUUM;\nBEGIN;\nSELECT 2\n;\nCOMMIT;\n");
    CHECK_FALSE(body.in_transaction);
    CHECK(on_postgresql("SELECT 1;\nCOMMIT;\nVACUUM;\n").sql == "BEGIN;\nSELECT 1;\nCOMMIT;\nVACUUM;\n");
    CHECK(on_postgresql("SELECT 1;\nCOMMIT;\nVACUUM;\n", Run::as_written).sql == "SELECT 1;\nCOMMIT;\nVACUUM;\n");
}

TEST_CASE("a piece that a tool sends ends with a semicolon, and is one statement or more") {
    const std::vector<std::size_t> cuts{9, 19};
    const auto pieces = rev::foreign::with_ends("SELECT 1\nSELECT 2;\n-- c", cuts, Dialect::postgresql);
    CHECK(pieces.text == "SELECT 1\n;\nSELECT 2;\n-- c");
    CHECK(pieces.cuts == std::vector<std::size_t>{11, 21});
    const auto cut = rev::foreign::find_cut_in_two("SELECT 1,\n2;", std::vector<std::size_t>{9}, Dialect::postgresql);
    REQUIRE(cut);
    CHECK(cut->cut == 0);
    CHECK(cut->begins == 0);
    CHECK(rev::foreign::find_untransactional_beside("VACUUM;SELECT 1;", std::vector<std::size_t>{16},
                                                    Dialect::postgresql) == "VACUUM");
    CHECK(rev::foreign::find_untransactional_beside("VACUUM;SELECT 1;", std::vector<std::size_t>{7, 16},
                                                    Dialect::postgresql)
              .empty());
}

TEST_CASE("what cannot run in a transaction does not") {
    CHECK_FALSE(on_postgresql("CREATE INDEX CONCURRENTLY i ON t (a);").in_transaction);
    CHECK_FALSE(on_sqlite("VACUUM;").in_transaction);
    CHECK_FALSE(on_postgresql("SELECT 1;", Run::outside).in_transaction);
    CHECK(on_postgresql("SELECT 1;", Run::as_written).in_transaction);
}

TEST_CASE("a new enum value may be used behind its commit") {
    constexpr auto text = "ALTER TYPE mood ADD VALUE 'calm';\nINSERT INTO t VALUES ('calm');\n";
    CHECK_FALSE(on_postgresql(text, Run::as_written).in_transaction);
    CHECK(on_postgresql(text, Run::in_transaction).in_transaction);
}

TEST_CASE("PRAGMA foreign_keys around a rebuild becomes the header's") {
    const auto body = on_sqlite("PRAGMA foreign_keys=OFF;\nBEGIN;\nDROP TABLE a;\nCOMMIT;\nPRAGMA foreign_keys = ON;\n",
                                Run::as_written);
    CHECK(body.sql == "DROP TABLE a;\n");
    CHECK(body.sqlite_foreign_keys == false);
    CHECK(body.in_transaction);
    CHECK_FALSE(on_sqlite("PRAGMA foreign_keys=ON;\nDROP TABLE a;\n").sqlite_foreign_keys);
    CHECK(on_sqlite("PRAGMA foreign_keys=ON;\nDROP TABLE a;\n", Run::as_written).sqlite_foreign_keys == true);
    CHECK(on_sqlite("PRAGMA \"foreign_keys\" = 'off';\nDROP TABLE a;\n").sqlite_foreign_keys == false);
    for (const auto* text :
         {"PRAGMA defer_foreign_keys=ON;\n", "PRAGMA foreign_keys;\n", "PRAGMA foreign_key_list(foreign_keys);\n"})
        CHECK(on_sqlite(text).sql == text);
}

TEST_CASE("without a dialect the parser that reads the text judges it") {
    const auto function = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n RETURN 1;\nEND;\n$$;\n";
    CHECK(rev::foreign::to_body(function, Run::in_transaction, {}).in_transaction);
    const auto pragma = "PRAGMA foreign_keys=OFF;\nDROP TABLE a;\n";
    CHECK(rev::foreign::to_body(pragma, Run::in_transaction, {}).sqlite_foreign_keys == false);
}

TEST_CASE("commands of psql are found outside strings") {
    CHECK(on_postgresql("\\i other.sql\n").shell_command == "\\i");
    CHECK(on_postgresql("SELECT E'\\\\i';\n").shell_command.empty());
}

TEST_CASE("a script that only looks can be a verify section, whatever it begins with") {
    using rev::foreign::to_check;
    for (const auto* text : {"SELECT 1;", "with a AS (SELECT 1) SELECT * FROM a;", "DO $$ BEGIN END $$;", "TABLE t;"})
        CHECK(to_check(text, Dialect::postgresql).sql == text);
    for (const auto* text : {"DELETE FROM t;", "WITH a AS (SELECT 1) DELETE FROM t;", "DOCUMENT t;"})
        CHECK_FALSE(to_check(text, Dialect::postgresql).sql);
}
