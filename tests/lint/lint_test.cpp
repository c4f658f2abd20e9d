#include "lint/lint.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>

#include "lint/linted.hpp"
#include "lint/output.hpp"

namespace rev::test {
namespace {

const std::string item_table = "CREATE TABLE item (id int PRIMARY KEY, name text);\n";

lint::LintResult lint_sql(const std::string& sql) {
    return linted({"case", item_table, sql, true, false}, Dialect::postgresql);
}

const lint::Finding* find(const lint::LintResult& result, lint::Rule rule) {
    const auto found = std::ranges::find(result.findings, rule, &lint::Finding::rule);
    return found == result.findings.end() ? nullptr : &*found;
}

/// A project of revisions in a line, each with an upgrade section; revision N has the id rN.
class Line {
public:
    explicit Line(const std::vector<std::string>& sections, Config config = {}) {
        std::string below;
        for (std::size_t number = 1; number <= sections.size(); ++number) {
            const std::string id = "r" + std::to_string(number);
            contents_.push_back("-- m\n--\n-- revision: " + id + "\n-- revises: " + below + "\n\n-- rev:upgrade\n" +
                                sections[number - 1]);
            paths_.push_back(id + ".sql");
            below = id;
        }
        std::vector<RevisionText> texts;
        for (std::size_t index = 0; index < contents_.size(); ++index)
            texts.push_back({paths_[index], contents_[index]});
        scripts_.emplace(std::move(config), texts);
        graph_.emplace(scripts_->load_graph());
    }

