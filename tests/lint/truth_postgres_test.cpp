// What PostgreSQL really does with each migration of tests/data/lint, statement by statement, is what lint has to say.
#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "lint/cases.hpp"
#include "lint/facts.hpp"
#include "lint/linted.hpp"
#include "lint/observer.hpp"
#include "lint/truth.hpp"
#include "rev/database.hpp"
#include "rev/database_url.hpp"
#include "rev/error.hpp"

namespace rev::test {
namespace {

constexpr std::array all_files =
    std::to_array<const char*>({"columns", "types", "constraints", "indexes", "tables", "partitions", "dependents",
                                "mixes", "more", "habits", "references", "teams", "works", "enums", "odd"});

std::vector<LintCase> cases_of(std::span<const char* const> files) {
    std::vector<LintCase> cases;
    for (const auto* file : files)
        for (auto& each : read_lint_cases(std::filesystem::path(REV_TEST_DATA) / "lint" / (std::string(file) + ".sql")))
            cases.push_back(std::move(each));
    return cases;
}

lint::SectionText section_of(const LintCase& lint_case) {
    lint::SectionText section;
    section.revision = "migration";
    section.path = "migration.sql";
    section.keep(lint_case.sql);
    section.in_transaction = lint_case.in_transaction;
    lint::read_statements(section);
    return section;
}

lint::ObservedFacts observed(const std::string& url, const LintCase& lint_case) {
    const auto database = open_database(parse_database_url(url), {});
    lint::Observer observer(*database, 100);
    return {{"migration.sql", observer.observe(section_of(lint_case), true)}};
}

/// On the database itself, as `--on-live` does.
lint::ObservedFacts observed_live(const std::string& url, const LintCase& lint_case) {
    const auto database = open_database(parse_database_url(url), {});
    return lint::observe_live(*database, {section_of(lint_case)}, {"migration.sql"}, std::chrono::seconds(2));
}

/// What tells one state of a database from another.
constexpr const char* state_sql =
    "SELECT string_agg(c.oid || ' ' || c.relname || ' ' || c.relfilenode, ',' ORDER BY c.oid) FROM pg_class AS c "
    "WHERE c.relnamespace = 'public'::regnamespace";

void check_case(Trial& trial, const LintCase& each) {
    const auto truth = trial.run(each);
    const auto foreseen = linted(each, Dialect::postgresql, nullptr, trial.server_version());
    INFO(each.name, "\n", each.sql, "PostgreSQL: ", truth.text(), "lint: ", listed(foreseen));
    CHECK(is_flagged(foreseen) == truth.is_bad());
    trial.give(each);
    const auto facts = observed(trial.url(), each);
    const auto seen = linted(each, Dialect::postgresql, &facts, trial.server_version());
    INFO("with facts: ", listed(seen));
    CHECK(is_flagged(seen) == truth.is_bad());
}

/// One of how many cases runs. All of them take a quarter of an hour: .ci/full asks for these.
std::size_t share() {
    const char* wanted = std::getenv("REV_LINT_SHARE");
    return wanted ? std::stoul(wanted) : 4;
}

}  // namespace

// A file alone: REV_LINT_SHARE=1 and -sc=partitions
TEST_CASE("lint says of each migration what PostgreSQL does, without a database and with facts") {
    for (const auto* file : all_files) {
        SUBCASE(file) {
            Trial trial;
            const auto cases = cases_of(std::array{file});
            // Every fourth and so on, so that each file has its share.
            for (std::size_t i = 0; i < cases.size(); i += share()) check_case(trial, cases[i]);
        }
    }
    CHECK(cases_of(all_files).size() >= 820);
}

TEST_CASE("facts of a live database leave it as it was, and say what PostgreSQL does") {
    Trial trial;
    std::size_t tried = 0;
    // Nothing of it depends on what a statement is: two kinds of it are enough.
    constexpr std::array files = std::to_array<const char*>({"constraints", "mixes"});
    for (const auto& each : cases_of(files)) {
        lint::ObservedFacts facts;
        const auto truth = trial.run(each);
        trial.give(each);
        const auto before = trial.query(state_sql);
        try {
            facts = observed_live(trial.url(), each);
        } catch (const Error& error) {
            CHECK(error.code() == error_codes::no_facts);
            continue;
        }
        ++tried;
        const auto result = linted(each, Dialect::postgresql, &facts, trial.server_version());
        INFO(each.name, "\n", each.sql, "PostgreSQL: ", truth.text(), "lint: ", listed(result));
        CHECK(is_flagged(result) == truth.is_bad());
        CHECK(trial.query(state_sql) == before);
    }
    CHECK(tried >= 50);
}

TEST_CASE("facts of a live database wait for no lock, and say who is in the way") {
    Trial trial;
    const LintCase lint_case{"locked", "CREATE TABLE item (id int);", "ALTER TABLE item ADD COLUMN more int;\n", true,
                             false};
    trial.give(lint_case);
    const auto holder = open_database(parse_database_url(trial.url()), {});
    const std::array hold = {Command{.kind = Command::Kind::begin},
                             Command{.kind = Command::Kind::sql, .sql = "LOCK TABLE item IN ACCESS SHARE MODE"}};
    holder->run(hold);
    const auto database = open_database(parse_database_url(trial.url()), {});
    try {
        (void)lint::observe_live(*database, {section_of(lint_case)}, {"migration.sql"}, std::chrono::milliseconds(50));
        FAIL("it had the lock");
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::database);
        CHECK(error.code() == error_codes::database_locked);
    }
    CHECK_FALSE(database->in_transaction());
}

TEST_CASE("facts ask the guards above statements") {
    Trial trial;
    const LintCase lint_case{"guards", "CREATE TABLE item (id int PRIMARY KEY, name text);",
                             "-- rev:unless SELECT 1 FROM item WHERE id IS NULL OR true\n"
                             "ALTER TABLE item ADD COLUMN name text;\n"
                             "-- rev:if table item_old\nDROP TABLE item_old;\n"
                             "-- rev:unless column item.note\nALTER TABLE item ADD COLUMN note text;\n",
                             true, false};
    trial.give(lint_case);
    const auto facts = observed(trial.url(), lint_case);
    const auto& statements = facts.at("migration.sql");
    CHECK(statements[0].is_left_out);
    CHECK(statements[1].is_left_out);
    CHECK_FALSE(statements[2].is_left_out);
    CHECK(statements[2].facts.has_value());
    const auto result = linted(lint_case, Dialect::postgresql, &facts);
    INFO(listed(result));
    CHECK_FALSE(is_flagged(result));
}

}  // namespace rev::test
