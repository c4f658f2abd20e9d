#include <doctest/doctest.h>

#include <csignal>
#include <stdexcept>
#include <thread>

#include "library/library_support.hpp"
#include "rev/stop.hpp"
#include "support/program.hpp"

using rev::Error;
using rev::ExitCode;
using rev::Project;
using rev::RevisionText;
using rev::RunEvent;
using rev::test::error_of;
using rev::test::line_of_three;
using rev::test::one_revision;
using rev::test::Sqlite;
using rev::test::TemporaryFolder;
using rev::test::TemporaryProject;

namespace {

using Ids = std::vector<rev::RevisionId>;

std::string url_of(const TemporaryFolder& folder) { return "sqlite:///" + (folder.path() / "app.db").string(); }

Ids ids_of(const rev::RunResult& result) {
    Ids ids;
    for (const auto& step : result.steps) ids.push_back(step.revision);
    return ids;
}

Ids ids_of(const rev::Plan& plan) {
    Ids ids;
    for (const auto& step : plan.steps) ids.push_back(step.revision->id);
    return ids;
}

}  // namespace

TEST_CASE("an embedded project upgrades, says where the database is, and downgrades") {
    const TemporaryFolder folder;
    const auto url = url_of(folder);
    const auto project = Project::embedded(line_of_three());
    CHECK(project.graph().size() == 3);
    CHECK(project.rows(url).empty());
    CHECK(ids_of(project.pending(url)) == Ids{"a1", "b1", "c1"});
    CHECK(ids_of(project.pending(url, "+1")) == Ids{"a1"});
    CHECK_FALSE(std::filesystem::exists(folder.path() / "app.db"));

    const auto result = project.upgrade(url);
    CHECK(ids_of(result) == Ids{"a1", "b1", "c1"});
    CHECK(result.rows == Ids{"c1"});
    CHECK(project.rows(url) == Ids{"c1"});
    REQUIRE(project.current(url).size() == 1);
    CHECK(project.current(url).front() == project.graph().find("c1"));
    CHECK(project.pending(url).steps.empty());

    const auto again = project.upgrade(url);
    CHECK(again.steps.empty());
    CHECK(again.rows == Ids{"c1"});

    const auto down = project.downgrade(url, "a1");
    CHECK(ids_of(down) == Ids{"c1", "b1"});
    CHECK(down.steps.front().direction == rev::Direction::downgrade);
    CHECK(project.rows(url) == Ids{"a1"});
}

TEST_CASE("a run is logged as the program logs it, with the paths of the embedded files and the tag") {
    const Sqlite database;
    rev::RunOptions options;
    options.tag = "release 7";
    (void)Project::embedded(line_of_three()).upgrade(database.get(), "a1", options);
    CHECK(database.query("SELECT event || '|' || revision || '|' || source || '|' || tag FROM rev_log") ==
          "upgrade|a1|versions/a1.sql|release 7");
}

TEST_CASE("a folder and alembic.yaml are read as by the program, and both see one database") {
    TemporaryProject files("version_table: schema_version\nenvironments:\n  other: { version_table: other }\n");
    files.revision({.id = "a1", .upgrade = "CREATE TABLE a1 (id integer);"});
    const auto url = "sqlite:///" + (files.path() / "test.db").string();

    const auto project = Project::open(files.path());
    CHECK(project.config().version_table == "schema_version");
    CHECK(ids_of(project.upgrade(url)) == Ids{"a1"});
    CHECK(files.rev("current").out == "a1 (head)\n");
    CHECK(Project::open(files.path() / "alembic.yaml").pending(url).steps.empty());
    // Relative URLs start at alembic.yaml's folder.
    CHECK(project.rows("sqlite:///test.db") == Ids{"a1"});
    CHECK(Project::open(files.path(), {.environment = "other"}).rows(url).empty());

    rev::Config config;
    config.version_table = "schema_version";
    CHECK(Project::from_folder(files.path() / "versions", config).rows(url) == Ids{"a1"});
}

TEST_CASE("a relative folder stays the same when the application changes its working directory") {
    const TemporaryProject files;
    files.revision({.id = "a1", .upgrade = "CREATE TABLE a1 (id integer);"});
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(files.path());
    const auto project = Project::from_folder("versions");
    std::filesystem::current_path("/");
    const Sqlite database;
    CHECK(ids_of(project.upgrade(database.get())) == Ids{"a1"});
    std::filesystem::current_path(before);
}

TEST_CASE("events tell of the run and of each step, in order") {
    const Sqlite database;
    std::vector<std::string> told;
    rev::RunOptions options;
    options.on_event = [&](const RunEvent& event) {
        const auto number = std::to_string(event.number) + "/" + std::to_string(event.of);
        if (event.kind == RunEvent::Kind::run_started) told.push_back("run of " + std::to_string(event.of));
        if (event.kind == RunEvent::Kind::step_started) told.push_back("start " + event.revision->id + " " + number);
        if (event.kind == RunEvent::Kind::step_finished) told.push_back("end " + event.revision->id + " " + number);
    };
    const auto project = Project::embedded(line_of_three());
    (void)project.upgrade(database.get(), "b1", options);
    CHECK(told == std::vector<std::string>{"run of 2", "start a1 1/2", "end a1 1/2", "start b1 2/2", "end b1 2/2"});
    told.clear();
    (void)project.upgrade(database.get(), "b1", options);
    CHECK(told.empty());
}

