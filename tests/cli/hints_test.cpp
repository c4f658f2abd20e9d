// What the command line says to somebody who types the wrong thing, and in which order it says all else.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"

using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::hint_of;
using rev::test::rev_program;
using rev::test::run_program;
using rev::test::run_rev;
using rev::test::TemporaryProject;
using rev::test::write_diamond;
using rev::test::write_line;

namespace {

/// Both outputs in one, as in a terminal or in a log of CI.
std::string together(const TemporaryProject& project, const std::string& line) {
    return run_program({"sh", "-c", rev_program().string() + " " + line + " 2>&1"}, project.options()).out;
}

/// a1 <- b1 and c1.
void write_fork(const TemporaryProject& project) {
    project.revision({.id = "a1"});
    project.revision({.id = "b1", .revises = "a1"});
    project.revision({.id = "c1", .revises = "a1"});
}

/// 300 revisions in a line, of which only the first has kept its file.
void lose_files(const TemporaryProject& project) {
    std::string before;
    for (int i = 100; i < 400; ++i) {
        const auto id = "r" + std::to_string(i);
        project.revision({.id = id, .revises = before, .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
        before = id;
    }
    expect(project, "upgrade head -q");
    for (int i = 101; i < 400; ++i)
        std::filesystem::remove(project.path() / "versions" / ("r" + std::to_string(i) + ".sql"));
}

}  // namespace

TEST_CASE("rev help is rev --help, rev help COMMAND is rev COMMAND --help, and rev version the version") {
    const TemporaryProject project;
    CHECK(expect(project, "help").out == expect(project, "--help").out);
    for (const char* command : {"upgrade", "ensure-version", "ensure_version", "help", "log"}) {
        CAPTURE(command);
        CHECK(expect(project, std::string("help ") + command).out ==
              expect(project, std::string(command) + " --help").out);
    }
    CHECK(hint_of(expect(project, "help upgrad", 2)) == "did you mean `upgrade`?");
    const auto version = expect(project, "--version").out;
    CHECK(expect(project, "version").out == version);
    CHECK(expect(project, "-V").out == version);
    CHECK(has(expect(project, "version --json").out, "\"version\": \"" + version.substr(4, version.size() - 5) + "\""));
    CHECK(run_rev({"help"}, {"/", {}, {}}).exit_code == 0);
}

TEST_CASE("a missing argument is answered with an example") {
    const TemporaryProject project;
    const auto up = expect(project, "upgrade", 2);
    CHECK(error_of(up) == "rev upgrade: TARGET is required");
    CHECK(hint_of(up) == "such as `rev upgrade head`; see `rev upgrade --help`");
    CHECK(has(hint_of(expect(project, "downgrade", 2)), "`rev downgrade -1`"));
    CHECK(has(hint_of(expect(project, "stamp", 2)), "`rev stamp head`"));
    CHECK(has(hint_of(expect(project, "merge", 2)), "`rev merge heads "));
}

TEST_CASE("the words of other tools are answered with rev's commands") {
    const TemporaryProject project;
    CHECK(hint_of(expect(project, "migrate", 2)) == "did you mean `upgrade`?");
    CHECK(hint_of(expect(project, "up", 2)) == "did you mean `upgrade`?");
    CHECK(hint_of(expect(project, "rollback", 2)) == "did you mean `downgrade`?");
    CHECK(hint_of(expect(project, "new add_account", 2)) == "did you mean `revision`?");
    CHECK(hint_of(expect(project, "Upgrade head", 2)) == "did you mean `upgrade`?");
}

TEST_CASE("a misspelt target is answered by every command that takes one") {
    const TemporaryProject project;
    write_line(project);
    expect(project, "upgrade b1");
    for (const char* line :
         {"upgrade hed", "upgrade HEAD", "upgrade Head --dry-run", "upgrade hed --sql", "downgrade hed", "stamp hed",
          "show hed", "edit hed", "history -r hed:", "graph --format dot -r :hed", "verify hed", "merge hed",
          "revision -m x --head hed", "revision -m x --depends-on hed"}) {
        CAPTURE(line);
        auto options = project.options();
        options.environment["EDITOR"] = "true";
        const auto result = run_rev(rev::test::words(line), options);
        CHECK(result.exit_code == 3);
        CHECK(has(hint_of(result), "did you mean `head`"));
    }
}

TEST_CASE("several heads have a hint of the command's own, and it works") {
    const TemporaryProject project;
    write_fork(project);
    CHECK(has(hint_of(expect(project, "stamp head", 3)), "`rev stamp heads`"));
    const auto refused = expect(project, "revision -m more", 3);
    CHECK(has(hint_of(refused), "`--head b1`"));
    expect(project, "revision -m more --head b1");
    expect(project, "stamp heads");
}

TEST_CASE("a merge of one revision is refused, and nothing is written") {
    const TemporaryProject project;
    write_line(project);
    for (const char* line : {"merge heads", "merge c1", "merge head heads", "merge base"}) {
        CAPTURE(line);
        const auto refused = expect(project, line, 3);
        CHECK(has(error_of(refused), "a merge joins two revisions or more"));
        CHECK(has(hint_of(refused), "`rev heads`"));
    }
    CHECK(expect(project, "heads").out == "c1 (head)\n");
}

TEST_CASE("-x with a name that no file has is an error with the nearest name") {
    const TemporaryProject project("variables: { owner: app }\n");
    project.revision(
        {.id = "a1", .upgrade = "CREATE TABLE :table_name (id integer);", .header = "variables: table_name"});
    for (const char* line : {"-x table_nmae=x upgrade head", "upgrade head --dry-run -x table_nmae=x",
                             "upgrade head --sql -x table_nmae=x", "check -x table_nmae=x", "status -x table_nmae=x"}) {
        CAPTURE(line);
        const auto refused = expect(project, line, 2);
        CHECK(has(error_of(refused), "table_nmae"));
        CHECK(hint_of(refused) == "did you mean `table_name`?");
    }
    CHECK(has(hint_of(expect(project, "upgrade head -x nothing_like_it=1", 2)), "`-- variables: nothing_like_it`"));
    CHECK(has(expect(project, "upgrade head -x nope=1 --json", 2).out, "\"code\": \"unknown_variable\""));
    expect(project, "upgrade head -x table_name=account -x owner=me");
}

TEST_CASE("--backup and --no-backup together are refused") {
    const TemporaryProject project;
    write_line(project);
    const auto refused = expect(project, "upgrade head --no-backup --backup", 2);
    CHECK(has(error_of(refused), "--backup and --no-backup"));
    CHECK_FALSE(project.exists("test.db"));
}

TEST_CASE("the steps come before their summary where both outputs are one") {
    const TemporaryProject project;
    write_line(project);
    const auto dry = together(project, "upgrade head --dry-run");
    CHECK(dry.find("upgrade b1 -> c1") < dry.find("3 steps would run; nothing was changed"));
    const auto rehearsed = together(project, "upgrade head --rehearse");
    CHECK(has(rehearsed, "c1"));
    CHECK(rehearsed.find("c1") < rehearsed.find("Rehearsed 3 of 3 steps; nothing was changed"));
    const auto json = together(project, "upgrade head --json");
    CHECK(json.rfind('}') < json.find("Done: 3 steps"));
    expect(project, "downgrade a1");
    const auto checked = together(project, "current --check-heads");
    CHECK(checked.starts_with("a1\n"));
}

TEST_CASE("the status of a new project says what to do") {
    const TemporaryProject project;
    std::filesystem::create_directory(project.path() / "versions");
    CHECK(has(expect(project, "status").out, "Next        rev revision -m \"what it does\"\n"));
}

TEST_CASE("a long list of lost revisions is cut, with -v it is whole, and JSON always") {
    const TemporaryProject project;
    lose_files(project);
    for (const std::string line : {"current", "verify", "upgrade head", "downgrade base", "stamp r100"}) {
        CAPTURE(line);
        const auto cut = expect(project, line, 4);
        CHECK(cut.err.size() < 6000);
        CHECK(has(cut.err, "... and 279 more (-v lists all)\n"));
        CHECK(has(expect(project, line + " -v", 4).err, "r399 is"));
        const auto json = expect(project, line + " --json", 4);
        CHECK(has(json.out, "r399 is"));
        CHECK(has(json.out, "r101 is"));
        CHECK_FALSE(has(json.out, "more (-v"));
    }
    CHECK(has(expect(project, "status").out, "... and 279 more (-v lists all)\n"));
}

TEST_CASE("a database at many heads is told in a short line") {
    const TemporaryProject project;
    for (int i = 100; i < 200; ++i) project.revision({.id = "r" + std::to_string(i), .upgrade = "SELECT 1;"});
    const auto done = expect(project, "upgrade heads");
    CHECK(has(done.err, "r119 (head) and 80 more\n"));
    CHECK(has(expect(project, "upgrade heads").err, "Nothing to do: the database is at r100"));
    CHECK(has(error_of(expect(project, "stamp --purge base", 2)), "r119 and 80 more"));
}

TEST_CASE("hints name manual pages, not files that only the sources have") {
    const TemporaryProject project;
    write_line(project);
    const auto refused = expect(project, "upgrade -1", 3);
    CHECK(has(hint_of(refused), "`man rev-targets`"));
    CHECK_FALSE(has(refused.err, "docs/"));
    CHECK(has(hint_of(refused), "upgrade takes `head`"));
    CHECK(has(hint_of(expect(project, "downgrade +1", 3)), "downgrade takes `-1`"));
}
