// `rev prove` on whole histories: of the scenarios, the sample, and those that other tools wrote.
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <string>

#include "scenarios/scenario.hpp"

namespace {

namespace fs = std::filesystem;
using rev::test::both_databases;
using rev::test::count;
using rev::test::expect;
using rev::test::has;
using rev::test::run_rev;
using rev::test::scenario;

/// Most are written for one database alone.
bool is_for(const std::string& name, bool postgres) {
    if (name == "family_office") return true;
    return postgres == (name != "portfolio_scoped");
}

void prove(rev::test::TemporaryProject& project, const std::string& name) {
    const rev::test::TemporaryFolder folder;
    for (const auto& database : both_databases(folder.path())) {
        if (!is_for(name, database->is_postgres())) continue;
        CAPTURE(name);
        CAPTURE(database->is_postgres());
        project.url = database->url();
        const auto result = project.rev("prove -v");
        INFO(result.out);
        INFO(result.err);
        CHECK((result.exit_code == 0 || result.exit_code == 1));
        CHECK(has(result.err, "revision"));
        // Each has a line of its own, whatever came of it.
        CHECK(count(result.out, "\n") >= count(project.rev("history").out, "\n"));
        CHECK(database->versions().empty());
    }
}

}  // namespace

TEST_CASE("the sample history gives back what was before, at each revision") {
    const auto project = rev::test::sample_project();
    const rev::test::TemporaryFolder folder;
    for (const auto& database : both_databases(folder.path())) {
        CAPTURE(database->is_postgres());
        project->url = database->url();
        const auto result = project->rev("prove");
        INFO(result.out);
        INFO(result.err);
        CHECK(result.exit_code == 0);
        CHECK_FALSE(has(result.out, "leaves"));
        CHECK_FALSE(has(result.err, "no rows could be made up"));
    }
}

TEST_CASE("the histories of the scenarios") {
    for (const auto* name :
         {"family_office", "hk_strategy", "portfolio_optimizer", "portfolio_scoped", "trading_analytics"})
        prove(*scenario(name), name);
}

TEST_CASE("histories that were imported") {
    for (const auto* tool : {"dbmate", "flyway", "golang-migrate", "goose", "sqitch", "supabase", "prisma", "diesel"}) {
        const rev::test::TemporaryFolder work;
        fs::copy(fs::path(REV_TEST_DATA) / "import" / tool / "plain", work.path() / "old", fs::copy_options::recursive);
        rev::test::ProgramOptions options{work.path(), {{"DATABASE_URL", "sqlite:///test.db"}}, {}};
        const auto imported = run_rev({"import", "--from", tool, "old", "--no-verify"}, options);
        CAPTURE(tool);
        CAPTURE(imported.err);
        if (imported.exit_code != 0) continue;
        const auto proven = run_rev({"prove", "--dialect", "sqlite", "--url", "sqlite:///test.db"}, options);
        CAPTURE(proven.out);
        CAPTURE(proven.err);
        CHECK((proven.exit_code == 0 || proven.exit_code == 1 || proven.exit_code == 5));
    }
}