TEST_CASE("what a callback throws stops the run between two steps and reaches the caller") {
    for (const auto kind : {RunEvent::Kind::step_started, RunEvent::Kind::step_finished}) {
        const Sqlite database;
        rev::RunOptions options;
        options.on_event = [&](const RunEvent& event) {
            if (event.kind == kind && event.revision->id == "b1") throw std::out_of_range("enough");
        };
        const auto project = Project::embedded(line_of_three());
        CHECK_THROWS_AS((void)project.upgrade(database.get(), "heads", options), std::out_of_range);
        const bool stopped_before = kind == RunEvent::Kind::step_started;
        CHECK(project.rows(database.get()) == Ids{stopped_before ? "a1" : "b1"});
        CHECK(sqlite3_get_autocommit(database.get()) == 1);
        CHECK(project.upgrade(database.get()).rows == Ids{"c1"});
    }
}

TEST_CASE("what a callback throws rolls everything back where all is one transaction") {
    const Sqlite database;
    rev::Config config;
    config.transaction = rev::TransactionMode::all;
    rev::RunOptions options;
    options.on_event = [](const RunEvent& event) {
        if (event.kind == RunEvent::Kind::step_started && event.number == 2) throw std::out_of_range("enough");
    };
    const auto project = Project::embedded(line_of_three(), config);
    CHECK_THROWS_AS((void)project.upgrade(database.get(), "heads", options), std::out_of_range);
    CHECK(project.rows(database.get()).empty());
    CHECK(database.query("SELECT count(*) FROM sqlite_master WHERE name IN ('a1', 'b1', 'c1')") == "0");
}

TEST_CASE("a revision that fails is a RunError with its place, and what was before it stays") {
    auto files = line_of_three();
    files[1].text =
        "\uFEFF-- make b1\n--\n-- revision: b1\n-- revises: a1\n\n-- rev:upgrade\nSELECT 1;\n\tSELECT "
        "'\u00e4\U0001F600', no_column;";
    const Sqlite database;
    const auto project = Project::embedded(files);
    try {
        (void)project.upgrade(database.get());
        FAIL("it did not fail");
    } catch (const rev::RunError& error) {
        CHECK(error.exit_code() == ExitCode::revision_failed);
        CHECK(error.code() == "sql_error");
        CHECK(error.location().file == "versions/b1.sql");
        CHECK(error.location().line == 8);
        CHECK(error.location().column == 15);
        CHECK(ids_of(error.result) == Ids{"a1"});
        CHECK(error.result.rows == Ids{"a1"});
    }
    CHECK(project.rows(database.get()) == Ids{"a1"});
}

TEST_CASE("a section that is still to be written is refused before anything runs, up and down") {
    const Sqlite database;
    const auto text = one_revision("-- rev:todo");
    const auto unwritten = Project::embedded(std::vector<RevisionText>{{"v/a1.sql", text}});
    const auto up = error_of([&] { (void)unwritten.upgrade(database.get()); });
    CHECK(up.code() == "unwritten_section");
    CHECK(up.exit_code() == ExitCode::graph);
    CHECK(up.location().file == "v/a1.sql");
    CHECK(up.location().line == 7);
    CHECK(unwritten.rows(database.get()).empty());

    const auto upgrade_only = one_revision("CREATE TABLE a1 (id integer);\n-- rev:downgrade\n-- rev:todo");
    const auto one_way = Project::embedded(std::vector<RevisionText>{{"v/a1.sql", upgrade_only}});
    (void)one_way.upgrade(database.get());
    CHECK(error_of([&] { (void)one_way.downgrade(database.get(), "base"); }).code() == "unwritten_section");
    CHECK(one_way.rows(database.get()).size() == 1);
}

TEST_CASE("unsound embedded files are refused, located") {
    const auto broken = error_of([] { (void)Project::embedded(std::vector<RevisionText>{{"v/x.sql", "SELECT 1;"}}); });
    CHECK(broken.exit_code() == ExitCode::graph);
    CHECK(broken.location().file == "v/x.sql");
    CHECK(broken.location().line == 1);

    auto files = line_of_three();
    files[2].path = files[0].path;
    CHECK(error_of([&] { (void)Project::embedded(files); }).code() == "duplicate_path");

    files = line_of_three();
    files.erase(files.begin());
    CHECK(error_of([&] { (void)Project::embedded(files); }).code() == "missing_parent");
}

TEST_CASE("no revisions are a project too") {
    const Sqlite database;
    const auto project = Project::embedded({});
    CHECK(project.upgrade(database.get()).steps.empty());
    CHECK(database.query("SELECT count(*) FROM sqlite_master") == "0");
}

