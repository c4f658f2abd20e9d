// A backend whose SQLite file lags behind its code: `no such column: portfolios.tenant_id`.
#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "scenarios/scenario.hpp"

namespace {

using rev::test::both_databases;
using rev::test::count;
using rev::test::expect;
using rev::test::has;
using rev::test::RunningProgram;
using rev::test::scenario;
using rev::test::ScenarioDatabase;
using rev::test::sqlite_database;
using rev::test::TemporaryProject;

constexpr const char* legacy = "0b1f6a2c9d40";
constexpr const char* newest = "a5f7309c1e8b";

/// What the application in the field made and filled, without any tool.
constexpr const char* old_file = R"(
CREATE TABLE portfolios (id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE positions (id INTEGER PRIMARY KEY, symbol TEXT NOT NULL, quantity REAL NOT NULL, cost REAL NOT NULL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, symbol TEXT NOT NULL, side TEXT NOT NULL, quantity REAL NOT NULL);
CREATE TABLE trades (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders (id), quantity REAL NOT NULL,
                     price REAL NOT NULL);
CREATE TABLE events (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, payload TEXT);
INSERT INTO portfolios (id, name) VALUES ('main', 'Main'), ('second', 'Second');
INSERT INTO positions (symbol, quantity, cost) VALUES ('aapl', 10, 1500), ('MSFT', 4, 1200), ('GONE', 0, 0);
INSERT INTO orders (symbol, side, quantity) VALUES ('AAPL', 'buy', 10);
INSERT INTO trades (order_id, quantity, price) VALUES (1, 10, 150);
INSERT INTO events (kind, payload) VALUES ('started', '{}');
)";

struct Backend {
    Backend() : project(scenario("portfolio_scoped")), database(sqlite_database(project->path() / "app.db")) {
        project->url = "sqlite:///app.db";
    }

    std::unique_ptr<TemporaryProject> project;
    std::unique_ptr<ScenarioDatabase> database;
};

struct OldBackend : Backend {
    OldBackend() {
        database->query(old_file);
        expect(*project, std::string("stamp ") + legacy);
    }
};

/// A process that holds the file's write lock until it is told to let go, or the project is gone.
class Holder {
public:
    explicit Holder(const TemporaryProject& project)
        : project_(project),
          sqlite_({"sqlite3", "-bail", "app.db"},
                  {project.path(),
                   {},
                   "BEGIN IMMEDIATE;\n.shell touch held; while test -e held -a ! -e release; do sleep 0.05; done\n"}) {
        rev::test::wait_until("the file's write lock is held", sqlite_, [&] { return project.exists("held"); });
    }
    ~Holder() { release(); }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

    void release() { project_.write("release", ""); }
    [[nodiscard]] pid_t pid() const noexcept { return sqlite_.pid(); }

private:
    const TemporaryProject& project_;
    RunningProgram sqlite_;
};

using Columns = std::vector<std::string>;

void check_newest_schema(const ScenarioDatabase& database) {
    CHECK(database.columns("portfolios") ==
          Columns{"id", "name", "created_at", "tenant_id", "type", "trading_state", "trading_hours_policy"});
    CHECK(database.columns("positions") ==
          Columns{"id", "symbol", "quantity", "cost", "tenant_id", "portfolio_id", "asset_symbol", "avg_cost"});
    CHECK(database.columns("orders") == Columns{"id", "symbol", "side", "quantity", "tenant_id", "portfolio_id"});
    CHECK(database.columns("trades") == Columns{"id", "order_id", "quantity", "price", "tenant_id", "portfolio_id"});
    CHECK(database.columns("events") == Columns{"id", "kind", "payload", "tenant_id", "portfolio_id"});
    CHECK(database.columns("portfolio_cash") == Columns{"portfolio_id", "currency", "amount"});
    CHECK(database.columns("portfolio_config") == Columns{"portfolio_id", "settings"});
    CHECK(database.query("SELECT group_concat(name) FROM pragma_table_info('events') WHERE \"notnull\";") == "kind");
}

}  // namespace

TEST_CASE_FIXTURE(OldBackend, "one upgrade adds the missing columns and tables, and fills the rows that are there") {
    const auto before = database->run("SELECT portfolios.tenant_id FROM portfolios;");
    REQUIRE(has(before.err, "no such column: portfolios.tenant_id"));

    const auto upgrade = expect(*project, "upgrade head");

    check_newest_schema(*database);
    CHECK(database->versions() == newest);
    CHECK(database->query(
              "SELECT id, tenant_id, type, trading_state, trading_hours_policy FROM portfolios ORDER BY id;") ==
          "main|default|paper|active|exchange\nsecond|default|paper|active|exchange");
    CHECK(
        database->query("SELECT symbol, tenant_id, portfolio_id, asset_symbol, avg_cost FROM positions ORDER BY id;") ==
        "aapl|default|main|AAPL|150.0\nMSFT|default|main|MSFT|300.0\nGONE|default|main|GONE|0.0");
    CHECK(database->query(
              "SELECT tenant_id, portfolio_id FROM orders UNION ALL SELECT tenant_id, portfolio_id FROM trades;") ==
          "default|main\ndefault|main");
    CHECK(database->query("SELECT tenant_id IS NULL AND portfolio_id IS NULL FROM events;") == "1");
    CHECK(database->query("SELECT * FROM portfolio_cash ORDER BY 1; SELECT * FROM portfolio_config ORDER BY 1;") ==
          "main|USD|0.0\nsecond|USD|0.0\nmain|{}\nsecond|{}");
    CHECK(has(database->query(".schema portfolios"), "tenant_id"));
    CHECK(has(upgrade.err, newest));
}

