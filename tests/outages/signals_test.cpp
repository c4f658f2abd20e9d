// SIGINT, SIGTERM and SIGHUP at each phase of a run. tests/kill sends them at every system call.
#include <doctest/doctest.h>
#include <signal.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <functional>
#include <stdexcept>
#include <utility>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"
#include "db/relay.hpp"
#include "support/wait_until.hpp"

using rev::test::both;
using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::hint_of;
using rev::test::Relay;
using rev::test::RunningProgram;
using rev::test::start;
using rev::test::wait_for;
using rev::test::wait_until;

namespace {

using Kind = DatabaseProject::Kind;

struct Signal {
    int number;
    int exit_code;
    const char* name;
};
constexpr Signal signals[] = {{SIGINT, 130, "SIGINT"}, {SIGTERM, 143, "SIGTERM"}, {SIGHUP, 129, "SIGHUP"}};

/// A statement that only a signal ends, and `told`: that rev is at it is seen by its effect or its progress.
std::string endless(Kind kind) {
    return kind == Kind::postgresql ? "SELECT pg_sleep(600);"
                                    : "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT "
                                      "20000000000) SELECT max(i) FROM n;";
}

/// Until the transaction of a step that is told as `step` is at its endless statement. What is before that statement
/// must write: on SQLite, nobody but the program sees more than that.
void wait_for_endless(const DatabaseProject& project, RunningProgram& program, std::string_view step) {
    wait_for(program, step);
    if (!project.is_sqlite()) return project.wait_for_sleep(program);
    wait_until("there is a journal to roll back", program, [&] { return project.exists("test.db-journal"); });
}

/// A pipe that is open for reading, and is not read.
class FullPipe {
public:
    FullPipe() {
        if (::pipe2(ends_, O_CLOEXEC) != 0) throw std::runtime_error("no pipe could be made");
    }
    ~FullPipe() {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    FullPipe(const FullPipe&) = delete;
    FullPipe& operator=(const FullPipe&) = delete;

    [[nodiscard]] int writing_end() const { return ends_[1]; }
    void wait_until_full_by(RunningProgram& program) const {
        pollfd end = {ends_[1], POLLOUT, 0};
        wait_until("the pipe is full", program, [&] { return ::poll(&end, 1, 0) == 0; });
    }

private:
    int ends_[2] = {-1, -1};
};

/// Nobody holds the run lock.
void check_no_lock(const DatabaseProject& project) {
    if (project.is_sqlite()) return;
    const auto held =
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM "
        "pg_database WHERE datname = current_database())";
    wait_until("rev's sessions are gone", [&] {
        return project.query(
                   "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                   "application_name = 'rev'") == "0";
    });
    CHECK(project.query(held) == "0");
}

}  // namespace

TEST_CASE("a signal within a step rolls it back, keeps those before and says so") {
    for (const auto kind : both) {
        for (const auto& signal : signals) {
            CAPTURE(signal.name);
            const DatabaseProject project(kind);
            project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);"});
            project.revision(
                {.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE two (id integer);\n" + endless(kind)});
            auto program = start(project, "upgrade head");
            wait_for_endless(project, program, "a1 -> b1");
            program.signal(signal.number);
            const auto result = program.wait();
            CHECK(result.exit_code == signal.exit_code);
            CHECK(error_of(result) == std::string("stopped by ") + signal.name +
                                          "; the upgrade of b1 was rolled back; 1 of 2 steps are done and stay");
            CHECK(has(result.err, "Stopped after 1 of 2 steps; the database is at a1\n"));
            check_no_lock(project);
            CHECK(project.rows() == "a1");
            CHECK(project.query("SELECT event, revision FROM rev_log ORDER BY id") == "upgrade|a1\nfail|b1");
            project.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE two (id integer);"});
            expect(project, "upgrade head");
        }
    }
}

TEST_CASE("a signal within the one transaction of a plan keeps nothing of it") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);"});
        project.revision({.id = "b1", .revises = "a1", .upgrade = endless(kind)});
        auto program = start(project, "upgrade head --transaction all");
        wait_for_endless(project, program, "a1 -> b1");
        program.signal(SIGTERM);
        const auto result = program.wait();
        CHECK(result.exit_code == 143);
        CHECK(has(error_of(result), "nothing was changed"));
        CHECK(has(result.err, "Stopped after 0 of 2 steps; the database is at base\n"));
        check_no_lock(project);
        CHECK(project.rows().empty());
    }
}

