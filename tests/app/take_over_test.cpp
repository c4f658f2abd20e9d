// Going on from what another tool has applied. tests/import takes over what real tools leave.
#include "app/take_over.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "app/app_project.hpp"
#include "app/migrate.hpp"
#include "support/graph_of.hpp"

namespace rev::test {
namespace {

/// A tool that keeps ids of revisions in the table `done`.
class DoneRecord final : public app::ForeignRecord {
public:
    app::ForeignState read(Database& database, const state::FoundTables&, std::span<const RevisionId>) override {
        app::ForeignState state;
        state.message = "taken over";
        state.objects = objects;
        if (!database.has_table("", "done")) return state;
        state.applied.emplace();
        for (const auto& row : database.query("SELECT id FROM done ORDER BY id DESC"))
            state.applied->push_back(row.at(0).value_or(""));
        return state;
    }
    void hold(Database& database) override { held_in_transaction = database.in_transaction(); }
    void before_commit() override {
        ++commits;
        if (on_commit) on_commit();
    }

    std::vector<app::MadeObject> objects;
    std::function<void()> on_commit;
    int commits = 0;
    bool held_in_transaction = false;
};

/// a <- b <- c, whose files are not written.
class TakeOverBench {
public:
    app::MigrateResult take_over(app::MigrateExtent extent = app::MigrateExtent::run) {
        const ScriptDirectory scripts(project.config());
        const auto connector = project.connector();
        return app::migrate({.mode = app::MigrateMode::take_over,
                             .extent = extent,
                             .inspect = [this](const Plan& plan, Database&) { inspected.push_back(plan.to); },
                             .take_over = &record},
                            {scripts, graph_, connector, project.reporter()});
    }
    [[nodiscard]] std::string rows() {
        return project.query("SELECT coalesce(group_concat(version_num), '') FROM alembic_version");
    }
    [[nodiscard]] std::string log() {
        return project.query(
            "SELECT coalesce(group_concat(event || ' ' || coalesce(revision, repeatable, '') || ' ' || heads_after,"
            " ', '), '') FROM rev_log");
    }
    /// Whether rev has tables there.
    [[nodiscard]] bool has_tables() {
        return project.query("SELECT count(*) FROM sqlite_master WHERE name IN ('alembic_version', 'rev_log')") != "0";
    }

    AppProject project;
    DoneRecord record;
    std::vector<Ids> inspected;

private:
    Graph graph_ = graph_of("a -> b, b -> c");
};

}  // namespace

TEST_CASE("what another tool has applied becomes rows and a row of the log, and nothing runs") {
    TakeOverBench bench;
    bench.project.run("CREATE TABLE done (id); INSERT INTO done VALUES ('a'), ('b')");
    const auto done = bench.take_over();
    CHECK(done.plan.from.empty());
    CHECK(done.plan.to == Ids{"b"});
    CHECK(done.result.rows == Ids{"b"});
    CHECK(done.result.steps.empty());
    CHECK(bench.rows() == "b");
    CHECK(bench.log() == "import b b");
    CHECK(bench.record.held_in_transaction);
    CHECK(bench.record.commits == 1);
    bench.project.run("INSERT INTO done VALUES ('c')");
    CHECK(bench.take_over().plan.from == Ids{"b"});
    CHECK(bench.log() == "import b b, import c c");
}

TEST_CASE("where nothing is new nothing is written, and whoever waits for the commit is called all the same") {
    TakeOverBench bench;
    CHECK(bench.take_over().plan.to.empty());
    CHECK_FALSE(bench.has_tables());
    bench.project.run("CREATE TABLE done (id); INSERT INTO done VALUES ('a')");
    static_cast<void>(bench.take_over());
    CHECK(bench.take_over().plan.steps.empty());
    CHECK(bench.log() == "import a a");
    CHECK(bench.record.commits == 3);
    CHECK(bench.inspected == std::vector<Ids>{{}, {"a"}, {"a"}});
}

TEST_CASE("a take-over that is only shown changes nothing") {
    TakeOverBench bench;
    bench.project.run("CREATE TABLE done (id); INSERT INTO done VALUES ('a')");
    CHECK(bench.take_over(app::MigrateExtent::show).plan.to == Ids{"a"});
    CHECK(bench.inspected == std::vector<Ids>{{"a"}});
    CHECK(bench.record.commits == 0);
    CHECK_FALSE(bench.has_tables());
}

TEST_CASE("what fails before the commit takes rows, log and tables back") {
    TakeOverBench bench;
    bench.project.run("CREATE TABLE done (id); INSERT INTO done VALUES ('a')");
    bench.record.on_commit = [] { throw Error(ExitCode::usage, "cannot_write", "no file can be written"); };
    CHECK(error_of([&] { static_cast<void>(bench.take_over()); }).code() == "cannot_write");
    CHECK_FALSE(bench.has_tables());
}

TEST_CASE("what another tool has written between the look and the transaction is taken over") {
    TakeOverBench bench;
    bench.project.run("CREATE TABLE done (id); INSERT INTO done VALUES ('a')");
    const ScriptDirectory scripts(bench.project.config());
    const auto graph = graph_of("a -> b, b -> c");
    const auto connector = bench.project.connector();
    const auto done = app::migrate({.mode = app::MigrateMode::take_over,
                                    .on_ready = [&] { bench.project.run("INSERT INTO done VALUES ('b')"); },
                                    .take_over = &bench.record},
                                   {scripts, graph, connector, bench.project.reporter()});
    CHECK(done.plan.to == Ids{"b"});
    CHECK(bench.rows() == "b");
}

TEST_CASE("an object that is as its file says counts as made by it") {
    TakeOverBench bench;
    bench.project.run("CREATE TABLE done (id); INSERT INTO done VALUES ('a')");
    auto file = parse_revision_file("-- the totals\n--\n-- repeatable: total\n\n-- rev:apply\nSELECT 1;\n",
                                    "objects/total.sql", FileKind::repeatable);
    bench.record.objects.push_back({"total", "objects/total.sql", std::move(file)});
    static_cast<void>(bench.take_over());
    CHECK(bench.log() == "import a a, apply total a");
    const auto database = bench.project.open();
    const auto logged = state::read_logged_repeatables(*database, state::find_tables(*database, state::VersionTable{}));
    REQUIRE(logged.contains("total"));
    CHECK(logged.at("total").is_applied);
    CHECK(logged.at("total").checksum == state::section_checksum("SELECT 1;\n", Dialect::sqlite));
    CHECK(logged.at("total").source == "objects/total.sql");
}

}  // namespace rev::test
