// Two teams' models.py become their databases by `rev revision --autogenerate` alone; nobody writes SQL.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "scenarios/scenario.hpp"

namespace {

namespace fs = std::filesystem;
using rev::test::expect;
using rev::test::has;
using rev::test::postgres_database;
using rev::test::scenario;
using rev::test::ScenarioDatabase;
using rev::test::sqlite_database;
using rev::test::TemporaryProject;

std::string revision_file(const TemporaryProject& project, const std::string& id) {
    for (const auto& entry : fs::directory_iterator(project.path() / "versions"))
        if (entry.path().filename().string().starts_with(id)) return project.read("versions" / entry.path().filename());
    FAIL("there is no file of ", id);
    return {};
}

/// As a developer edits the file.
void edit(const TemporaryProject& project, const std::string& part, const std::string& by) {
    auto text = project.read("models.py");
    const auto at = text.find(part);
    REQUIRE(at != std::string::npos);
    project.write("models.py", text.replace(at, part.size(), by));
    fs::remove_all(project.path() / "__pycache__");
}

std::unique_ptr<TemporaryProject> project_of(const std::string& name) {
    auto project = scenario(name);
    fs::create_directories(project->path() / "versions");
    return project;
}

TEST_CASE("a FastAPI project's models become one history for PostgreSQL and SQLite") {
    const auto project = project_of("portfolio_optimizer_models");
    const auto postgres = postgres_database();
    const auto lite = sqlite_database(project->path() / "dev.db");
    project->url = postgres->url();
    project->environment["SCRATCH_URL"] = rev::test::required_variable("REV_TEST_POSTGRES_SOCKET_URL");
    const auto on_both = [&](const std::string& line, int code = 0) {
        for (const auto* database : {postgres.get(), lite.get()}) {
            project->url = database->url();
            expect(*project, line, code);
        }
        project->url = postgres->url();
    };

    expect(*project, "revision --autogenerate -m 'create users and portfolios' --rev-id 001");
    const auto first = revision_file(*project, "001");
    for (const char* marker : {"-- rev:upgrade postgresql", "-- rev:upgrade sqlite", "-- rev:downgrade postgresql",
                               "-- rev:downgrade sqlite", "jsonb", "risk_profile"})
        CHECK(has(first, marker));
    on_both("upgrade head");
    on_both("check --database");
    const std::string user =
        "INSERT INTO users (id, session_id) VALUES ('00000000-0000-4000-8000-000000000001', 's1');"
        "INSERT INTO portfolios (id, user_id, name) VALUES ('00000000-0000-4000-8000-000000000002',"
        " '00000000-0000-4000-8000-000000000001', 'growth');";
    for (const auto* database : {postgres.get(), lite.get()}) database->query(user);
    const auto states = std::pair(postgres->schema(), lite->schema());

    edit(*project, "    # new columns of users\n",
         "    locale = Column(String(20), nullable=False, server_default=\"en\", index=True)\n");
    on_both("check --database", 1);
    expect(*project, "revision --autogenerate -m 'add locale' --rev-id 002");
    on_both("upgrade head");
    on_both("check --database");
    for (const auto* database : {postgres.get(), lite.get()})
        CHECK(database->query("SELECT session_id, locale FROM users;") == "s1|en");
    on_both("drift");
    on_both("downgrade -1 --yes");
    CHECK(postgres->schema() == states.first);
    CHECK(lite->query("SELECT name FROM portfolios;") == "growth");
    on_both("upgrade head");
    on_both("downgrade base --yes");
    on_both("upgrade head");
}

TEST_CASE("models whose types and sequences stand in schemas without a table") {
    const auto project = project_of("hk_strategy_models");
    const auto database = postgres_database();
    project->url = database->url();
    project->write("models.py",
                   "from sqlalchemy import ARRAY, Column, Enum, Integer, Sequence\n"
                   "from sqlalchemy.orm import declarative_base\n"
                   "Base = declarative_base()\n"
                   "class Item(Base):\n"
                   "    __tablename__ = 'item'\n"
                   "    id = Column(Integer, Sequence('numbers', schema='counters'), primary_key=True)\n"
                   "    kind = Column(Enum('a', 'b', name='kinds', schema='types'))\n"
                   "    others = Column(ARRAY(Enum('c', name='others', schema='more', metadata=Base.metadata)))\n");
    expect(*project, "revision --autogenerate -m items --rev-id a1");
    expect(*project, "upgrade head");
    expect(*project, "check --database");
    CHECK(database->query("SELECT count(*) FROM pg_namespace WHERE nspname IN ('counters', 'types', 'more');") == "3");
}

TEST_CASE("portfolios come beside the positions in two phases, and the old application goes on after the first") {
    const auto project = project_of("hk_strategy_models");
    const auto database = postgres_database();
    project->url = database->url();
    const auto become = [&](const std::string& models) {
        project->write("models.py", project->read(models));
        fs::remove_all(project->path() / "__pycache__");
    };
    const std::string old_insert =
        "INSERT INTO portfolio_positions (symbol, quantity, avg_cost) VALUES ('{}', 100, 7.5);";
    const auto insert = [&](const std::string& symbol) {
        auto sql = old_insert;
        return database->run(sql.replace(sql.find("{}"), 2, symbol));
    };

    expect(*project, "revision --autogenerate -m 'single portfolio' --rev-id a1");
    expect(*project, "upgrade head");
    CHECK(insert("0700.HK").exit_code == 0);

    become("phase_1.py");
    expect(*project, "revision --autogenerate -m 'phase 1' --branch-label expand --rev-id b1");
    CHECK(has(revision_file(*project, "b1"), "-- branch_labels: expand"));
    expect(*project, "upgrade head");
    expect(*project, "drift");
    CHECK(insert("0005.HK").exit_code == 0);
    CHECK(database->query("SELECT count(*) FROM portfolio_positions WHERE portfolio_id IS NULL;") == "2");

    become("phase_2.py");
    const auto phase_2 = expect(*project, "revision --autogenerate -m 'phase 2' --rev-id c1");
    CHECK(has(phase_2.err, "may_fail"));
    expect(*project, "upgrade head", 5);
    database->query(
        "INSERT INTO portfolios (portfolio_id, name) VALUES ('DEFAULT', 'Default');"
        "UPDATE portfolio_positions SET portfolio_id = 'DEFAULT';");
    expect(*project, "upgrade head");
    expect(*project, "drift");
    CHECK(insert("0011.HK").exit_code != 0);
    CHECK(database->query("SELECT positions FROM portfolio_summary;") == "2");
    database->query("ALTER TABLE portfolios ADD COLUMN by_hand text;");
    CHECK(has(expect(*project, "drift", 1).out, "by_hand"));

    expect(*project, "downgrade a1 --yes");
    CHECK(database->query("SELECT count(*) FROM portfolio_positions;") == "2");
}

TEST_CASE("a Django project's models become a history, on each database") {
    for (const bool on_postgres : {true, false}) {
        const auto project = project_of("django_shop");
        const auto database = on_postgres ? postgres_database() : sqlite_database(project->path() / "dev.db");
        project->url = database->url();
        expect(*project, "revision --autogenerate -m start --rev-id a1");
        CHECK_FALSE(has(revision_file(*project, "a1"), "shop_report"));
        expect(*project, "upgrade head");
        database->query("INSERT INTO shop_ware (id, name, price, discount) VALUES (1, 'tea', 2.5, '5%');");
        CHECK(database->run("INSERT INTO shop_ware (id, name, price, discount) VALUES (2, 'x', 2.5, '5');").exit_code !=
              0);
        auto models = project->read("shop/models.py");
        const std::string place = "    # new fields of wares\n";
        const auto at = models.find(place);
        REQUIRE(at != std::string::npos);
        project->write("shop/models.py",
                       models.replace(at, place.size(), "    origin = models.CharField(max_length=20, null=True)\n"));
        fs::remove_all(project->path() / "shop" / "__pycache__");
        expect(*project, "revision --autogenerate -m origin --rev-id b1");
        expect(*project, "upgrade head");
        expect(*project, "check --database");
        CHECK(database->query("SELECT name FROM shop_ware WHERE origin IS NULL;") == "tea");
        expect(*project, "downgrade base --yes");
    }
}

}  // namespace
