#include <array>

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "catalog/sqlite/read_sqlite_model.hpp"
#include "exec/exec_support.hpp"
#include "run/losses.hpp"
#include "schema/sqlite/plan_sqlite.hpp"
#include "schema/sqlite_pair.hpp"
#include "schema/sqlite_random.hpp"

using namespace rev;
using namespace rev::test;
using schema::HazardKind;
using schema::Kind;

namespace {

std::unique_ptr<Database> database_of(std::string_view ddl) {
    auto database = open_database(parse_database_url("sqlite:///:memory:"), {});
    const std::array<Command, 1> commands{Command{.kind = Command::Kind::sql, .sql = ddl}};
    database->run(commands);
    return database;
}

schema::Model model_of(std::string_view ddl) { return catalog::read_sqlite_model(*database_of(ddl)); }

std::vector<schema::Statement> upgrade_of(std::string_view from, std::string_view to,
                                          const schema::MigrationOptions& options = {}) {
    const auto migration = schema::plan_sqlite(model_of(from), model_of(to), options);
    return migration.revisions.empty() ? std::vector<schema::Statement>() : migration.revisions.front().upgrade;
}

std::vector<schema::Statement> downgrade_of(std::string_view from, std::string_view to) {
    return schema::plan_sqlite(model_of(from), model_of(to)).revisions.at(0).downgrade;
}

/// "deletes_data column crew.nm" of each hazard, by statement.
std::vector<std::string> hazards_of(const std::vector<schema::Statement>& statements, HazardKind kind) {
    std::vector<std::string> hazards;
    for (const auto& statement : statements)
        for (const auto& hazard : statement.hazards)
            if (hazard.kind == kind) hazards.push_back(describe(hazard.object));
    return hazards;
}

using Texts = std::vector<std::string>;

constexpr std::string_view crew = "CREATE TABLE crew (id INTEGER PRIMARY KEY, nm TEXT, rank TEXT);";

}  // namespace

TEST_CASE("a dump of each schema loads again to an equal one") {
    for (const auto& pair : read_pairs(std::filesystem::path(REV_TEST_DATA) / "schema_pairs" / "sqlite")) {
        for (const auto& ddl : {pair.from, pair.to}) {
            const auto model = model_of(ddl);
            CHECK_MESSAGE(model.unmodelled().empty(), pair.name);
            const auto dump = schema::plan_sqlite({}, model);
            if (model.empty()) continue;
            CHECK_MESSAGE(model_of(section_text(dump.revisions.at(0).upgrade)) == model, pair.name);
        }
    }
}

TEST_CASE("the same facts and the same plan whatever the order of creation") {
    const std::string from = "CREATE TABLE a (x INTEGER REFERENCES b (id)); CREATE TABLE b (id INTEGER PRIMARY KEY);";
    const auto to = from +
                    "CREATE TABLE c (y TEXT); CREATE INDEX i ON c (y); CREATE VIEW v AS SELECT y FROM c; CREATE VIEW w "
                    "AS SELECT y FROM v;";
    const auto shuffled =
        "CREATE VIEW w AS SELECT y FROM v; CREATE VIEW v AS SELECT y FROM c; CREATE TABLE c (y TEXT);"
        "CREATE INDEX i ON c (y);" +
        from;
    CHECK(to_text(model_of(to)) == to_text(model_of(shuffled)));
    CHECK(section_text(upgrade_of(from, to)) == section_text(upgrade_of(from, shuffled)));
    CHECK(section_text(upgrade_of("", to)) == section_text(upgrade_of("", shuffled)));
}

TEST_CASE("a table that is made anew loses nothing by the count of rev downgrade") {
    const auto migration = schema::plan_sqlite(
        model_of(crew), model_of("CREATE TABLE crew (id INTEGER PRIMARY KEY, nm TEXT UNIQUE, rank TEXT);"));
    Bench bench;
    bench.revision("r1", std::string(crew));
    const auto& draft = migration.revisions.at(0);
    bench.revision("r2", section_text(draft.upgrade), section_text(draft.downgrade), "sqlite_foreign_keys: false");
    bench.upgrade();
    bench.run("INSERT INTO crew VALUES (1, 'ann', 'mate'), (7, 'bob', NULL)");
    const auto graph = bench.graph();
    const auto plan =
        rev::run::prepare(plan_downgrade(graph, rev::state::read_rows(bench.database(), bench.options.table), "-1"),
                          bench.scripts(), bench.prepare_options());
    const auto losses = run::find_losses(bench.database(), plan, bench.options, bench.reporter);
    CHECK(losses.empty());
    bench.downgrade("-1");
    CHECK(bench.query("SELECT id || nm FROM crew ORDER BY id") == "1ann\n7bob");
}

TEST_CASE("what is dropped is a hazard, and what cannot come back is one of the downgrade") {
    const std::string without = "CREATE TABLE crew (id INTEGER PRIMARY KEY, rank TEXT);";
    CHECK(hazards_of(upgrade_of(crew, without), HazardKind::deletes_data) == Texts{"column crew.nm"});
    CHECK(hazards_of(downgrade_of(crew, without), HazardKind::not_undoable) == Texts{"column crew.nm"});
    CHECK(hazards_of(upgrade_of(crew, ""), HazardKind::deletes_data) == Texts{"table crew"});
    CHECK(hazards_of(downgrade_of(crew, ""), HazardKind::not_undoable) == Texts{"table crew"});
    // Made anew for another reason, it drops its column just the same.
    CHECK(hazards_of(upgrade_of(crew, "CREATE TABLE crew (id INTEGER PRIMARY KEY, rank TEXT UNIQUE);"),
                     HazardKind::deletes_data) == Texts{"column crew.nm"});
}

