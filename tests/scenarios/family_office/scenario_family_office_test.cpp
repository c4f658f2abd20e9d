// One history for SQLite in development and PostgreSQL in production.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <regex>
#include <string>

#include "scenarios/scenario.hpp"

namespace {

using rev::test::both_databases;
using rev::test::expect;
using rev::test::has;
using rev::test::scenario;
using rev::test::ScenarioDatabase;
using rev::test::TemporaryProject;

constexpr const char* initial = "9c1d5e20b7f4";
constexpr const char* currency = "b4f80a6e13d2";
constexpr const char* newest = "e27a91c05b83";

/// Rows that every revision must keep.
constexpr const char* family = R"(
INSERT INTO users (id, email) VALUES ('11111111-1111-4111-8111-111111111111', 'ann@example.com');
INSERT INTO accounts (id, user_id, name, currency) VALUES
    ('22222222-2222-4222-8222-222222222222', '11111111-1111-4111-8111-111111111111', 'Checking', NULL),
    ('33333333-3333-4333-8333-333333333333', '11111111-1111-4111-8111-111111111111', 'Savings', 'EUR');
INSERT INTO assets (id, account_id, symbol, quantity) VALUES
    ('44444444-4444-4444-8444-444444444444', '22222222-2222-4222-8222-222222222222', 'VT', 12.5);
INSERT INTO transactions (account_id, asset_id, amount, occurred_at) VALUES
    ('22222222-2222-4222-8222-222222222222', '44444444-4444-4444-8444-444444444444', 99.5, '2026-01-02 03:04:05+00:00');
INSERT INTO agent_tasks (user_id) VALUES ('11111111-1111-4111-8111-111111111111');
)";

/// The same scenario on each of the two databases.
struct Office {
    explicit Office(std::unique_ptr<ScenarioDatabase> chosen)
        : project(scenario("family_office")), database(std::move(chosen)) {
        project->url = database->url();
    }

    std::unique_ptr<TemporaryProject> project;
    std::unique_ptr<ScenarioDatabase> database;
};

template <typename Story>
void on_both_databases(Story story) {
    const rev::test::TemporaryFolder folder;
    for (auto& database : both_databases(folder.path())) {
        const Office office(std::move(database));
        CAPTURE(office.database->is_postgres());
        story(office);
    }
}

/// What is in the database but for times and keys that it made up itself.
std::string comparable(const ScenarioDatabase& database) {
    return std::regex_replace(database.state(), std::regex(R"(20\d\d-[0-9: .+-]+)"), "TIME");
}

}  // namespace

TEST_CASE("the same files go up, down and up again on both databases, and keep the rows") {
    on_both_databases([](const Office& office) {
        const auto& database = *office.database;
        expect(*office.project, std::string("upgrade ") + initial);
        database.query(family);
        const auto before = comparable(database);

        expect(*office.project, "upgrade head");
        CHECK(database.versions() == newest);
        CHECK(database.query("SELECT name, currency FROM accounts ORDER BY name;") == "Checking|USD\nSavings|EUR");
        CHECK(database.query("SELECT priority FROM agent_tasks;") == "5");
        CHECK(database.query("SELECT count(*) FROM users WHERE email = 'agent; the \"household''s\" own';") == "1");
        CHECK(database.query("SELECT symbol FROM assets;") == "VT");
        CHECK(database.query("SELECT count(*) FROM transactions;") == "1");
        CHECK(database
                  .run("INSERT INTO accounts (user_id, name) VALUES"
                       " ('11111111-1111-4111-8111-111111111111', 'No currency');")
                  .exit_code != 0);

        expect(*office.project, std::string("downgrade --yes ") + initial);
        database.query("UPDATE accounts SET currency = NULL WHERE name = 'Checking';");
        CHECK(database.query("SELECT count(*) FROM users;") == "1");
        CHECK(comparable(database) == before);

        expect(*office.project, "downgrade base --yes");
        CHECK(database.columns("users").empty());
        expect(*office.project, "upgrade head");
        CHECK(database.versions() == newest);
    });
}

TEST_CASE("all six tables are there on both databases, with keys, zones and indexes") {
    on_both_databases([](const Office& office) {
        const auto& database = *office.database;
        expect(*office.project, "upgrade head");
        for (const auto* table : {"users", "accounts", "assets", "real_estate", "transactions", "agent_tasks"})
            CHECK_FALSE(database.columns(table).empty());
        for (const auto* index : {"ix_accounts_user_id", "ix_assets_account_symbol", "ix_real_estate_user_id",
                                  "ix_transactions_account_occurred", "ix_agent_tasks_pending"})
            CHECK(has(database.schema(), index));
        database.query(
            "INSERT INTO users (email) VALUES ('made@example.com');"
            "INSERT INTO real_estate (user_id, address) SELECT id, 'Elm Street' FROM users;");
        CHECK(has(database.query("SELECT created_at FROM users WHERE email = 'made@example.com';"), "+00"));
    });
}

