// Scratch databases of SQLite, and the folders that they are in.
#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "scratch/place.hpp"
#include "scratch/scratch_folder.hpp"
#include "support/program.hpp"

namespace rev::test {
namespace {

namespace fs = std::filesystem;

scratch::PlaceRequest sqlite_request() {
    scratch::PlaceRequest request;
    request.dialect = Dialect::sqlite;
    return request;
}

TEST_CASE("each scratch database is empty, apart from the others, and gone in the end") {
    fs::path folder;
    {
        const auto place = scratch::open_place(sqlite_request());
        const auto one = place->make();
        const auto other = place->make();
        const std::array commands = {Command{.kind = Command::Kind::sql, .sql = "CREATE TABLE a (x)"}};
        one->database().run(commands);
        CHECK(one->database().has_table("", "a"));
        CHECK_FALSE(other->database().has_table("", "a"));
        folder = fs::path(one->url().database).parent_path();
        CHECK(fs::exists(folder));
    }
    CHECK_FALSE(fs::exists(folder));
}

TEST_CASE("what a scratch database attaches or copies itself to is a file of its own, whatever its path") {
    const auto outside = fs::temp_directory_path() / ("rev-outside-" + std::to_string(::getpid()));
    fs::create_directory(outside);
    const auto attached = (outside / "attached.db").string();
    const auto copy = (outside / "copy.db").string();
    std::ofstream(attached) << "somebody's";
    const auto read = [](const std::string& file) {
        std::ifstream stream(file);
        return std::string(std::istreambuf_iterator<char>(stream), {});
    };
    fs::path folder;
    {
        const auto place = scratch::open_place(sqlite_request());
        const auto one = place->make();
        const auto other = place->make();
        folder = fs::path(one->url().database).parent_path();
        const auto run = [](scratch::ScratchDatabase& scratch, const std::string& sql) {
            const std::array commands = {Command{.kind = Command::Kind::sql, .sql = sql}};
            scratch.database().run(commands);
        };
        // Of each database its own: a history is often run twice.
        for (auto* each : {one.get(), other.get()}) {
            run(*each, "CREATE TABLE a (x)");
            run(*each, "ATTACH '" + attached + "' AS beside");
            run(*each, "CREATE TABLE beside.b (x)");
            run(*each, "ATTACH 'rev-relative.db' AS relative");
            run(*each, "CREATE TABLE relative.c (x)");
            run(*each, "VACUUM INTO '" + copy + "'");
            run(*each, "ATTACH '" + copy + "' AS copied");
            CHECK(each->database().query("SELECT name FROM copied.sqlite_master", {}) ==
                  std::vector<SqlRow>{{std::string("a")}});
            // The name of a file may choose another file system, and a worked-out one may do so unseen.
            CHECK_THROWS_AS(run(*each, "ATTACH 'file:" + attached + "?vfs=unix' AS escaped"), Error);
            CHECK_THROWS_AS(run(*each, "ATTACH 'file:' || '" + attached + "?vfs=unix' AS escaped"), Error);
        }
    }
    CHECK(read(attached) == "somebody's");
    CHECK_FALSE(fs::exists(copy));
    CHECK_FALSE(fs::exists("rev-relative.db"));
    CHECK_FALSE(fs::exists(folder));
    fs::remove_all(outside);
}

TEST_CASE("a folder whose process was killed goes, one that is in use stays") {
    const scratch::ScratchFolder used;
    const auto orphan = used.path().parent_path() / ("rev-scratch-1-orphan" + std::to_string(::getpid()));
    fs::create_directory(orphan);
    std::ofstream(orphan / "lock") << "";
    std::ofstream(orphan / "1.db") << "";
    const auto age = [](const fs::path& folder) {
        fs::last_write_time(folder, fs::file_time_type::clock::now() - std::chrono::minutes(2));
    };
    SUBCASE("younger than a minute: it may be about to be locked") {
        scratch::remove_orphaned_folders();
        CHECK(fs::exists(orphan));
        fs::remove_all(orphan);
    }
    SUBCASE("older") {
        age(orphan);
        age(used.path());
        scratch::remove_orphaned_folders();
        CHECK_FALSE(fs::exists(orphan));
        CHECK(fs::exists(used.path()));
    }
}

}  // namespace
}  // namespace rev::test
