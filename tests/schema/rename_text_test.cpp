// Texts of the server in which a name changes.
#include "schema/postgres/rename_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "schema/postgres/names.hpp"

using namespace rev::schema;

namespace {

const FactId crew = {Kind::table, {"app", "crew"}};
const FactId nm = {Kind::column, {"app", "crew", "nm"}};

/// An attribute of something that depends on what is renamed, afterwards.
std::string after_rename(const FactId& from, const FactId& to, Kind kind, const std::string& sql,
                         const std::string& attribute = "definition") {
    std::vector<Fact> facts(1);
    facts[0].id = {kind, {"app", "dependent"}};
    facts[0].attributes[attribute] = sql;
    facts[0].depends_on = {from};
    postgres::rename_in_facts(facts, from, to);
    return facts[0].attributes[attribute];
}

std::string after_column_rename(Kind kind, const std::string& sql) {
    return after_rename(nm, {Kind::column, {"app", "crew", "full_name"}}, kind, sql);
}

std::string after_table_rename(const std::string& sql) {
    return after_rename(crew, {Kind::table, {"app", "staff"}}, Kind::constraint, sql);
}

}  // namespace

TEST_CASE("a renamed column has its new name outside strings only") {
    CHECK(after_column_rename(Kind::constraint, "CHECK (((nm <> 'nm'::text) AND (length(nm) > 1)))") ==
          "CHECK (((full_name <> 'nm'::text) AND (length(full_name) > 1)))");
    CHECK(after_column_rename(Kind::constraint, "CHECK ((nm(a) = \"nm\"\"nm\"))") == "CHECK ((nm(a) = \"nm\"\"nm\"))");
}

TEST_CASE("a name with quotes in it is one name") {
    const FactId from = {Kind::column, {"app", "crew", "a\"b"}};
    const FactId to = {Kind::column, {"app", "crew", "größe"}};
    CHECK(after_rename(from, to, Kind::constraint, "CHECK ((\"a\"\"b\" > 0))") == "CHECK ((\"größe\" > 0))");
    CHECK(after_rename({Kind::column, {"app", "crew", "a"}}, to, Kind::constraint, "CHECK ((\"a\"\"b\" > a))") ==
          "CHECK ((\"a\"\"b\" > \"größe\"))");
}

TEST_CASE("what a query gives keeps its name") {
    CHECK(after_column_rename(Kind::view, " SELECT crew.nm,\n    crew.id\n   FROM app.crew\n  WHERE crew.nm = 'nm';") ==
          " SELECT crew.full_name AS nm,\n    crew.id\n   FROM app.crew\n  WHERE crew.full_name = 'nm';");
    CHECK(after_column_rename(Kind::view, " SELECT id,\n    nm AS full_name\n   FROM app.crew;") ==
          " SELECT id,\n    full_name\n   FROM app.crew;");
    CHECK(after_column_rename(Kind::view, " SELECT concat(nm, id, nm) AS nm\n   FROM app.crew;") ==
          " SELECT concat(full_name, id, full_name) AS nm\n   FROM app.crew;");
    // What a clause within parentheses has said ends with them.
    CHECK(after_column_rename(Kind::view, " SELECT EXTRACT(year FROM born) AS y,\n    nm\n   FROM app.crew;") ==
          " SELECT EXTRACT(year FROM born) AS y,\n    full_name AS nm\n   FROM app.crew;");
    CHECK(after_column_rename(Kind::view, " SELECT 'SELECT ,'::text AS x\n   FROM app.crew\n  ORDER BY id, nm;") ==
          " SELECT 'SELECT ,'::text AS x\n   FROM app.crew\n  ORDER BY id, full_name;");
}

TEST_CASE("a renamed table has its new name beside a dot, and where a string names it to the server") {
    CHECK(after_table_rename("CHECK ((crew.id > app.crew(crew) AND x = 'app.crew'::text))") ==
          "CHECK ((staff.id > app.staff(crew) AND x = 'app.crew'::text))");
    CHECK(after_table_rename("nextval('app.crew'::regclass)") == "nextval('app.staff'::regclass)");
    CHECK(after_table_rename("nextval('app.\"crew\"'::regclass)") == "nextval('app.\"crew\"'::regclass)");
}

TEST_CASE("a table that moves takes its whole address with it") {
    const FactId to = {Kind::table, {"old", "crew"}};
    CHECK(after_rename(crew, to, Kind::constraint, "FOREIGN KEY (crew) REFERENCES app.crew(id)") ==
          "FOREIGN KEY (crew) REFERENCES old.crew(id)");
    CHECK(after_rename(crew, to, Kind::constraint, "x my_app.crew y app.crew_2 z 'app.crew'::text") ==
          "x my_app.crew y app.crew_2 z 'app.crew'::text");
    CHECK(after_rename(crew, to, Kind::constraint, "nextval('app.crew'::regclass)") == "nextval('old.crew'::regclass)");
}

TEST_CASE("a renamed label is found among others that hold commas and quotes") {
    const FactId type = {Kind::type_enum, {"app", "mood"}};
    std::vector<Fact> facts(1);
    facts[0].id = type;
    facts[0].attributes["labels"] = "'a, b', 'it''s', E'c\\\\d'";
    postgres::rename_in_facts(facts, {Kind::enum_label, {"app", "mood", "it's"}},
                              {Kind::enum_label, {"app", "mood", "it is"}});
    CHECK(facts[0].attributes["labels"] == "'a, b', 'it is', E'c\\\\d'");
}