TEST_CASE("a signal outside a transaction stops at its statement, which the ledger knows") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        const auto write = [&](const std::string& third) {
            project.revision({.id = "a1",
                              .upgrade = "CREATE TABLE one (id integer);\nINSERT INTO one VALUES (1);\n" + third,
                              .header = "transaction: false"});
        };
        write(endless(kind));
        auto program = start(project, "upgrade head");
        const std::string place = "SELECT statement FROM rev_progress";
        wait_for(program, "-> a1");
        const std::string made = kind == Kind::sqlite ? "SELECT count(*) FROM sqlite_master WHERE name = 'one'"
                                                      : "SELECT count(to_regclass('one'))";
        wait_until("the first statement is done", program, [&] { return project.query(made) == "1"; });
        wait_until("the third statement is begun", program, [&] { return project.query(place) == "3"; });
        if (!project.is_sqlite()) project.wait_for_sleep(program);
        program.signal(SIGINT);
        const auto result = program.wait();
        CHECK(result.exit_code == 130);
        CHECK(has(error_of(result), "the upgrade of a1 stopped at statement 3 of 3"));
        CHECK(has(hint_of(result), "rev resume"));
        check_no_lock(project);
        CHECK(project.query(place) == "3");
        write("INSERT INTO one VALUES (2);");
        expect(project, "resume");
        CHECK(project.query("SELECT id FROM one ORDER BY 1") == "1\n2");
        CHECK(project.rows() == "a1");
    }
}

TEST_CASE("a signal ends the wait for another run") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);\n" + endless(kind)});
        auto holder = start(project, "upgrade head");
        wait_for_endless(project, holder, "-> a1");
        auto waiter = start(project, "upgrade head");
        wait_for(waiter, "Waiting");
        waiter.signal(SIGINT);
        const auto result = waiter.wait();
        CHECK(result.exit_code == 130);
        CHECK(has(error_of(result), "nothing was changed"));
        holder.signal(SIGTERM);
        CHECK(holder.wait().exit_code == 143);
        check_no_lock(project);
        CHECK(project.rows().empty());
    }
}

TEST_CASE("a run whose terminal is gone for good (nohup) is not stopped by SIGHUP") {
    const DatabaseProject project(Kind::sqlite);
    project.revision({.id = "a1",
                      .upgrade = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000000) SELECT "
                                 "max(i) FROM n;"});
    const rev::test::Arguments command{"nohup", rev::test::rev_program().string(), "upgrade", "head"};
    RunningProgram program(command, project.options());
    wait_for(program, "-> a1");
    program.signal(SIGHUP);
    CHECK(program.wait().exit_code == 0);
    CHECK(project.rows() == "a1");
}

TEST_CASE("one signal ends a run whose server has fallen silent, though nobody answers its request to cancel") {
    DatabaseProject project(Kind::postgresql);
    Relay relay;
    const auto direct = std::exchange(project.url, relay.through(project.url));
    project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE two (id integer);"});
    relay.fall_silent_after("CREATE TABLE two");
    auto program = start(project, "upgrade head");
    wait_until("the relay is silent", program, [&] { return relay.is_silent(); });
    program.signal(SIGINT);
    const auto result = program.wait();  // which would kill it, with 137
    const bool ended = result.exit_code == 130 || result.exit_code == 4;
    CHECK_MESSAGE(ended, result.exit_code);
    CHECK(has(error_of(result), "b1"));
    project.url = direct;
    // The server had got the whole step: nobody may say that it was rolled back.
    CHECK_FALSE(has(error_of(result), "rolled back"));
    CHECK(project.rows() == "b1");
}

TEST_CASE("one signal ends a run whose standard error is a full pipe that nobody reads") {
    const DatabaseProject project(Kind::postgresql);
    project.revision({.id = "a1",
                      .upgrade = "DO $$ BEGIN FOR i IN 1..20000 LOOP RAISE NOTICE '% %', i, repeat('x', 80); END LOOP; "
                                 "END $$;\nSELECT pg_sleep(600);"});
    FullPipe pipe;
    auto options = project.options();
    options.standard_error = pipe.writing_end();
    RunningProgram program(rev::test::rev_command("upgrade head"), options);
    pipe.wait_until_full_by(program);
    program.signal(SIGTERM);
    CHECK(program.wait().exit_code == 143);
    check_no_lock(project);
    CHECK(project.query("SELECT count(*) FROM alembic_version") == "0");
}
