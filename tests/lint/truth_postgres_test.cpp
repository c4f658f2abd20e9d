// What PostgreSQL really does with each migration of tests/data/lint, statement by statement, is what lint has to say.
#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "db/database_url.hpp"
#include "lint/cases.hpp"
#include "lint/facts.hpp"
#include "lint/linted.hpp"
#include "lint/observer.hpp"
#include "lint/truth.hpp"
#include "rev/error.hpp"
#include "scratch/kept_queries.hpp"

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
    section.keep({lint_case.sql, {}});
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
    const auto cases = cases_of(files);
    for (std::size_t i = 0; i < cases.size(); i += share()) {
        const auto& each = cases[i];
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
    CHECK(tried >= 50 / share());
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

namespace {

/// Each works on what those before have made.
constexpr std::array history = std::to_array<std::string_view>({
    "CREATE TABLE a (id serial PRIMARY KEY, n text DEFAULT 'x', at timestamp);\nCREATE INDEX a_n ON a (n);",
    "CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a (id));",
    "SET search_path TO public;\nCREATE VIEW v AS SELECT id FROM a;\nCOMMENT ON VIEW v IS 'v';",
    "ALTER TABLE a ALTER COLUMN at TYPE date;",
    "INSERT INTO a (n) VALUES ('new'), ('newer');\nUPDATE a SET n = 'y' WHERE n IS NULL;",
    "CREATE TABLE IF NOT EXISTS a (id int);\nALTER TABLE a ADD COLUMN IF NOT EXISTS k uuid DEFAULT gen_random_uuid();",
    "ALTER TABLE a RENAME TO c;",
    "ALTER TABLE c ADD CHECK (n <> '');\nCREATE INDEX ON b (a_id);",
    "CREATE TABLE d (LIKE c INCLUDING ALL);\nALTER TABLE d ADD COLUMN extra int;",
    "CREATE SCHEMA s;\nALTER TABLE c SET SCHEMA s;",
    "ALTER SCHEMA s RENAME TO z;",
    "CREATE TYPE mood AS ENUM ('low', 'high');\nCREATE TABLE e (m mood);",
    "ALTER TABLE z.c ALTER COLUMN n TYPE varchar(20);",
    "CREATE TABLE p (i int) PARTITION BY RANGE (i);",
    "CREATE TABLE rest PARTITION OF p DEFAULT;",
    "CREATE TABLE one PARTITION OF p FOR VALUES FROM (100000) TO (100001);",
    "DO $$ BEGIN EXECUTE 'ALTER TABLE d RENAME TO dd'; END $$;",
    "ALTER TABLE dd ALTER COLUMN extra TYPE bigint;\nTRUNCATE dd;",
    "CREATE MATERIALIZED VIEW mv AS SELECT * FROM b;\nCREATE UNIQUE INDEX ON mv (id);",
    "REFRESH MATERIALIZED VIEW mv;\nDROP MATERIALIZED VIEW mv;",
    "DROP TABLE b;\nALTER TABLE e ADD COLUMN t text NOT NULL DEFAULT 'x';",
});

LintCase case_of(std::string_view sql) { return {"step", "", std::string(sql) + "\n", true, false}; }

/// What --facts tells of them, the clock apart.
std::string told(const std::vector<lint::ObservedStatement>& all) {
    std::string text;
    for (const auto& each : all) {
        if (each.failure) text += std::string("failed: ") + each.failure->what() + "; ";
        if (each.facts)
            text += each.facts->lock + " on " + each.facts->relation + (each.facts->rewrite ? " rewrite" : "") +
                    (each.facts->scan ? " scan" : "") + (each.blocks ? " blocks" : "") + "; ";
    }
    return text;
}

/// As `rev lint --facts` runs a history.
class HistoryObserver {
public:
    explicit HistoryObserver(Trial& trial) {
        trial.give({"history", "DROP SCHEMA IF EXISTS s, z CASCADE", "", true, false});
        database_ = open_database(parse_database_url(trial.url()), {});
        reader_ = open_database(parse_database_url(trial.url()), {});
        kept_.emplace(*reader_);
        observer_.emplace(*database_, 50, &*kept_);
    }
    void run(std::string_view sql) { observer_->run(section_of(case_of(sql))); }
    std::string observe(std::string_view sql, bool begins_plan) {
        const auto section = section_of(case_of(sql));
        return told(observer_->observe(section, begins_plan));
    }

private:
    std::unique_ptr<Database> database_;
    std::unique_ptr<Database> reader_;
    std::optional<scratch::KeptQueries> kept_;
    std::optional<lint::Observer> observer_;
};

}  // namespace

TEST_CASE("facts of a revision are the same whether those below were looked at or only run") {
    Trial trial;
    std::vector<std::string> looked_at;
    {
        HistoryObserver all(trial);
        for (const auto sql : history) looked_at.push_back(all.observe(sql, true));
    }
    // Something is seen at all.
    CHECK(looked_at[3] == "AccessExclusiveLock on a rewrite scan blocks; ");
    for (std::size_t step = 0; step < history.size(); ++step) {
        HistoryObserver alone(trial);
        for (std::size_t below = 0; below < step; ++below) alone.run(history[below]);
        INFO(std::string(history[step]));
        CHECK(alone.observe(history[step], true) == looked_at[step]);
    }
}

TEST_CASE("what a plan makes hinders nobody, however many of its revisions were looked at") {
    Trial trial;
    HistoryObserver observer(trial);
    for (std::size_t step = 0; step < history.size(); ++step) {
        INFO(std::string(history[step]));
        const auto facts = observer.observe(history[step], step == 0);
        CHECK(facts.find("Lock") == std::string::npos);
        CHECK(facts.find("blocks") == std::string::npos);
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