TEST_CASE_FIXTURE(OldBackend, "a second upgrade finds nothing to do and changes nothing") {
    expect(*project, "upgrade head");
    const auto file = project->read("app.db");

    const auto again = expect(*project, "upgrade head");

    CHECK(project->read("app.db") == file);
    CHECK(has(again.err, "Nothing to do"));
    expect(*project, "upgrade head --detailed-exitcode", 0);
}

TEST_CASE_FIXTURE(OldBackend, "a half-done manual change is adopted with stamp") {
    database->query(
        "ALTER TABLE portfolios ADD COLUMN tenant_id TEXT NOT NULL DEFAULT 'default';"
        "ALTER TABLE portfolios ADD COLUMN type TEXT NOT NULL DEFAULT 'paper';"
        "ALTER TABLE portfolios ADD COLUMN trading_state TEXT NOT NULL DEFAULT 'active';"
        "ALTER TABLE portfolios ADD COLUMN trading_hours_policy TEXT NOT NULL DEFAULT 'exchange';");
    const auto before = database->state();
    const auto refused = expect(*project, "upgrade head", 5);
    CHECK(has(refused.err, "duplicate column name: tenant_id"));
    CHECK(has(refused.err, "2e7c4d81f95a_give_portfolios_a_tenant_and_a_trading_state.sql:8"));
    CHECK(database->state() == before);

    expect(*project, "stamp 2e7c4d81f95a");
    expect(*project, "upgrade head");

    check_newest_schema(*database);
    CHECK(database->versions() == newest);
}

/// The revision files with a guard above each column and table that they add.
void guard_all(const TemporaryProject& project) {
    const std::regex column("^(ALTER TABLE (\\w+) ADD COLUMN (\\w+))");
    const std::regex table("^(CREATE TABLE (\\w+))");
    for (const auto& file : std::filesystem::directory_iterator(project.path() / "versions")) {
        const auto name = std::filesystem::path("versions") / file.path().filename();
        std::istringstream lines(project.read(name));
        std::string text;
        for (std::string line; std::getline(lines, line);) {
            line = std::regex_replace(line, column, "-- rev:unless column $2.$3\n$1");
            text += std::regex_replace(line, table, "-- rev:unless table $2\n$1") + "\n";
        }
        project.write(name, text);
    }
}

TEST_CASE_FIXTURE(Backend, "a file that has half of the columns and tables is upgraded with guards") {
    database->query(old_file);
    database->query(
        "ALTER TABLE portfolios ADD COLUMN tenant_id TEXT NOT NULL DEFAULT 'default';"
        "ALTER TABLE portfolios ADD COLUMN type TEXT NOT NULL DEFAULT 'live';"
        "ALTER TABLE positions ADD COLUMN avg_cost TEXT;"
        "ALTER TABLE trades ADD COLUMN portfolio_id TEXT NOT NULL DEFAULT 'main';"
        "CREATE TABLE portfolio_config (portfolio_id TEXT PRIMARY KEY REFERENCES portfolios (id),"
        " settings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)));");
    guard_all(*project);
    CHECK(has(expect(*project, "upgrade head --dry-run").out, "conditional: rev:unless column portfolios.tenant_id"));

    const auto upgrade = expect(*project, "upgrade head");

    CHECK(has(upgrade.err, "skipped: rev:unless table portfolios\n"));
    CHECK(has(upgrade.err, "skipped: rev:unless column portfolios.type\n"));
    CHECK(has(upgrade.err, "positions.avg_cost is there already, but as TEXT and not as REAL"));
    CHECK(count(upgrade.err, "skipped: ") == 10);
    auto columns = database->columns("portfolios");
    CHECK(columns == Columns{"id", "name", "created_at", "tenant_id", "type", "trading_state", "trading_hours_policy"});
    columns = database->columns("positions");
    CHECK(std::set<std::string>(columns.begin(), columns.end()) ==
          std::set<std::string>{"id", "symbol", "quantity", "cost", "tenant_id", "portfolio_id", "asset_symbol",
                                "avg_cost"});
    CHECK(database->query("SELECT type FROM portfolios WHERE id = 'main';") == "live");
    CHECK(database->query("SELECT count(*) FROM portfolio_cash;") == "2");
    CHECK(database->versions() == newest);
    CHECK(count(expect(*project, "log -v").out, "skipped: ") == 10);
    CHECK(has(expect(*project, "log --json").out, "\"marker\":\"rev:unless column trades.portfolio_id\""));
    CHECK(has(expect(*project, "upgrade head").err, "Nothing to do"));
}

