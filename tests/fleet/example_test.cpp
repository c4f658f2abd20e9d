// examples/tenants as its README tells it, and the portfolios of the scenarios as members of fleets.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

using rev::test::DatabaseProject;
using rev::test::expect;
using rev::test::has;
using rev::test::TemporaryProject;

namespace {

namespace fs = std::filesystem;

/// The revision files and settings of a folder of this repository, with more settings behind them.
void copy_project(const fs::path& from, const TemporaryProject& project, const std::string& settings = "") {
    fs::remove_all(project.path() / "versions");
    fs::copy(from / "versions", project.path() / "versions", fs::copy_options::recursive);
    fs::copy_file(from / "alembic.yaml", project.path() / "alembic.yaml", fs::copy_options::overwrite_existing);
    project.write("alembic.yaml", project.read("alembic.yaml") + settings);
}

}  // namespace

TEST_CASE("the example's tenants: a canary, one that fails, its repair, the end, and a new one") {
    const DatabaseProject project(DatabaseProject::Kind::postgresql);
    const fs::path example = REV_EXAMPLES "/tenants";
    copy_project(example, project);
    fs::copy_file(example / "tenants.sql", project.path() / "tenants.sql");
    project.run_script(project.read("tenants.sql"));
    CHECK(has(expect(project, "fleet upgrade 2e7c4d81f95a").err, "6 done"));
    CHECK(project.query("SELECT currency FROM umbrella.portfolio_cash") == "HKD");
    project.query(
        "INSERT INTO stark.positions (portfolio_id, symbol, quantity) VALUES (1, '0005.HK', 100), (1, '0005.HK', 50)");

    CHECK(has(expect(project, "fleet upgrade head --ring canary").err, "1 done"));
    CHECK(project.query("SELECT version_num FROM globex.alembic_version") == "2e7c4d81f95a");
    const auto failed = expect(project, "fleet upgrade head", 5);
    CHECK(has(failed.err, "failed stark"));
    CHECK(has(failed.err, "4a9d03b7e216_a_symbol_once_in_a_portfolio.sql:8"));
    CHECK(project.query("SELECT version_num FROM stark.alembic_version") == "2e7c4d81f95a");
    CHECK(project.query("SELECT count(*) FROM stark.positions") == "2");

    project.query("UPDATE stark.positions SET quantity = 150 WHERE id = 1; DELETE FROM stark.positions WHERE id = 2");
    expect(project, "fleet upgrade head");
    CHECK(has(expect(project, "fleet verify").err, "6 ok"));
    CHECK(has(expect(project, "fleet status --exit-code").out, "6  up to date"));

    expect(project, "-x currency=USD fleet create hooli");
    project.query("INSERT INTO public.tenants (schema_name, currency) VALUES ('hooli', 'USD')");
    CHECK(has(expect(project, "fleet status --exit-code").out, "7  up to date"));
}

TEST_CASE("one portfolio becomes many, tenant by tenant: phase 1 with a canary and a tenant that fails") {
    const DatabaseProject project(DatabaseProject::Kind::postgresql);
    copy_project(REV_SCENARIOS "/hk_strategy", project,
                 "fleet:\n"
                 "  schemas: [\"desk_*\"]\n"
                 "  search_path: \"{schema}\"\n"
                 "  rings: [{name: canary, members: [desk_a]}, {name: all}]\n"
                 "  on_failure: continue\n");
    project.query("CREATE SCHEMA desk_a; CREATE SCHEMA desk_b; CREATE SCHEMA desk_c; CREATE SCHEMA desk_d");
    expect(project, "fleet upgrade 15c0d3e7a2b4");
    for (const std::string desk : {"desk_a", "desk_b", "desk_c", "desk_d"})
        project.query("INSERT INTO " + desk +
                      ".portfolio_positions (symbol, quantity, avg_cost) VALUES ('0700.HK', 200, 320)");
    // What the verify section of phase 1 refuses.
    project.query("UPDATE desk_c.portfolio_positions SET quantity = -1");

    expect(project, "fleet upgrade expand@head --ring canary");
    CHECK(has(expect(project, "fleet status expand@head").out, "3  behind"));
    const auto failed = expect(project, "fleet upgrade expand@head", 5);
    CHECK(has(failed.err, "2 done, 1 up to date, 1 failed"));
    CHECK(project.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'desk_c' AND tablename = 'portfolios'") ==
          "0");
    // The old application goes on where phase 1 is done: its INSERT names no portfolio.
    project.query("INSERT INTO desk_b.portfolio_positions (symbol, quantity, avg_cost) VALUES ('0005.HK', 400, 61)");

    project.query("UPDATE desk_c.portfolio_positions SET quantity = 200");
    CHECK(has(expect(project, "fleet upgrade expand@head").err, "1 done, 3 up to date"));
    for (const std::string desk : {"desk_a", "desk_b", "desk_c", "desk_d"}) {
        CAPTURE(desk);
        CHECK(project.query("SELECT portfolio_id FROM " + desk + ".portfolio_positions WHERE symbol = '0700.HK'") ==
              "DEFAULT");
        CHECK(project.query("SELECT count(*) FROM " + desk + ".rev_log WHERE event = 'upgrade'") == "2");
    }
    CHECK(has(expect(project, "fleet verify").err, "4 ok"));
}

TEST_CASE("a portfolio application with a file for each tenant, adopted and scoped") {
    const TemporaryProject project;
    copy_project(REV_SCENARIOS "/portfolio_scoped", project, "fleet:\n  files: [\"tenants/*.db\"]\n");
    fs::create_directory(project.path() / "tenants");
    for (const std::string tenant : {"acme", "globex"}) {
        expect(project, "fleet create " + tenant);
        expect(project, "fleet downgrade 0b1f6a2c9d40 --yes --members '*" + tenant + "*'");
    }
    CHECK(has(expect(project, "fleet upgrade head").err, "2 done"));
    CHECK(has(expect(project, "fleet verify").err, "2 ok"));
}
