// Each folder tests/data/import/FORMAT/CASE is a project of another tool (source/), the arguments for `rev import`
// (command) and what has to come of it (expected): the exit code, what is said, and the revision files. With
// REV_ACCEPT=1 in the environment the answers are written instead of compared; read them before they are committed.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/cli_support.hpp"
#include "support/program.hpp"

namespace fs = std::filesystem;
using rev::test::TemporaryFolder;

namespace {

const fs::path data = fs::path(REV_TEST_DATA) / "import";

std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> sorted(const fs::path& folder, bool folders) {
    std::vector<fs::path> found;
    if (!fs::exists(folder)) return found;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.is_directory() == folders) found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

std::vector<fs::path> cases() {
    std::vector<fs::path> all;
    for (const auto& format : sorted(data, true))
        for (const auto& each : sorted(format, true)) all.push_back(each);
    return all;
}

rev::test::ProgramOptions in(const fs::path& folder) {
    rev::test::ProgramOptions options;
    options.directory = folder;
    return options;
}

void copy_project(const fs::path& from, const fs::path& to) {
    for (const auto& entry : fs::directory_iterator(from))
        if (entry.is_directory()) fs::copy(entry.path(), to / entry.path().filename(), fs::copy_options::recursive);
}

std::string revisions_in(const fs::path& folder) {
    std::string text;
    for (const auto& name : {"versions", "rev_versions", "objects", "rev_objects"})
        for (const auto& file : sorted(folder / name, false)) {
            if (file.extension() != ".sql") continue;
            text += "== " + file.lexically_relative(folder).string() + "\n" + read(file);
            if (!text.ends_with('\n')) text += '\n';
        }
    return text;
}

std::string words_of(const fs::path& file) {
    auto line = read(file);
    while (line.ends_with('\n')) line.pop_back();
    return line;
}

/// The arguments of a case. PostgreSQL's files are not tried here: nobody answers at that address, and why is the
/// library's own wording. postgres_test.cpp tries them.
std::vector<std::string> arguments_of(const std::string& command) {
    return rev::test::words("import " + command + " --scratch postgresql://nobody@127.0.0.1:1/none");
}

std::string without_reason(std::string text) {
    const std::string start = "NOT verified: there is no PostgreSQL server";
    for (auto at = text.find(start); at != std::string::npos; at = text.find(start, at + start.size())) {
        const auto end = std::min(text.find('\n', at), text.size());
        text.erase(at + start.size(), end - at - start.size());
    }
    return text;
}

/// Exit code, both streams and the files.
std::string answer(const fs::path& folder, const std::string& command) {
    const auto result = rev::test::run_rev(arguments_of(command), in(folder));
    return without_reason("exit code " + std::to_string(result.exit_code) + "\n" + result.out + result.err +
                          revisions_in(folder));
}

bool accepts() { return std::getenv("REV_ACCEPT") != nullptr; }

}  // namespace

TEST_CASE("projects of other tools become what is expected") {
    const auto all = cases();
    REQUIRE(all.size() > 100);
    for (const auto& each : all) {
        const auto name = each.lexically_relative(data).string();
        CAPTURE(name);
        const TemporaryFolder folder;
        copy_project(each, folder.path());
        const auto said = answer(folder.path(), words_of(each / "command"));
        if (accepts()) {
            std::ofstream(each / "expected", std::ios::binary) << said;
        } else {
            CHECK_MESSAGE(said == read(each / "expected"), name);
        }
    }
}

TEST_CASE("what was imported is sound, upgrades an empty database, and a second import finds nothing to do") {
    for (const auto& each : cases()) {
        const auto command = words_of(each / "command");
        const auto expected = read(each / "expected");
        if (!expected.starts_with("exit code 0\n") || command.find("sqlite") == std::string::npos) continue;
        const auto name = each.lexically_relative(data).string();
        CAPTURE(name);
        const TemporaryFolder folder;
        copy_project(each, folder.path());
        auto options = in(folder.path());
        options.environment["DATABASE_URL"] = "sqlite:///test.db";
        REQUIRE(rev::test::run_rev(arguments_of(command), options).exit_code == 0);
        const bool is_complete =
            expected.find("verified\n") != std::string::npos && expected.find("NOT") == std::string::npos;
        const auto check = rev::test::run_rev({"check"}, options);
        CHECK_MESSAGE(check.exit_code == (is_complete ? 0 : check.exit_code), check.err);
        if (is_complete) {
            const auto upgrade = rev::test::run_rev({"upgrade", "head"}, options);
            CHECK_MESSAGE(upgrade.exit_code == 0, upgrade.err);
        }
        const auto again = rev::test::run_rev(arguments_of(command), options);
        CHECK_MESSAGE(again.exit_code == 0, again.err);
        CHECK(again.out == "Nothing to do: all migrations are there already\n");
    }
}

TEST_CASE("a refused import and a dry run leave nothing behind") {
    for (const auto& each : cases()) {
        const auto command = words_of(each / "command");
        const bool is_refused = !read(each / "expected").starts_with("exit code 0\n");
        const auto name = each.lexically_relative(data).string();
        CAPTURE(name);
        const TemporaryFolder folder;
        copy_project(each, folder.path());
        const auto before = std::distance(fs::recursive_directory_iterator(folder.path()), {});
        const auto result =
            rev::test::run_rev(arguments_of(command + (is_refused ? "" : " --dry-run")), in(folder.path()));
        CHECK((result.exit_code != 0) == is_refused);
        CHECK(std::distance(fs::recursive_directory_iterator(folder.path()), {}) == before);
    }
}
