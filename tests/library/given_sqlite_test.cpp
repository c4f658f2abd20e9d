// The application's own SQLite connection.
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <future>

#include "library/library_support.hpp"
#include "rev/stop.hpp"
#include "support/program.hpp"
#include "support/wait_until.hpp"

using rev::ExitCode;
using rev::Project;
using rev::RevisionText;
using rev::test::error_of;
using rev::test::line_of_three;
using rev::test::one_revision;
using rev::test::Sqlite;
using rev::test::TemporaryFolder;
using rev::test::wait_until;

namespace {

/// text: must outlive it.
Project project_of(const std::string& text) { return Project::embedded(std::vector<RevisionText>{{"a1.sql", text}}); }

constexpr std::array<const char*, 10> settings = {"foreign_keys",
                                                  "recursive_triggers",
                                                  "ignore_check_constraints",
                                                  "legacy_alter_table",
                                                  "synchronous",
                                                  "cache_size",
                                                  "temp_store",
                                                  "query_only",
                                                  "busy_timeout",
                                                  "reverse_unordered_selects"};

std::string settings_of(const Sqlite& database) {
    std::string text;
    for (const auto* name : settings) text += database.query(std::string("PRAGMA ") + name) + " ";
    return text + database.query("SELECT 'a' LIKE 'A'");
}

}  // namespace

TEST_CASE("a given connection stays open, and its session as it was") {
    const TemporaryFolder folder;
    const Sqlite database((folder.path() / "app.db").string());
    // Each of them not as SQLite has it by default.
    database.run(
        "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA synchronous = OFF;"
        "PRAGMA cache_size = 77; PRAGMA busy_timeout = 1234; PRAGMA case_sensitive_like = ON;"
        "CREATE TEMP TABLE mine (id); CREATE TEMP VIEW view_of_mine AS SELECT * FROM mine");
    const auto before = settings_of(database);
    const auto text = one_revision(
        "PRAGMA foreign_keys = OFF; PRAGMA recursive_triggers = OFF; PRAGMA ignore_check_constraints = ON;"
        "PRAGMA legacy_alter_table = ON; PRAGMA reverse_unordered_selects = ON; PRAGMA case_sensitive_like = OFF;"
        "CREATE TEMP TABLE other (id); CREATE TABLE real (id);"
        "CREATE TEMP TRIGGER other_too AFTER INSERT ON real BEGIN SELECT 1; END;",
        "-- transaction: false\n");
    (void)project_of(text).upgrade(database.get());
    CHECK(settings_of(database) == before);
    CHECK(database.query("SELECT name FROM sqlite_temp_master ORDER BY 1") == "mine view_of_mine");
    CHECK(database.query("SELECT name FROM pragma_database_list") == "main temp");
    CHECK(database.query("SELECT name FROM sqlite_master WHERE name = 'real'") == "real");
}

TEST_CASE("what could not be put back on a given connection is refused before it has an effect") {
    for (const std::string statement :
         {"ATTACH ':memory:' AS guest", "DETACH mine", "PRAGMA synchronous = OFF", "PRAGMA mine.cache_size = 5",
          "PRAGMA busy_timeout = 1", "PRAGMA journal_mode = MEMORY", "PRAGMA locking_mode = EXCLUSIVE"}) {
        CAPTURE(statement);
        const TemporaryFolder folder;
        const Sqlite database((folder.path() / "app.db").string());
        database.run("ATTACH ':memory:' AS mine");
        const auto before = settings_of(database);
        const auto text = one_revision("CREATE TABLE real (id);\n" + statement + ";", "-- transaction: false\n");
        const auto error = error_of([&] { (void)project_of(text).upgrade(database.get()); });
        CHECK(std::string(error.what()).find("would last longer than its revision") != std::string::npos);
        CHECK(error.location().line == 9);
        CHECK(settings_of(database) == before);
        CHECK(database.query("SELECT name FROM pragma_database_list") == "main temp mine");
    }
}

