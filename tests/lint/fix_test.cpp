// Safe forms of statements: what a first and a second revision get, in both directions.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "lint/cases.hpp"
#include "lint/fix.hpp"
#include "lint/linted.hpp"
#include "script/revision_file.hpp"
#include "support/text.hpp"

namespace rev::test {
namespace {

struct Planned {
    lint::FixPlan plan;
    std::vector<std::string> reasons;
};

Planned planned(const LintHistory& history, int server_version = 15) {
    const auto scripts = history.scripts();
    const Graph graph = scripts.load_graph();
    lint::LintRequest request;
    request.revisions = {graph.find("migration")};
    request.server_version = server_version;
    const auto found = lint::lint_revisions(scripts, graph, request);
    Planned planned{lint::plan_fixes(scripts, graph, request, found.findings, false), {}};
    for (auto& fix : planned.plan.fixes) fix.revision = nullptr;  // it is of this graph
    for (const auto& each : planned.plan.unfixed) planned.reasons.push_back(each.reason);
    return planned;
}

constexpr const char* item_owner_and_part =
    "CREATE TABLE item (id int PRIMARY KEY, name text, code text, owner int);\n"
    "CREATE TABLE owner (id int PRIMARY KEY);\nCREATE INDEX item_code ON item (code);\n"
    "CREATE TABLE part (id int, at date) PARTITION BY RANGE (at);\n";

lint::RevisionFix fixed(const std::string& sql, const std::string& downgrade = {}, bool in_transaction = true) {
    const auto plan = planned(history_of({"case", item_owner_and_part, sql, in_transaction, false}, downgrade)).plan;
    REQUIRE(plan.fixes.size() == 1);
    return plan.fixes[0];
}

std::string reason_of(const std::string& sql, const std::string& downgrade = {}) {
    const auto result = planned(history_of({"case", item_owner_and_part, sql, true, false}, downgrade));
    CHECK(result.plan.fixes.empty());
    REQUIRE_FALSE(result.reasons.empty());
    return result.reasons[0];
}

std::string section_of(const std::string& text, std::string_view marker) {
    const auto begin = text.find(marker);
    if (begin == std::string::npos) return {};
    const auto first = text.find('\n', begin) + 1;
    const auto end = std::min(text.find("\n-- rev:", first), text.size());
    std::string section = text.substr(first, end - first);
    while (section.ends_with('\n')) section.pop_back();
    return section;
}

}  // namespace

TEST_CASE("an index alone is built CONCURRENTLY in its own revision, and dropped so") {
    const auto fix = fixed("CREATE UNIQUE INDEX IF NOT EXISTS i ON item (name);\n", "DROP INDEX IF EXISTS i;\n");
    CHECK_FALSE(fix.second);
    CHECK(has(fix.text, "-- transaction: false\n"));
    CHECK(section_of(fix.text, "-- rev:upgrade") == "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON item (name);");
    CHECK(section_of(fix.text, "-- rev:downgrade") == "DROP INDEX CONCURRENTLY IF EXISTS i;");
}

TEST_CASE("an index beside other statements moves with the comment above it, and its downgrade with it") {
    const auto fix = fixed("-- for the list\nCREATE INDEX ON item (name);\nALTER TABLE item ADD COLUMN more int;\n",
                           "ALTER TABLE item DROP COLUMN more;\nDROP INDEX item_name_idx;\n");
    REQUIRE(fix.second);
    CHECK_FALSE(fix.second->transaction);
    CHECK(section_of(fix.text, "-- rev:upgrade") == "ALTER TABLE item ADD COLUMN more int;");
    CHECK(section_of(fix.text, "-- rev:downgrade") == "ALTER TABLE item DROP COLUMN more;");
    CHECK(section_of(fix.second->sections, "-- rev:upgrade") ==
          "-- for the list\nCREATE INDEX CONCURRENTLY item_name_idx ON item (name);");
    CHECK(section_of(fix.second->sections, "-- rev:downgrade") == "DROP INDEX CONCURRENTLY IF EXISTS item_name_idx;");
}

TEST_CASE("foreign keys and checks are added NOT VALID, and validated in a revision of its own") {
    const auto fix = fixed(
        "ALTER TABLE item ADD FOREIGN KEY (owner) REFERENCES owner ON DELETE CASCADE,\n"
        "  ADD CONSTRAINT \"Short\" CHECK (length(name) < 9), ADD COLUMN size int CHECK (size > 0) DEFAULT 1;\n");
    REQUIRE(fix.second);
    CHECK(fix.second->transaction);
    CHECK(section_of(fix.text, "-- rev:upgrade") ==
          "ALTER TABLE item ADD CONSTRAINT item_owner_fkey FOREIGN KEY (owner) REFERENCES owner ON DELETE CASCADE NOT "
          "VALID, ADD CONSTRAINT \"Short\" CHECK (length(name) < 9) NOT VALID, ADD COLUMN size int DEFAULT 1, ADD "
          "CONSTRAINT item_size_check CHECK (size > 0) NOT VALID;");
    CHECK(section_of(fix.second->sections, "-- rev:upgrade") ==
          "ALTER TABLE item VALIDATE CONSTRAINT item_owner_fkey;\nALTER TABLE item VALIDATE CONSTRAINT \"Short\";\n"
          "ALTER TABLE item VALIDATE CONSTRAINT item_size_check;");
    CHECK_FALSE(has(fix.second->sections, "-- rev:downgrade"));
}

TEST_CASE("where statements run one by one, all of it stays in one revision") {
    const auto fix =
        fixed("ALTER TABLE item ADD CHECK (name <> '');\nALTER TABLE item ALTER COLUMN code SET NOT NULL;\n",
              "ALTER TABLE item ALTER COLUMN code DROP NOT NULL;\n", false);
    CHECK_FALSE(fix.second);
    CHECK(section_of(fix.text, "-- rev:upgrade") ==
          "ALTER TABLE item ADD CONSTRAINT item_name_check CHECK (name <> '') NOT VALID;\n"
          "ALTER TABLE item VALIDATE CONSTRAINT item_name_check;\n"
          "ALTER TABLE item ADD CONSTRAINT item_code_is_not_null CHECK (code IS NOT NULL) NOT VALID;\n"
          "ALTER TABLE item VALIDATE CONSTRAINT item_code_is_not_null;\n"
          "ALTER TABLE item ALTER COLUMN code SET NOT NULL;\n"
          "ALTER TABLE item DROP CONSTRAINT item_code_is_not_null;");
}

TEST_CASE("keys are made of indexes that are built beforehand") {
    const auto fix = fixed(
        "ALTER TABLE ONLY item ADD CONSTRAINT k UNIQUE NULLS NOT DISTINCT (name, code) INCLUDE (owner) "
        "DEFERRABLE INITIALLY DEFERRED;\n",
        "ALTER TABLE item DROP CONSTRAINT k;\n");
    CHECK_FALSE(fix.second);
    CHECK(section_of(fix.text, "-- rev:upgrade") ==
          "CREATE UNIQUE INDEX CONCURRENTLY k ON item (name, code) INCLUDE (owner) NULLS NOT DISTINCT;\n"
          "SET lock_timeout = '5s';\n"
          "ALTER TABLE ONLY item ADD CONSTRAINT k UNIQUE USING INDEX k DEFERRABLE INITIALLY DEFERRED;");
    CHECK(section_of(fix.text, "-- rev:downgrade") == "ALTER TABLE item DROP CONSTRAINT k;");
}

TEST_CASE("a downgrade that drops several keys keeps what is not taken over") {
    const auto fix =
        fixed("ALTER TABLE item ADD COLUMN more int;\nALTER TABLE item ADD UNIQUE (name), ADD UNIQUE (code);\n",
              "ALTER TABLE item DROP CONSTRAINT item_code_key, DROP COLUMN more, DROP CONSTRAINT item_name_key;\n");
    CHECK(section_of(fix.text, "-- rev:downgrade") == "ALTER TABLE item DROP COLUMN more;");
    CHECK(section_of(fix.second->sections, "-- rev:downgrade") ==
          "ALTER TABLE item DROP CONSTRAINT item_code_key;\nALTER TABLE item DROP CONSTRAINT item_name_key;");
}

TEST_CASE("what cannot run in a transaction moves out of it; a comment on it goes along") {
    const auto fix = fixed(
        "CREATE INDEX CONCURRENTLY i ON item (name);\nCOMMENT ON INDEX i IS 'x';\n"
        "ALTER TABLE item ADD COLUMN more int;\n",
        "ALTER TABLE item DROP COLUMN more;\nDROP INDEX i;\n");
    CHECK(section_of(fix.second->sections, "-- rev:upgrade") ==
          "CREATE INDEX CONCURRENTLY i ON item (name);\nCOMMENT ON INDEX i IS 'x';");
}

TEST_CASE("sections of PostgreSQL alone get a second revision that does nothing on SQLite; shared ones stay") {
    auto history = history_of({"case", item_owner_and_part,
                               "CREATE INDEX i ON item (name);\nALTER TABLE item ADD COLUMN m int;\n", true, false},
                              "ALTER TABLE item DROP COLUMN m;\nDROP INDEX i;\n");
    const auto name = [&](const std::string& marker) {
        const auto at = history.migration.find(marker);
        history.migration.insert(at + marker.size(), " postgresql");
    };
    name("-- rev:upgrade");
    history.migration += "-- rev:upgrade sqlite\nALTER TABLE item ADD COLUMN m int;\n";
    const auto shared = planned(history);
    CHECK(shared.plan.fixes.empty());
    CHECK(has(shared.reasons.at(0), "its downgrade section runs on SQLite as well"));
    name("-- rev:downgrade");
    const auto plan = planned(history).plan;
    REQUIRE(plan.fixes.size() == 1);
    const auto& sections = plan.fixes[0].second->sections;
    CHECK(section_of(sections, "-- rev:upgrade postgresql") == "CREATE INDEX CONCURRENTLY i ON item (name);");
    CHECK(section_of(sections, "-- rev:downgrade postgresql") == "DROP INDEX CONCURRENTLY IF EXISTS i;");
    CHECK(section_of(sections, "-- rev:upgrade sqlite").empty());
    CHECK(has(sections, "-- rev:downgrade sqlite"));
}

TEST_CASE("a volatile default is set behind its column, and the rows get it in batches") {
    const auto fix =
        fixed("ALTER TABLE item ADD COLUMN key uuid NOT NULL DEFAULT gen_random_uuid(), ADD COLUMN x int DEFAULT 3;\n",
              "ALTER TABLE item DROP COLUMN x, DROP COLUMN key;\n");
    REQUIRE(fix.second);
    CHECK_FALSE(fix.second->transaction);
    CHECK(
        section_of(fix.text, "-- rev:upgrade") ==
        "ALTER TABLE item ADD COLUMN key uuid, ADD CONSTRAINT item_key_is_not_null CHECK (key IS NOT NULL) NOT VALID, "
        "ALTER COLUMN key SET DEFAULT gen_random_uuid(), ADD COLUMN x int DEFAULT 3;");
    CHECK(section_of(fix.second->sections, "-- rev:upgrade") ==
          "-- rev:repeat\nUPDATE item SET key = DEFAULT WHERE ctid = ANY (ARRAY(\n"
          "  SELECT ctid FROM item WHERE key IS NULL LIMIT 5000));\n"
          "ALTER TABLE item VALIDATE CONSTRAINT item_key_is_not_null;\n"
          "ALTER TABLE item ALTER COLUMN key SET NOT NULL;\n"
          "ALTER TABLE item DROP CONSTRAINT item_key_is_not_null;");
}

TEST_CASE("statements that share a line leave no blanks and take no line end with them") {
    const auto fix = fixed(
        "ALTER TABLE item ADD COLUMN x int; CREATE INDEX i ON item (name); ALTER TABLE item ADD COLUMN y int;  "
        "CREATE INDEX j ON item (code);\n",
        "DROP INDEX j; DROP INDEX i;  ALTER TABLE item DROP COLUMN y; ALTER TABLE item DROP COLUMN x;");
    CHECK(has(fix.text, "-- rev:upgrade\nALTER TABLE item ADD COLUMN x int; ALTER TABLE item ADD COLUMN y int;\n"));
    CHECK(has(fix.text, "-- rev:downgrade\nALTER TABLE item DROP COLUMN y; ALTER TABLE item DROP COLUMN x;"));
    CHECK_FALSE(has(fix.text, " \n"));
    REQUIRE(fix.second);
    const auto alone =
        fixed("CREATE INDEX i ON item (name); CREATE INDEX j ON item (code);\nALTER TABLE item ADD COLUMN x int;\n",
              "ALTER TABLE item DROP COLUMN x;\nDROP INDEX j; DROP INDEX i;\n");
    CHECK(has(alone.text, "-- rev:upgrade\nALTER TABLE item ADD COLUMN x int;\n"));
    CHECK(has(alone.text, "-- rev:downgrade\nALTER TABLE item DROP COLUMN x;\n"));
    CHECK(alone.text.ends_with('\n'));
}

TEST_CASE("what stands beside CONCURRENTLY gets the limit that rev does not set there") {
    const auto fix = fixed(
        "ALTER TABLE item ADD COLUMN x int;\nALTER TABLE item ADD UNIQUE (name);\nCREATE INDEX i ON item (code, id);\n",
        "DROP INDEX i;\nALTER TABLE item DROP CONSTRAINT item_name_key;\nALTER TABLE item DROP COLUMN x;\n");
    REQUIRE(fix.second);
    CHECK(section_of(fix.second->sections, "-- rev:upgrade") ==
          "CREATE UNIQUE INDEX CONCURRENTLY item_name_key ON item (name);\n"
          "SET lock_timeout = '5s';\n"
          "ALTER TABLE item ADD CONSTRAINT item_name_key UNIQUE USING INDEX item_name_key;\n"
          "RESET lock_timeout;\n"
          "CREATE INDEX CONCURRENTLY i ON item (code, id);");
}

TEST_CASE("what adds a value to an enum is committed before it is used") {
    const std::string with_enum = std::string(item_owner_and_part) +
                                  "CREATE TYPE mood AS ENUM ('low');\n"
                                  "ALTER TABLE item ADD COLUMN mood mood DEFAULT 'low';\n";
    const auto fix_of = [&](const std::string& sql, const std::string& downgrade) {
        return planned(history_of({"case", with_enum, sql, true, false}, downgrade));
    };
    const std::string use = "-- All of them.\nUPDATE item SET mood = 'high' WHERE id > 9;\n";
    const auto result = fix_of("ALTER TABLE item ADD COLUMN n int;\nALTER TYPE mood ADD VALUE 'high';\n" + use,
                               "UPDATE item SET mood = 'low';\nALTER TABLE item DROP COLUMN n;\n");
    REQUIRE(result.plan.fixes.size() == 1);
    const auto& fix = result.plan.fixes[0];
    CHECK(section_of(fix.text, "-- rev:upgrade") == "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'high';");
    CHECK(section_of(fix.text, "-- rev:downgrade") == "-- Nothing: an enum keeps the values that it has.");
    REQUIRE(fix.second);
    CHECK(fix.second->transaction);
    CHECK(section_of(fix.second->sections, "-- rev:upgrade") ==
          "ALTER TABLE item ADD COLUMN n int;\n" + use.substr(0, use.size() - 1));
    CHECK(section_of(fix.second->sections, "-- rev:downgrade") ==
          "UPDATE item SET mood = 'low';\nALTER TABLE item DROP COLUMN n;");
    // What moves may have a safer form of its own, once it has moved.
    const auto with_index = fix_of("CREATE INDEX i ON item (name);\nALTER TYPE mood ADD VALUE 'high';\n" + use, "");
    REQUIRE(with_index.plan.fixes.size() == 1);
    REQUIRE_FALSE(with_index.reasons.empty());
    CHECK(has(with_index.reasons[0], "once more"));
    const auto reason = [&](const std::string& sql, const std::string& downgrade = {}) {
        const auto none = fix_of(sql, downgrade);
        CHECK(none.plan.fixes.empty());
        std::string all;
        for (const auto& each : none.reasons) all += each + '\n';
        return all;
    };
    const std::string add = "ALTER TYPE mood ADD VALUE 'high';\n";
    CHECK(has(reason("ALTER TYPE mood RENAME TO moods;\nALTER TYPE moods ADD VALUE 'high';\n" + use), "before it"));
    CHECK(has(reason(add + use, "CREATE TYPE other AS ENUM ('low');\n"), "anew"));
    CHECK(has(reason("-- rev:unless column item.n\n" + add + use), "guard"));
    CHECK(has(reason("DO $$ BEGIN ALTER TYPE mood ADD VALUE 'high'; END $$;\n" + use), "no statement of its own"));
}

TEST_CASE("what has no single safe form is left, with a reason") {
    CHECK(has(reason_of("ALTER TABLE item ADD COLUMN key serial;\n"), "every row gets a value"));
    CHECK(has(reason_of("ALTER TABLE part ADD COLUMN key uuid DEFAULT gen_random_uuid();\nSELECT 1;\n"),
              "several tables"));
    CHECK(has(reason_of("CREATE INDEX ON part (id);\nALTER TABLE item ALTER owner TYPE bigint;\n"), "no single safe"));
    CHECK(has(reason_of("-- rev:unless index i\nCREATE INDEX i ON item (name);\n"), "a guard"));
    CHECK(has(reason_of("CREATE UNIQUE INDEX i ON item (name);\nALTER TABLE item REPLICA IDENTITY USING INDEX i;\n"),
              "line 8 needs what would move"));
}

TEST_CASE("each safe form of a case is sound, and lint finds nothing any more of what was answered") {
    std::size_t count = 0;
    for (const auto* file : {"columns", "types", "constraints", "indexes", "tables", "partitions", "dependents",
                             "mixes", "more", "habits", "references", "teams", "works", "enums", "odd"}) {
        for (const auto& each :
             read_lint_cases(std::filesystem::path(REV_TEST_DATA) / "lint" / (std::string(file) + ".sql"))) {
            const auto history = history_of(each);
            const auto result = planned(history);
            if (result.plan.fixes.empty()) continue;
            ++count;
            const auto& fix = result.plan.fixes[0];
            std::vector<std::string> contents = {history.given, fix.text};
            if (fix.second)
                contents.push_back("-- second\n--\n-- revision: second\n-- revises: migration\n" +
                                   std::string(fix.second->transaction ? "" : "-- transaction: false\n") + "\n" +
                                   fix.second->sections);
            std::vector<RevisionText> texts = {{"given.sql", contents[0]}, {"migration.sql", contents[1]}};
            if (fix.second) texts.push_back({"second.sql", contents[2]});
            const ScriptDirectory scripts(Config(), texts);
            const Graph graph = scripts.load_graph();
            lint::LintRequest request;
            for (const auto& revision : graph.revisions())
                if (revision.id != "given") request.revisions.push_back(&revision);
            const auto again = lint::lint_revisions(scripts, graph, request);
            std::size_t left = 0;
            for (const auto& finding : again.findings) left += finding.level == lint::Level::notice ? 0 : 1;
            INFO(each.name, "\n", each.sql, "\n", fix.text, "\n", fix.second ? fix.second->sections : "", "\n",
                 listed(again));
            CHECK(left <= result.plan.unfixed.size());
        }
    }
    CHECK(count >= 40);
}

}  // namespace rev::test
