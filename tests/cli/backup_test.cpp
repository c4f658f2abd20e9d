// Backups before a run: --backup, and `backup: true` in alembic.yaml.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <vector>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

using rev::test::both;
using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::hint_of;
using rev::test::PostgresTestDatabase;
using rev::test::run_program;
using rev::test::RunningProgram;
using rev::test::write_line;

namespace fs = std::filesystem;

namespace {

using Kind = DatabaseProject::Kind;

std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    return files;
}

unsigned mode_of(const fs::path& file) {
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

/// What `sql` answers on the backup, brought back to life where it hurts nobody.
std::string query_backup(const DatabaseProject& project, const fs::path& backup, const std::string& sql) {
    if (project.is_sqlite()) {
        const auto result = run_program({"sqlite3", "-readonly", backup.string()}, {project.path(), {}, sql});
        REQUIRE_MESSAGE(result.exit_code == 0, result.err);
        return result.out.substr(0, result.out.find_last_not_of('\n') + 1);
    }
    const PostgresTestDatabase restored;
    const auto result = run_program({"pg_restore", "--no-owner", "-d", restored.url(), backup.string()});
    REQUIRE_MESSAGE(result.exit_code == 0, result.err);
    return restored.query(sql);
}

constexpr const char* sum = "SELECT count(*) FROM table_a1";

/// At a1 with a row, so that b1 and c1 are to come.
void begin(const DatabaseProject& project) {
    write_line(project);
    expect(project, "upgrade a1 --no-backup");
    project.query("INSERT INTO table_a1 (id) VALUES (1)");
}

}  // namespace

TEST_CASE("--backup keeps the database as it was before the run, for its owner only, and logs where") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        begin(project);
        const auto file = project.path() / "before.backup";
        const auto run = expect(project, "upgrade head --backup before.backup");
        CHECK(has(run.err, "Backed up to " + file.string() + " ("));
        CHECK(mode_of(file) == 0600);
        CHECK(query_backup(project, file, "SELECT version_num FROM alembic_version") == "a1");
        CHECK(query_backup(project, file, sum) == "1");
        CHECK(project.rows() == "c1");
        CHECK(project.query("SELECT message FROM rev_log WHERE event = 'backup'") == file.string());
        CHECK(has(expect(project, "log").out, "backup"));
        expect(project, "status --exit-code");
    }
}

TEST_CASE("without a path backups are named after the database and the time, in backup_location") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, "backup: true\nbackup_location: kept\n");
        begin(project);
        CHECK_FALSE(project.exists("kept"));
        expect(project, "upgrade +1");
        expect(project, "upgrade --backup +1");
        expect(project, "downgrade base --yes");
        CHECK(mode_of(project.path() / "kept") == 0700);
        const auto backups = files_in(project.path() / "kept");
        CHECK(backups.size() == 3);
        for (const auto& backup : backups) {
            CHECK(mode_of(backup) == 0600);
            CHECK(backup.extension() == (project.is_sqlite() ? ".db" : ".dump"));
            CHECK(query_backup(project, backup, sum) == "1");
        }
        expect(project, "upgrade head");
        CHECK(files_in(project.path() / "kept").size() == 4);
        expect(project, "upgrade head");
        expect(project, "downgrade -1 --dry-run");
        expect(project, "downgrade -1 --no-backup");
        CHECK(files_in(project.path() / "kept").size() == 4);
    }
}

TEST_CASE("a backup that fails stops the run and leaves nothing behind") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        begin(project);
        project.write("taken", "mine");
        const auto before = files_in(project.path()).size();

        const auto taken = expect(project, "upgrade head --backup taken", 4);
        CHECK(has(error_of(taken), "there is a file of this name"));
        CHECK(project.read("taken") == "mine");
        const auto nowhere = expect(project, "upgrade head --backup no/such/folder/file", 4);
        CHECK(has(error_of(nowhere), "No such file or directory"));
        CHECK(has(hint_of(nowhere), "nothing was run"));
        CHECK(has(expect(project, "upgrade head --backup --sql", 2).err, "--sql"));
        CHECK(project.rows() == "a1");
        CHECK(files_in(project.path()).size() == before);
    }
}

TEST_CASE("a backup path that is a link somebody else put there is not followed") {
    const DatabaseProject project(Kind::sqlite);
    begin(project);
    fs::create_symlink(project.path() / "elsewhere", project.path() / "link");
    CHECK(has(error_of(expect(project, "upgrade head --backup link", 4)), "there is a file of this name"));
    CHECK_FALSE(project.exists("elsewhere"));
}

TEST_CASE("an SQLite database in WAL mode is backed up whole") {
    const DatabaseProject project(Kind::sqlite);
    begin(project);
    project.query("PRAGMA journal_mode = WAL; INSERT INTO table_a1 (id) VALUES (2)");
    expect(project, "upgrade head --backup kept/");
    const auto backups = files_in(project.path() / "kept");
    REQUIRE(backups.size() == 1);
    CHECK(query_backup(project, backups.front(), sum) == "2");
}

