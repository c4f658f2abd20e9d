// Loading DDL, on SQLite.
#include "scratch/load.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "scratch/place.hpp"

namespace rev::test {
namespace {

using scratch::DdlText;

class LiteScratch {
public:
    Database& database() { return scratch_->database(); }
    void load(const std::vector<DdlText>& texts) { scratch::load_ddl(database(), texts); }
    Error failure(const std::vector<DdlText>& texts) {
        try {
            load(texts);
        } catch (const Error& error) {
            return error;
        }
        FAIL("it was loaded");
        return {ExitCode::done, "", ""};
    }

private:
    std::unique_ptr<scratch::Place> place_ = scratch::open_place({.dialect = Dialect::sqlite});
    std::unique_ptr<scratch::ScratchDatabase> scratch_ = place_->make();
};

TEST_CASE("a file that needs an object of a later one is loaded behind it") {
    LiteScratch scratch;
    scratch.load({{"1_index.sql", "CREATE INDEX i ON a (x);"},
                  {"2_trigger.sql", "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;"},
                  {"3_table.sql", "CREATE TABLE a (x);"}});
    CHECK(scratch.database().query("SELECT count(*) FROM sqlite_schema").at(0).at(0) == "3");
}

TEST_CASE("what lacks an object for good is an error at its place, and leaves nothing of its file") {
    LiteScratch scratch;
    const auto error = scratch.failure({{"a.sql", "CREATE TABLE b (y);\n\n  CREATE INDEX i ON nowhere (x);\n"},
                                        {"c.sql", "CREATE TABLE c (z);"}});
    CHECK(error.code() == "schema_not_loaded");
    CHECK(error.exit_code() == ExitCode::graph);
    CHECK(error.location().file == "a.sql");
    CHECK(error.location().line == 3);
    CHECK(error.location().column == 3);
    CHECK(error.location().line_text == "  CREATE INDEX i ON nowhere (x);");
    CHECK(error.sqlstate() == "SQLITE_ERROR");
    CHECK_FALSE(scratch.database().has_table("", "b"));
    CHECK(scratch.database().has_table("", "c"));
}

TEST_CASE("a dump of sqlite3, with its own transaction and pragma, loads") {
    LiteScratch scratch;
    scratch.load({{"dump.sql", "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE a (x);\nCOMMIT;\n"}});
    CHECK(scratch.database().has_table("", "a"));
}

TEST_CASE("nothing to load is no error") {
    LiteScratch scratch;
    scratch.load({});
    scratch.load({{"empty.sql", ""}, {"comment.sql", "-- nothing yet\n"}});
    CHECK(scratch.database().query("SELECT 1 FROM sqlite_schema").empty());
}

}  // namespace
}  // namespace rev::test
