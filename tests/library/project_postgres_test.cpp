#include <doctest/doctest.h>

#include <thread>

#include "library/library_support.hpp"
#include "support/postgres.hpp"

using rev::ExitCode;
using rev::Project;
using rev::RevisionText;
using rev::RunEvent;
using rev::test::error_of;
using rev::test::line_of_three;
using rev::test::one_revision;
using rev::test::PostgresTestDatabase;

TEST_CASE("an embedded project upgrades PostgreSQL by its URL, and notices are events") {
    const PostgresTestDatabase database;
    auto files = line_of_three();
    const auto text = one_revision("CREATE TABLE a1 (id integer); DROP TABLE IF EXISTS nothing;", "") +
                      "\n-- rev:downgrade\nDROP TABLE a1;\n";
    files[0].text = text;
    const auto project = Project::embedded(files);
    std::string notice;
    rev::RunOptions options;
    options.on_event = [&](const RunEvent& event) {
        if (event.kind == RunEvent::Kind::notice) notice = event.text;
    };
    CHECK(project.upgrade(database.url(), "heads", options).steps.size() == 3);
    CHECK(notice == "NOTICE: table \"nothing\" does not exist, skipping");
    CHECK(database.query("SELECT version_num FROM alembic_version") == "c1");
    CHECK(project.upgrade(database.url()).steps.empty());
    CHECK(project.current(database.url()).front()->id == "c1");
    CHECK(project.downgrade(database.url(), "base").rows.empty());
}

TEST_CASE("applications that start at once upgrade PostgreSQL once") {
    const PostgresTestDatabase database;
    const auto project = Project::embedded(line_of_three());
    std::vector<std::size_t> steps(4);
    {
        std::vector<std::jthread> threads;
        for (auto& count : steps) threads.emplace_back([&] { count = project.upgrade(database.url()).steps.size(); });
    }
    CHECK(steps[0] + steps[1] + steps[2] + steps[3] == 3);
    CHECK(database.query("SELECT count(*) FROM rev_log WHERE event = 'upgrade'") == "3");
}

TEST_CASE("what a callback throws while PostgreSQL sends a notice reaches the caller after the step") {
    const PostgresTestDatabase database;
    auto files = line_of_three();
    const auto text = one_revision("CREATE TABLE a1 (id integer); DROP TABLE IF EXISTS nothing;");
    files[0].text = text;
    const auto project = Project::embedded(files);
    rev::RunOptions options;
    options.on_event = [](const RunEvent& event) {
        if (event.kind == RunEvent::Kind::notice) throw std::out_of_range("enough");
    };
    CHECK_THROWS_AS((void)project.upgrade(database.url(), "heads", options), std::out_of_range);
    CHECK(database.query("SELECT version_num FROM alembic_version") == "a1");
}

TEST_CASE("a failing statement on PostgreSQL has its place and SQLSTATE") {
    const PostgresTestDatabase database;
    const auto text = one_revision("CREATE TABLE a1 (id integer);\nSELECT '\u00e4\U0001F600', nothing;");
    const auto project = Project::embedded(std::vector<RevisionText>{{"versions/a1.sql", text}});
    const auto error = error_of([&] { (void)project.upgrade(database.url()); });
    CHECK(error.exit_code() == ExitCode::revision_failed);
    CHECK(error.sqlstate() == "42703");
    CHECK(error.location().file == "versions/a1.sql");
    CHECK(error.location().line == 8);
    CHECK(error.location().column == 14);
}
