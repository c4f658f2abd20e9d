// All files change or none does.
#include "rewrite/file_changes.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "rev/error.hpp"
#include "support/program.hpp"

namespace rev::rewrite {
namespace {

namespace fs = std::filesystem;

void put(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

std::string get(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> names_in(const fs::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        names.insert(entry.path().lexically_relative(folder).string());
    return names;
}

TEST_CASE("texts, names and folders change; modes and links stay") {
    const test::TemporaryFolder folder;
    const auto& at = folder.path();
    put(at / "a", "one");
    fs::permissions(at / "a", fs::perms::owner_read | fs::perms::owner_write | fs::perms::owner_exec);
    put(at / "b", "two");
    fs::create_symlink("b", at / "link");
    put(at / "c", "three");
    change_files({{.file = at / "a", .text = "new"},
                  {.file = at / "link", .text = "behind the link"},
                  {.file = at / "c", .text = "moved", .moved_to = at / "deep" / "er" / "c", .before = "three"},
                  {.file = at / "d", .text = "made"}});
    CHECK(get(at / "a") == "new");
    CHECK((fs::status(at / "a").permissions() & fs::perms::owner_exec) != fs::perms::none);
    CHECK(fs::is_symlink(at / "link"));
    CHECK(get(at / "b") == "behind the link");
    CHECK(get(at / "deep" / "er" / "c") == "moved");
    CHECK(names_in(at) == std::set<std::string>{"a", "b", "link", "d", "deep", "deep/er", "deep/er/c"});
}

TEST_CASE("a file that cannot be changed leaves the others as they were") {
    const test::TemporaryFolder folder;
    const auto& at = folder.path();
    put(at / "a", "one");
    put(at / "b", "two");
    put(at / "taken", "here first");
    const auto before = names_in(at);
    const auto refuse = [&](FileChange last, const std::string& code) {
        try {
            change_files({{.file = at / "a", .text = "new"}, {.file = at / "b", .moved_to = at / "x" / "b"}, last});
            FAIL("nothing was refused");
        } catch (const Error& error) {
            CHECK(error.code() == code);
        }
        CHECK(get(at / "a") == "one");
        CHECK(get(at / "b") == "two");
        CHECK(names_in(at) == before);
    };
    refuse({.file = at / "nowhere" / "c", .text = "c"}, "cannot_write");
    refuse({.file = at / "taken", .moved_to = at / "a"}, "file_exists");
    refuse({.file = at / "taken", .text = "x", .before = "another text"}, "revision_changed");
    refuse({.file = at / "gone", .moved_to = at / "elsewhere"}, "cannot_write");
}

}  // namespace
}  // namespace rev::rewrite
