// `head_file: true`: Git itself shows a conflict where two branches add a head.
#include <doctest/doctest.h>

#include "rewrite/git_project.hpp"

namespace rev::test {
namespace {

TEST_CASE("commands that write revisions keep it, and `rev check` compares it") {
    const TemporaryProject project("head_file: true\n");
    CHECK(has(expect(project, "check", 1).out, "there is no readable versions/HEAD"));
    expect(project, "revision -m first --rev-id a1");
    CHECK(project.read("versions/HEAD") == "a1\n");
    expect(project, "revision -m second --rev-id b1");
    CHECK(project.read("versions/HEAD") == "b1\n");
    expect(project, "revision -m third --rev-id c1 --head a1 --splice");
    CHECK(project.read("versions/HEAD") == "b1\nc1\n");
    expect(project, "rebase c1");
    CHECK(project.read("versions/HEAD") == "c1\n");

    project.revision(table_revision("d1", "c1"));
    const auto wrong = expect(project, "check", 1);
    CHECK(has(wrong.out, "the head file has other heads than the revision files, which have d1"));
    CHECK(has(wrong.out, "versions/HEAD:1:1"));
    expect(project, "heads --write");
    CHECK(project.read("versions/HEAD") == "d1\n");
}

TEST_CASE("without the setting there is none, and `heads --write` says so") {
    const TemporaryProject project;
    write_line(project);
    expect(project, "check");
    CHECK(has(hint_of(expect(project, "heads --write", 2)), "head_file: true"));
    CHECK_FALSE(project.exists("versions/HEAD"));
}

TEST_CASE("Git stops at it, and a rebase or a merge writes it anew") {
    const GitProject project("head_file: true\n");
    expect(project, "revision -m first --rev-id a1");
    project.commit("first");
    project.git("checkout -q -b mine");
    expect(project, "revision -m mine --rev-id b1");
    project.commit("mine");
    project.git("checkout -q main");
    expect(project, "revision -m theirs --rev-id c1");
    project.commit("theirs");
    project.git("checkout -q mine");
    CHECK_THROWS(project.git("merge -q --no-edit main"));
    CHECK(has(expect(project, "check", 1).out, "Git left a conflict: two branches have added a head"));
    expect(project, "rebase --base main");
    CHECK(project.read("versions/HEAD") == "b1\n");
    CHECK_FALSE(has(expect(project, "check --base main", 1).out, "conflict"));  // what is left is not written yet
}

}  // namespace
}  // namespace rev::test
