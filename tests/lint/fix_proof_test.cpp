// Revisions made of random parts, in their safe forms: the schema is the same, up and down.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "lint/fix.hpp"
#include "lint/linted.hpp"
#include "state/reporter.hpp"
#include "support/postgres.hpp"
#include "support/text.hpp"
#include "trail/same_schema.hpp"

namespace rev::test {
namespace {

struct Part {
    std::string up;
    std::string down;
};

constexpr const char* given = R"(
CREATE TABLE owner (id int PRIMARY KEY, code text, "Nick" text);
CREATE TABLE item (id int NOT NULL, owner_id int, name text, code text, size int, "Kind" text);
CREATE INDEX item_size ON item (size);
CREATE INDEX item_two ON item (size, name);
CREATE TABLE part (id int, day date, note text) PARTITION BY RANGE (day);
CREATE TABLE part_2024 PARTITION OF part FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE "Part rest" PARTITION OF part DEFAULT;
CREATE MATERIALIZED VIEW kinds AS SELECT "Kind" AS kind, count(*) AS n FROM item GROUP BY 1;
CREATE UNIQUE INDEX kinds_kind ON kinds (kind);
)";

/// Each does something else, so that any of them may stand together, in any order.
const std::vector<Part>& parts() {
    static const std::vector<Part> all = {
        {"CREATE INDEX item_name ON item (name);", "DROP INDEX item_name;"},
        {"CREATE UNIQUE INDEX ON public.item (lower(code)) WHERE size > 0;", "DROP INDEX public.item_lower_idx;"},
        {"ALTER TABLE item ADD FOREIGN KEY (owner_id) REFERENCES owner (id) ON DELETE SET NULL DEFERRABLE;",
         "ALTER TABLE item DROP CONSTRAINT item_owner_id_fkey;"},
        {"ALTER TABLE ONLY item ADD CONSTRAINT short CHECK (length(name) < 100 OR name IS NULL);",
         "ALTER TABLE item DROP CONSTRAINT short;"},
        {"ALTER TABLE item ALTER COLUMN name SET NOT NULL;", "ALTER TABLE item ALTER COLUMN name DROP NOT NULL;"},
        {"ALTER TABLE item ALTER \"Kind\" SET NOT NULL, ADD COLUMN more int DEFAULT 5 CHECK (more > 0);",
         "ALTER TABLE item ALTER \"Kind\" DROP NOT NULL, DROP COLUMN more;"},
        {"ALTER TABLE item ADD PRIMARY KEY (id);", "ALTER TABLE item DROP CONSTRAINT item_pkey;"},
        {"ALTER TABLE owner ADD UNIQUE (code), ADD UNIQUE (\"Nick\", code);",
         "ALTER TABLE owner DROP CONSTRAINT owner_code_key, DROP CONSTRAINT \"owner_Nick_code_key\";"},
        {"ALTER TABLE owner ADD COLUMN email text UNIQUE, ADD COLUMN boss int REFERENCES owner;",
         "ALTER TABLE owner DROP COLUMN email, DROP COLUMN boss;"},
        {"REFRESH MATERIALIZED VIEW kinds;", ""},
        {"ALTER TABLE owner ADD COLUMN plain int;\n-- counted\nCOMMENT ON COLUMN owner.plain IS 'x; y';",
         "ALTER TABLE owner DROP COLUMN plain;"},
        {"REINDEX INDEX item_two;", ""},
        {"DROP INDEX CONCURRENTLY item_size;", "CREATE INDEX item_size ON item (size);"},
        {"CREATE INDEX part_note ON part (note, lower(note)) WHERE id > 0;", "DROP INDEX part_note;"},
        {"CREATE UNIQUE INDEX ON public.part (id, day);", "DROP INDEX part_id_day_idx;"},
        {"CREATE TABLE fresh (id int PRIMARY KEY, owner_id int);\nCREATE INDEX ON fresh (owner_id);",
         "DROP TABLE fresh;"},
    };
    return all;
}

LintHistory random_history(unsigned seed) {
    std::mt19937 random(seed);
    auto chosen = parts();
    std::ranges::shuffle(chosen, random);
    chosen.resize(2 + random() % 6);
    std::string up;
    std::string down;
    for (const auto& part : chosen) {
        up += part.up + "\n";
        down = part.down + (part.down.empty() ? "" : "\n") + down;
    }
    return history_of({"random", given, up, true, false}, down.empty() ? "SELECT 1;\n" : down);
}

struct Form {
    std::vector<std::string> contents;
    std::vector<std::string> paths;

