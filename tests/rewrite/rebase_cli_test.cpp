// `rev rebase` between two developers' branches, with Git and a database.
#include <doctest/doctest.h>

#include "rewrite/git_project.hpp"

namespace rev::test {
namespace {

TEST_CASE("after a merge by Git, mine go onto theirs") {
    const GitProject project;
    write_two_branches(project);
    project.git("merge -q --no-edit main");
    expect(project, "check --single-head", 1);
    const auto before = project.read("versions/d1.sql");
    const auto result = expect(project, "rebase --base main");
    CHECK(result.out == "c1 revises b1 now, not a1: versions/c1.sql\nWith it: c1, d1\n");
    expect(project, "check --single-head --base main");
    CHECK(project.git("diff --stat").find("1 file changed, 1 insertion(+), 1 deletion(-)") != std::string::npos);
    CHECK(project.read("versions/d1.sql") == before);
    CHECK(expect(project, "rebase --base main").out == "Nothing to do: the revisions are one line already\n");
    expect(project, "upgrade head");
}

TEST_CASE("the upstream branch is the base where none is named") {
    const GitProject project;
    write_two_branches(project);
    const auto refused = expect(project, "rebase", 2);
    CHECK(error_of(refused) == "nothing says which revisions are to be moved");
    CHECK(has(hint_of(refused), "--base origin/main"));
    project.git("branch -q --set-upstream-to=main");
    project.git("merge -q --no-edit main");
    CHECK(has(expect(project, "rebase --dry-run").out, "Nothing was changed\n"));
    CHECK(project.git("status --porcelain").empty());
    CHECK(has(expect(project, "rebase --json").out, R"("base": "main")"));
}

TEST_CASE("what the base has and the checkout lacks is a warning") {
    const GitProject project;
    write_two_branches(project);
    const auto result = expect(project, "rebase --base main");
    CHECK(has(result.err, "warning: main has 1 revision that this checkout lacks: b1; `git merge main` gets it\n"));
    CHECK(error_of(expect(project, "rebase --base nowhere", 2)).starts_with("Git knows no commit \"nowhere\""));
    CHECK(error_of(expect(project, "rebase --base --all", 2)).find("--all") != std::string::npos);
}

TEST_CASE("revisions that are named need no Git") {
    const TemporaryProject project;
    write_line(project);
    project.revision(table_revision("x1", "a1"));
    CHECK(has(expect(project, "rebase x1").out, "x1 revises c1 now, not a1: versions/x1.sql\n"));
    CHECK(has(expect(project, "rebase x1 --onto b1").out, "x1 revises b1 now, not c1"));
    CHECK(error_of(expect(project, "rebase --base main", 2)).find("is in no Git repository") != std::string::npos);
    CHECK(has(hint_of(expect(project, "rebase x2", 3)), "x1"));
}

TEST_CASE("tables that both sides touch are named") {
    const TemporaryProject project;
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id integer); CREATE TABLE other (id integer);"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "ALTER TABLE account ADD COLUMN x;"});
    project.revision({.id = "c1",
                      .revises = "a1",
                      .upgrade = "ALTER TABLE \"Account\" ADD COLUMN y; INSERT INTO other SELECT 1 -- account"});
    project.revision({.id = "d1", .revises = "c1", .upgrade = "CREATE VIEW v AS SELECT id FROM account;"});
    CHECK(has(expect(project, "rebase c1 --dry-run").out, "Both change account: c1, d1 here, b1 there\n"));
    const auto json = expect(project, "rebase c1 --dry-run --json").out;
    CHECK(has(json, R"("table": "account")"));
    CHECK_FALSE(has(json, R"("table": "other")"));
}

TEST_CASE("what the database or its log has is not moved, unless it may go down and up again") {
    const TemporaryProject project;
    write_line(project);
    expect(project, "upgrade b1");
    project.revision(table_revision("x1", "a1"));
    expect(project, "upgrade x1");
    const auto before = project.read("versions/x1.sql");
    const auto refused = expect(project, "rebase x1", 3);
    CHECK(error_of(refused) == "x1 is recorded in the database: sqlite:///test.db");
    CHECK(has(hint_of(refused), "rev rebase --even-applied"));
    CHECK(project.read("versions/x1.sql") == before);

    expect(project, "stamp b1 --purge --yes");
    CHECK(error_of(expect(project, "rebase x1", 3)) == "x1 is recorded in the log of the database: sqlite:///test.db");
    expect(project, "stamp b1 x1 --purge --yes");

    const auto moved = expect(project, "rebase x1 --even-applied --yes");
    CHECK(has(moved.err, "Running downgrade a1 <- x1") + has(moved.err, "Running downgrade x1 -> a1") > 0);
    CHECK(has(moved.out, "x1 revises c1 now, not a1"));
    // It was at b1 and x1; x1 stands on c1 now.
    CHECK(expect(project, "current").out == "x1 (head)\n");
    expect(project, "downgrade base --yes");
    expect(project, "rebase x1 --onto a1");  // undone: nobody has it
}

TEST_CASE("a database that cannot be asked is a warning") {
    TemporaryProject project;
    write_line(project);
    project.revision(table_revision("x1", "a1"));
    project.url = "postgresql://nobody@localhost:1/nothing";
    const auto result = expect(project, "rebase x1");
    CHECK(has(result.err,
              "warning: whether postgresql://nobody@localhost:1/nothing has these revisions was not checked"));
    project.url = "";
    CHECK(has(expect(project, "rebase x1 --onto b1").err, "warning: no database is configured here"));
}

TEST_CASE("two branches that took the same number get different ones") {
    const GitProject project;
    const auto numbered = [&](const std::string& id, const std::string& name, const std::string& revises,
                              const std::string& header = "") {
        project.write("versions/" + id + "_" + name + ".sql",
                      revision_text({.id = id,
                                     .revises = revises,
                                     .upgrade = "CREATE TABLE " + name + " (id integer);",
                                     .message = name,
                                     .header = header}));
    };
    numbered("001", "first", "");
    project.commit("first");
    project.git("checkout -q -b mine");
    numbered("002", "mine", "001");
    numbered("003", "more", "002", "depends_on: 001");
    project.commit("mine");
    project.git("checkout -q main");
    numbered("002", "theirs", "001");
    project.commit("theirs");
    project.git("checkout -q mine");
    project.git("merge -q --no-edit main");

    CHECK(has(hint_of(expect(project, "rebase --base main", 3)), "rev rebase --renumber"));
    const auto result = expect(project, "rebase --base main --renumber");
    CHECK(result.out ==
          "002 is 003 now: versions/003_mine.sql\n003 is 004 now: versions/004_more.sql\n"
          "003 revises 002 now, not 001: versions/003_mine.sql\nWith it: 003, 004\n");
    CHECK(has(project.read("versions/004_more.sql"), "-- revision: 004\n-- revises: 003\n-- depends_on: 001\n"));
    CHECK_FALSE(project.exists("versions/002_mine.sql"));
    expect(project, "check --single-head --base main");
    CHECK(expect(project, "rebase --base main --renumber").out ==
          "Nothing to do: the revisions are one line already\n");
    expect(project, "upgrade head");
}

}  // namespace
}  // namespace rev::test
