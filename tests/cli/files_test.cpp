// Commands that read and write files and need no database.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

#include "cli/cli_support.hpp"

using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::hint_of;
using rev::test::run_rev;
using rev::test::RunningProgram;
using rev::test::TemporaryFolder;
using rev::test::TemporaryProject;
using rev::test::write_diamond;
using rev::test::write_line;

namespace fs = std::filesystem;

namespace {

/// Name of the only file in versions/ that holds this text in its name.
std::string file_named(const TemporaryProject& project, std::string_view part) {
    std::string found;
    for (const auto& entry : fs::directory_iterator(project.path() / "versions")) {
        const auto name = entry.path().filename().string();
        if (!has(name, part)) continue;
        REQUIRE(found.empty());
        found = name;
    }
    REQUIRE_FALSE(found.empty());
    return found;
}

}  // namespace

TEST_CASE("init makes a project in which rev works at once") {
    const TemporaryFolder folder;
    const rev::test::ProgramOptions here{folder.path(), {}, {}};
    const auto made = run_rev({"init", "db"}, here);
    CHECK(made.exit_code == 0);
    CHECK(has(made.out, "alembic.yaml"));
    CHECK(fs::exists(folder.path() / "db" / "versions"));
    const rev::test::ProgramOptions inside{folder.path() / "db", {}, {}};
    CHECK(run_rev({"revision", "-m", "first"}, inside).exit_code == 0);
    CHECK(run_rev({"history"}, inside).exit_code == 0);
    const auto again = run_rev({"init", "db"}, here);
    CHECK(again.exit_code == 2);
}

TEST_CASE("init keeps the address that it is given where it is looked for") {
    const TemporaryFolder folder;
    const rev::test::ProgramOptions here{folder.path(), {}, {}};
    const auto made = run_rev({"init", "--url", "sqlite:///it's $5.db"}, here);
    CHECK(made.exit_code == 0);
    CHECK(has(made.out, "/.env ...  done"));
    CHECK(has(made.err, "keep it out of version control"));
    CHECK(run_rev({"revision", "-m", "first", "--rev-id", "a1"}, here).exit_code == 0);
    CHECK(run_rev({"stamp", "head"}, here).exit_code == 0);
    CHECK(fs::exists(folder.path() / "it's $5.db"));
    CHECK((fs::status(folder.path() / ".env").permissions() & fs::perms::others_all) == fs::perms::none);

    CHECK(run_rev({"init", "pg", "--url", "postgresql://app:secret@db/app"}, here).exit_code == 0);
    std::ifstream settings(folder.path() / "pg" / "alembic.yaml");
    const std::string text(std::istreambuf_iterator<char>(settings), {});
    CHECK(has(text, "url: ${DATABASE_URL"));
    CHECK_FALSE(has(text, "secret"));
    CHECK(run_rev({"init", "bad", "--url", "nonsense"}, here).exit_code == 2);
    CHECK_FALSE(fs::exists(folder.path() / "bad"));
    fs::create_directory(folder.path() / "kept");
    std::ofstream(folder.path() / "kept" / ".env") << "A=1\n";
    const auto kept = run_rev({"init", "kept", "--url", "sqlite:///x.db"}, here);
    CHECK(kept.exit_code == 0);
    CHECK(has(kept.err, "set DATABASE_URL in it"));
}

TEST_CASE("init and list-templates answer in JSON") {
    const TemporaryFolder folder;
    CHECK(has(run_rev({"init", "--json"}, {folder.path(), {}, {}}).out, "\"created\": ["));
    const auto templates = run_rev({"list_templates", "--json"}, {folder.path(), {}, {}});
    CHECK(has(templates.out, "\"name\":\"generic\""));
}

TEST_CASE("revision writes a file on the head, merge one on two heads") {
    const TemporaryProject project;
    expect(project, "revision -m 'create account' --rev-id a1");
    const auto made = expect(project, "revision -m 'add b' --rev-id b1 --branch-label bee");
    CHECK(made.out ==
          "  Generating " + (project.path() / "versions" / file_named(project, "b1")).string() + " ...  done\n");
    expect(project, "revision -m 'add c' --rev-id c1 --head a1 --splice --depends-on b1");
    const auto merged = expect(project, "merge b1 c1 --rev-id m1 --json");
    CHECK(has(merged.out, "\"revises\": [\n    \"b1\",\n    \"c1\"\n  ]"));
    CHECK(expect(project, "heads").out == "m1 (bee) (head)\n");
    CHECK(has(project.read("versions/" + file_named(project, "c1_")), "-- depends_on: b1\n"));
}

TEST_CASE("a revision on something that is no head is refused, and nothing is written") {
    const TemporaryProject project;
    write_line(project);
    const auto result = expect(project, "revision -m x --head a1 --rev-id x1", 3);
    CHECK(has(hint_of(result), "--splice"));
    CHECK_FALSE(has(expect(project, "heads").out, "x1"));
}

