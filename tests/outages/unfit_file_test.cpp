// SQLite files that cannot be written, or are none.
#include <doctest/doctest.h>
#include <unistd.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::hint_of;
using rev::test::write_line;

namespace fs = std::filesystem;

namespace {

/// Runs rev as somebody whom permissions stop: nobody, if the tests run as root.
rev::test::ProgramResult rev_without_privileges(const DatabaseProject& project, std::string_view line) {
    rev::test::Arguments command;
    if (::geteuid() == 0) command = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    for (const auto& word : rev::test::rev_command(line)) command.push_back(word);
    return rev::test::run_program(command, project.options());
}

/// The project as that user's own.
void give_away(const DatabaseProject& project) {
    if (::geteuid() != 0) return;
    const auto result = rev::test::run_program({"chown", "-R", "65534:65534", project.path().string()});
    REQUIRE_MESSAGE(result.exit_code == 0, result.err);
}

void forbid_writing(const fs::path& path) {
    const auto writing = fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
    fs::permissions(path, writing, fs::perm_options::remove);
}

void allow_writing(const fs::path& path) { fs::permissions(path, fs::perms::owner_write, fs::perm_options::add); }

}  // namespace

TEST_CASE("a file in WAL mode that may not be written is read, which leaves nothing beside it, and refused for runs") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    write_line(project);
    (void)project.query("PRAGMA journal_mode = WAL");
    expect(project, "upgrade b1");
    give_away(project);
    for (const auto& unwritable : {project.path() / "test.db", project.path(), project.path() / "test.db-rev-lock"}) {
        CAPTURE(unwritable);
        forbid_writing(unwritable);
        CHECK(rev_without_privileges(project, "current").out == "b1\n");
        CHECK(rev_without_privileges(project, "status").exit_code == 0);
        CHECK(rev_without_privileges(project, "upgrade b1").exit_code == 0);
        const auto refused = rev_without_privileges(project, "upgrade head");
        CHECK(refused.exit_code == 4);
        CHECK(has(error_of(refused), "test.db"));
        CHECK_FALSE(has(refused.err, "Running"));
        CHECK_FALSE(project.exists("test.db-wal"));
        CHECK_FALSE(project.exists("test.db-shm"));
        allow_writing(unwritable);
    }
}

TEST_CASE("a read-only SQLite file is read, and refused where it would be written") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    write_line(project);
    expect(project, "upgrade b1");
    give_away(project);
    forbid_writing(project.path() / "test.db");
    const auto before = project.read("test.db");
    CHECK(rev_without_privileges(project, "current").out == "b1\n");
    CHECK(rev_without_privileges(project, "status").exit_code == 0);
    for (const char* line : {"upgrade head", "downgrade base --yes", "stamp a1", "stamp --purge --yes a1"}) {
        CAPTURE(std::string(line));
        const auto result = rev_without_privileges(project, line);
        CHECK(result.exit_code == 4);
        CHECK(has(error_of(result), "test.db"));
        CHECK_FALSE(hint_of(result).empty());
        CHECK(project.read("test.db") == before);
    }
    allow_writing(project.path() / "test.db");
    CHECK(rev_without_privileges(project, "upgrade head").exit_code == 0);
}

TEST_CASE("an SQLite file in a read-only folder is read, and refused where it would be written") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    write_line(project);
    expect(project, "upgrade b1");
    give_away(project);
    forbid_writing(project.path());
    const auto before = project.read("test.db");
    CHECK(rev_without_privileges(project, "current").out == "b1\n");
    const auto result = rev_without_privileges(project, "upgrade head");
    CHECK(result.exit_code == 4);
    CHECK(has(error_of(result), "test.db"));
    CHECK_FALSE(hint_of(result).empty());
    CHECK(project.read("test.db") == before);
    allow_writing(project.path());
    CHECK(rev_without_privileges(project, "upgrade head").exit_code == 0);
}

TEST_CASE("no file is made in a read-only folder, and why is said") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    write_line(project);
    give_away(project);
    forbid_writing(project.path());
    const auto result = rev_without_privileges(project, "upgrade head");
    allow_writing(project.path());
    CHECK(result.exit_code == 4);
    CHECK(has(error_of(result), "test.db"));
    CHECK_FALSE(project.exists("test.db"));
}

TEST_CASE("a file that is no database is refused by every command and left as it is") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    write_line(project);
    const std::string notes =
        "Notes of a meeting, long enough to fill what SQLite reads first." + std::string(900, '.');
    project.write("test.db", notes);
    for (const char* line : {"upgrade head", "downgrade base --yes", "stamp a1", "current", "status", "log",
                             "history -i", "ensure-version", "resume", "upgrade head --dry-run"}) {
        CAPTURE(std::string(line));
        const auto result = expect(project, line, 4);
        CHECK(has(result.out + result.err, "is not an SQLite database"));
        CHECK(project.read("test.db") == notes);
    }
}
