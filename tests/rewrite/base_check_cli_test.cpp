// `rev check --base`: what a pull request may do, in real repositories.
#include <doctest/doctest.h>

#include "rewrite/git_project.hpp"

namespace rev::test {
namespace {

TEST_CASE("a branch on top of the other one passes, and each thing that is wrong is found where it is") {
    const GitProject project;
    write_two_branches(project);
    auto result = expect(project, "check --base main", 1);
    CHECK(has(result.out, "merged with main there would be 2 heads, where it has 1: b1, d1"));
    CHECK(has(result.out, "hint: `git merge main`, then `rev rebase --base main`; or `rev merge heads`"));
    project.git("merge -q --no-edit main");
    CHECK(has(expect(project, "check --base main", 1).out, "hint: `rev rebase --base main`"));
    expect(project, "rebase --base main");
    expect(project, "check --base main");

    project.write("versions/b1.sql", project.read("versions/b1.sql") + "SELECT 1;\n");
    result = expect(project, "check --base main --format github", 1);
    CHECK(has(result.out, "::error file=versions/b1.sql,line="));
    CHECK(has(expect(project, "check --base main --json", 1).out, R"("code": "changed_revision")"));
    project.git("checkout -q main -- versions/b1.sql");
    expect(project, "check --base main");
}

TEST_CASE("line ends that Git changes are no change") {
    const GitProject project;
    write_line(project);
    project.commit("first");
    auto text = project.read("versions/b1.sql");
    for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2)) text.insert(at, "\r");
    project.write("versions/b1.sql", text);
    expect(project, "check --base main");
}

TEST_CASE("folders that are no versions, links and a project below the repository's root are read right") {
    const GitProject project;
    project.write("app/alembic.yaml", "url: sqlite:///test.db\nversion_locations: [db/versions, more]\n");
    project.write("app/db/versions/a1.sql", revision_text(table_revision("a1", "")));
    project.write("app/more/b1.sql", revision_text(table_revision("b1", "a1")));
    project.write("app/more/deeper/c1.sql", "no revision");
    project.write("app/more/.hidden.sql", "no revision");
    project.commit("first");
    const auto check = [&](const std::string& line, int exit_code) {
        auto options = project.options();
        options.directory = project.path() / "app";
        const auto result = run_program(rev_command(line), options);
        CAPTURE(result.out);
        CAPTURE(result.err);
        CHECK(result.exit_code == exit_code);
        return result.out;
    };
    check("check --base main", 0);
    std::filesystem::remove(project.path() / "app/more/b1.sql");
    CHECK(has(check("check --base HEAD", 1), "more/b1.sql"));
}

TEST_CASE("the repository's root may be the folder of revisions") {
    const GitProject project("version_locations: [.]\n");
    project.write("a1.sql", revision_text(table_revision("a1", "")));
    project.write("other/b1.sql", "no revision");
    project.commit("first");
    expect(project, "check --base main");
    std::filesystem::remove(project.path() / "a1.sql");
    CHECK(has(expect(project, "check --base main", 1).out, "revision a1 of main is gone"));
}

TEST_CASE("a hook of Git, whose variables point elsewhere, is no obstacle") {
    GitProject project;
    write_line(project);
    project.commit("first");
    project.environment["GIT_DIR"] = ".git";
    project.environment["GIT_INDEX_FILE"] = ".git/index";
    expect(project, "check --base HEAD");
    project.environment["PATH"] = "/nowhere";
    CHECK(error_of(expect(project, "check --base HEAD", 2)).starts_with("the program git cannot be started"));
}

/// Runs what the hint of a finding says, without the words around it.
void run_hint(const GitProject& project, const std::string& command) {
    CAPTURE(command);
    if (command.starts_with("git "))
        project.git(command.substr(4));
    else
        expect(project, command.substr(4));
}

TEST_CASE("a number that two branches took is one finding, before and after the merge, and its command mends it") {
    const GitProject project("head_file: true\nrevision_ids: sequential\n");
    project.revision(table_revision("001", ""));
    expect(project, "heads --write");
    project.commit("first");
    project.git("checkout -q -b mine");
    const auto add = [&](const std::string& name) {
        auto added = table_revision("002", "001");
        added.upgrade = "CREATE TABLE table_" + name + " (id integer);";
        added.downgrade = "DROP TABLE table_" + name + ";";
        added.message = name;
        project.revision(added);
        std::filesystem::rename(project.path() / "versions/002.sql",
                                project.path() / ("versions/002_" + name + ".sql"));
        project.commit(name);
    };
    add("mine");
    project.git("checkout -q main");
    add("theirs");
    project.git("checkout -q mine");
    const auto before = expect(project, "check --base main", 1);
    CHECK(has(before.out + before.err, "main has a revision 002 of its own: versions/002_theirs.sql"));
    project.git("merge -q --no-edit main");
    const auto after = expect(project, "check --base main", 1);
    CHECK(has(after.out + after.err, "main has a revision 002 of its own: versions/002_theirs.sql"));
    CHECK(has(after.out + after.err, "rev rebase --base main --renumber"));
    CHECK_FALSE(has(after.out + after.err, "was changed"));
    run_hint(project, "rev rebase --base main --renumber");
    expect(project, "check --base main");
    CHECK(project.read("versions/HEAD") == "003\n");
    project.commit("merged");
    expect(project, "upgrade heads");
}

TEST_CASE("each finding is mended by its command") {
    const GitProject project;
    project.revision(table_revision("a1", ""));
    project.revision(table_revision("b1", "a1"));
    project.commit("first");
    project.git("checkout -q -b mine");
    const auto mends = [&](const std::string& message, const std::vector<std::string>& commands) {
        const auto found = expect(project, "check --base main", 1);
        CAPTURE(found.err);
        CHECK(has(found.out + found.err, message));
        for (const auto& command : commands) {
            CHECK(has(found.out + found.err, command.starts_with("rev revision") ? "rev revision -m" : command));
            run_hint(project, command);
        }
        expect(project, "check --base main");
    };
    // A changed revision, and one that is gone.
    project.write("versions/b1.sql", project.read("versions/b1.sql") + "SELECT 1;\n");
    mends("revision b1 of main was changed", {"git checkout main -- versions/b1.sql"});
    std::filesystem::remove(project.path() / "versions/b1.sql");
    mends("revision b1 of main is gone", {"git checkout main -- versions/b1.sql"});
    // One that was put below what main has.
    project.revision(table_revision("x1", "a1"));
    project.revision(table_revision("b1", "x1"));
    mends("x1 was inserted below b1", {"git checkout main -- versions/b1.sql", "rev rebase x1"});
    project.commit("x1 on top");
    // Another head in main meanwhile.
    project.git("checkout -q main");
    project.revision(table_revision("c1", "b1"));
    project.commit("theirs");
    project.git("checkout -q mine");
    mends("there would be 2 heads", {"git merge main", "rev rebase --base main"});
}

}  // namespace
}  // namespace rev::test
