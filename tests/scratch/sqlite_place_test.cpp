// Scratch databases of SQLite, and the folders that they are in.
#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

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
