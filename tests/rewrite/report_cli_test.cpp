// `rev report`: one page about a branch.
#include <doctest/doctest.h>

#include "rewrite/git_project.hpp"

namespace rev::test {
namespace {

/// On main an account; on the branch a phone, an index, and a revision that cannot be undone.
void write_branch(const GitProject& project) {
    project.revision(
        {.id = "a1", .upgrade = "CREATE TABLE account (id INTEGER PRIMARY KEY);", .downgrade = "DROP TABLE account;"});
    project.commit("first");
    project.git("checkout -q -b mine");
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "ALTER TABLE account ADD COLUMN phone TEXT; CREATE TABLE item (id INTEGER);",
                      .downgrade = "ALTER TABLE account DROP COLUMN phone;"});
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "CREATE INDEX account_phone ON account (phone);",
                      .downgrade = "DROP INDEX account_phone;",
                      .message = "index | phones of @ann <b>&amp; [x](y)"});
}

TEST_CASE("a page of Markdown names what is new, what changes, what is lost and what is left") {
    const GitProject project;
    write_branch(project);
    const auto page = expect(project, "report --base main").out;
    CHECK(page.starts_with("## 2 new revisions since main\n"));
    CHECK(has(page, "| `b1` | make b1 | `a1` | one transaction | drops column account.phone |\n"));
    CHECK(has(page, "```mermaid\nflowchart BT\n"));
    CHECK(has(page, "- index account\\_phone is new\n"));
    CHECK(has(page, "- table account is another one\n"));
    // The downgrade of b1 forgets a table.
    CHECK(has(page, "### What the downgrades leave\n\n- table item is new\n"));
    CHECK(has(page, "<details><summary><code>b1</code> make b1 (versions/b1.sql)</summary>"));
    CHECK(has(page, "```sql\nCREATE INDEX account_phone ON account (phone);\n```"));
    CHECK(has(page, "What downgrades drop is told by running them on SQLite."));
    CHECK_FALSE(project.exists("test.db"));
}

TEST_CASE("text of revisions is neither Markdown nor HTML, and calls nobody") {
    const GitProject project;
    write_branch(project);
    project.revision(
        {.id = "d1", .revises = "c1", .upgrade = "SELECT '```' AS fence; -- </details>", .downgrade = "-"});
    const auto page = expect(project, "report --base main").out;
    CHECK(has(page, "index \\| phones of @<!-- -->ann &lt;b\\>&amp;amp; \\[x\\]\\(y\\)"));
    CHECK(has(page, "````sql\nSELECT '```' AS fence; -- </details>\n````"));
    CHECK(has(page, "| **irreversible** |"));
    const auto html = expect(project, "report --base main --format html").out;
    CHECK(html.starts_with("<!DOCTYPE html>"));
    CHECK(has(html, "index | phones of @ann &lt;b&gt;&amp;amp; [x](y)"));
    CHECK(has(html, "-- &lt;/details&gt;"));
    CHECK(has(html, "<svg"));
    CHECK_FALSE(has(html, "<b>"));
}

TEST_CASE("what is to be mended is in it, and the exit code is 0") {
    const GitProject project;
    write_branch(project);
    project.write("versions/a1.sql", project.read("versions/a1.sql") + "SELECT 1;\n");
    const auto page = expect(project, "report --base main").out;
    CHECK(has(page, "### To be mended\n\n- `versions/a1.sql:"));
    const auto json = expect(project, "report --base main --json").out;
    CHECK(has(json, R"("code": "changed_revision")"));
    CHECK(has(json, R"("lost": [)"));
    CHECK(json == expect(project, "report --base main --format json").out);
}

TEST_CASE("where nothing is new it says so; where the SQL is another engine's it says what is not known") {
    const GitProject project;
    write_branch(project);
    project.commit("mine");
    CHECK(expect(project, "report --base HEAD").out == "## No new revision since HEAD\n");
    project.revision({.id = "d1",
                      .revises = "c1",
                      .upgrade = "CREATE TABLE x (id int) PARTITION BY LIST (id);",
                      .downgrade = "DROP TABLE x; DELETE FROM account; ALTER TABLE account DROP COLUMN IF EXISTS z;"});
    const auto page = expect(project, "report --base HEAD").out;
    CHECK(has(page, "drops table x, rows of account, column account.z"));
    CHECK(has(page, "do not run on SQLite"));
    CHECK(error_of(expect(project, "report", 2)) == "nothing says with what to compare");
}

}  // namespace
}  // namespace rev::test
