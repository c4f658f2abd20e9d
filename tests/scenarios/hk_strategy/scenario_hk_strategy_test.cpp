// From one portfolio to many on PostgreSQL, in two phases, while the old application goes on.
#include <doctest/doctest.h>

#include <string>

#include "scenarios/scenario.hpp"

namespace {

using rev::test::expect;
using rev::test::has;
using rev::test::postgres_database;
using rev::test::scenario;
using rev::test::ScenarioDatabase;
using rev::test::TemporaryProject;

constexpr const char* initial = "15c0d3e7a2b4";
constexpr const char* phase_1 = "2b9e71f4c6d8";
constexpr const char* phase_2 = "3d60b8a5f1e9";

/// What the old application says; it knows of no portfolios.
constexpr const char* old_insert =
    "INSERT INTO portfolio_positions (symbol, quantity, avg_cost) VALUES ('0700.HK', 50, 330);";
constexpr const char* old_select = "SELECT symbol, quantity, avg_cost FROM portfolio_positions ORDER BY id;";

struct System {
    System() : project(scenario("hk_strategy")), database(postgres_database()) {
        project->url = database->url();
        expect(*project, std::string("upgrade ") + initial);
        database->query(
            "INSERT INTO portfolio_positions (symbol, quantity, avg_cost)"
            " VALUES ('0005.HK', 100, 60), ('9988.HK', 20, 80);");
    }

    /// Runs SQL that must fail: what psql says.
    [[nodiscard]] std::string failure(const std::string& sql) const {
        const auto result = database->run(sql);
        REQUIRE(result.exit_code != 0);
        return result.err;
    }

    std::unique_ptr<TemporaryProject> project;
    std::unique_ptr<ScenarioDatabase> database;
};

}  // namespace

TEST_CASE_FIXTURE(System, "phase 1 moves every row into DEFAULT, and the old application works on") {
    expect(*project, "upgrade expand@head");

    CHECK(database->versions() == phase_1);
    CHECK(database->query("SELECT symbol, portfolio_id FROM portfolio_positions ORDER BY id;") ==
          "0005.HK|DEFAULT\n9988.HK|DEFAULT");
    CHECK(database->query("SELECT portfolio_id, name FROM portfolios;") == "DEFAULT|Default portfolio");
    CHECK(database->query("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'portfolio_positions_portfolio%';") ==
          "2");

    database->query(old_insert);
    CHECK(database->query(old_select) ==
          "0005.HK|100.000000|60.000000\n9988.HK|20.000000|80.000000\n0700.HK|50.000000|330.000000");
    CHECK(has(failure(old_insert), "duplicate key"));
}

TEST_CASE_FIXTURE(System, "phase 2 refuses what only the old application writes, and reports on portfolios") {
    expect(*project, "upgrade expand@head");
    database->query(old_insert);
    database->query(
        "INSERT INTO portfolios (portfolio_id, name) VALUES ('GROWTH', 'Growth');"
        "INSERT INTO portfolio_positions (symbol, quantity, avg_cost, portfolio_id)"
        " VALUES ('0005.HK', 300, 40, 'GROWTH');");

    expect(*project, "upgrade contract@head");

    CHECK(database->versions() == phase_2);
    CHECK(has(expect(*project, "current").out, phase_1));
    CHECK(database->query("SELECT count(*) FROM portfolio_positions WHERE portfolio_id IS NULL;") == "0");
    CHECK(has(failure("INSERT INTO portfolio_positions (symbol, quantity, avg_cost) VALUES ('1.HK', 1, 1);"),
              "null value in column \"portfolio_id\""));
    CHECK(has(failure("INSERT INTO portfolio_positions (symbol, quantity, avg_cost, portfolio_id)"
                      " VALUES ('1.HK', 1, 1, 'NOBODY');"),
              "foreign key"));
    CHECK(database->query("SELECT portfolio_id, positions, cost::INT FROM portfolio_summary ORDER BY 1;") ==
          "DEFAULT|3|24100\nGROWTH|1|12000");
    CHECK(database->query("SELECT symbol, share FROM portfolio_report('GROWTH');") == "0005.HK|1.0000");
}