TEST_CASE("a given connection's session is as it was also after a failure") {
    const Sqlite database;
    database.run("PRAGMA foreign_keys = ON; CREATE TEMP TABLE mine (id)");
    const auto before = settings_of(database);
    const auto text = one_revision("PRAGMA recursive_triggers = ON; CREATE TEMP TABLE other (id); SELECT no_column;");
    const auto project = project_of(text);
    CHECK(std::string(error_of([&] { (void)project.upgrade(database.get()); }).what()) ==
          "upgrade of a1 failed: no such column: no_column");
    CHECK(settings_of(database) == before);
    CHECK(sqlite3_get_autocommit(database.get()) == 1);
    CHECK(database.query("SELECT name FROM sqlite_temp_master") == "mine");
}

TEST_CASE("questions change nothing of a given connection's database") {
    const Sqlite database;
    const auto project = Project::embedded(line_of_three());
    (void)project.rows(database.get());
    (void)project.current(database.get());
    CHECK(project.pending(database.get()).steps.size() == 3);
    CHECK(database.query("SELECT count(*) FROM sqlite_master") == "0");
}

TEST_CASE("a given connection that is in use is refused before anything happens") {
    const Sqlite database;
    const auto project = Project::embedded(line_of_three());
    database.run("CREATE TABLE mine (id); INSERT INTO mine VALUES (1), (2); BEGIN; INSERT INTO mine VALUES (3)");
    const auto in_transaction = error_of([&] { (void)project.upgrade(database.get()); });
    CHECK(in_transaction.code() == "transaction_open");
    CHECK(in_transaction.exit_code() == ExitCode::database);
    CHECK(sqlite3_get_autocommit(database.get()) == 0);
    database.run("COMMIT");
    CHECK(database.query("SELECT count(*) FROM mine") == "3");

    sqlite3_stmt* statement = nullptr;
    REQUIRE(sqlite3_prepare_v2(database.get(), "SELECT id FROM mine", -1, &statement, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    const auto half_way = error_of([&] { (void)project.upgrade(database.get()); });
    CHECK(half_way.code() == "statement_open");
    CHECK(std::string(half_way.what()).find("SELECT id FROM mine") != std::string::npos);
    CHECK(sqlite3_step(statement) == SQLITE_ROW);
    sqlite3_finalize(statement);

    CHECK(error_of([&] { (void)project.upgrade(static_cast<sqlite3*>(nullptr)); }).code() == "no_connection");
    CHECK(project.upgrade(database.get()).steps.size() == 3);
}

TEST_CASE("a given connection keeps its handlers, hooks and authorizer") {
    const Sqlite database;
    int progress = 0;
    int commits = 0;
    int asked = 0;
    sqlite3_progress_handler(
        database.get(), 10, [](void* count) { return ++*static_cast<int*>(count), 0; }, &progress);
    sqlite3_commit_hook(
        database.get(), [](void* count) { return ++*static_cast<int*>(count), 0; }, &commits);
    sqlite3_set_authorizer(
        database.get(),
        [](void* count, int, const char*, const char*, const char*, const char*) {
            return ++*static_cast<int*>(count), SQLITE_OK;
        },
        &asked);
    (void)Project::embedded(line_of_three()).upgrade(database.get());
    CHECK(commits > 0);
    progress = commits = asked = 0;
    database.run("INSERT INTO a1 WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100) SELECT i FROM n");
    CHECK(progress > 0);
    CHECK(commits == 1);
    CHECK(asked > 0);
}

TEST_CASE("a run on a given connection waits for another's lock and keeps the busy handler") {
    const TemporaryFolder folder;
    const auto file = (folder.path() / "app.db").string();
    const Sqlite other(file);
    const Sqlite database(file);
    std::atomic<int> busy{0};
    sqlite3_busy_handler(
        database.get(), [](void* count, int) { return ++*static_cast<std::atomic<int>*>(count), 0; }, &busy);
    REQUIRE(other.run("BEGIN EXCLUSIVE") == SQLITE_OK);
    auto release = std::async(std::launch::async, [&] {
        wait_until("the run has met the lock", [&] { return busy >= 3; });
        other.run("COMMIT");
    });
    CHECK(Project::embedded(line_of_three()).upgrade(database.get()).steps.size() == 3);
    release.get();
    REQUIRE(other.run("BEGIN EXCLUSIVE") == SQLITE_OK);
    const int before = busy;
    CHECK(database.run("CREATE TABLE more (id)") == SQLITE_BUSY);
    CHECK(busy == before + 1);
    other.run("COMMIT");
}

TEST_CASE("a run on a given connection gives up waiting after lock_timeout") {
    const TemporaryFolder folder;
    const auto file = (folder.path() / "app.db").string();
    const Sqlite other(file);
    const Sqlite database(file);
    REQUIRE(other.run("CREATE TABLE t (id); BEGIN IMMEDIATE") == SQLITE_OK);
    rev::Config config;
    config.lock_timeout = std::chrono::milliseconds(50);
    const auto locked = error_of([&] { (void)Project::embedded(line_of_three(), config).upgrade(database.get()); });
    CHECK(locked.code() == "database_locked");
    CHECK(locked.exit_code() == ExitCode::database);
    CHECK(sqlite3_get_autocommit(database.get()) == 1);
}

TEST_CASE("an endless statement on a given connection ends by request_stop or its time limit") {
    const auto endless = one_revision(
        "CREATE TABLE t (id); WITH RECURSIVE n(i) AS (SELECT begun() UNION ALL SELECT i + 1 FROM n LIMIT 20000000000) "
        "SELECT max(i) FROM n;");
    const Sqlite database;
    // The statement itself says that it runs.
    struct Begun {
        int times = 0;
        bool stops = true;
    } begun;
    sqlite3_create_function(
        database.get(), "begun", 0, SQLITE_UTF8, &begun,
        [](sqlite3_context* context, int, sqlite3_value**) {
            auto& told = *static_cast<Begun*>(sqlite3_user_data(context));
            ++told.times;
            if (told.stops) rev::request_stop(2);
            sqlite3_result_int(context, 1);
        },
        nullptr, nullptr);
    const auto project = project_of(endless);
    const auto stopped = error_of([&] { (void)project.upgrade(database.get()); });
    rev::clear_stop();
    CHECK(begun.times == 1);
    CHECK(stopped.exit_code() == ExitCode::interrupted);
    CHECK(database.query("SELECT count(*) FROM sqlite_master WHERE name = 't'") == "0");

    begun.stops = false;
    rev::Config config;
    config.limits.statement_timeout = std::chrono::milliseconds(30);
    const auto limited = Project::embedded(std::vector<RevisionText>{{"a1.sql", endless}}, config);
    const auto overdue = error_of([&] { (void)limited.upgrade(database.get()); });
    CHECK(begun.times == 2);
    CHECK(overdue.exit_code() == ExitCode::revision_failed);
    CHECK(std::string(overdue.what()).find("statement timeout") != std::string::npos);
    CHECK(database.query("SELECT count(*) FROM sqlite_master WHERE name = 't'") == "0");
}

TEST_CASE("asking by URL takes no lock away from a connection that the application has open") {
    const TemporaryFolder folder;
    const auto file = (folder.path() / "app.db").string();
    const Sqlite database(file);
    const auto project = Project::embedded(line_of_three());
    for (const auto* mode : {"wal", "delete"}) {
        CAPTURE(mode);
        (void)database.query(std::string("PRAGMA journal_mode = ") + mode);
        database.run("CREATE TABLE IF NOT EXISTS t (id); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
        (void)project.rows("sqlite:///" + file);
        const auto result = rev::test::run_program({"sqlite3", file, "CREATE TABLE another (id)"}, {});
        CHECK_MESSAGE(result.err.find("locked") != std::string::npos, result.err);
        database.run("COMMIT");
    }
}
