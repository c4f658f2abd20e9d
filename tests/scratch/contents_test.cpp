// What DDL leaves beside definitions, on SQLite.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "db/database.hpp"
#include "scratch/contents.hpp"
#include "scratch/load.hpp"
#include "scratch/place.hpp"

namespace rev::test {
namespace {

using scratch::DdlText;

class SqliteScratches {
public:
    std::unique_ptr<scratch::ScratchDatabase> make() { return place_->make(); }

private:
    std::unique_ptr<scratch::Place> place_ = scratch::open_place({.dialect = Dialect::sqlite});
};

std::string refused_contents(const std::string& ddl) {
    SqliteScratches scratches;
    const auto scratch = scratches.make();
    const std::vector<DdlText> texts = {{"schema.sql", ddl}};
    try {
        scratch::refuse_contents(scratch->database(), texts);
    } catch (const Error& error) {
        CHECK(error.code() == "not_a_schema");
        CHECK(error.exit_code() == ExitCode::graph);
        CHECK_FALSE(error.hint().empty());
        const auto& place = error.location();
        return place.file + ':' + std::to_string(place.line) + ':' + std::to_string(place.column) + ' ' + error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("definitions leave no contents; an index of words has rows of its own from the start") {
    SqliteScratches scratches;
    const auto scratch = scratches.make();
    const std::vector<DdlText> texts = {{"a.sql",
                                         "CREATE TABLE a (x INTEGER PRIMARY KEY AUTOINCREMENT, y UNIQUE);"
                                         "CREATE VIEW v AS SELECT 1 AS x;"
                                         "CREATE VIRTUAL TABLE f USING fts5 (x);"}};
    const auto loaded = scratch::load_ddl(scratch->database(), texts);
    CHECK_FALSE(loaded.leaves_temporary);
    CHECK(loaded.order == std::vector<std::size_t>{0});
    CHECK(scratch::find_contents(scratch->database()).empty());
    CHECK(refused_contents(texts.front().text).empty());
}

TEST_CASE("rows and what is temporary are refused where they come from") {
    CHECK(refused_contents("CREATE TABLE a (x);\n  WITH q AS (SELECT 1) INSERT INTO a SELECT * FROM q;\n") ==
          "schema.sql:2:3 WITH in a desired schema leaves rows in the table a");
    CHECK(refused_contents("CREATE TABLE b (x);\nCREATE TABLE a AS SELECT 1 AS x;") ==
          "schema.sql:2:1 CREATE TABLE in a desired schema leaves rows in the table a");
    CHECK(refused_contents("CREATE TABLE b (x); CREATE TEMP TABLE a (x);") ==
          "schema.sql:1:21 CREATE TABLE in a desired schema leaves a, which is temporary");
    CHECK(refused_contents("CREATE TABLE b (x);\nCREATE TABLE a AS SELECT 1 AS x LIMIT 0;").empty());
    CHECK(refused_contents("BEGIN; CREATE TABLE b (x); COMMIT;\nCREATE TEMP VIEW a AS SELECT 1;") ==
          "schema.sql:2:1 CREATE VIEW in a desired schema leaves a, which is temporary");
}

TEST_CASE("a text says whether it left something temporary, and in which order texts could be loaded") {
    SqliteScratches scratches;
    const auto scratch = scratches.make();
    const std::vector<DdlText> texts = {{"a.sql", "CREATE INDEX i ON b (x);"},
                                        {"b.sql", "CREATE TABLE b (x); CREATE TEMP TABLE c (x);"}};
    const auto loaded = scratch::load_ddl(scratch->database(), texts);
    CHECK(loaded.leaves_temporary);
    CHECK(loaded.order == std::vector<std::size_t>{1, 0});
}

TEST_CASE("more tables than a statement may join") {
    SqliteScratches scratches;
    const auto scratch = scratches.make();
    std::string ddl;
    for (int i = 0; i < 1'001; ++i) ddl += "CREATE TABLE t" + std::to_string(i) + " (x);\n";
    const std::vector<DdlText> texts = {{"a.sql", ddl + "WITH q AS (SELECT 1) INSERT INTO t999 SELECT * FROM q;"}};
    scratch::load_ddl(scratch->database(), texts);
    const auto contents = scratch::find_contents(scratch->database());
    REQUIRE(contents.size() == 1);
    CHECK(contents.begin()->name == "t999");
}

}  // namespace rev::test
