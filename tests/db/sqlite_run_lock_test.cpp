// The run lock of SQLite files, with real processes.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "db/sqlite_support.hpp"

namespace rev::test {
namespace {

namespace fs = std::filesystem;

std::string code_of_failure(Database& database) {
    try {
        (void)database.try_lock("");
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::database);
        return error.code();
    }
    return "none";
}

}  // namespace

TEST_CASE("one connection at a time holds the run lock of a file, whatever name it came by") {
    const TemporaryFolder folder;
    fs::create_directory(folder.path() / "real");
    const auto first = open_sqlite(folder.path() / "real/test.db");
    fs::create_directory_symlink(folder.path() / "real", folder.path() / "folder");
    fs::create_symlink(folder.path() / "folder/test.db", folder.path() / "link.db");
    const auto second = open_sqlite(folder.path() / "link.db");
    CHECK(first->try_lock("one"));
    CHECK_FALSE(second->try_lock("two"));
    CHECK(second->lock_holder("two").has_value());
    first->unlock("one");
    CHECK_FALSE(second->lock_holder("two").has_value());
    CHECK(second->try_lock("two"));
    second->unlock("two");
    CHECK(files_in(folder.path() / "real") == std::vector<std::string>{"test.db", "test.db-rev-lock"});
}

TEST_CASE("the run lock names its holder, and dies with its process") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "test.db";
    int held[2];
    REQUIRE(::pipe(held) == 0);
    const auto child = ::fork();
    if (child == 0) {
        const auto database = open_sqlite(file);
        const char answer = database->try_lock("") ? 'y' : 'n';
        (void)!::write(held[1], &answer, 1);
        ::pause();
        ::_exit(0);
    }
    char answer = 0;
    REQUIRE(::read(held[0], &answer, 1) == 1);
    CHECK(answer == 'y');
    const auto database = open_sqlite(file);
    CHECK_FALSE(database->try_lock(""));
    const auto holder = open_sqlite(file, read_only())->lock_holder("");
    REQUIRE(holder.has_value());
    CHECK(holder->description.starts_with("process " + std::to_string(child) + " ("));
    CHECK(holder->description.find(", user ") != std::string::npos);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK(database->try_lock(""));
    ::close(held[0]);
    ::close(held[1]);
}

TEST_CASE("whoever may write the database may take its run lock") {
    for (const mode_t mode : {0600, 0640, 0664, 0666}) {
        const TemporaryFolder folder;
        const auto file = folder.path() / "test.db";
        run(*open_sqlite(file), {sql("CREATE TABLE a (x)")});
        REQUIRE(::chmod(file.c_str(), mode) == 0);
        const bool is_root = ::geteuid() == 0;
        if (is_root) REQUIRE(::chown(file.c_str(), 4711, 4712) == 0);
        const auto database = open_sqlite(file);
        CHECK(database->try_lock(""));
        struct stat status {};
        REQUIRE(::stat((file.string() + "-rev-lock").c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == mode);
        if (is_root) CHECK(status.st_uid == 4711);
        if (is_root) CHECK(status.st_gid == 4712);
        CHECK(status.st_size == 0);
    }
}

TEST_CASE("a run lock that cannot be made is refused with its reason, and no link is followed") {
    const TemporaryFolder folder;
    const auto database = open_sqlite(folder.path() / "test.db");
    const auto lock = folder.path() / "test.db-rev-lock";
    fs::create_directory(lock);
    CHECK(code_of_failure(*database) == "no_run_lock");
    fs::remove(lock);
    fs::create_symlink(folder.path() / "elsewhere", lock);
    CHECK(code_of_failure(*database) == "no_run_lock");
    CHECK_FALSE(fs::exists(folder.path() / "elsewhere"));
    fs::remove(lock);
    CHECK(database->try_lock(""));
}

TEST_CASE("a run lock whose file was removed is lost, and said to be") {
    const TemporaryFolder folder;
    const auto first = open_sqlite(folder.path() / "test.db");
    const auto second = open_sqlite(folder.path() / "test.db");
    REQUIRE(first->try_lock(""));
    CHECK_FALSE(second->try_lock(""));
    fs::remove(folder.path() / "test.db-rev-lock");
    CHECK(second->try_lock(""));
    try {
        first->unlock("");
        FAIL("the lock was there");
    } catch (const Error& error) {
        CHECK(error.code() == "lock_lost");
    }
    second->unlock("");
}

TEST_CASE("to look for a run makes no file, and in memory there is none") {
    const TemporaryFolder folder;
    run(*open_sqlite(folder.path() / "test.db"), {sql("CREATE TABLE a (x)")});
    CHECK_FALSE(open_sqlite(folder.path() / "test.db", read_only())->lock_holder("").has_value());
    CHECK_FALSE(open_sqlite(folder.path() / "missing.db", read_only())->lock_holder("").has_value());
    CHECK(files_in(folder.path()) == std::vector<std::string>{"test.db"});
    const auto memory = open_sqlite({});
    CHECK(memory->try_lock(""));
    CHECK_FALSE(memory->lock_holder("").has_value());
    memory->unlock("");
}

}  // namespace rev::test
