// The history at the top of the repository, which is the documentation by example.
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "scenarios/scenario.hpp"

namespace {

using rev::test::both_databases;
using rev::test::expect;
using rev::test::has;
using rev::test::sample_project;
using rev::test::ScenarioDatabase;
using rev::test::TemporaryProject;

constexpr const char* newest = "93a8c4f2507e";

template <typename Story>
void on_both_databases(Story story) {
    const rev::test::TemporaryFolder folder;
    for (const auto& database : both_databases(folder.path())) {
        CAPTURE(database->is_postgres());
        const auto project = sample_project();
        project->url = database->url();
        story(*project, *database);
    }
}

}  // namespace

TEST_CASE("the sample history is sound and has one head") {
    const auto project = sample_project();
    expect(*project, "check --single-head");
    expect(*project, "check --dialect sqlite");
    expect(*project, "check --dialect postgresql");
    CHECK(has(expect(*project, "heads").out, newest));
    CHECK(has(expect(*project, "branches").out, "1c5e0f9a7b32"));
}

TEST_CASE("the sample history runs up, down to base and up again on both databases") {
    on_both_databases([](const TemporaryProject& project, const ScenarioDatabase& database) {
        expect(project, "upgrade head");
        CHECK(database.versions() == newest);
        const auto schema = database.schema();
        expect(project, "downgrade base --yes");
        CHECK(database.versions().empty());
        CHECK(database.columns("positions").empty());
        expect(project, "upgrade head");
        CHECK(database.schema() == schema);
        CHECK(has(expect(project, "history -i").out, "(current)"));
    });
}

TEST_CASE("the sample's old application goes on after expand, and contract ends it") {
    on_both_databases([](const TemporaryProject& project, const ScenarioDatabase& database) {
        const std::string old_insert = "INSERT INTO positions (id, symbol, quantity, price) VALUES ";
        expect(project, "upgrade 1c5e");
        database.query(old_insert + "(1, 'aapl', 10, 150);");

        expect(project, "upgrade 27c6a30d7c24");
        database.query(old_insert + "(2, 'MSFT', 4, 300);");
        CHECK(database.query("SELECT id, portfolio_id, asset_symbol FROM positions ORDER BY id;") ==
              "1|DEFAULT|AAPL\n2||");

        expect(project, "upgrade contract@head");
        CHECK(database.query("SELECT id, portfolio_id, asset_symbol FROM positions ORDER BY id;") ==
              "1|DEFAULT|AAPL\n2|DEFAULT|MSFT");
        CHECK(database.run(old_insert + "(3, 'TSLA', 1, 1);").exit_code != 0);
        expect(project, "upgrade head");
        CHECK(has(database.query("SELECT positions, cost FROM portfolio_summary;"), "2|2700"));
    });
}

TEST_CASE("the sample's portfolios merge back into one, with costs weighted by quantity") {
    on_both_databases([](const TemporaryProject& project, const ScenarioDatabase& database) {
        expect(project, "upgrade head");
        database.query(
            "INSERT INTO portfolios (id, name) VALUES ('B', 'Second');"
            "INSERT INTO positions (id, tenant_id, portfolio_id, asset_symbol, quantity, avg_cost) VALUES"
            " (1, 'default', 'DEFAULT', 'AAPL', 10, 100), (2, 'default', 'B', 'AAPL', 30, 200),"
            " (3, 'default', 'B', 'MSFT', 5, 7);");
        expect(project, "downgrade 1c5e0f9a7b32 --yes");
        CHECK(database.query("SELECT id, symbol, CAST(quantity AS INTEGER), CAST(price AS INTEGER)"
                             " FROM positions ORDER BY id;") == "1|AAPL|40|175\n3|MSFT|5|7");
        CHECK(database.versions() == "1c5e0f9a7b32");
    });
}

TEST_CASE("the sample's audit branch brings along what it depends on, and no more") {
    on_both_databases([](const TemporaryProject& project, const ScenarioDatabase& database) {
        expect(project, "upgrade c3f7084be196");
        CHECK(database.versions() == "c3f7084be196");
        CHECK_FALSE(database.columns("portfolios").empty());
        CHECK(database.columns("portfolio_cash").empty());
        database.query("INSERT INTO events (id, kind) VALUES (1, 'started');");
        const auto refused = database.run("DELETE FROM events;");
        CHECK(has(refused.err, "append-only"));
        expect(project, "upgrade head");
        CHECK(database.versions() == newest);
    });
}

TEST_CASE("the sample's printed script gives what the online run gives") {
    on_both_databases([](const TemporaryProject& project, const ScenarioDatabase& database) {
        const rev::test::TemporaryFolder folder;
        const auto offline = database.is_postgres() ? rev::test::postgres_database()
                                                    : rev::test::sqlite_database(folder.path() / "offline.db");
        offline->query(expect(project, "upgrade head --sql").out);
        expect(project, "upgrade head");
        CHECK(offline->versions() == newest);
        CHECK(offline->schema() == database.schema());
    });
}