TEST_CASE("a drop and an add that are alike are a possible rename, and stay a drop and an add") {
    const auto migration = schema::plan_sqlite(
        model_of(crew),
        model_of("CREATE TABLE crew (id INTEGER PRIMARY KEY, rank TEXT, full_name TEXT NOT NULL DEFAULT '');"));
    CHECK(migration.possible_renames.empty());
    const auto alike = schema::plan_sqlite(
        model_of(crew), model_of("CREATE TABLE crew (id INTEGER PRIMARY KEY, rank TEXT, full_name TEXT);"));
    REQUIRE(alike.possible_renames.size() == 1);
    CHECK(describe(alike.possible_renames[0].from) == "column crew.nm");
    CHECK(describe(alike.possible_renames[0].to) == "column crew.full_name");
    CHECK(hazards_of(alike.revisions.at(0).upgrade, HazardKind::possible_rename) == Texts{"column crew.full_name"});
    const auto tables = schema::plan_sqlite(
        model_of(crew), model_of("CREATE TABLE staff (id INTEGER PRIMARY KEY, nm TEXT, rank TEXT);"));
    REQUIRE(tables.possible_renames.size() == 1);
    CHECK(describe(tables.possible_renames[0].to) == "table staff");
}

TEST_CASE("a NOT NULL column without default is a place to fill in only where the table has rows") {
    const std::string to = "CREATE TABLE crew (id INTEGER PRIMARY KEY, nm TEXT, rank TEXT, pay INTEGER NOT NULL);";
    const auto plain = upgrade_of(crew, to);
    REQUIRE(plain.size() == 1);
    CHECK(plain[0].sql == "ALTER TABLE crew ADD COLUMN pay INTEGER NOT NULL");
    CHECK(hazards_of(plain, HazardKind::may_fail) == Texts{"column crew.pay"});
    CHECK(plain[0].to_fill_in.empty());

    schema::MigrationOptions options;
    options.tables_with_rows.insert({Kind::table, {"crew"}});
    const auto filled = upgrade_of(crew, to, options);
    CHECK(std::ranges::count_if(filled, [](const auto& each) { return !each.to_fill_in.empty(); }) == 1);
    // A downgrade cannot ask anybody.
    const auto migration = schema::plan_sqlite(model_of(to), model_of(crew), options);
    CHECK(hazards_of(migration.revisions.at(0).downgrade, HazardKind::may_fail) == Texts{"column crew.pay"});
    for (const auto& each : migration.revisions.at(0).downgrade) CHECK(each.to_fill_in.empty());
}

TEST_CASE("rows that break a new rule stop the upgrade and are not dropped by a conflict clause") {
    const auto statements =
        upgrade_of(crew, "CREATE TABLE crew (id INTEGER PRIMARY KEY, nm TEXT UNIQUE ON CONFLICT REPLACE, rank TEXT);");
    CHECK(section_text(statements).find("INSERT OR ABORT INTO _rev_new_crew") != std::string::npos);
    CHECK(hazards_of(statements, HazardKind::may_fail) == Texts{"constraint crew.nm unique on conflict replace"});
}

TEST_CASE("what is left out of a model takes what stands on it along") {
    const auto database = database_of(std::string(crew) +
                                      "CREATE TABLE tmp_x (a); CREATE INDEX i ON tmp_x (a); CREATE TABLE own (v);"
                                      "CREATE TRIGGER g AFTER INSERT ON own BEGIN SELECT 1; END;");
    catalog::ReadOptions options{.exclude = {"TMP_*"}, .own_tables = {{"main", "own"}}};
    CHECK(catalog::read_sqlite_model(*database, options) == model_of(crew));
    options.ignore = {Kind::table};
    CHECK(catalog::read_sqlite_model(*database, options).empty());
    CHECK_FALSE(database->in_transaction());
}

TEST_CASE("a thousand tables are read and compared in a tenth of a second") {
    std::string ddl;
    for (int i = 0; i < 1000; ++i) {
        const auto number = std::to_string(i);
        ddl += "CREATE TABLE t" + number +
               " (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INTEGER DEFAULT 1, c REAL, d TEXT, e BLOB,"
               " f TEXT, g INTEGER, h TEXT CHECK (h <> ''), i INTEGER REFERENCES t0 (id));"
               "CREATE INDEX i" +
               number + " ON t" + number + " (a, b);";
    }
    const auto from = database_of(ddl);
    const auto to = database_of(ddl + "CREATE TABLE another (id INTEGER PRIMARY KEY);");
    const auto began = std::chrono::steady_clock::now();
    const auto before = catalog::read_sqlite_model(*from);
    const auto migration = schema::plan_sqlite(before, catalog::read_sqlite_model(*to));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    MESSAGE("both models and the plan took ", took.count(), " ms");
    CHECK(migration.revisions.at(0).upgrade.size() == 1);
    CHECK(before.facts().size() == 1000 * 15);
}
