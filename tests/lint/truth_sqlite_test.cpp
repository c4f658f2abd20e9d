// What SQLite really does with each migration of tests/data/lint is what lint has to say.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lint/cases.hpp"
#include "lint/linted.hpp"
#include "lint/sqlite_observer.hpp"
#include "scratch/place.hpp"

namespace rev::test {
namespace {

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};

/// A database in memory.
class Memory {
public:
    /// strict: a name in double quotes is never a string.
    explicit Memory(bool strict) {
        sqlite3* opened = nullptr;
        REQUIRE(sqlite3_open(":memory:", &opened) == SQLITE_OK);
        database_.reset(opened);
        sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DDL, strict ? 0 : 1, nullptr);
        sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DML, strict ? 0 : 1, nullptr);
    }

    std::optional<std::string> run(const std::string& sql) {
        char* message = nullptr;
        if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, &message) == SQLITE_OK) return std::nullopt;
        std::string text = message == nullptr ? "failed" : message;
        sqlite3_free(message);
        return text;
    }

    std::vector<std::string> column(const std::string& sql) {
        std::vector<std::string> values;
        sqlite3_exec(
            database_.get(), sql.c_str(),
            [](void* target, int, char** row, char**) {
                static_cast<std::vector<std::string>*>(target)->emplace_back(row[0] == nullptr ? "" : row[0]);
                return 0;
            },
            &values, nullptr);
        return values;
    }

    int changes() { return sqlite3_total_changes(database_.get()); }

private:
    std::unique_ptr<sqlite3, CloseDatabase> database_;
};

constexpr const char* names_sql =
    "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') UNION "
    "SELECT s.name || '.' || c.name FROM sqlite_schema AS s, pragma_table_xinfo(s.name) AS c WHERE s.type = 'table'";
constexpr const char* tables_sql = "SELECT name FROM sqlite_schema WHERE type = 'table'";

std::set<std::string> as_set(const std::vector<std::string>& values) { return {values.begin(), values.end()}; }

std::map<std::string, long long> row_counts(Memory& memory) {
    std::map<std::string, long long> counts;
    for (const auto& table : memory.column(tables_sql))
        counts[table] = std::stoll(memory.column("SELECT count(*) FROM \"" + table + "\"").at(0));
    return counts;
}

/// Foreign keys that refer to a table that is not there.
std::vector<std::string> broken_references(Memory& memory) {
    return memory.column(
        "SELECT s.name FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS k WHERE s.type = 'table' AND "
        "lower(k.\"table\") NOT IN (SELECT lower(name) FROM sqlite_schema WHERE type = 'table')");
}

/// A PRAGMA that sets something, and whose value is another one afterwards.
bool is_without_effect(Memory& memory, const LintCase& lint_case) {
    const bool switches = lint_case.sql.find("PRAGMA foreign_keys = ON") != std::string::npos;
    return switches && memory.column("PRAGMA foreign_keys").at(0) == "0";
}

/// Why somebody should know before; empty: harmless.
std::string truth_of(const LintCase& lint_case) {
    Memory memory(false);
    REQUIRE(memory.run(lint_case.given) == std::nullopt);
    const auto names = memory.column(names_sql);
    const auto rows = row_counts(memory);
    const auto changes = memory.changes();
    if (lint_case.enforces_foreign_keys) REQUIRE(memory.run("PRAGMA foreign_keys = ON") == std::nullopt);
    const auto begin = lint_case.in_transaction ? std::string("BEGIN IMMEDIATE;") : std::string();
    const auto commit = lint_case.in_transaction ? std::string(";COMMIT") : std::string();
    if (const auto failure = memory.run(begin + lint_case.sql + commit)) return "fails: " + *failure;
    const auto after = as_set(memory.column(names_sql));
    for (const auto& name : names)
        if (!after.contains(name)) return "takes away " + name;
    const auto rows_after = row_counts(memory);
    const bool is_plain_change = lint_case.sql.starts_with("UPDATE") || lint_case.sql.starts_with("DELETE");
    for (const auto& [table, count] : rows) {
        if (rows_after.at(table) < count) return "loses rows of " + table;
        if (is_plain_change && count > 1 && memory.changes() - changes >= count &&
            lint_case.sql.find(" " + table + " ") != std::string::npos)
            return "changes all rows of " + table;
    }
    if (const auto broken = broken_references(memory); !broken.empty())
        return "breaks foreign keys of " + broken.front();
    if (is_without_effect(memory, lint_case)) return "a PRAGMA without effect";
    Memory strict(true);
    REQUIRE(strict.run(lint_case.given) == std::nullopt);
    if (strict.run(begin + lint_case.sql + commit)) return "strings in double quotes";
    return {};
}

