// Hand-run SQL files of a hosted PostgreSQL, brought under control.
#include <doctest/doctest.h>
#include <unistd.h>

#include <string>

#include "scenarios/scenario.hpp"

namespace {

using rev::test::count;
using rev::test::expect;
using rev::test::has;
using rev::test::postgres_database;
using rev::test::scenario;
using rev::test::ScenarioDatabase;
using rev::test::TemporaryProject;

constexpr const char* newest = "005_rolled_options";

/// Roles belong to the whole server, so their names are this process's own.
class Trader {
public:
    Trader(const ScenarioDatabase& database, const std::string& name)
        : database_(database), name_(name + "_" + std::to_string(::getpid())) {
        database_.query("CREATE ROLE " + name_ + " LOGIN PASSWORD 'trader';");
    }
    ~Trader() { (void)database_.run("DROP OWNED BY " + name_ + "; DROP ROLE " + name_ + ";"); }
    Trader(const Trader&) = delete;
    Trader& operator=(const Trader&) = delete;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// Runs SQL as this role, on its own connection.
    [[nodiscard]] rev::test::ProgramResult run(const std::string& sql) const {
        auto url = database_.url();
        const auto user = url.find("://") + 3;
        url.replace(user, url.find('@') - user, name_ + ":trader");
        return rev::test::run_program({"psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", url}, {".", {}, sql});
    }

    std::string query(const std::string& sql) const {
        auto result = run(sql);
        REQUIRE_MESSAGE(result.exit_code == 0, result.err);
        return result.out;
    }

private:
    const ScenarioDatabase& database_;
    std::string name_;
};

struct Analytics {
    Analytics() : project(scenario("trading_analytics")), database(postgres_database()) {
        project->url = database->url();
    }

    /// What the hosted console was given, file by file.
    void run_by_hand(const std::string& file) const {
        const auto text = project->read("versions/" + file);
        const auto start = text.find("-- rev:upgrade");
        database->query(text.substr(start, text.find("-- rev:downgrade") - start));
    }

    std::unique_ptr<TemporaryProject> project;
    std::unique_ptr<ScenarioDatabase> database;
};

constexpr const char* trade =
    "INSERT INTO trades (symbol, side, quantity, price, raw) VALUES ('SPY', 'BUY', 1, 400, '{\"strategy\": "
    "\"wheel\"}');";

}  // namespace

TEST_CASE_FIXTURE(Analytics, "all five files run, down, and up again to the same schema") {
    expect(*project, "upgrade head");
    CHECK(database->versions() == newest);
    const auto schema = database->schema();
    for (const auto* part : {"trades_set_updated_at", "ENABLE ROW LEVEL SECURITY", "idx_trades_strategy",
                             "rolled_options_own", "security_invoker", "failed_at"})
        CHECK(has(schema, part));
    CHECK(database->query("SELECT obj_description('trades'::regclass);") ==
          "One row a fill; don't edit by hand -- the importer owns it");

    expect(*project, "downgrade base");
    CHECK(database->versions().empty());
    CHECK(database->query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
                          " AND tablename NOT LIKE 'rev%' AND tablename <> 'alembic_version';") == "0");
    CHECK(database->query("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace;") == "0");

    expect(*project, "upgrade head");
    CHECK(database->schema() == schema);
}

TEST_CASE_FIXTURE(Analytics, "the data migration, the trigger and the functions do their work") {
    expect(*project, "upgrade 002_row_level_security");
    database->query(trade);
    database->query(
        "INSERT INTO trades (symbol, side, quantity, price, raw)"
        " VALUES ('QQQ', 'SELL', 2, 300, '{\"rolled_from\": 1}');");

    const auto upgrade = expect(*project, "upgrade head");

    CHECK(has(upgrade.err, "trades.strategy added; it's empty"));
    CHECK(database->query("SELECT symbol, strategy FROM trades ORDER BY id;") == "SPY|wheel\nQQQ|manual");
    CHECK(database->query("SELECT cash_flow('wheel')::INT, cash_flow('manual')::INT;") == "-400|600");
    CHECK(database->query("SELECT closed_trade, opened_trade, status FROM rolled_options;") == "1|2|done");
    database->query(
        "INSERT INTO trades (symbol, side, quantity, price, raw)"
        " VALUES ('IWM', 'BUY', 1, 200, '{\"rolled_from\": 2}');");
    CHECK(database->query("SELECT opened_trade, status FROM rolled_options ORDER BY id DESC LIMIT 1;") == "3|pending");
    database->query("UPDATE trades SET price = 401 WHERE id = 1;");
    CHECK(database->query("SELECT updated_at > executed_at FROM trades WHERE id = 1;") == "t");
}

TEST_CASE_FIXTURE(Analytics, "row-level security holds: a role sees its own rows only") {
    expect(*project, "upgrade head");
    const Trader ann(*database, "ann");
    const Trader bob(*database, "bob");
    ann.query(trade);
    bob.query(trade);
    bob.query(trade);

    CHECK(database->query("SELECT count(*) FROM trades;") == "3");
    CHECK(ann.query("SELECT count(*), min(user_id::TEXT) FROM trades;") == "1|" + ann.name() + "\n");
    CHECK(bob.query("SELECT count(*) FROM trades;") == "2\n");
    CHECK(bob.query("SELECT sum(fills) FROM daily_summaries;") == "2\n");
    const auto forged = ann.run("INSERT INTO trades (user_id, symbol, side, quantity, price) VALUES ('" + bob.name() +
                                "', 'SPY', 'BUY', 1, 1);");
    CHECK(has(forged.err, "row-level security"));
    CHECK(has(ann.run("UPDATE trades SET price = 0;").err, "permission denied"));
}

TEST_CASE_FIXTURE(Analytics, "a production database with three files run by hand is adopted, then upgraded") {
    for (const auto* file : {"001_initial_schema.sql", "002_row_level_security.sql", "003_strategy_tags.sql"})
        run_by_hand(file);
    database->query(trade);
    CHECK(expect(*project, "current").out.empty());

    expect(*project, "stamp 003_strategy_tags");
    CHECK(database->versions() == "003_strategy_tags");
    CHECK(has(expect(*project, "status").out, "2 revisions"));
    expect(*project, "upgrade head");

    CHECK(database->versions() == newest);
    CHECK(database->query("SELECT count(*) FROM trades;") == "1");
    const auto fresh = scenario("trading_analytics");
    const auto other = postgres_database();
    fresh->url = other->url();
    expect(*fresh, "upgrade head");
    CHECK(database->schema() == other->schema());
}

TEST_CASE_FIXTURE(Analytics, "the log shows who ran what, when and how long it took") {
    expect(*project, "stamp 002_row_level_security --purge --yes");
    expect(*project, "stamp base");
    expect(*project, "upgrade head --tag release-7");

    const auto log = expect(*project, "log").out;
    for (const auto* revision :
         {"001_initial_schema", "002_row_level_security", "003_strategy_tags", "004_daily_summaries", newest})
        CHECK(has(log, revision));
    CHECK(count(log, "upgrade") >= 5);
    CHECK(has(log, "stamp"));
    CHECK(has(log, "postgres"));
    CHECK(has(log, "ms"));
    CHECK(has(log, "rolled options background processing"));
    const auto day = database->query("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM');");
    CHECK(has(log, day));
    CHECK(database->query("SELECT count(*) FROM rev_log WHERE event = 'upgrade' AND database_user = 'postgres'"
                          " AND duration_ms >= 0 AND error IS NULL;") == "5");
    CHECK(log.find(newest) < log.find("001_initial_schema"));
}
