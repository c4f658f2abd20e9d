#include <doctest/doctest.h>

#include "app/soundness.hpp"
#include "rev/config.hpp"
#include "support/program.hpp"

using rev::Config;
using rev::Dialect;
using rev::app::Soundness;
using rev::app::SoundnessRequest;
using rev::test::TemporaryProject;

namespace {

Soundness check(const TemporaryProject& project, const SoundnessRequest& request = {}) {
    Config config;
    config.directory = project.path();
    config.version_locations = {project.path() / "versions"};
    return rev::app::check_soundness(config, request);
}

std::vector<std::string> codes(const Soundness& soundness) {
    std::vector<std::string> result;
    for (const auto& problem : soundness.problems) result.push_back(problem.code());
    return result;
}

using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("a sound project has no problem") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = "SELECT 1;"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;"});
    const auto soundness = check(project, {{Dialect::sqlite, Dialect::postgresql}, true});
    CHECK(codes(soundness).empty());
    CHECK(soundness.revisions == 2);
    CHECK(soundness.heads == 1);
}

TEST_CASE("every problem is listed, not only the first") {
    const TemporaryProject project;
    project.write("versions/0.sql", "no comment\n");
    project.revision({.id = "a1", .upgrade = "", .header = "unknwon: 1"});
    project.revision({.id = "b1", .upgrade = "", .header = "branch_labels: one"});
    project.revision({.id = "c1", .upgrade = "", .header = "branch_labels: one"});
    project.write("versions/d1.sql", "-- d\n--\n-- revision: d1\n-- revises:\n");
    CHECK(check(project).problems.size() == 4);
}

TEST_CASE("a file that names many thousands of missing parents is refused at once, with the first twenty") {
    const TemporaryProject project;
    std::string parents = "p0";
    for (int i = 1; i < 20'000; ++i) parents += ", p" + std::to_string(i);
    project.revision({.id = "a1", .revises = parents, .upgrade = ""});
    CHECK(codes(check(project)) == Codes(20, "missing_parent"));
    project.revision({.id = "b1", .revises = parents + ", p17", .upgrade = ""});
    const auto twice = check(project).problems;
    REQUIRE(twice.size() == 1);
    CHECK(std::string(twice.front().what()) == "\"p17\" stands twice in \"revises\"");
}

TEST_CASE("every missing parent is listed with its place") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = ""});
    project.revision({.id = "b1", .revises = "nope1", .upgrade = ""});
    project.revision({.id = "c1", .revises = "a1, nope2", .upgrade = ""});
    const auto soundness = check(project);
    REQUIRE(soundness.problems.size() == 2);
    const auto& second = soundness.problems[1].location();
    CHECK(second.file.ends_with("c1.sql"));
    CHECK(second.line == 4);
    CHECK(second.column == 17);
    CHECK(second.line_text == "-- revises: a1, nope2");
}

TEST_CASE("what an unreadable file may hold is not called missing") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = "", .header = "unknwon: 1"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = ""});
    CHECK(check(project).problems.size() == 1);
}

TEST_CASE("a duplicate id is listed once and the rest is still looked at") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = ""});
    project.write("versions/a2.sql", rev::test::revision_text({.id = "a1", .upgrade = ""}));
    project.revision({.id = "b1", .revises = "nope", .upgrade = ""});
    CHECK(check(project).problems.size() == 2);
}

TEST_CASE("several heads are a problem where one is asked for") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = ""});
    project.revision({.id = "b1", .upgrade = ""});
    CHECK(codes(check(project)).empty());
    const auto soundness = check(project, {{}, true});
    CHECK(codes(soundness) == Codes{"multiple_heads"});
    CHECK(soundness.problems[0].hint().find("rev merge heads") != std::string::npos);
}

TEST_CASE("a revision needs an upgrade section for each dialect that is asked for") {
    const TemporaryProject project;
    project.write("versions/a1.sql",
                  "-- a\n--\n-- revision: a1\n-- revises:\n\n-- rev:upgrade postgresql\nSELECT 1;\n");
    CHECK(codes(check(project)).empty());
    CHECK(codes(check(project, {{Dialect::postgresql}, false})).empty());
    CHECK(codes(check(project, {{Dialect::sqlite}, false})) == Codes{"no_section"});
}

TEST_CASE("statements that do not fit a revision's transaction are found for a dialect") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = "CREATE TABLE a (id int);\nCOMMIT;"});
    const auto soundness = check(project, {{Dialect::postgresql}, false});
    REQUIRE(soundness.problems.size() == 1);
    CHECK(soundness.problems[0].location().line == 8);
}

TEST_CASE("SQL that does not parse is found for each dialect, with its place") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = "CREATE TABLE t (x int);\nCRATE TABLE u (x int);"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;", .downgrade = "SELECT 'open;"});
    project.revision({.id = "c1", .revises = "b1", .upgrade = "INSERT INTO nosuch VALUES (1, 2);"});
    for (const auto dialect : {Dialect::postgresql, Dialect::sqlite}) {
        const auto soundness = check(project, {{dialect}, false});
        CHECK(codes(soundness) == Codes{"syntax_error", "unclosed"});
        REQUIRE(soundness.problems.size() == 2);
        const auto& place = soundness.problems[0].location();
        CHECK(place.file.ends_with("a1.sql"));
        CHECK(place.line_text == "CRATE TABLE u (x int);");
    }
}

TEST_CASE("a newer server's syntax is a warning only") {
    const TemporaryProject project;
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE t (x int, y int GENERATED ALWAYS AS (x) VIRTUAL);\n"
                                 "CREATE TABLE u (id int, at daterange, PRIMARY KEY (id, at WITHOUT OVERLAPS));\n"
                                 "SELECT '1' IS JSON;"});
    const auto soundness = check(project, {{Dialect::postgresql}, false});
    CHECK(codes(soundness).empty());
    CHECK(soundness.warnings.size() == 3);
}

TEST_CASE("a conflict that a merge left is found wherever it stands") {
    const TemporaryProject project;
    project.revision(
        {.id = "a1", .upgrade = "CREATE TABLE t (x int);\n/*\n<<<<<<< HEAD\n=======\n>>>>>>> other\n*/\n"});
    CHECK(codes(check(project)) == Codes{"conflict_marker"});
    CHECK(check(project).problems.at(0).location().line_text == "<<<<<<< HEAD");
}

TEST_CASE("BEGIN and commands of psql are found for PostgreSQL") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = "BEGIN;\nSELECT 1;"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;\n\\restrict x"});
    CHECK(codes(check(project, {{Dialect::postgresql}, false})) == Codes{"transaction_control", "psql_command"});
}

TEST_CASE("SQLite reads a statement to its end also where its table is another revision's") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = "CREATE TRIGGER r AFTER INSERT ON elsewhere BEGIN SELEC 1; END;"});
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "CREATE TABLE t (x);\nCREATE INDEX i ON t (x) WHER x > 1;\nALTER TABLE t ADD y;"});
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "CREATE VIEW v AS SELECT a.x FROM a JOIN b USING (x);\nDROP TABLE other;\n"
                                 "ALTER TABLE gone RENAME TO back;\nATTACH 'made.db' AS made;"});
    CHECK(codes(check(project, {{Dialect::sqlite}, false})) == Codes{"syntax_error", "syntax_error"});
    CHECK_FALSE(std::filesystem::exists(project.path() / "made.db"));
}