TEST_CASE("foreign keys that a rebuild would break stop it before the commit") {
    const rev::test::TemporaryFolder folder;
    const Office office(rev::test::sqlite_database(folder.path() / "test.db"));
    expect(*office.project, std::string("upgrade ") + initial);
    office.database->query(family);
    auto text = office.project->read("versions/b4f80a6e13d2_every_account_has_a_currency.sql");
    const std::string copied = "created_at FROM accounts;";
    text.replace(text.find(copied), copied.size(), "created_at FROM accounts WHERE currency IS NOT NULL;");
    office.project->write("versions/b4f80a6e13d2_every_account_has_a_currency.sql", text);
    const auto before = office.database->state();

    const auto refused = expect(*office.project, "upgrade head", 5);

    CHECK(has(refused.err, "assets"));
    CHECK(office.database->state() == before);
}

TEST_CASE("the printed script gives the schema and the row that the online run gives") {
    on_both_databases([](const Office& office) {
        const rev::test::TemporaryFolder folder;
        const auto script = expect(*office.project, "upgrade head --sql").out;
        CHECK(office.database->versions().empty());
        const auto offline = office.database->is_postgres() ? rev::test::postgres_database()
                                                            : rev::test::sqlite_database(folder.path() / "offline.db");

        offline->query(script);
        expect(*office.project, "upgrade head");

        CHECK(offline->versions() == newest);
        CHECK(comparable(*offline) == comparable(*office.database));
        CHECK(offline->query("SELECT email FROM users;") == office.database->query("SELECT email FROM users;"));

        const auto back = expect(*office.project, std::string("downgrade ") + newest + ":" + initial + " --sql").out;
        offline->query(back);
        expect(*office.project, std::string("downgrade --yes ") + initial);
        CHECK(offline->versions() == initial);
        CHECK(comparable(*offline) == comparable(*office.database));

        offline->query(expect(*office.project, std::string("upgrade ") + initial + ":head --sql").out);
        CHECK(offline->versions() == newest);
    });
}

TEST_CASE("stamp adopts a database made by hand") {
    on_both_databases([](const Office& office) {
        auto text = office.project->read("versions/9c1d5e20b7f4_initial_schema.sql");
        const std::string marker =
            office.database->is_postgres() ? "-- rev:upgrade postgresql" : "-- rev:upgrade sqlite";
        text = text.substr(text.find(marker));
        office.database->query(text.substr(0, text.find("-- rev:", marker.size())));
        office.database->query(family);
        expect(*office.project, "upgrade head", 5);

        expect(*office.project, std::string("stamp ") + initial);
        CHECK(office.database->versions() == initial);
        expect(*office.project, "upgrade head");

        CHECK(office.database->versions() == newest);
        CHECK(office.database->query("SELECT count(*) FROM accounts WHERE currency = 'USD';") == "1");
    });
}

TEST_CASE("a database that is not up to date is explained, with what to do next") {
    on_both_databases([](const Office& office) {
        expect(*office.project, std::string("upgrade ") + currency);

        const auto answer = expect(*office.project, "current --check-heads", 1);
        CHECK(has(answer.out + answer.err, currency));
        CHECK(has(answer.err, "rev upgrade head"));
        const auto status = expect(*office.project, "status --exit-code", 1).out;
        CHECK(has(status, "tasks have a priority"));
        CHECK(has(status, "rev upgrade head"));
        expect(*office.project, "upgrade head");
        expect(*office.project, "current --check-heads");
        expect(*office.project, "status --exit-code");
    });
}

TEST_CASE("a revision that is recorded but in no file is explained, with what to do next") {
    on_both_databases([](const Office& office) {
        expect(*office.project, "upgrade head");
        std::filesystem::rename(office.project->path() / "versions/e27a91c05b83_tasks_have_a_priority.sql",
                                office.project->path() / "elsewhere.sql");
        const auto before = office.database->state();

        for (const auto* command : {"upgrade head", "downgrade -1", "stamp head"}) {
            const auto refused = expect(*office.project, command, 4);
            CHECK(has(refused.err, newest));
            CHECK(has(refused.err, "tasks have a priority"));
            CHECK(has(refused.err, "stamp --purge"));
        }
        const auto status = expect(*office.project, "status --exit-code", 1).out;
        CHECK(has(status, newest));
        CHECK(has(status, "Next"));
        CHECK(office.database->state() == before);
    });
}