lint::SectionText section_of(const LintCase& lint_case) {
    lint::SectionText section;
    section.revision = "migration";
    section.path = "migration.sql";
    section.dialect = Dialect::sqlite;
    section.keep({lint_case.sql, {}});
    section.in_transaction = lint_case.in_transaction;
    section.enforces_foreign_keys = lint_case.enforces_foreign_keys;
    lint::read_statements(section);
    return section;
}

lint::ObservedFacts observed(const LintCase& lint_case) {
    scratch::PlaceRequest request;
    request.dialect = Dialect::sqlite;
    const auto place = scratch::open_place(request);
    const auto made = place->make();
    const std::array given = {Command{.kind = Command::Kind::sql, .sql = lint_case.given}};
    made->database().run(given);
    lint::SqliteObserver observer(made->database(), lint::SqliteObserver::End::kept);
    return {{"migration.sql", observer.observe(section_of(lint_case), true)}};
}

std::vector<LintCase> all_cases() {
    std::vector<LintCase> cases;
    for (const auto* file : {"sqlite.sql", "sqlite_odd.sql"})
        for (auto& each : read_lint_cases(std::filesystem::path(REV_TEST_DATA) / "lint" / file))
            cases.push_back(std::move(each));
    return cases;
}

}  // namespace

TEST_CASE("lint with facts says of each migration what SQLite does") {
    for (const auto& each : all_cases()) {
        const auto truth = truth_of(each);
        const auto facts = observed(each);
        const auto result = linted(each, Dialect::sqlite, &facts);
        INFO(each.name, "\n", each.sql, "SQLite: ", truth.empty() ? "harmless" : truth, "\nlint: ", listed(result));
        CHECK(is_flagged(result) == !truth.empty());
    }
}

TEST_CASE("facts of SQLite ask guards, see rows that go and tables that are built anew") {
    const std::string given =
        "CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT);"
        "CREATE TABLE item (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES owner (id) ON DELETE CASCADE);"
        "INSERT INTO owner VALUES (1, 'a'), (2, 'b'); INSERT INTO item VALUES (1, 1), (2, 2);";
    const LintCase guarded{"guards", given,
                           "-- rev:unless column item.owner\nALTER TABLE item ADD COLUMN owner INTEGER;\n"
                           "-- rev:if SELECT 1 FROM owner WHERE name = 'nobody'\nDROP TABLE owner;\n"
                           "-- rev:if table owner\nALTER TABLE owner ADD COLUMN more TEXT;\n",
                           true, false};
    const auto left_out = observed(guarded).at("migration.sql");
    CHECK(left_out[0].is_left_out);
    CHECK(left_out[1].is_left_out);
    CHECK(left_out[2].facts.has_value());

    const std::string rebuild =
        "CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nINSERT INTO new SELECT id, name FROM owner;\n"
        "DROP TABLE owner;\nALTER TABLE new RENAME TO owner;\n";
    const auto kept = observed({"rebuild", given, rebuild, true, false}).at("migration.sql");
    CHECK(kept[2].harm.empty());
    CHECK(kept[3].facts->rewrite);
    CHECK(kept[3].facts->relation == "owner");
    // A longer name is another table's.
    const auto behind =
        observed({"rebuild", given, rebuild + "CREATE TABLE owner_of_all (id INTEGER);\n", true, false});
    CHECK(behind.at("migration.sql")[3].facts->rewrite);
    CHECK_FALSE(behind.at("migration.sql")[4].facts->rewrite);
    const auto lost = observed({"rebuild", given, rebuild, true, true}).at("migration.sql");
    REQUIRE(lost[2].harm.size() == 1);
    CHECK(lost[2].harm[0] == "2 rows of item are deleted with it");
}

TEST_CASE("lint without a database says of each migration what SQLite does") {
    std::size_t cases = 0;
    for (const auto& each : all_cases()) {
        ++cases;
        const auto truth = truth_of(each);
        const auto result = linted(each, Dialect::sqlite);
        INFO(each.name, "\n", each.sql, "SQLite: ", truth.empty() ? "harmless" : truth, "\nlint: ", listed(result));
        CHECK(is_flagged(result) == !truth.empty());
    }
    CHECK(cases >= 140);
}

}  // namespace rev::test
