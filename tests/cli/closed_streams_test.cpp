// A program may be started with any of its standard streams closed: what it opens then must not get their numbers.
#include <doctest/doctest.h>

#include "support/postgres.hpp"
#include "support/program.hpp"

namespace rev::test {
namespace {

/// Runs rev by a shell that closes streams, such as "<&- 2>&-".
ProgramResult run_closed(const TemporaryProject& project, const std::string& line, const std::string& closed) {
    return run_program({"sh", "-c", "exec \"$0\" " + line + " " + closed, rev_program().string()}, project.options());
}

/// Of 0, 1 and 2.
constexpr const char* all_closed[] = {"<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"};

bool closes_output(const std::string& closed) { return closed.find(" >&-") != std::string::npos || closed[0] == '>'; }

}  // namespace

TEST_CASE("with standard streams closed, nothing that is meant for them goes into the database or a file") {
    for (const bool postgresql : {false, true}) {
        for (const std::string closed : all_closed) {
            CAPTURE(closed);
            const PostgresTestDatabase server;
            TemporaryProject project;
            if (postgresql) project.url = server.url();
            project.revision({.id = "a1", .upgrade = "CREATE TABLE t (x int);", .downgrade = "DROP TABLE t;"});
            project.revision({.id = "b1",
                              .revises = "a1",
                              .upgrade = "CREATE TABLE u (x int);",
                              .downgrade = "DROP TABLE u;",
                              .header = "transaction: false"});
            const auto before = project.read("versions/a1.sql");
            CHECK(run_closed(project, "upgrade head", closed).exit_code == 0);
            CHECK(run_closed(project, "downgrade -1 --yes", closed).exit_code == 0);
            CHECK(run_closed(project, "upgrade head --backup backup.dump", closed).exit_code == 0);
            CHECK(run_closed(project, "revision -m next", closed).exit_code == (closes_output(closed) ? 2 : 0));
            // An answer that nobody can read is no answer.
            CHECK(run_closed(project, "current", closed).exit_code == (closes_output(closed) ? 2 : 0));
            CHECK(run_closed(project, "upgrade nowhere", closed).exit_code == 3);
            CHECK(project.read("versions/a1.sql") == before);
            CHECK(project.rev("current").out == "b1\n");
            CHECK(project.rev("log").exit_code == 0);
        }
    }
}

}  // namespace rev::test
