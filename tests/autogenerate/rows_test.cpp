// Made-up rows, and whether they are still there.
#include "autogenerate/rows.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "catalog/read_model.hpp"
#include "scratch/place.hpp"

namespace rev::test {
namespace {

class Lite {
public:
    explicit Lite(const std::string& ddl) { run(ddl); }
    Database& database() { return scratch_->database(); }
    schema::Model model() { return catalog::read_model(database()); }
    void run(const std::string& sql) {
        const std::array commands = {Command{.kind = Command::Kind::sql, .sql = sql}};
        database().run(commands);
    }
    std::string count(const std::string& table) {
        return database().query("SELECT count(*) FROM " + table).at(0).at(0).value_or("");
    }

private:
    std::unique_ptr<scratch::Place> place_ = scratch::open_place({.dialect = Dialect::sqlite});
    std::unique_ptr<scratch::ScratchDatabase> scratch_ = place_->make();
};

const std::string tables =
    "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parent (id), at TEXT);"
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, nm TEXT UNIQUE NOT NULL, price REAL, double_price AS (price * 2));"
    "CREATE TABLE never (x INTEGER CHECK (x > 10));";

TEST_CASE("each table that can hold rows gets two, parents before children") {
    Lite lite(tables);
    autogenerate::make_up_rows(lite.database(), lite.model());
    CHECK(lite.count("parent") == "2");
    CHECK(lite.count("child") == "2");
    CHECK(lite.database().foreign_key_violations().empty());
    CHECK(lite.database().query("SELECT count(DISTINCT nm) FROM parent").at(0).at(0) == "2");
}

TEST_CASE("a lost row, a lost value and nothing lost are told apart") {
    Lite lite(tables);
    const auto model = lite.model();
    autogenerate::make_up_rows(lite.database(), model);
    const auto before = autogenerate::read_rows_of_tables(lite.database(), model);
    const auto lost = [&] {
        return autogenerate::find_lost_rows(model, before, model,
                                            autogenerate::read_rows_of_tables(lite.database(), model), {});
    };
    CHECK(lost().empty());
    lite.run("UPDATE child SET at = 'x' WHERE id = (SELECT min(id) FROM child)");
    REQUIRE(lost().size() == 1);
    CHECK(lost().front() == "column child.at has not the values that it had");
    lite.run("DELETE FROM child WHERE id = (SELECT min(id) FROM child)");
    REQUIRE(lost().size() == 1);
    CHECK(lost().front() == "table child had 2 rows, and has 1");
}

TEST_CASE("a table under a new name is held against the old one") {
    Lite lite(tables);
    const auto model = lite.model();
    autogenerate::make_up_rows(lite.database(), model);
    const auto before = autogenerate::read_rows_of_tables(lite.database(), model);
    lite.run("ALTER TABLE parent RENAME TO elder; DELETE FROM elder WHERE id = (SELECT max(id) FROM elder)");
    const auto after_model = lite.model();
    const auto after = autogenerate::read_rows_of_tables(lite.database(), after_model);
    const schema::Rename rename{{schema::Kind::table, {"parent"}}, {schema::Kind::table, {"elder"}}};
    CHECK(autogenerate::find_lost_rows(model, before, after_model, after, {rename}).size() == 1);
}

/// A table of partitions, each with its own rows, as a model of PostgreSQL has it. m3 is a table only as a partition.
schema::Model partitioned(const std::vector<std::string>& partitions, const std::string& key = "RANGE (a)") {
    const schema::FactId whole{schema::Kind::table, {"public", "m"}};
    std::vector<schema::Fact> facts = {{whole, {}, {{"partition by", key}}, {}, {}}};
    for (const std::string name : {"m1", "m2", "m3"}) {
        const schema::FactId part{schema::Kind::table, {"public", name}};
        const auto is_part = std::ranges::find(partitions, name) != partitions.end();
        if (is_part || name != "m3") facts.push_back({part, {}, {}, {}, {}});
        if (is_part)
            facts.push_back({{schema::Kind::partition, part.name},
                             part,
                             {{"of", "public.m"}, {"bound", name == "m2" ? "DEFAULT" : "of " + name}},
                             {},
                             {whole}});
    }
    return {Dialect::postgresql, 150000, std::move(facts)};
}

TEST_CASE("a partition takes its rows along: the table that it leaves has lost none") {
    const auto rows = [](long long whole, long long of_second) {
        return autogenerate::RowsOfTables{{{schema::Kind::table, {"public", "m"}}, {whole, {}}},
                                          {{schema::Kind::table, {"public", "m1"}}, {2, {}}},
                                          {{schema::Kind::table, {"public", "m2"}}, {of_second, {}}}};
    };
    const auto both = partitioned({"m1", "m2"});
    const auto one = partitioned({"m1"});
    CHECK(autogenerate::find_lost_rows(both, rows(4, 2), one, rows(2, 2), {}).empty());
    CHECK(autogenerate::find_lost_rows(one, rows(2, 2), both, rows(4, 2), {}).empty());
    CHECK(autogenerate::find_lost_rows(both, rows(4, 2), one, rows(2, 1), {}).size() == 1);
    CHECK(autogenerate::find_lost_rows(both, rows(4, 2), both, rows(3, 2), {}).size() == 1);
}

TEST_CASE("rows that move between the partitions of a table are not lost, and those that go are") {
    const auto rows = [](long long whole, long long of_first, long long of_second) {
        return autogenerate::RowsOfTables{{{schema::Kind::table, {"public", "m"}}, {whole, {}}},
                                          {{schema::Kind::table, {"public", "m1"}}, {of_first, {}}},
                                          {{schema::Kind::table, {"public", "m2"}}, {of_second, {}}}};
    };
    const auto both = partitioned({"m1", "m2"});
    const auto by_another_key = partitioned({"m1", "m2"}, "LIST (b)");
    CHECK(autogenerate::find_lost_rows(both, rows(4, 2, 2), by_another_key, rows(4, 0, 4), {}).empty());
    CHECK(autogenerate::find_lost_rows(both, rows(4, 2, 2), by_another_key, rows(3, 0, 3), {}).size() == 1);
    // A new one takes rows out of the default one, and none of another's; the way back moves them again.
    const auto three = partitioned({"m1", "m2", "m3"});
    CHECK(autogenerate::find_lost_rows(both, rows(4, 2, 2), three, rows(4, 2, 1), {}).empty());
    CHECK(autogenerate::find_lost_rows(both, rows(4, 2, 2), three, rows(3, 2, 1), {}).size() == 1);
    CHECK(autogenerate::find_lost_rows(three, rows(4, 2, 1), both, rows(4, 2, 2), {}).empty());
    CHECK(autogenerate::find_lost_rows(three, rows(4, 2, 1), both, rows(3, 1, 2), {}).size() == 1);
}

}  // namespace
}  // namespace rev::test