TEST_CASE("the message of a merge is made from what it merges") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = ""});
    project.revision({.id = "b1", .upgrade = ""});
    expect(project, "merge a1 b1 --rev-id m1");
    CHECK(has(expect(project, "history").out, "a1, b1 -> m1 (head) (mergepoint), merge a1 and b1\n"));
}

TEST_CASE("edit opens the file in the editor and says what was broken there") {
    TemporaryProject project;
    write_line(project);
    project.environment = {{"EDITOR", "sh -c 'echo >> \"$1\"; echo opened > seen' editor"}};
    expect(project, "edit head");
    CHECK(project.read("seen") == "opened\n");
    project.environment = {{"VISUAL", "cp /dev/null"}, {"EDITOR", "false"}};
    expect(project, "edit b1", 3);
    CHECK(project.read("versions/b1.sql").empty());
}

TEST_CASE("edit without an editor, or with one that fails, exits with 2") {
    TemporaryProject project;
    write_line(project);
    CHECK(has(hint_of(expect(project, "edit head", 2)), "EDITOR="));
    project.environment = {{"EDITOR", "false"}};
    CHECK(has(error_of(expect(project, "edit head", 2)), "ended with 1"));
}

TEST_CASE("a file name with spaces and quotes reaches the editor whole") {
    TemporaryProject project;
    project.write("versions/it's $(touch bad) ;x.sql", rev::test::revision_text({.id = "a1", .upgrade = ""}));
    project.environment = {{"EDITOR", "touch -c"}};
    expect(project, "edit a1");
    CHECK_FALSE(project.exists("bad"));
}

TEST_CASE("history lists the newest first, with branch and merge points") {
    const TemporaryProject project;
    write_diamond(project);
    CHECK(expect(project, "history").out ==
          "b1, c1 -> m1 (bee) (head) (mergepoint), make m1\n"
          "a1 -> b1 (bee), make b1\n"
          "a1 -> c1, make c1\n"
          "<base> -> a1 (branchpoint), make a1\n");
}

TEST_CASE("history takes ranges, also with a relative start and without --") {
    const TemporaryProject project;
    write_line(project);
    CHECK(expect(project, "history -r b1:").out == "b1 -> c1 (head), make c1\na1 -> b1, make b1\n");
    CHECK(expect(project, "history -r -1:").out == "b1 -> c1 (head), make c1\na1 -> b1, make b1\n");
    CHECK(expect(project, "history -r :a1").out == "<base> -> a1, make a1\n");
}

TEST_CASE("heads, branches and show print what Alembic prints") {
    const TemporaryProject project;
    write_diamond(project);
    CHECK(expect(project, "heads").out == "m1 (bee) (head)\n");
    CHECK(expect(project, "branches").out == "a1 (branchpoint)\n   -> b1 (bee)\n   -> c1\n\n");
    CHECK(expect(project, "show c1").out ==
          "Rev: c1\nParent: a1\nPath: versions/c1.sql\n\n    make c1\n    \n    Revision ID: c1\n    Revises: a1\n\n");
    CHECK(expect(project, "show base").out.empty());
}

TEST_CASE("a depended-upon head is an effective head, left out when dependencies are resolved") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = ""});
    project.revision({.id = "b1", .upgrade = "", .header = "depends_on: a1"});
    CHECK(expect(project, "heads").out == "a1 (effective head)\nb1 (head)\n");
    CHECK(expect(project, "heads --resolve-dependencies").out == "b1 (head)\n");
}

TEST_CASE("lists answer in JSON, in the order of the text") {
    const TemporaryProject project;
    write_line(project);
    const auto out = expect(project, "history --json").out;
    CHECK(out.find("\"revision\":\"c1\"") < out.find("\"revision\":\"a1\""));
    CHECK(has(out, R"("revises":["b1"])"));
    CHECK_FALSE(has(out, "is_current"));
    CHECK(has(expect(project, "heads --json").out, R"("is_head":true)"));
    CHECK(has(expect(project, "show a1 --json").out, R"("is_base":true)"));
    CHECK(expect(project, "branches --json").out == "[]\n");
}

TEST_CASE("the description of a revision is shown with -v") {
    const TemporaryProject project;
    project.write(
        "versions/a1.sql",
        "-- first\n--\n-- Why it is so.\n--\n-- revision: a1\n-- revises:\n-- created: 2026-11-21 03:47:11Z\n");
    CHECK(expect(project, "heads -v").out ==
          "Rev: a1 (head)\nParent: <base>\nPath: versions/a1.sql\n\n"
          "    first\n    \n    Why it is so.\n    \n    Revision ID: a1\n    Revises: \n"
          "    Create Date: 2026-11-21 03:47:11Z\n\n");
}

