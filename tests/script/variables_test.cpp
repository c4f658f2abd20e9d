#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "rev/error.hpp"
#include "sql/statements.hpp"

namespace {

using rev::Dialect;

std::string substitute(const std::string& text, Dialect dialect = Dialect::postgresql) {
    return rev::substitute_variables(
        text, {{"owner", "app"}, {"text", "it's \"x\""}, {"n", "3"}, {"path", "a\\b'"}, {"e", "E"}}, dialect);
}

}  // namespace

TEST_CASE("variables are replaced in psql's notation") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", ""},
        {"GRANT SELECT ON t TO :owner;", "GRANT SELECT ON t TO app;"},
        {":owner", "app"},
        {"SELECT :'owner', :\"owner\", :owner", "SELECT 'app', \"app\", app"},
        {"SELECT :'text', :\"text\"", "SELECT 'it''s \"x\"', \"it's \"\"x\"\"\""},
        {":owner.t :owner:n:'n'", "app.t app3'3'"},
        {"SELECT :other, :'other', :\"other\", :owners, :Owner",
         "SELECT :other, :'other', :\"other\", :owners, :Owner"},
        {"SELECT a::owner, a :: owner, x(a := 1), b:=n", "SELECT a::owner, a :: owner, x(a := 1), b:=n"},
        {"SELECT ':owner', 'it''s :owner', \":owner\"", "SELECT ':owner', 'it''s :owner', \":owner\""},
        {"-- :owner\n/* :'owner' */ SELECT : owner", "-- :owner\n/* :'owner' */ SELECT : owner"},
        {":e'x :owner'", "E'x :owner'"},
        {"SELECT :'owner x', :\"owner x\"", "SELECT :'owner x', :\"owner x\""},
        {"SELECT ':owner", "SELECT ':owner"},
        {":", ":"},
        {":'", ":'"},
        {"a:", "a:"},
        {"\xEF\xBB\xBFSELECT :n\r\n;\r\n", "\xEF\xBB\xBFSELECT 3\r\n;\r\n"},
    };
    for (const Dialect dialect : {Dialect::postgresql, Dialect::sqlite}) {
        for (const auto& expected : cases) {
            const std::string& text = expected.first;
            CAPTURE(text);
            CHECK(substitute(text, dialect) == expected.second);
        }
    }
}

TEST_CASE("an array slice is replaced only where its name is listed") {
    CHECK(substitute("SELECT a[1:n], a[1:m], a[:n]") == "SELECT a[13], a[1:m], a[3]");
}

TEST_CASE("dollar quotes and COPY data are left alone") {
    for (const std::string text : {"DO $$ :owner $$", "SELECT $a$ :owner $$ :n $a$", "SELECT E'\\' :owner'",
                                   "COPY t FROM stdin;\n:owner :'n'\n\\.\n"})
        CHECK(substitute(text) == text);
    CHECK(substitute("COPY t FROM stdin;\n:n\n\\.\nSELECT :n") == "COPY t FROM stdin;\n:n\n\\.\nSELECT 3");
}

TEST_CASE("backslashes in values keep their meaning in either dialect") {
    CHECK(substitute("SELECT :'path'") == "SELECT  E'a\\\\b'''");
    CHECK(substitute("SELECT :'path'", Dialect::sqlite) == "SELECT 'a\\b'''");
}

TEST_CASE("a variable whose quote is not closed is an error with its place") {
    try {
        (void)substitute("SELECT 1,\n  :'owner");
        FAIL("accepted");
    } catch (const rev::Error& error) {
        CHECK(error.exit_code() == rev::ExitCode::graph);
        CHECK(error.location().line == 2);
        CHECK(error.location().column == 4);
    }
}

TEST_CASE("a value with a zero byte is refused") {
    CHECK_THROWS_AS((void)rev::substitute_variables(":a", {{"a", std::string("x\0y", 3)}}, Dialect::sqlite),
                    rev::Error);
}

TEST_CASE("without variables a text stays byte for byte") {
    const std::string text = "SELECT :owner \xff 'open";
    CHECK(rev::substitute_variables(text, {}, Dialect::postgresql) == text);
    CHECK(substitute("SELECT \xff\n") == "SELECT \xff\n");
}
