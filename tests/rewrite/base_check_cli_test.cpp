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
    CHECK(has(result.out, "hint: git merge main, then: rev rebase --base main; or: rev merge heads"));
    project.git("merge -q --no-edit main");
    CHECK(has(expect(project, "check --base main", 1).out, "hint: rev rebase --base main"));
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

}  // namespace
}  // namespace rev::test