TEST_CASE("an empty project has no heads and no history") {
    const TemporaryProject project;
    for (const char* line : {"heads", "history", "branches", "heads -v", "show heads"}) {
        CAPTURE(line);
        CHECK(expect(project, line).out.empty());
    }
    CHECK(expect(project, "heads --json").out == "[]\n");
}

TEST_CASE("a misspelt target suggests the nearest one") {
    const TemporaryProject project;
    project.revision({.id = "ae1027a6acf4", .upgrade = ""});
    CHECK(has(hint_of(expect(project, "show ae1027a6acf5", 3)), "ae1027a6acf4"));
}

TEST_CASE("check exits with 0 on sound files and 1 on others, listing every problem") {
    const TemporaryProject project;
    write_diamond(project);
    CHECK(expect(project, "check --single-head").out == "Sound: 4 revision files, 1 head\n");
    CHECK(expect(project, "check -q").out.empty());
    project.revision({.id = "x1", .revises = "nope", .upgrade = ""});
    project.revision({.id = "y1", .revises = "also", .upgrade = ""});
    const auto result = expect(project, "check", 1);
    CHECK(has(result.out, "versions/x1.sql:4:13"));
    CHECK(has(result.out, "versions/y1.sql:4:13"));
    CHECK(has(result.out, "2 problems in 6 revision files\n"));
    CHECK(result.err.empty());
}

TEST_CASE("check annotates files for GitHub") {
    const TemporaryProject project;
    write_line(project);
    CHECK(expect(project, "check --format github").out.empty());
    project.write("versions/broken.sql", "-- broken\n--\n-- revision: d1\n-- revise: c1\n");
    const auto out = expect(project, "check --format github", 1).out;
    CHECK(has(out, "::error file=versions/broken.sql,line=4,col="));
    CHECK(has(out, "::unknown key"));
}

TEST_CASE("check answers in JSON") {
    const TemporaryProject project;
    project.revision({.id = "x1", .revises = "nope", .upgrade = ""});
    const auto out = expect(project, "check --json", 1).out;
    CHECK(has(out, "\"sound\": false"));
    CHECK(has(out, "\"line\": 4"));
    CHECK(has(out, "\"column\": 13"));
}

TEST_CASE("check looks for a section of each dialect that is named") {
    const TemporaryProject project;
    project.write("versions/a1.sql", "-- a\n--\n-- revision: a1\n-- revises:\n\n-- rev:upgrade sqlite\n");
    expect(project, "check --dialect sqlite");
    expect(project, "check --dialect sqlite --dialect postgresql", 1);
    expect(project, "check --dialect oracle", 2);
}

TEST_CASE("of many writers of one id at the same time one makes its file, and leaves nothing else") {
    const TemporaryProject project;
    write_line(project);
    std::vector<std::unique_ptr<RunningProgram>> writers;
    for (int i = 0; i < 12; ++i) {
        // Two slugs make two file names, so that the name alone would refuse nobody.
        const auto command = "revision --rev-id same -m writer" + std::to_string(i);
        writers.push_back(std::make_unique<RunningProgram>(rev::test::rev_command(command), project.options()));
    }
    int made = 0;
    for (const auto& writer : writers) {
        const auto result = writer->wait();
        made += result.exit_code == 0 ? 1 : 0;
        if (result.exit_code != 0) CHECK(has(error_of(result), "revision id 'same' exists already"));
    }
    CHECK(made == 1);
    CHECK(file_named(project, "same").starts_with("same_writer"));
    const fs::directory_iterator files(project.path() / "versions");
    CHECK(std::distance(begin(files), end(files)) == 4);
    CHECK(has(expect(project, "heads").out, "same (head)"));
}

TEST_CASE("of several that merge under one id at the same time one writes the merge, and the others are refused") {
    for (int round = 0; round < 5; ++round) {
        const TemporaryProject project;
        rev::test::write_line(project);
        project.revision({.id = "d1", .revises = "a1", .upgrade = "CREATE TABLE d1 (id integer);"});
        std::vector<std::unique_ptr<RunningProgram>> writers;
        for (int i = 0; i < 4; ++i) {
            const auto command = "merge heads --rev-id same -m writer" + std::to_string(i);
            writers.push_back(std::make_unique<RunningProgram>(rev::test::rev_command(command), project.options()));
        }
        int made = 0;
        for (const auto& writer : writers) {
            const auto result = writer->wait();
            made += result.exit_code == 0 ? 1 : 0;
            // Whoever comes later may also find that there is one head only by now.
            if (result.exit_code != 0) CHECK_MESSAGE(has(error_of(result), "same"), error_of(result));
        }
        CHECK(made == 1);
        const fs::directory_iterator files(project.path() / "versions");
        CHECK(std::distance(begin(files), end(files)) == 5);
        CHECK(has(expect(project, "heads").out, "same (head)"));
        expect(project, "check");
    }
}