    lint::LintResult lint(const std::vector<std::string>& ids, bool is_one_plan = false) {
        lint::LintRequest request;
        for (const auto& id : ids) request.revisions.push_back(graph_->find(id));
        request.is_one_plan = is_one_plan;
        return lint::lint_revisions(*scripts_, *graph_, request);
    }

private:
    std::vector<std::string> contents_;
    std::vector<std::string> paths_;
    std::optional<ScriptDirectory> scripts_;
    std::optional<Graph> graph_;
};

}  // namespace

TEST_CASE("a finding stands at its statement, in lines and characters from 1") {
    const auto result = lint_sql("SELECT 'é';   CREATE INDEX item_name ON item (name);\n");
    REQUIRE(result.findings.size() == 1);
    const auto& finding = result.findings[0];
    CHECK(finding.path == "migration.sql");
    CHECK(finding.line == 7);
    CHECK(finding.column == 15);
    CHECK(finding.revision == "migration");
    CHECK(finding.line_text == "SELECT 'é';   CREATE INDEX item_name ON item (name);");
}

TEST_CASE("a statement with several causes of one kind is one finding") {
    const auto result =
        lint_sql("ALTER TABLE item ALTER COLUMN id TYPE bigint, ADD COLUMN n serial, ADD CHECK (id > 0);");
    CHECK(result.findings.size() == 1);
    CHECK(find(result, lint::Rule::table_rewrite) != nullptr);
}

TEST_CASE("an ignore with a reason accepts a finding of the statement below it") {
    const auto result =
        lint_sql("-- rev:ignore create-index the table is small\nCREATE INDEX item_name ON item (name);");
    CHECK(listed(result).empty());
}

TEST_CASE("an ignore accepts nothing of another statement or another rule") {
    const auto result = lint_sql(
        "-- rev:ignore table-rewrite small\nSELECT 1;\n-- rev:ignore drop-table small\nCREATE INDEX item_name ON item "
        "(name);");
    CHECK(find(result, lint::Rule::create_index) != nullptr);
    CHECK(std::ranges::count(result.findings, lint::Rule::unused_ignore, &lint::Finding::rule) == 2);
}

TEST_CASE("an ignore without a reason accepts nothing, and is told where it stands") {
    const auto result = lint_sql("  -- rev:ignore create-index\nCREATE INDEX item_name ON item (name);");
    CHECK(find(result, lint::Rule::create_index) != nullptr);
    const auto* told = find(result, lint::Rule::ignore_without_reason);
    REQUIRE(told != nullptr);
    CHECK(told->line == 7);
    CHECK(told->column == 3);
}

TEST_CASE("an ignore of a rule that is not there suggests the nearest") {
    const auto result = lint_sql("-- rev:ignore create-indx small\nCREATE INDEX item_name ON item (name);");
    const auto* told = find(result, lint::Rule::ignore_without_reason);
    REQUIRE(told != nullptr);
    CHECK(told->hint.find("create-index") != std::string::npos);
}

TEST_CASE("a statement that its guard leaves out says nothing") {
    CHECK(listed(lint_sql("-- rev:unless column item.name\nALTER TABLE item ADD COLUMN name text;")).empty());
    CHECK(listed(lint_sql("-- rev:unless column public.\"item\".NAME\nALTER TABLE item ADD COLUMN name int;")).empty());
    CHECK(listed(lint_sql("-- rev:if table item_old\nDROP TABLE item_old;")).empty());
    CHECK(listed(lint_sql("-- rev:unless index item_pkey\nCREATE INDEX item_pkey ON item (name);")).empty());
    CHECK(listed(lint_sql("-- rev:unless constraint item.item_pkey\nALTER TABLE item ADD PRIMARY KEY (id);")).empty());
}

TEST_CASE("a statement that its guard lets run is judged as any other") {
    const auto result = lint_sql("-- rev:unless index item_name\nCREATE INDEX item_name ON item (name);");
    CHECK(find(result, lint::Rule::create_index) != nullptr);
}

TEST_CASE("what a query decides fails for nothing that it may ask for") {
    const auto result = lint_sql("-- rev:unless SELECT 1 FROM item\nALTER TABLE item ADD COLUMN name text;");
    CHECK(find(result, lint::Rule::existing_object) == nullptr);
}

TEST_CASE("what a revision of the same plan made is new; of another plan it was there before") {
    Line line({"CREATE TABLE item (id int);", "CREATE INDEX item_id ON item (id);"});
    CHECK(listed(line.lint({"r1", "r2"}, true)).empty());
    CHECK(find(line.lint({"r1", "r2"}), lint::Rule::create_index) != nullptr);
    CHECK(find(line.lint({"r2"}, true), lint::Rule::create_index) != nullptr);
}

TEST_CASE("alembic.yaml sets levels and names small tables") {
    Config config;
    config.lint.small_tables = {"item"};
    Line small({"CREATE TABLE item (id int);", "CREATE INDEX item_id ON item (id);"}, config);
    CHECK(listed(small.lint({"r2"})).empty());
    config.lint.small_tables.clear();
    config.lint.levels = {{"create-index", "error", {}}};
    Line strict({"CREATE TABLE item (id int);", "CREATE INDEX item_id ON item (id);"}, config);
    CHECK(is_error(strict.lint({"r2"})));
    config.lint.levels = {{"create-index", "off", {}}};
    Line lax({"CREATE TABLE item (id int);", "CREATE INDEX item_id ON item (id);"}, config);
    CHECK(listed(lax.lint({"r2"})).empty());
    config.lint.levels = {{"create-indx", "off", {"alembic.yaml", 3, 5, {}}}};
    Line wrong({"CREATE TABLE item (id int);"}, config);
    CHECK_THROWS_WITH_AS(wrong.lint({"r1"}), "lint has no rule create-indx", Error);
}

TEST_CASE("the server's version counts") {
    Config config;
    config.lint.server_version = 10;
    Line old({"CREATE TABLE item (id int);", "ALTER TABLE item ADD COLUMN n int DEFAULT 1;"}, config);
    CHECK(find(old.lint({"r2"}), lint::Rule::table_rewrite) != nullptr);
}

TEST_CASE("a strong lock without a limit on the wait is a notice, once for a revision") {
    Config config;
    config.limits.lock_timeout = std::chrono::milliseconds(0);
    Line line({"CREATE TABLE item (id int);", "ALTER TABLE item ADD a int; ALTER TABLE item ADD b int;",
               "SET lock_timeout = '2s'; ALTER TABLE item ADD c int;"},
              config);
    const auto result = line.lint({"r2"});
    CHECK(std::ranges::count(result.findings, lint::Rule::lock_timeout, &lint::Finding::rule) == 1);
    CHECK_FALSE(is_flagged(result));
    CHECK(listed(line.lint({"r3"})).empty());
}

TEST_CASE("JSON has the keys of docs/json.md") {
    std::ostringstream out;
    lint::write_json(out, lint_sql("CREATE INDEX item_name ON item (name);"));
    const auto text = out.str();
    for (const auto* key :
         {"\"findings\"", "\"rule\": \"create-index\"", "\"level\": \"warning\"", "\"revision\": \"migration\"",
          "\"path\": \"migration.sql\"", "\"line\": 7", "\"column\": 1", "\"message\"", "\"hint\""})
        CHECK_MESSAGE(text.find(key) != std::string::npos, key, " in ", text);
}

TEST_CASE("annotations for GitHub keep their properties apart") {
    lint::LintResult result;
    lint::Finding finding;
    finding.path = "versions/a,b:c.sql";
    finding.line = 3;
    finding.column = 1;
    finding.message = "50 %\nof it";
    result.findings = {finding};
    std::ostringstream out;
    lint::write_github(out, result);
    CHECK(out.str() == "::warning file=versions/a%2Cb%3Ac.sql,line=3,col=1,title=table-rewrite::50 %25%0Aof it\n");
}

TEST_CASE("every rule has a name of its own, a summary and a hint") {
    std::set<std::string_view> names;
    std::size_t number = 0;
    for (const auto& rule : lint::all_rules()) {
        CHECK(static_cast<std::size_t>(rule.rule) == number++);
        CHECK(names.insert(rule.id).second);
        CHECK_FALSE(rule.summary.empty());
        CHECK_FALSE(rule.hint.empty());
        CHECK(lint::find_rule(rule.id) == rule.rule);
    }
}

TEST_CASE("statements of a newer PostgreSQL than the parser's are read, and refused by older servers") {
    const auto on = [](const std::string& sql, int version) {
        return linted({"case", item_table, sql, true, false}, Dialect::postgresql, nullptr, version);
    };
    struct Newer {
        std::string sql;
        std::string found;  ///< on 18; empty: nothing
    };
    const std::array newer = std::to_array<Newer>({
        {"ALTER TABLE item ADD CONSTRAINT named NOT NULL name NOT VALID;\n", ""},
        {"ALTER TABLE item ADD NOT NULL name;\n", "is read as a whole"},
        {"ALTER TABLE item ADD COLUMN twice int GENERATED ALWAYS AS (id * 2) VIRTUAL;\n", ""},
        {"ALTER TABLE item ADD COLUMN twice int GENERATED ALWAYS AS (id * (2 + 1));\n", ""},
        {"ALTER TABLE item ADD COLUMN a int GENERATED ALWAYS AS (id) STORED, ADD CHECK (id > 0) NOT ENFORCED;\n",
         "written anew"},
        {"ALTER TABLE item ADD CONSTRAINT small CHECK (id > 0) NOT ENFORCED;\n", ""},
        {"ALTER TABLE item ALTER COLUMN name SET EXPRESSION AS (upper('x'));\n", "written anew"},
    });
    for (const auto& each : newer) {
        CAPTURE(each.sql);
        const auto known = on(each.sql, 18);
        CAPTURE(listed(known));
        CHECK(is_flagged(known) == !each.found.empty());
        CHECK(listed(known).find(each.found) != std::string::npos);
        CHECK(find(known, lint::Rule::syntax) == nullptr);
        CHECK(find(on(each.sql, 15), lint::Rule::syntax) != nullptr);
    }
    CHECK(find(on("ALTER TABLE item ADD NOT name;\n", 18), lint::Rule::syntax) != nullptr);
}

TEST_CASE("batches of a block are one transaction, unless they pick rows or commit") {
    const auto loop = [](const std::string& change, const std::string& end) {
        return lint_sql("DO $$ DECLARE last int := 0; BEGIN LOOP " + change + "; " + end +
                        " EXIT WHEN NOT FOUND; last := last + 9; END LOOP; END $$;\n");
    };
    const std::string range = " WHERE id > last AND id <= last + 9";
    CHECK(is_flagged(loop("UPDATE item SET name = 'x'" + range, "")));
    CHECK(is_flagged(loop("DELETE FROM item WHERE id IN (SELECT id FROM item LIMIT 9)", "")));
    CHECK(!is_flagged(loop("UPDATE item SET name = 'x'" + range, "COMMIT;")));
    CHECK(!is_flagged(loop("UPDATE item SET name = 'x'" + range + " AND name = 'y'", "")));
}

}  // namespace rev::test