TEST_CASE("pg_dump that is missing, too old or fails is explained, and the run stops") {
    DatabaseProject project(Kind::postgresql);
    begin(project);
    const auto pretend = [&](const std::string& script) {
        project.write("bin/pg_dump", "#!/bin/sh\n" + script);
        fs::permissions(project.path() / "bin/pg_dump", fs::perms::owner_all);
    };
    project.environment["PATH"] = (project.path() / "bin").string();

    const auto missing = expect(project, "upgrade head --backup", 4);
    CHECK(has(error_of(missing), "pg_dump, which makes the backup, did not start"));
    CHECK(has(hint_of(missing), "postgresql-client"));

    pretend("echo 'pg_dump (PostgreSQL) 9.6.24'\n");
    const auto old = expect(project, "upgrade head --backup", 4);
    CHECK(has(error_of(old), "pg_dump is of PostgreSQL 9 and cannot back up a server of version"));

    pretend("[ \"$1\" = --version ] && echo 'pg_dump (PostgreSQL) 99.1' && exit\necho 'disk full'; exit 1\n");
    const auto failed = expect(project, "upgrade head --backup", 4);
    CHECK(has(error_of(failed), "pg_dump failed with exit code 1"));
    CHECK(has(failed.err, "disk full"));
    CHECK(project.rows() == "a1");
    CHECK(files_in(project.path() / "backups").empty());
}

TEST_CASE("pg_dump learns the password without its arguments showing it") {
    DatabaseProject project(Kind::postgresql);
    begin(project);
    project.write("bin/pg_dump",
                  "#!/bin/sh\n[ \"$1\" = --version ] || tr '\\0' ' ' </proc/$$/cmdline >arguments\n"
                  "PATH=/usr/bin:/bin exec pg_dump \"$@\"\n");
    fs::permissions(project.path() / "bin/pg_dump", fs::perms::owner_all);
    project.environment["PATH"] = (project.path() / "bin").string() + ":/usr/bin:/bin";
    expect(project, "upgrade head --backup before.dump");
    const auto arguments = project.read("arguments");
    CHECK(has(arguments, "--format=custom"));
    const auto password = project.url.substr(project.url.find(':', 13) + 1);
    CHECK_FALSE(has(arguments, password.substr(0, password.find('@'))));
    CHECK_FALSE(has(arguments, "postgresql://"));
    CHECK(project.rows() == "c1");
}

TEST_CASE("SIGTERM during a backup ends pg_dump, keeps no backup and runs nothing") {
    DatabaseProject project(Kind::postgresql);
    begin(project);
    project.write("bin/pg_dump",
                  "#!/bin/sh\n[ \"$1\" = --version ] && echo 'pg_dump (PostgreSQL) 99.1' && exit\n"
                  "echo started >>\"$OLDPWD/started\"; PATH=/usr/bin:/bin exec sleep 60\n");
    fs::permissions(project.path() / "bin/pg_dump", fs::perms::owner_all);
    const auto path = (project.path() / "bin").string() + ":/usr/bin:/bin";
    RunningProgram running(
        {rev::test::rev_program().string(), "upgrade", "head", "--backup"},
        {project.path(), {{"DATABASE_URL", project.url}, {"PATH", path}, {"OLDPWD", project.path().string()}}, {}});
    rev::test::wait_until("pg_dump has started", running, [&] { return project.exists("started"); });
    running.signal(SIGTERM);
    const auto ended = running.wait();
    CHECK(ended.exit_code == 143);
    CHECK(project.rows() == "a1");
    CHECK(files_in(project.path() / "backups").empty());
}

TEST_CASE("a backup that was made is named, also where the run then cannot start and nothing else is said") {
    const DatabaseProject project(Kind::postgresql);
    begin(project);
    project.query(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', "
        "current_database()); END $$");
    const auto file = project.path() / "before.backup";
    const auto failed = expect(project, "upgrade head -q --backup before.backup", 4);
    CHECK(fs::file_size(file) > 0);
    CHECK(has(failed.err, "the backup that was made before: " + file.string()));
    CHECK(has(expect(project, "upgrade head --json --backup again.backup", 4).out, "again.backup"));
}

TEST_CASE("a run that fails names its backup, and the log has it") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        begin(project);
        project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT nothing;"});
        const auto file = project.path() / "before.backup";
        const auto failed = expect(project, "upgrade head -q --backup before.backup", 5);
        CHECK(has(failed.err, "the backup that was made before: " + file.string()));
        CHECK(project.query("SELECT message FROM rev_log WHERE event = 'backup'") == file.string());
    }
}
