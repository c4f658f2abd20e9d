// What holds for every command: usage, help, streams, colours.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include "cli/cli_support.hpp"

using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::hint_of;
using rev::test::rev_program;
using rev::test::run_program;
using rev::test::run_rev;
using rev::test::TemporaryFolder;
using rev::test::TemporaryProject;
using rev::test::write_line;

TEST_CASE("rev alone prints its help") {
    const TemporaryProject project;
    const auto alone = expect(project, "");
    CHECK(has(alone.out, "Usage: rev"));
    CHECK(alone.err.empty());
    CHECK(expect(project, "--help").out == alone.out);
}

TEST_CASE("every command teaches with an example") {
    const TemporaryProject project;
    for (const std::string command :
         {"init", "list-templates", "revision", "merge", "edit", "show", "upgrade", "downgrade", "stamp", "resume",
          "repair", "current", "history", "heads", "branches", "ensure-version", "status", "check", "log"}) {
        CAPTURE(command);
        const auto help = expect(project, command + " --help").out;
        CHECK(has(help, "Examples:\n"));
        CHECK(has(help, "rev " + command));
        CHECK(has(expect(project, "--help").out, "  " + command));
    }
}

TEST_CASE("the version is printed") {
    const TemporaryProject project;
    CHECK(expect(project, "--version").out.starts_with("rev "));
}

#if REV_DRIVER_IS_LOADED  // else it is part of the program, as with the sanitizers
TEST_CASE("a program without its PostgreSQL driver says so, and serves SQLite") {
    const TemporaryFolder folder;
    const auto lonely = folder.path() / "rev";
    std::filesystem::copy_file(rev_program(), lonely);
    TemporaryProject project;
    write_line(project);
    const auto run = [&](const std::string& url) {
        return run_program({lonely.string(), "upgrade", "head"}, {project.path(), {{"DATABASE_URL", url}}, {}});
    };
    CHECK(run(project.url).exit_code == 0);
    const auto failed = run("postgresql://localhost/app");
    CHECK(failed.exit_code == 4);
    CHECK(has(error_of(failed), "the PostgreSQL driver rev_postgresql.so cannot be loaded"));
    CHECK(has(hint_of(failed), "lib/rev"));
}

TEST_CASE("a PostgreSQL driver of another build of the same version is refused and not called") {
    const TemporaryFolder folder;
    const auto program = folder.path() / "rev";
    const auto driver = folder.path() / "lib/rev/rev_postgresql.so";
    std::filesystem::create_directories(driver.parent_path());
    std::filesystem::copy_file(rev_program(), program);
    // The driver knows what it was built with by a sum of 64 digits: another one is another build.
    std::ifstream built(std::filesystem::path(rev_program()).parent_path() / "lib/rev/rev_postgresql.so",
                        std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(built), {});
    const std::regex sum(std::string("[^0-9a-f][0-9a-f]{64}[^0-9a-f]"), std::regex::optimize);
    std::smatch found;
    REQUIRE(std::regex_search(bytes, found, sum));
    auto& digit = bytes[static_cast<std::size_t>(found.position()) + 1];
    digit = digit == '0' ? '1' : '0';
    std::ofstream(driver, std::ios::binary) << bytes;
    const TemporaryProject project;
    const auto failed = run_program({program.string(), "current"},
                                    {project.path(), {{"DATABASE_URL", "postgresql://localhost/app"}}, {}});
    CHECK(failed.exit_code == 4);
    CHECK(has(error_of(failed), "it is of another build of"));
}
#endif

