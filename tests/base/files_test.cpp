#include "base/files.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <system_error>
#include <thread>
#include <vector>

#include "base/process.hpp"

namespace fs = std::filesystem;

namespace {

class Folder {
public:
    Folder() {
        auto pattern = (fs::temp_directory_path() / "rev-base-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }
    [[nodiscard]] std::size_t count() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
    }

private:
    fs::path path_;
};

template <typename Action>
std::error_code failure_of(Action action) {
    try {
        action();
    } catch (const std::system_error& error) {
        return error.code();
    }
    return {};
}

}  // namespace

TEST_CASE("a created file holds the text and nothing is left beside it") {
    const Folder folder;
    const std::string text(300'000, 'x');
    rev::base::create_text_file(folder / "a", text);
    CHECK(rev::base::read_text_file(folder / "a") == text);
    CHECK(folder.count() == 1);
}

TEST_CASE("what is there is never replaced, not even a broken link") {
    const Folder folder;
    rev::base::create_text_file(folder / "a", "first");
    CHECK(failure_of([&] { rev::base::create_text_file(folder / "a", "second"); }) == std::errc::file_exists);
    CHECK(rev::base::read_text_file(folder / "a") == "first");
    fs::create_symlink(folder / "elsewhere", folder / "link");
    CHECK(failure_of([&] { rev::base::create_text_file(folder / "link", "x"); }) == std::errc::file_exists);
    CHECK_FALSE(fs::exists(folder / "elsewhere"));
    CHECK(folder.count() == 2);
}

TEST_CASE("of many that create one file exactly one succeeds") {
    const Folder folder;
    std::vector<int> outcomes(8);
    {
        std::vector<std::jthread> threads;
        for (auto& outcome : outcomes) {
            threads.emplace_back(
                [&] { outcome = failure_of([&] { rev::base::create_text_file(folder / "a", "x"); }) ? 0 : 1; });
        }
    }
    CHECK(std::ranges::count(outcomes, 1) == 1);
    CHECK(folder.count() == 1);
}

TEST_CASE("folders, pipes and missing files cannot be read as text") {
    const Folder folder;
    CHECK(failure_of([&] { static_cast<void>(rev::base::read_text_file(folder / "a")); }) ==
          std::errc::no_such_file_or_directory);
    fs::create_directory(folder / "d");
    CHECK(failure_of([&] { static_cast<void>(rev::base::read_text_file(folder / "d")); }) == std::errc::is_a_directory);
    REQUIRE(::mkfifo((folder / "p").c_str(), 0600) == 0);
    CHECK(failure_of([&] { static_cast<void>(rev::base::read_text_file(folder / "p")); }) ==
          std::errc::invalid_argument);
}

TEST_CASE("a file without a size, as in /proc, is read to its end") {
    CHECK(rev::base::read_text_file("/proc/self/status").find("VmPeak") != std::string::npos);
}

TEST_CASE("a program gets its arguments as they are and an empty standard input") {
    const auto result = rev::base::run_process({"printf", "%s|", "a b", "$HOME", "*", ""});
    CHECK(result.exit_code == 0);
    CHECK(result.output == "a b|$HOME|*||");
    CHECK(rev::base::run_process({"cat"}).output.empty());
}

TEST_CASE("a program's exit code, signal and both outputs come back") {
    const auto result = rev::base::run_process({"sh", "-c", "echo out; echo err >&2; exit 7"});
    CHECK(result.exit_code == 7);
    CHECK(result.output == "out\nerr\n");
    CHECK(rev::base::run_process({"sh", "-c", "kill -TERM $$"}).exit_code == 143);
    CHECK(rev::base::run_process({"sh", "-c", "head -c 1000000 /dev/zero"}).output.size() == 1'000'000);
}

TEST_CASE("a program that is not there is a failure to start") {
    CHECK(failure_of([] { static_cast<void>(rev::base::run_process({"no-such-program-at-all"})); }) ==
          std::errc::no_such_file_or_directory);
    CHECK(failure_of([] { static_cast<void>(rev::base::run_process({})); }) == std::errc::invalid_argument);
}

TEST_CASE("a replaced file keeps its mode") {
    const Folder folder;
    const auto file = folder / "secret.sql";
    rev::base::create_text_file(file, "one\n");
    fs::permissions(file, fs::perms(0640));
    rev::base::replace_text_file(file, "two\n");
    CHECK(rev::base::read_text_file(file) == "two\n");
    CHECK(fs::status(file).permissions() == fs::perms(0640));
}

TEST_CASE("a program that writes without end is told to stop") {
    rev::base::ProcessOptions options;
    int questions = 0;
    options.interrupted = [&] { return ++questions > 3; };
    CHECK(rev::base::run_process({"yes"}, options).exit_code == 128 + SIGTERM);
}
