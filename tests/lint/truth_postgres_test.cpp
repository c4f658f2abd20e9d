// What PostgreSQL really does with each migration of tests/data/lint, statement by statement, is what lint has to say.
#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "lint/cases.hpp"
#include "lint/linted.hpp"
#include "lint/observer.hpp"
#include "lint/truth.hpp"
#include "rev/database.hpp"
#include "rev/database_url.hpp"

namespace rev::test {
namespace {

std::vector<LintCase> all_cases() {
    std::vector<LintCase> cases;
    for (const auto* file :
         {"columns", "types", "constraints", "indexes", "tables", "partitions", "dependents", "mixes", "more"})
        for (auto& each : read_lint_cases(std::filesystem::path(REV_TEST_DATA) / "lint" / (std::string(file) + ".sql")))
            cases.push_back(std::move(each));
    return cases;
}

lint::SectionText section_of(const LintCase& lint_case) {
    lint::SectionText section;
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

}  // namespace

TEST_CASE("lint without a database says of each migration what PostgreSQL does") {
    Trial trial;
    const auto cases = all_cases();
    for (const auto& each : cases) {
        const auto truth = trial.run(each);
        const auto result = linted(each, Dialect::postgresql);
        INFO(each.name, "\n", each.sql, "PostgreSQL: ", truth.text(), "lint: ", listed(result));
        CHECK(is_flagged(result) == truth.is_bad());
    }
    CHECK(cases.size() >= 200);
}

TEST_CASE("lint with facts says of each migration what PostgreSQL does") {
    Trial trial;
    for (const auto& each : all_cases()) {
        const auto truth = trial.run(each);
        trial.give(each);
        const auto facts = observed(trial.url(), each);
        const auto result = linted(each, Dialect::postgresql, &facts);
        INFO(each.name, "\n", each.sql, "PostgreSQL: ", truth.text(), "lint: ", listed(result));
        CHECK(is_flagged(result) == truth.is_bad());
    }
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