TEST_CASE("data for a rev without arguments goes to the program of this name that a package moved aside") {
    const TemporaryFolder folder;
    const auto program = (folder.path() / "rev").string();
    std::filesystem::copy_file(rev_program(), program);
    CHECK(has(run_program({program}, {folder.path(), {}, "abc\n"}).out, "Usage: rev"));

    std::ofstream(program + ".util-linux") << "#!/bin/sh\nread line; echo \"other $# $line\"\n";
    std::filesystem::permissions(program + ".util-linux", std::filesystem::perms::owner_all);
    CHECK(run_program({program}, {folder.path(), {}, "abc\n"}).out == "other 0 abc\n");
    const auto piped = run_program({"sh", "-c", "echo abc | ./rev"}, {folder.path(), {}, {}});
    CHECK(piped.out == "other 0 abc\n");
    const auto terminal_like = run_program({"sh", "-c", "./rev </dev/null"}, {folder.path(), {}, {}});
    CHECK(has(terminal_like.out, "Usage: rev"));
    CHECK(run_program({program, "--version"}, {folder.path(), {}, "abc\n"}).out.starts_with("rev "));
}

TEST_CASE("wrong usage exits with 2 and says so once") {
    const TemporaryProject project;
    for (const char* line : {"upgrad head", "upgrade", "upgrade head --nope", "heads extra", "--color blue heads",
                             "upgrade head --transaction both", "-x novalue heads", "history -r a1"}) {
        CAPTURE(line);
        const auto result = expect(project, line, 2);
        CHECK(result.out.empty());
        CHECK_FALSE(error_of(result).empty());
        CHECK(result.err.find("error: ") == result.err.rfind("error: "));
    }
    CHECK(hint_of(expect(project, "upgrad head", 2)) == "did you mean `upgrade`?");
}

TEST_CASE("without a configuration file the error says how to get one") {
    const TemporaryFolder folder;
    const auto result = run_rev({"heads"}, {folder.path(), {}, {}});
    CHECK(result.exit_code == 2);
    CHECK(has(hint_of(result), "rev init"));
}

TEST_CASE("an error with --json is a document on standard output beside the message") {
    const TemporaryProject project;
    const auto result = expect(project, "show nope --json", 3);
    CHECK(has(result.out, "\"code\": \"unknown_revision\""));
    CHECK_FALSE(error_of(result).empty());
    CHECK(has(expect(project, "nope --json", 2).out, "\"error\""));
}

TEST_CASE("a broken file is shown with its line and a caret") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = "", .header = "revises_: x"});
    const auto result = expect(project, "heads", 3);
    CHECK(has(result.err, "versions/a1.sql:5:"));
    CHECK(has(result.err, "    5 | -- revises_: x\n"));
    CHECK(has(result.err, "^"));
}

TEST_CASE("colours are printed when they are asked for, and never into a file otherwise") {
    const TemporaryProject project;
    write_line(project);
    CHECK_FALSE(has(expect(project, "history").out, "\x1b["));
    CHECK(has(expect(project, "history --color always").out, "\x1b["));
    CHECK_FALSE(has(expect(project, "history --color never").out, "\x1b["));
}

TEST_CASE("a reader that goes away ends the program quietly") {
    const TemporaryProject project;
    std::string header;
    for (int i = 0; i < 3000; ++i) {
        const auto id = "r" + std::to_string(10'000 + i);
        project.revision({.id = id,
                          .revises = i == 0 ? "" : "r" + std::to_string(10'000 + i - 1),
                          .upgrade = "",
                          .message = std::string(100, 'x')});
    }
    const auto command = rev_program().string() + " history; echo \"code $?\" >&2";
    const auto result = run_program({"sh", "-c", "{ " + command + "; } | head -n 1"}, project.options());
    CHECK(result.err == "code 0\n");
}

TEST_CASE("answers that cannot be written are an error") {
    const TemporaryProject project;
    write_line(project);
    const auto result = run_program({"sh", "-c", rev_program().string() + " heads > /dev/full"}, project.options());
    CHECK(result.exit_code == 2);
    CHECK(has(result.err, "cannot write to standard output"));
}

TEST_CASE("a message with terminal escapes is harmless in every text output") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = "", .message = "evil \x1b[2J"});
    for (const char* line : {"history", "history -v", "show a1", "upgrade head --dry-run", "status"}) {
        CAPTURE(line);
        const auto result = project.rev(line);
        CHECK_FALSE(has(result.out + result.err, "\x1b"));
    }
}
