// Repeatable objects through the one use case that changes databases, on SQLite.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "app/connect.hpp"
#include "app/migrate.hpp"
#include "app/repeatables.hpp"
#include "app/status.hpp"
#include "db/database_url.hpp"
#include "script/script_support.hpp"
#include "state/reporter.hpp"

namespace rev::test {
namespace {

/// A project with a1 <- b1 and a database file.
class Bench {
public:
    Bench() {
        fs::create_directory(folder_ / "objects");
        folder_.write("versions/a1.sql",
                      "-- revision: a1\n-- revises:\n\n-- rev:upgrade\nCREATE TABLE item (price);\n"
                      "INSERT INTO item VALUES (1), (2);\n-- rev:downgrade\nDROP TABLE item;\n");
        config_.directory = folder_.path();
        config_.script_location = folder_.path();
        config_.version_locations = {folder_ / "versions"};
        config_.repeatable_locations = {folder_ / "objects"};
        config_.url = "sqlite:///" + (folder_ / "test.db").string();
    }

    void add_revision(const std::string& id, const std::string& revises, const std::string& sql) const {
        folder_.write("versions/" + id + ".sql", "-- revision: " + id + "\n-- revises: " + revises +
                                                     "\n\n-- rev:upgrade\n" + sql + "\n-- rev:downgrade\nSELECT 1;\n");
    }

    void view(const std::string& name, const std::string& select, const std::string& header = "",
              bool is_dropped = false) const {
        folder_.write("objects/" + name + ".sql",
                      "-- repeatable: " + name + "\n" + header + (is_dropped ? "-- drop_before_upgrade: true\n" : "") +
                          "\n-- rev:apply\n" + (is_dropped ? "" : "DROP VIEW IF EXISTS " + name + ";\n") +
                          "CREATE VIEW " + name + " AS " + select + ";\n" +
                          (is_dropped ? "-- rev:drop\nDROP VIEW " + name + ";\n" : ""));
    }

    /// "upgrade a1, apply v": what ran.
    std::string migrate(app::MigrateRequest request) const {
        const ScriptDirectory scripts(config_);
        const auto graph = scripts.load_graph();
        state::Reporter silent;
        const auto url = parse_database_url(config_.url);
        app::Connector connector;
        connector.open = [&](app::Access access) {
            return open_database(url, access == app::Access::read ? app::reading_options(config_)
                                                                  : app::writing_options(config_, silent));
        };
        connector.is_missing_file = [&] { return app::is_missing_file(config_, url); };
        const auto done = app::migrate(request, {scripts, graph, connector, silent});
        std::string text;
        for (const auto& step : done.result.steps)
            text += (text.empty() ? "" : ", ") + std::string(direction_name(step.direction)) + " " + step.revision +
                    step.repeatable;
        return text;
    }
    [[nodiscard]] std::string up(const std::string& target = "heads") const {
        return migrate({.mode = app::MigrateMode::upgrade, .targets = {target}});
    }
    [[nodiscard]] std::string down(const std::string& target) const {
        return migrate({.mode = app::MigrateMode::downgrade, .targets = {target}});
    }

    std::string query(const std::string& sql) const {
        const auto database = open_database(parse_database_url(config_.url), app::reading_options(config_));
        return database->query_in_session(sql).at(0).at(0).value_or("");
    }

private:
    Folder folder_;
    Config config_;
};

TEST_CASE("an upgrade makes them, and again what has changed") {
    const Bench bench;
    bench.view("total", "SELECT sum(price) AS value FROM item");
    bench.view("half", "SELECT value / 2 AS value FROM total", "-- needs: total\n");
    CHECK(bench.up() == "upgrade a1, apply total, apply half");
    CHECK(bench.up().empty());
    bench.view("half", "SELECT value / 3 AS value FROM total", "-- needs: total\n");
    CHECK(bench
              .migrate(
                  {.mode = app::MigrateMode::upgrade, .targets = {"heads"}, .repeatables = app::RepeatableUse::leave})
              .empty());
    CHECK(bench.up() == "apply half");
    CHECK(bench.query("SELECT value FROM half") == "1");
    CHECK(bench.query(
              "SELECT group_concat(event || ' ' || coalesce(revision, '-') || ' ' || coalesce(repeatable, '-'), ', ')"
              " FROM rev_log") == "upgrade a1 -, apply - total, apply - half, apply - half");
}

TEST_CASE("what asks for it is dropped before, and a failure leaves it missing") {
    const Bench bench;
    bench.view("total", "SELECT sum(price) AS value FROM item", "", true);
    bench.view("half", "SELECT value / 2 AS value FROM total", "-- needs: total\n");
    CHECK(bench.up() == "upgrade a1, apply total, apply half");
    bench.add_revision("b1", "a1", "SELECT * FROM nowhere;");
    const auto error = error_of([&] { static_cast<void>(bench.up()); });
    CHECK(error.exit_code() == ExitCode::revision_failed);
    CHECK(bench.query("SELECT count(*) FROM sqlite_master WHERE name = 'total'") == "0");
    bench.add_revision("b1", "a1", "SELECT 1;");
    CHECK(bench.up() == "upgrade b1, apply total, apply half");
    CHECK(bench.down("a1") == "drop total, downgrade b1");
    CHECK(bench.up() == "upgrade b1, apply total, apply half");
    bench.view("total", "SELECT max(price) AS value FROM item", "", true);
    CHECK(bench.up() == "drop total, apply total, apply half");
    CHECK(bench.query("SELECT value FROM half") == "1");
}

TEST_CASE("a failing one is located, leaves the earlier ones, and all of it goes in one transaction") {
    const Bench bench;
    bench.view("a", "SELECT 1 AS value");
    bench.view("b", "SELECT 1 AS value; SELECT * FROM nowhere");
    const auto error = error_of([&] { static_cast<void>(bench.up()); });
    CHECK(error.exit_code() == ExitCode::revision_failed);
    CHECK(error.location().file.ends_with("objects/b.sql"));
    CHECK(error.location().line == 5);
    CHECK(bench.query("SELECT value FROM a") == "1");
    CHECK(bench.query("SELECT error IS NOT NULL AND revision IS NULL FROM rev_log WHERE event = 'fail'"
                      " AND repeatable = 'b'") == "1");
    bench.view("b", "SELECT 2 AS value");
    CHECK(bench.up() == "apply b");
    bench.view("a", "SELECT 3 AS value");
    bench.view("b", "SELECT 1 AS value; SELECT * FROM nowhere");
    CHECK(error_of([&] {
              static_cast<void>(bench.migrate(
                  {.mode = app::MigrateMode::upgrade, .targets = {"heads"}, .transaction = TransactionMode::all}));
          }).exit_code() == ExitCode::revision_failed);
    CHECK(bench.query("SELECT value FROM a") == "1");
}

}  // namespace
}  // namespace rev::test
