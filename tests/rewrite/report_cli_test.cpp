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
    CHECK(has(page, "```diff\n+ added table item\n+ added column account.phone\n+ added index account_phone\n```\n"));
    // The downgrade of b1 forgets a table.
    CHECK(has(page, "### What the downgrades leave\n\n```diff\n+ added table item\n```\n"));
    CHECK(has(page, "<details><summary><code>b1</code> make b1 (<code>versions/b1.sql</code>)</summary>"));
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
    CHECK(has(page, "<code>c1</code> index | phones of @<!-- -->ann &lt;b&gt;&amp;amp; [x](y) (<code>"));
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
    CHECK(has(expect(project, "report --base HEAD --no-scratch").out, "not looked at: --no-scratch"));
}

TEST_CASE("lint, hazards, what downgrades lose and leave, on both engines") {
    for (const auto kind : both) {
        const GitProject project(kind);
        project.revision({.id = "a1",
                          .upgrade = "CREATE TABLE account (id integer PRIMARY KEY, name text, old text);",
                          .downgrade = "DROP TABLE account;"});
        project.commit("first");
        project.git("checkout -q -b mine");
        project.revision(
            {.id = "b0", .revises = "a1", .upgrade = "ALTER TABLE account DROP COLUMN old;", .downgrade = "SELECT 1;"});
        project.revision({.id = "b1",
                          .revises = "b0",
                          .upgrade = "ALTER TABLE account RENAME COLUMN name TO "
                                     "full_name;\nCREATE TABLE item (id integer PRIMARY KEY, account integer NOT NULL "
                                     "REFERENCES account (id));",
                          .downgrade = "DROP TABLE item;\nALTER TABLE account RENAME COLUMN full_name TO name;\nDELETE "
                                       "FROM account;"});
        const auto page = expect(project, "report --base main").out;
        CAPTURE(page);
        CHECK(has(page, "### What lint says\n\n- **"));
        CHECK(has(page, "`drop-column`, `versions/b0.sql:7`: "));
        const std::string table = project.is_sqlite() ? "account" : "public.account";
        CHECK(has(page, "> renamed column " + table + ".full_name (was name)"));
        CHECK(has(page, "### What that does to a database in use\n\n- "));
        CHECK(has(page, "- deletes\\_data \\(column " + table + ".old\\): "));
        // A column under another name is not lost.
        CHECK(has(page, "| drops rows of account, table item |"));
        CHECK(has(page, "- removed column " + table + ".old"));
        const auto json = expect(project, "report --base main --json").out;
        CHECK(has(json, R"("rule": "drop-column")"));
        CHECK(has(json, R"("hazard": "deletes_data")"));
        CHECK(has(json, R"("left_by_downgrades": [)"));
        const auto html = expect(project, "report --base main --format html").out;
        CHECK(has(html, "<h2>What lint says</h2>"));
        CHECK(project.query(project.is_sqlite() ? "SELECT count(*) FROM sqlite_schema"
                                                : "SELECT count(*) FROM pg_class WHERE relname = 'account'") == "0");
    }
}

TEST_CASE("an upgrade that fails on rows is told, and the rest of the page is there") {
    const GitProject project;
    write_branch(project);
    project.revision({.id = "d1",
                      .revises = "c1",
                      .upgrade = "ALTER TABLE account ADD COLUMN must TEXT NOT NULL DEFAULT (random());",
                      .downgrade = "ALTER TABLE account DROP COLUMN must;"});
    const auto page = expect(project, "report --base main").out;
    CHECK(has(page, "the upgrade of d1 fails where tables hold made-up rows"));
    CHECK(has(page, "+ added column account.must"));
}

TEST_CASE("a comment is never longer than GitHub takes") {
    const GitProject project;
    write_branch(project);
    std::string rows;
    for (int row = 0; row < 3000; ++row)
        rows += "INSERT INTO account (id) VALUES (" + std::to_string(row + 10) + ");\n";
    for (const std::string id : {"d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8"}) {
        const auto before = id == "d1" ? std::string("c1") : std::string("d") + char(id[1] - 1);
        project.revision(
            {.id = id, .revises = before, .upgrade = "DELETE FROM account;\n" + rows, .downgrade = "SELECT 1;"});
    }
    const auto page = expect(project, "report --base main").out;
    CHECK(page.size() < 65'536);
    CHECK(has(page, " more lines: see the file."));
    CHECK(has(page, "INSERT INTO account (id) VALUES (10);"));
}

}  // namespace
}  // namespace rev::test
