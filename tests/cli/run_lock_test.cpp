// Runs of rev at once on one SQLite file.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli_support.hpp"
#include "database_project.hpp"

namespace rev::test {
namespace {

using Kind = DatabaseProject::Kind;

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Each revision notes that it ran, up and down; every second one runs outside a transaction.
void write_notes(const TemporaryProject& project, int count) {
    std::string before;
    for (int number = 1; number <= count; ++number) {
        const auto id = "r" + std::to_string(number);
        project.revision({.id = id,
                          .revises = before,
                          .upgrade = (number == 1 ? "CREATE TABLE IF NOT EXISTS done (r TEXT);\n" : std::string()) +
                                     "INSERT INTO done VALUES ('+" + id + "');\nSELECT 1;",
                          .downgrade = "INSERT INTO done VALUES ('-" + id + "');\nSELECT 1;",
                          .header = number % 2 == 0 ? "transaction: false" : ""});
        before = id;
    }
}

std::vector<std::unique_ptr<RunningProgram>> start_all(const TemporaryProject& project,
                                                       const std::vector<std::string>& lines) {
    std::vector<std::unique_ptr<RunningProgram>> running;
    for (const auto& line : lines)
        running.push_back(std::make_unique<RunningProgram>(rev_command(line), project.options()));
    return running;
}

/// What was noted is what the log says, in its order: nothing ran twice, or beside the log.
void check_notes(const DatabaseProject& project) {
    CHECK(project.query("SELECT r FROM done ORDER BY rowid") ==
          project.query("SELECT CASE event WHEN 'upgrade' THEN '+' ELSE '-' END || revision FROM rev_log"
                        " WHERE event IN ('upgrade', 'downgrade') ORDER BY id"));
    CHECK(project.query("SELECT count(*) FROM rev_progress") == "0");
}

}  // namespace

TEST_CASE("of many starts at once on an SQLite file, each statement runs once and no run fails") {
    for (int round = 0; round < 3; ++round) {
        const DatabaseProject project(Kind::sqlite, "lock_timeout: 60s");
        write_notes(project, 4);
        auto running = start_all(project, std::vector<std::string>(8, "upgrade head"));
        for (const auto& run : running) CHECK(run->wait().exit_code == 0);
        CHECK(project.query("SELECT count(*), count(DISTINCT r) FROM done") == "4|4");
        check_notes(project);
    }
}

TEST_CASE("runs up, down and stamps at once on an SQLite file come one after the other") {
    for (int round = 0; round < 3; ++round) {
        const DatabaseProject project(Kind::sqlite, "lock_timeout: 60s");
        write_notes(project, 4);
        expect(project, "upgrade r2");
        auto running = start_all(project, {"upgrade head", "downgrade r1 --yes", "stamp r3", "upgrade r4", "stamp r2",
                                           "downgrade r1 --yes", "resume", "upgrade head"});
        for (const auto& run : running) {
            const auto result = run->wait();
            // The target may be on the wrong side by then, and nothing is to be resumed.
            CHECK_MESSAGE((result.exit_code == 0 || result.exit_code == 3 || result.exit_code == 4), result.err);
            CHECK_FALSE(has(result.err, "stopped at"));
        }
        check_notes(project);
    }
}

TEST_CASE("an SQLite revision that runs outside a transaction is called running, with its process, and waited for") {
    const DatabaseProject project(Kind::sqlite, "lock_timeout: 1s");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE a (x);"});
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade =
                          "INSERT INTO a VALUES (1);\nWITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                          "SELECT count(*) FROM n;",
                      .header = "transaction: false"});
    auto run = rev::test::start(project, "upgrade head");
    std::string status;
    rev::test::wait_until("status calls it running", run, [&] {
        status = expect(project, "status").out;
        return has(status, "Running");
    });
    const auto process = "process " + std::to_string(run.pid());
    CHECK(has(status, "Locked by   " + process));
    CHECK(has(status, "upgrade of b1 is at statement "));
    CHECK_FALSE(has(status, "stopped"));
    CHECK_FALSE(has(status, "rev resume"));
    for (const auto* line :
         {"upgrade head", "downgrade base --yes", "stamp b1", "resume", "repair b1 --applied --yes"}) {
        const auto second = project.rev(line);
        CHECK(second.exit_code == 4);
        CHECK_MESSAGE(has(error_of(second), "gave up after 1 s waiting for another run of rev (" + process),
                      second.err);
    }
    run.signal(2);
    CHECK(run.wait().exit_code == 130);
    CHECK(has(expect(project, "status").out, "upgrade of b1 stopped at statement 2 of 2"));
}

TEST_CASE("where the run lock cannot be made, runs are refused with the reason and reading commands go on") {
    const DatabaseProject project(Kind::sqlite);
    project.revision({.id = "a1", .upgrade = "CREATE TABLE a (x);"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE b (x);"});
    expect(project, "upgrade a1");
    std::filesystem::remove(project.path() / "test.db-rev-lock");
    std::filesystem::create_directory(project.path() / "test.db-rev-lock");
    const auto refused = project.rev("upgrade head");
    CHECK(refused.exit_code == 4);
    CHECK(has(error_of(refused), "test.db-rev-lock"));
    CHECK(has(hint_of(refused), "writable"));
    expect(project, "status");
    CHECK(expect(project, "current").out == "a1\n");
    expect(project, "upgrade head --dry-run");
}

TEST_CASE("reading commands do not make the file of the run lock") {
    const DatabaseProject project(Kind::sqlite);
    project.revision({.id = "a1", .upgrade = "CREATE TABLE a (x);"});
    expect(project, "upgrade a1");
    std::filesystem::remove(project.path() / "test.db-rev-lock");
    for (const auto* line : {"status", "current", "history -i", "upgrade head --dry-run", "log", "check"})
        expect(project, line);
    CHECK_FALSE(project.exists("test.db-rev-lock"));
}

TEST_CASE("a FIFO in the place of the lock file does not hold up a reading command, and stops a run") {
    const DatabaseProject project(Kind::sqlite);
    write_notes(project, 1);
    expect(project, "upgrade head");
    const auto lock = (project.path() / "test.db-rev-lock").string();
    std::filesystem::remove(lock);
    REQUIRE(::mkfifo(lock.c_str(), 0600) == 0);
    expect(project, "current");
    expect(project, "status");
    CHECK(has(expect(project, "downgrade base --yes", 4).err, "it is not a plain file"));
}

}  // namespace rev::test