TEST_CASE("a database that a newer release has upgraded is an error that says so") {
    const Sqlite database;
    (void)Project::embedded(line_of_three()).upgrade(database.get());
    const auto files = line_of_three();
    const auto older = Project::embedded(std::vector<RevisionText>(files.begin(), files.begin() + 2));
    for (const auto& error : {error_of([&] { (void)older.upgrade(database.get()); }),
                              error_of([&] { (void)older.current(database.get()); }),
                              error_of([&] { (void)older.pending(database.get()); })}) {
        CHECK(error.exit_code() == ExitCode::database);
        CHECK(error.code() == "unknown_row");
        CHECK(error.detail().find("c1") != std::string::npos);
    }
    CHECK(older.rows(database.get()) == Ids{"c1"});
}

TEST_CASE("a changed file, an unknown target and an irreversible downgrade run nothing") {
    const Sqlite database;
    const auto project = Project::embedded(line_of_three());
    (void)project.upgrade(database.get(), "a1");
    auto files = line_of_three();
    const auto changed = one_revision("CREATE TABLE a1 (id bigint);");
    files[0].text = changed;
    CHECK(error_of([&] { (void)Project::embedded(files).upgrade(database.get()); }).code() == "changed_file");
    CHECK(error_of([&] { (void)project.upgrade(database.get(), "zz"); }).code() == "unknown_revision");
    CHECK(error_of([&] { (void)project.upgrade(database.get(), ""); }).code() == "bad_target");
    rev::Config config;
    config.on_changed = rev::OnChanged::ignore;
    const auto no_way_back = Project::embedded(files, config);
    CHECK(error_of([&] { (void)no_way_back.downgrade(database.get(), "base"); }).code() == "irreversible");
    CHECK(project.rows(database.get()) == Ids{"a1"});
}

TEST_CASE("a bad URL is an error, and no password is in it") {
    const auto project = Project::embedded(line_of_three());
    CHECK(error_of([&] { (void)project.upgrade("mysql://root:secret@db/x"); }).code() == "bad_url");
    const auto refused = error_of([&] { (void)project.rows("postgresql://app:secret@127.0.0.1:1/x"); });
    CHECK(refused.code() == "connection_refused");
    CHECK(std::string(refused.what()).find("secret") == std::string::npos);
    CHECK(error_of([&] { (void)project.upgrade("sqlite:////nowhere/at/all.db"); }).code() == "no_such_folder");
}

TEST_CASE("variables and limits of the configuration count") {
    const Sqlite database;
    const auto text = one_revision("CREATE TABLE :\"name\" (id integer);", "-- variables: name\n");
    const std::vector<RevisionText> files{{"a1.sql", text}};
    CHECK(error_of([&] { (void)Project::embedded(files).upgrade(database.get()); }).code() == "no_variable");
    rev::Config config;
    config.variables["name"] = "filled in";
    (void)Project::embedded(files, config).upgrade(database.get());
    CHECK(database.query("SELECT name FROM sqlite_master WHERE name LIKE 'filled%'") == "filled in");
}

TEST_CASE("backup: true makes a backup first and tells of it") {
    const TemporaryFolder folder;
    rev::Config config;
    config.backup = true;
    config.backup_location = folder.path() / "kept";
    rev::RunOptions options;
    std::string file;
    options.on_event = [&](const RunEvent& event) {
        if (event.kind == RunEvent::Kind::backed_up) file = event.text;
    };
    const auto project = Project::embedded(line_of_three(), config);
    (void)project.upgrade(url_of(folder), "a1");
    (void)project.upgrade(url_of(folder), "b1", options);
    CHECK(Sqlite(file).query("SELECT version_num FROM alembic_version") == "a1");
}

TEST_CASE("threads of one application upgrade one database once") {
    const TemporaryFolder folder;
    const auto url = url_of(folder);
    const auto project = Project::embedded(line_of_three());
    std::vector<std::size_t> steps(4);
    {
        std::vector<std::jthread> threads;
        for (auto& count : steps) threads.emplace_back([&] { count = project.upgrade(url).steps.size(); });
    }
    CHECK(steps[0] + steps[1] + steps[2] + steps[3] == 3);
    CHECK(project.rows(url) == Ids{"c1"});
}

TEST_CASE("request_stop stops a run with the exit code of its signal, until it is forgotten") {
    const Sqlite database;
    const auto project = Project::embedded(line_of_three());
    rev::RunOptions options;
    options.on_event = [](const RunEvent& event) {
        if (event.kind == RunEvent::Kind::step_finished) rev::request_stop(SIGTERM);
    };
    const auto stopped = error_of([&] { (void)project.upgrade(database.get(), "heads", options); });
    CHECK(stopped.exit_code() == ExitCode::terminated);
    CHECK(project.rows(database.get()) == Ids{"a1"});
    CHECK(error_of([&] { (void)project.upgrade(database.get()); }).exit_code() == ExitCode::terminated);
    rev::clear_stop();
    CHECK(project.upgrade(database.get()).rows == Ids{"c1"});
}