TEST_CASE_FIXTURE(System, "rolling back phase 1 sums what several portfolios hold, and weights its cost") {
    expect(*project, "upgrade contract@head");
    database->query(
        "INSERT INTO portfolios (portfolio_id, name) VALUES ('GROWTH', 'Growth'), ('HEDGE', 'Hedge');"
        "INSERT INTO portfolio_positions (symbol, quantity, avg_cost, portfolio_id) VALUES"
        " ('0005.HK', 300, 40, 'GROWTH'), ('0005.HK', 100, 80, 'HEDGE'), ('0700.HK', 7, 300, 'HEDGE');");
    const auto totals = "SELECT SUM(quantity), SUM(quantity * avg_cost)::NUMERIC(20, 4) FROM portfolio_positions;";
    const auto before = database->query(totals);

    expect(*project, "downgrade contract@-1 --yes");
    CHECK(database->versions() == phase_1);
    expect(*project, "downgrade expand@-1 --yes");

    CHECK(database->versions() == initial);
    CHECK(database->query(old_select) ==
          "0005.HK|500.000000|52.000000\n9988.HK|20.000000|80.000000\n0700.HK|7.000000|300.000000");
    CHECK(database->query(totals) == before);
    CHECK(database->columns("portfolio_positions") ==
          std::vector<std::string>{"id", "symbol", "quantity", "avg_cost", "last_updated"});
    CHECK(database->query("SELECT to_regclass('portfolios') IS NULL;") == "t");
    CHECK(has(failure("INSERT INTO portfolio_positions (symbol, quantity, avg_cost) VALUES ('0005.HK', 1, 1);"),
              "duplicate key"));
    expect(*project, "upgrade heads");
    CHECK(database->versions() == phase_2);
}

TEST_CASE_FIXTURE(System, "a backup from before phase 1 brings the old database back, and phase 1 runs on it again") {
    const auto before = database->query(old_select);

    expect(*project, "upgrade expand@head --backup before_phase_1.dump");
    database->query(old_insert);
    database->query("DROP SCHEMA public CASCADE; CREATE SCHEMA public;");
    const auto backup = (project->path() / "before_phase_1.dump").string();
    const auto restored = rev::test::run_program({"pg_restore", "--no-owner", "-d", database->url(), backup});
    REQUIRE_MESSAGE(restored.exit_code == 0, restored.err);

    CHECK(database->versions() == initial);
    CHECK(database->query(old_select) == before);
    expect(*project, "upgrade expand@head");
    CHECK(database->versions() == phase_1);
}

TEST_CASE_FIXTURE(System, "status tells the phase, what is pending and what to do, before, between and after") {
    const auto before = expect(*project, "status").out;
    CHECK(has(before, "single portfolio"));
    CHECK(has(before, "2 revisions"));
    CHECK(has(before, "expand"));
    CHECK(has(before, "rev upgrade"));
    expect(*project, "status --exit-code", 1);

    expect(*project, "upgrade expand@head");
    const auto between = expect(*project, "status").out;
    CHECK(has(between, "phase 1"));
    CHECK(has(between, "1 revision\n"));
    CHECK(has(between, "contract"));

    expect(*project, "upgrade contract@head");
    const auto after = expect(*project, "status --exit-code").out;
    CHECK(has(after, "phase 2"));
    CHECK(has(after, "up to date"));
    CHECK_FALSE(has(after, "Pending"));
}

TEST_CASE_FIXTURE(System, "phase 2 brings phase 1 along, and never runs before it") {
    const auto plan = expect(*project, "upgrade contract@head --dry-run").out;
    CHECK(plan.find(phase_1) < plan.find("phase 2"));
    const auto refused = expect(*project, "upgrade head", 3);
    CHECK(has(refused.err, phase_1));
    CHECK(has(refused.err, phase_2));
    CHECK(database->versions() == initial);
}

TEST_CASE_FIXTURE(System, "phase 2 refuses a database whose version table says phase 1, but which never had it") {
    expect(*project, std::string("stamp ") + phase_1);
    const auto before = database->state();

    const auto refused = expect(*project, "upgrade contract@head", 5);

    CHECK(has(refused.err, "phase 1 has never run on this database"));
    CHECK(has(refused.err, "3d60b8a5f1e9_phase_2_every_position_has_a_portfolio.sql"));
    CHECK(database->state() == before);
    expect(*project, std::string("stamp ") + initial);
    expect(*project, "upgrade contract@head");
    CHECK(database->versions() == phase_2);
}

TEST_CASE_FIXTURE(System, "a validation query that finds bad rows undoes the phase") {
    database->query("INSERT INTO portfolio_positions (symbol, quantity, avg_cost) VALUES ('SHORT.HK', -5, 1);");
    const auto before = database->state();

    const auto refused = expect(*project, "upgrade heads", 5);

    CHECK(has(refused.err, "SHORT.HK"));
    CHECK(has(refused.err, "2b9e71f4c6d8_phase_1_portfolios_beside_the_old_schema.sql"));
    CHECK(database->state() == before);
    CHECK(has(expect(*project, "status").out, "single portfolio"));
    CHECK(has(expect(*project, "log").out, "fail"));
}

TEST_CASE_FIXTURE(System, "a validation query that fails undoes phase 2 and leaves phase 1") {
    expect(*project, "upgrade expand@head");
    database->query(
        "INSERT INTO portfolios (portfolio_id, name) VALUES ('', 'nameless');"
        "INSERT INTO portfolio_positions (symbol, quantity, avg_cost, portfolio_id) VALUES ('2.HK', 1, 1, '');");
    const auto before = database->state();

    expect(*project, "upgrade contract@head", 5);

    CHECK(database->state() == before);
    CHECK(database->versions() == phase_1);
    database->query(old_insert);
}
