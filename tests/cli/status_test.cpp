// `rev status`: one screen for all that can be said, however odd the project is.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cli_support.hpp"
#include "database_project.hpp"

namespace {

using rev::test::both;
using rev::test::DatabaseProject;
using rev::test::expect;
using rev::test::has;
using rev::test::write_diamond;
using rev::test::write_line;
using Kind = DatabaseProject::Kind;

/// a1 <- a2 <- ... <- a`count`.
void write_long_line(const DatabaseProject& project, int count) {
    for (int i = 1; i <= count; ++i) {
        project.revision({.id = fmt::format("a{}", i),
                          .revises = i == 1 ? "" : fmt::format("a{}", i - 1),
                          .upgrade = fmt::format("CREATE TABLE a{} (id integer);", i)});
    }
}

}  // namespace

TEST_CASE("an unsound file does not keep status from asking the database") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        expect(project, "upgrade b1");
        project.write("versions/c1.sql", "-- make c1\n--\n-- revision: c1\n-- revises: nowhere\n\n-- rev:upgrade\n");
        project.write("versions/d1.sql", "-- broken\n--\n-- revision: not an id!\n\n-- rev:upgrade\n");
        const auto status = expect(project, "status", 3);
        CHECK(has(status.out, kind == Kind::sqlite ? "Server      SQLite 3" : "Server      PostgreSQL "));
        CHECK(has(status.out, "State       needs attention\n"));
        CHECK(has(status.out, "Current     b1\n"));
        CHECK(has(status.out, "Unsound     versions/d1.sql:3:"));
        CHECK(has(status.out, "Next        rev check\n"));
        CHECK(status.err.empty());
        const auto json = expect(project, "status --json", 3).out;
        CHECK(has(json, "\"rows\": [\n    \"b1\"\n  ]"));
        CHECK(has(json, "\"file\": \"versions/d1.sql\",\n      \"line\": 3"));
        CHECK(has(json, "\"up_to_date\": false"));
    }
}

TEST_CASE("status shows an unfinished run though the files make no graph") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "SELECT * FROM nowhere;", .header = "transaction: false"});
        expect(project, "upgrade head", 5);
        project.revision({.id = "b1", .revises = "c1"});
        project.revision({.id = "c1", .revises = "b1"});
        const auto status = expect(project, "status", 3).out;
        CHECK(has(status, "Unfinished  upgrade of a1 stopped at statement 1 of 1"));
        CHECK(has(status, "Unsound     versions/"));
        CHECK(has(status, "Current     none\n"));
    }
}

TEST_CASE("an applied revision without an upgrade section is unsound, and all else is still told") {
    const DatabaseProject project(Kind::sqlite);
    write_line(project);
    expect(project, "upgrade b1");
    project.write("versions/b1.sql", "-- make b1\n--\n-- revision: b1\n-- revises: a1\n");
    const auto status = expect(project, "status --exit-code", 3).out;
    CHECK(has(status, "Current     b1, make b1\n"));
    CHECK(has(status, "Pending     1 revision\n"));
    CHECK(has(status, "Unsound     versions/b1.sql:3:14: revision b1 has no upgrade section\n"));
}

TEST_CASE("unsound files and a database that cannot be reached are both told") {
    DatabaseProject project(Kind::sqlite);
    write_line(project);
    project.revision({.id = "d1", .revises = "nowhere"});
    project.url = "postgresql://app:secret@127.0.0.1:1/app";
    const auto status = expect(project, "status", 3);
    CHECK(has(status.out, "not reachable"));
    CHECK(has(status.out, "Unsound     versions/d1.sql:4:13: "));
    CHECK_FALSE(has(status.out + status.err, "secret"));
}

TEST_CASE("a missing folder of revisions is told beside what the database says") {
    const DatabaseProject project(Kind::sqlite, "version_locations: [nowhere]\n");
    const auto status = expect(project, "status", 3).out;
    CHECK(has(status, "Server      SQLite 3"));
    CHECK(has(status, "nowhere"));
}

TEST_CASE("status cuts a long list of pending revisions, and -v lists all") {
    const DatabaseProject project(Kind::sqlite);
    write_long_line(project, 30);
    const auto cut = expect(project, "status").out;
    CHECK(has(cut, "Pending     30 revisions\n"));
    CHECK(has(cut, " -> a20, make a20\n            ... and 10 more (-v lists all)\n"));
    CHECK_FALSE(has(cut, "-> a21"));
    const auto all = expect(project, "status -v").out;
    CHECK(has(all, "-> a30 (head), make a30\n"));
    CHECK_FALSE(has(all, "more"));
}

TEST_CASE("status says that there are several heads and what to do about it") {
    const DatabaseProject project(Kind::sqlite);
    write_diamond(project);
    project.write("versions/m1.sql", "-- other\n--\n-- revision: m1\n-- revises: b1\n\n-- rev:upgrade\n");
    const auto status = expect(project, "status").out;
    CHECK(has(status, "Heads       "));
    CHECK(has(status, "2 heads: `head` alone names none of them, `heads` names all\n"));
    CHECK(has(status, "Next        rev upgrade heads\n            rev merge heads -m \"merge\"\n"));
}

TEST_CASE("status says how to go on from a file that changed") {
    const DatabaseProject project(Kind::sqlite);
    project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);"});
    expect(project, "upgrade head");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id bigint);"});
    CHECK(has(expect(project, "status").out,
              "Next        put the file back as it was, or: rev repair a1 --accept-changed\n"));
}

TEST_CASE("status names the run that holds the lock, and does not wait for it") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        expect(project, "upgrade a1");
        CHECK_FALSE(has(expect(project, "status").out, "Locked by"));
        // SQLite cannot sleep, so it counts for ever.
        const std::string slow = kind == Kind::sqlite ? "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM "
                                                        "n) SELECT count(*) FROM n;"
                                                      : "SELECT pg_sleep(60);";
        project.revision({.id = "b1", .revises = "a1", .upgrade = slow});
        auto run = rev::test::start(project, "upgrade b1");
        std::string status;
        rev::test::wait_until("status names the run", run, [&] {
            status = expect(project, "status").out;
            return has(status, "Locked by");
        });
        run.signal(2);
        CHECK(run.wait().exit_code == 130);
        CHECK(has(status, kind == Kind::sqlite ? "Locked by   process " : "Locked by   pid "));
        CHECK(has(status, "Next        wait until the other run has ended, then: rev status\n"));
        CHECK(has(expect(project, "status --json").out, "\"locked_by\": null"));
    }
}
