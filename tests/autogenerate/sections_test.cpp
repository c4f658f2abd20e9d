// Plans as the text of revision files.
#include "autogenerate/sections.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "script/revision_file.hpp"

namespace rev::test {
namespace {

using autogenerate::Purpose;
using schema::RevisionDraft;
using schema::Statement;

schema::FactId table(const std::string& name) { return {schema::Kind::table, {name}}; }

RevisionDraft draft(const std::string& upgrade, const std::string& downgrade) {
    return {.title = "", .upgrade = {{.sql = upgrade}}, .downgrade = {{.sql = downgrade}}};
}

TEST_CASE("statements of one object stand together, hazards above theirs") {
    const std::vector<Statement> statements = {
        {.sql = "ALTER TABLE a ADD x int", .object = table("a")},
        {.sql = "ALTER TABLE a DROP y",
         .hazards = {{schema::HazardKind::deletes_data, table("a"), "drops y\nof a"}},
         .object = table("a")},
        {.sql = "DROP TABLE b", .object = table("b")}};
    CHECK(autogenerate::section_text(statements, Purpose::file) ==
          "ALTER TABLE a ADD x int;\n-- deletes_data: drops y of a\nALTER TABLE a DROP y;\n\nDROP TABLE b;\n");
    CHECK(autogenerate::section_text(statements, Purpose::proof) ==
          "ALTER TABLE a ADD x int;\nALTER TABLE a DROP y;\n\nDROP TABLE b;\n");
}

TEST_CASE("a comment at a statement's end does not swallow what closes it") {
    CHECK(autogenerate::section_text({{.sql = "CREATE TABLE a (x) -- last"}}, Purpose::file) ==
          "CREATE TABLE a (x) -- last\n;\n");
    CHECK(autogenerate::section_text({{.sql = "CREATE TABLE a (x -- first\n)"}}, Purpose::file) ==
          "CREATE TABLE a (x -- first\n);\n");
}

TEST_CASE("a place to fill in keeps its section from running, and a trial runs the statement") {
    const std::vector<Statement> statements = {
        {.sql = "ALTER TABLE a ADD x int NOT NULL", .to_fill_in = "a value for x"}};
    const auto text = autogenerate::section_text(statements, Purpose::file);
    CHECK(text.starts_with("-- rev:todo: write a value for x, then delete this line\nALTER TABLE"));
    CHECK(autogenerate::section_text(statements, Purpose::proof) == "ALTER TABLE a ADD x int NOT NULL;\n");
    const auto file =
        parse_revision_file("-- m\n--\n-- revision: a1\n-- revises:\n\n-- rev:upgrade\n" + text, "a1.sql");
    REQUIRE(file.sections.size() == 1);
    CHECK(file.sections.front().todo.has_value());
}

TEST_CASE("one dialect gets plain sections") {
    const auto files = autogenerate::join_drafts({{Dialect::sqlite, {draft("A", "B")}}}, false);
    REQUIRE(files.size() == 1);
    CHECK(files.front().sections == "-- rev:upgrade\nA;\n\n-- rev:downgrade\nB;\n");
    CHECK(autogenerate::join_drafts({{Dialect::sqlite, {draft("A", "B")}}}, true).front().sections ==
          "-- rev:upgrade sqlite\nA;\n\n-- rev:downgrade sqlite\nB;\n");
}

TEST_CASE("two dialects share a section where they are the same, and have one each where not") {
    const auto files = autogenerate::join_drafts(
        {{Dialect::postgresql, {draft("A", "P")}}, {Dialect::sqlite, {draft("A", "S")}}}, false);
    REQUIRE(files.size() == 1);
    CHECK(files.front().sections ==
          "-- rev:upgrade\nA;\n\n-- rev:downgrade postgresql\nP;\n\n-- rev:downgrade sqlite\nS;\n");
}

TEST_CASE("who has less to do gets empty sections in the further files") {
    auto outside = draft("C", "D");
    outside.transaction = false;
    outside.title = "online";
    const auto files = autogenerate::join_drafts(
        {{Dialect::postgresql, {draft("A", "B"), outside}}, {Dialect::sqlite, {draft("S", "T")}}}, false);
    REQUIRE(files.size() == 2);
    CHECK(files[0].transaction);
    CHECK_FALSE(files[1].transaction);
    CHECK(files[1].title == "online");
    CHECK(files[1].sections ==
          "-- rev:upgrade postgresql\nC;\n\n-- rev:upgrade sqlite\n\n-- rev:downgrade "
          "postgresql\nD;\n\n-- rev:downgrade sqlite\n");
}

}  // namespace
}  // namespace rev::test