TEST_CASE_FIXTURE(OldBackend, "an upgrade waits for a process that holds the file, then goes on") {
    Holder holder(*project);
    RunningProgram upgrade(rev::test::rev_command("upgrade head"), project->options());
    // Its own word that it has started and waits.
    rev::test::wait_until("it says that it waits", upgrade, [&] { return has(upgrade.err_so_far(), "Waiting for"); });
    CHECK_FALSE(upgrade.has_ended());

    holder.release();

    const auto result = upgrade.wait();
    INFO(result.err);
    CHECK(result.exit_code == 0);
    check_newest_schema(*database);
}

TEST_CASE_FIXTURE(OldBackend,
                  "a file that stays locked fails the upgrade, with who, what and how long; nothing changes") {
    const auto before = database->state();
    project->write("alembic.yaml", "url: ${DATABASE_URL}\nlock_timeout: 1s\n");
    {
        const Holder holder(*project);
        const auto started = std::chrono::steady_clock::now();

        const auto refused = expect(*project, "upgrade head", 4);

        CHECK(std::chrono::steady_clock::now() - started >= std::chrono::seconds(1));
        CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(20));
        CHECK(has(refused.err, "app.db is locked"));
        CHECK(has(refused.err, std::to_string(holder.pid())));
        CHECK(has(refused.err, "1.0 s"));
    }
    CHECK(database->state() == before);
}

TEST_CASE_FIXTURE(OldBackend, "a failure half-way leaves the file as it was") {
    project->write("versions/b0_broken.sql",
                   "-- break\n--\n-- revision: b0broken\n-- revises: a5f7309c1e8b\n\n-- rev:upgrade\n"
                   "CREATE TABLE half (id INTEGER);\nUPDATE positions SET avg_cost = 0;\n"
                   "INSERT INTO portfolios (id, name) VALUES ('main', 'again');\nCREATE TABLE other (id INTEGER);\n");

    SUBCASE("of the whole run in one transaction") {
        const auto before = database->state();
        const auto failed = expect(*project, "upgrade head --transaction all", 5);
        CHECK(has(failed.err, "UNIQUE constraint failed: portfolios.id"));
        CHECK(has(failed.err, "b0_broken.sql:9"));
        CHECK(database->state() == before);
        CHECK(database->versions() == legacy);
    }
    SUBCASE("of the failed revision otherwise") {
        expect(*project, std::string("upgrade ") + newest);
        const auto before = database->state();
        const auto failed = expect(*project, "upgrade head", 5);
        CHECK(has(failed.err, "b0_broken.sql:9"));
        CHECK(database->state() == before);
        CHECK(has(expect(*project, "log").out, "fail"));
    }
}

TEST_CASE_FIXTURE(OldBackend, "a verify section that finds a bad row undoes its revision") {
    database->query("INSERT INTO positions (symbol, quantity, cost) VALUES ('BAD', -2, 10);");

    const auto failed = expect(*project, "upgrade head", 5);

    CHECK(has(failed.err, "4a9d03b7e216_scope_positions.sql"));
    CHECK(database->versions() == "2e7c4d81f95a");
    CHECK(database->columns("positions") == Columns{"id", "symbol", "quantity", "cost"});
    database->query("DELETE FROM positions WHERE symbol = 'BAD';");
    expect(*project, "upgrade head");
    check_newest_schema(*database);
}

TEST_CASE_FIXTURE(Backend, "without a file the upgrade creates one with the newest schema") {
    REQUIRE_FALSE(project->exists("app.db"));
    CHECK(has(expect(*project, "upgrade head --dry-run").out, newest));
    expect(*project, "current");
    expect(*project, "status");
    REQUIRE_FALSE(project->exists("app.db"));

    expect(*project, "upgrade head");

    check_newest_schema(*database);
    expect(*project, "current --check-heads");
}

TEST_CASE_FIXTURE(OldBackend, "a downgrade to the old schema loses no row") {
    const auto before = database->query("SELECT * FROM portfolios ORDER BY 1; SELECT * FROM positions ORDER BY 1;");
    expect(*project, "upgrade head");

    expect(*project, std::string("downgrade --yes ") + legacy);

    CHECK(database->query("SELECT * FROM portfolios ORDER BY 1; SELECT * FROM positions ORDER BY 1;") == before);
    CHECK(database->versions() == legacy);
    expect(*project, "upgrade head");
    check_newest_schema(*database);
}