    [[nodiscard]] ScriptDirectory scripts(const Config& config) const {
        std::vector<RevisionText> texts;
        for (std::size_t i = 0; i < contents.size(); ++i) texts.push_back({paths[i], contents[i]});
        return {config, texts};
    }
};

/// nullopt: there is nothing to be written in another form.
std::optional<Form> fixed_form(const LintHistory& history) {
    const auto scripts = history.scripts();
    const Graph graph = scripts.load_graph();
    lint::LintRequest request;
    request.revisions = {graph.find("migration")};
    const auto found = lint::lint_revisions(scripts, graph, request);
    const auto plan = lint::plan_fixes(scripts, graph, request, found.findings, false);
    if (plan.fixes.empty()) return std::nullopt;
    const auto& fix = plan.fixes.front();
    Form form{{history.given, fix.text}, {"given.sql", "migration.sql"}};
    if (fix.second) {
        form.contents.push_back("-- second\n--\n-- revision: second\n-- revises: migration\n" +
                                std::string(fix.second->transaction ? "" : "-- transaction: false\n") + "\n" +
                                fix.second->sections);
        form.paths.emplace_back("second.sql");
    }
    return form;
}

trail::SameSchemaProof proof_of(const LintHistory& history, const Form& form) {
    Config config;
    config.scratch_url = required_variable("REV_TEST_POSTGRES_URL");
    state::Reporter silent;
    const Form before{{history.given, history.migration}, {"given.sql", "migration.sql"}};
    const auto old_scripts = before.scripts(config);
    const auto new_scripts = form.scripts(config);
    const Graph old_graph = old_scripts.load_graph();
    const Graph new_graph = new_scripts.load_graph();
    autogenerate::Workplace old_place({config, old_scripts, old_graph, silent}, Dialect::postgresql);
    autogenerate::Workplace new_place({config, new_scripts, new_graph, silent}, Dialect::postgresql);
    Revisions revisions = {new_graph.find("migration")};
    if (const auto* second = new_graph.find("second")) revisions.push_back(second);
    return trail::prove_same_schema({old_place, {old_graph.find("migration")}}, {new_place, revisions});
}

std::string text_of(const Form& form) {
    std::string text;
    for (const auto& each : form.contents) text += each + "\n----\n";
    return text;
}

}  // namespace

TEST_CASE("random revisions in their safe forms make the same schema, and leave the same one") {
    std::size_t tried = 0;
    for (unsigned seed = 1; seed <= 24; ++seed) {
        const auto history = random_history(seed);
        const auto form = fixed_form(history);
        if (!form) continue;
        // What cannot run in a transaction fails as it is: then only the new form is tried, see below.
        if (history.migration.find("DROP INDEX CONCURRENTLY") != std::string::npos) continue;
        ++tried;
        const auto proof = proof_of(history, *form);
        INFO("seed ", seed, "\n", history.migration, "\n----\n", text_of(*form));
        for (const auto& failure : proof.failures) FAIL_CHECK(failure);
        for (const auto& each : proof.unproven) FAIL_CHECK(each);
    }
    CHECK(tried >= 10);
}

TEST_CASE("a form that makes another schema, or leaves one, is not proven") {
    const auto history =
        history_of({"two", given, "CREATE INDEX a ON item (name);\nALTER TABLE item ADD COLUMN x int;\n", true, false},
                   "ALTER TABLE item DROP COLUMN x;\nDROP INDEX a;\n");
    auto form = fixed_form(history);
    REQUIRE(form);
    REQUIRE(form->contents.size() == 3);
    CHECK(proof_of(history, *form).holds());
    auto other = *form;
    other.contents[2].replace(other.contents[2].find("(name)"), 6, "(code)");
    CHECK_FALSE(proof_of(history, other).holds());
    auto kept = *form;
    const auto drop = kept.contents[2].find("DROP INDEX");
    kept.contents[2].replace(drop, kept.contents[2].find(';', drop) - drop, "SELECT 1");
    CHECK_FALSE(proof_of(history, kept).holds());
    auto broken = *form;
    broken.contents[2].replace(broken.contents[2].find("(name)"), 6, "(gone)");
    CHECK_FALSE(proof_of(history, broken).holds());
}

TEST_CASE("a column whose rows are filled in batches is the one that its volatile default would have made") {
    const auto history =
        history_of({"filled", given,
                    "ALTER TABLE item ADD COLUMN key uuid NOT NULL UNIQUE DEFAULT gen_random_uuid();\n", true, false},
                   "ALTER TABLE item DROP COLUMN key;\n");
    const auto form = fixed_form(history);
    REQUIRE(form);
    INFO(text_of(*form));
    const auto proof = proof_of(history, *form);
    for (const auto& failure : proof.failures) FAIL_CHECK(failure);
    for (const auto& each : proof.unproven) FAIL_CHECK(each);
}

TEST_CASE("a form that leaves less behind than the one before is proven, and the remark says what") {
    const auto history = history_of(
        {"key", "CREATE TABLE loose (a int, b int);\n", "ALTER TABLE loose ADD PRIMARY KEY (a);\n", true, false},
        "ALTER TABLE loose DROP CONSTRAINT loose_pkey;\n");
    const auto form = fixed_form(history);
    REQUIRE(form);
    const auto proof = proof_of(history, *form);
    INFO(text_of(*form));
    for (const auto& failure : proof.failures) FAIL_CHECK(failure);
    REQUIRE(proof.remarks.size() == 1);
    CHECK(has(proof.remarks[0], "takes back what it left behind before"));
    CHECK(has(proof.remarks[0], "false instead of true"));
    auto worse = *form;
    auto& down = worse.contents.back();
    down.replace(down.find("DROP CONSTRAINT loose_pkey"), 26, "ALTER COLUMN b SET DEFAULT 1");
    CHECK_FALSE(proof_of(history, worse).holds());
}

TEST_CASE("where the form before cannot run, the new one is tried alone") {
    const auto history =
        history_of({"outside", given, "CREATE INDEX CONCURRENTLY a ON item (name);\n", true, false}, "DROP INDEX a;\n");
    const auto form = fixed_form(history);
    REQUIRE(form);
    const auto proof = proof_of(history, *form);
    INFO(text_of(*form));
    for (const auto& failure : proof.failures) FAIL_CHECK(failure);
    CHECK(proof.is_alone);
    REQUIRE_FALSE(proof.unproven.empty());
    CHECK(has(proof.unproven[0], "does not run as it is"));
    auto broken = *form;
    broken.contents.back().replace(broken.contents.back().find("(name)"), 6, "(gone)");
    CHECK_FALSE(proof_of(history, broken).holds());
}

}  // namespace rev::test
