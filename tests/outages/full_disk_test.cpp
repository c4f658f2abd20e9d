// Disks that are full: on a small file system where this process may mount one, else with a limit on the size of files.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"
#include "outages/own_server.hpp"
#include "outages/small_disk.hpp"

using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::OwnServer;
using rev::test::SmallDisk;

namespace {

constexpr std::size_t megabyte = 1 << 20;

std::string many_rows(bool sqlite) {
    return sqlite
               ? "CREATE TABLE two (text TEXT);\nINSERT INTO two WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i "
                 "+ 1 FROM n LIMIT 4000) SELECT hex(randomblob(500)) FROM n;"
               : "CREATE TABLE two (text text);\nINSERT INTO two SELECT repeat(md5(i::text), 30) FROM "
                 "generate_series(1, 20000) AS i;";
}

void write_three(const DatabaseProject& project, const std::string& header) {
    const bool sqlite = has(project.url, "sqlite");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = many_rows(sqlite), .header = header});
    project.revision({.id = "c1", .revises = "b1", .upgrade = "CREATE TABLE three (id integer);"});
}

rev::test::ProgramResult run_limited(const DatabaseProject& project, const std::string& command) {
    const auto limit = "--fsize=" + std::to_string(megabyte);
    return rev::test::run_program({"prlimit", limit, rev::test::rev_program().string(), command, "head"},
                                  {project.path(), {{"DATABASE_URL", project.url}}, {}});
}

}  // namespace

TEST_CASE("a disk that is full undoes the step on SQLite, and more space finishes the run") {
    DatabaseProject project(DatabaseProject::Kind::sqlite);
    const SmallDisk disk(project.path() / "disk", megabyte);
    if (disk.is_mounted()) project.url = "sqlite:///disk/test.db";
    write_three(project, "");
    const auto result = disk.is_mounted() ? project.rev("upgrade head") : run_limited(project, "upgrade");
    CHECK(result.exit_code == 4);
    CHECK(has(error_of(result), "test.db"));
    CHECK(has(result.err, "Stopped after 1 of 3 steps; the database is at a1\n"));
    CHECK(expect(project, "current").out == "a1\n");
    if (disk.is_mounted()) disk.resize(64 * megabyte);
    expect(project, "upgrade head");
    CHECK(expect(project, "current").out == "c1 (head)\n");
    CHECK(has(expect(project, "status --exit-code").out, "up to date"));
}

TEST_CASE("a disk that is full stops a revision outside a transaction, and resume finishes it") {
    DatabaseProject project(DatabaseProject::Kind::sqlite);
    const SmallDisk disk(project.path() / "disk", megabyte);
    if (disk.is_mounted()) project.url = "sqlite:///disk/test.db";
    write_three(project, "transaction: false");
    const auto result = disk.is_mounted() ? project.rev("upgrade head") : run_limited(project, "upgrade");
    CHECK(result.exit_code == 4);
    CHECK(has(expect(project, "status").out, "Unfinished  upgrade of b1 stopped at statement 2 of 2"));
    if (disk.is_mounted()) disk.resize(64 * megabyte);
    expect(project, "resume");
    expect(project, "upgrade head");
    CHECK(expect(project, "current").out == "c1 (head)\n");
}

TEST_CASE("a limit on the size of files is an error of the step, not the end of the program") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    write_three(project, "");
    const auto result = run_limited(project, "upgrade");
    CHECK(result.exit_code == 4);
    CHECK(has(result.err, "Stopped after 1 of 3 steps; the database is at a1\n"));
    expect(project, "upgrade head");
    CHECK(project.query("SELECT count(*) FROM two") == "4000");
}

TEST_CASE("a disk that is full undoes the step on PostgreSQL, and more space finishes the run") {
    DatabaseProject project(DatabaseProject::Kind::sqlite);
    const auto folder = project.path() / "disk";
    const SmallDisk disk(folder, 4 * megabyte);
    const OwnServer server(disk.is_mounted() ? 0 : 17 * megabyte);  // a segment of the write-ahead log has 16
    std::filesystem::permissions(project.path(), std::filesystem::perms(0711));
    project.url = server.url();
    write_three(project, "");
    if (disk.is_mounted()) {
        server.give(folder);
        server.query("CREATE TABLESPACE small LOCATION '" + folder.string() + "'");
        server.query("ALTER ROLE postgres SET default_tablespace = small");
    }
    const auto result = project.rev("upgrade head");
    CHECK(result.exit_code == 5);
    CHECK(has(error_of(result), "upgrade of b1 failed: could not extend file"));
    CHECK(has(result.err, "Stopped after 1 of 3 steps; the database is at a1\n"));
    CHECK(server.query("SELECT version_num FROM alembic_version") == "a1");
    CHECK(server.query("SELECT to_regclass('two') IS NULL") == "t");
    if (disk.is_mounted()) {
        disk.resize(256 * megabyte);
    } else {
        project.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE two (text text);"});
    }
    expect(project, "upgrade head");
    CHECK(server.query("SELECT version_num FROM alembic_version") == "c1");
    server.query("ALTER ROLE postgres RESET default_tablespace");
}
