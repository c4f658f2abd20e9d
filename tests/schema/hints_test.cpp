#include "schema/hints.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "rev/error.hpp"
#include "schema/sqlite/build_model.hpp"

using namespace rev;
using namespace rev::schema;

namespace {

std::string text_of(const Hints& hints) {
    std::string text;
    for (const auto& rename : hints.renames) text += describe(rename.from) + " -> " + describe(rename.to) + "\n";
    for (const auto& each : hints.using_expressions) text += describe(each.column) + " using " + each.expression + "\n";
    return text;
}

std::string in_postgresql(std::string_view ddl) { return text_of(read_hints(ddl, Dialect::postgresql)); }
std::string in_sqlite(std::string_view ddl) { return text_of(read_hints(ddl, Dialect::sqlite)); }

Error failure(std::string_view ddl, Dialect dialect = Dialect::sqlite) {
    try {
        (void)read_hints(ddl, dialect, "schema.sql");
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error for ", ddl);
    throw std::logic_error("not reached");
}

/// "2:5 message"
std::string place_and_message(const Error& error) {
    return std::to_string(error.location().line) + ":" + std::to_string(error.location().column) + " " + error.what();
}

Model crew_model(const std::string& table, const std::string& column) {
    return rev::schema::sqlite::build_model(
        {{.type = "table", .name = table, .sql = "CREATE TABLE " + table + " (id INTEGER, " + column + " TEXT)"},
         {.type = "index",
          .name = "i_" + column,
          .table = table,
          .sql = "CREATE INDEX i_" + column + " ON " + table + " (id)"}},
        3040001);
}

std::string renamed(std::string_view text) {
    const auto rename = read_rename(text, crew_model("crew", "nm"), crew_model("staff", "full_name"));
    return describe(rename.from) + " -> " + describe(rename.to);
}

std::string rename_failure(std::string_view text) {
    try {
        (void)renamed(text);
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::usage);
        CHECK(error.code() == "bad_rename");
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("hints before a CREATE and at the end of a line") {
    CHECK(in_sqlite("-- rev:renamed from crew\nCREATE TABLE Staff (id INTEGER PRIMARY KEY,\n  \"Full Name\" TEXT -- "
                    "rev:renamed from nm\n);") ==
          "table crew -> table staff\ncolumn staff.nm -> column staff.full name\n");
    CHECK(in_postgresql("-- rev:renamed from crew\n-- another remark\nCREATE TABLE IF NOT EXISTS audit.\"Staff\" (\n"
                        "  id bigint,\n  full_name text NOT NULL, -- rev:renamed from nm -- rev:using upper(nm)\n"
                        "  CHECK (full_name <> ')')\n);") ==
          "table audit.crew -> table audit.Staff\ncolumn audit.Staff.nm -> column audit.Staff.full_name\n"
          "column audit.Staff.full_name using upper(nm)\n");
}

TEST_CASE("hints of each kind of object") {
    CHECK(in_postgresql("CREATE TYPE mood AS ENUM (\n'sad',\n'glad' -- rev:renamed from 'Happy'\n);") ==
          "enum label public.mood.Happy -> enum label public.mood.glad\n");
    CHECK(in_postgresql("CREATE TYPE pair AS (\na int, -- rev:renamed from x\nb int\n);") ==
          "attribute public.pair.x -> attribute public.pair.a\n");
    CHECK(in_postgresql("-- rev:renamed from old\nCREATE SCHEMA fresh;") == "schema old -> schema fresh\n");
    CHECK(in_postgresql("-- rev:renamed from old\nCREATE UNIQUE INDEX CONCURRENTLY i ON audit.log (a);") ==
          "index audit.old -> index audit.i\n");
    CHECK(in_postgresql("-- rev:renamed from old\nCREATE OR REPLACE VIEW v AS SELECT 1;") ==
          "view public.old -> view public.v\n");
    CHECK(in_postgresql("-- rev:renamed from old\nCREATE MATERIALIZED VIEW v AS SELECT 1;") ==
          "materialized view public.old -> materialized view public.v\n");
    CHECK(in_postgresql(
              "-- rev:renamed from a.old\nCREATE SEQUENCE b.s;\n-- rev:renamed from old\nCREATE DOMAIN d AS text;") ==
          "sequence a.old -> sequence b.s\ndomain public.old -> domain public.d\n");
    CHECK(in_sqlite("-- rev:renamed from old\nCREATE VIRTUAL TABLE v USING fts5(a);") ==
          "virtual table old -> virtual table v\n");
}

TEST_CASE("texts that only look like hints") {
    CHECK(in_sqlite("-- something rev:renamed from x\nCREATE TABLE t (a TEXT DEFAULT '-- rev:renamed from x'); /* -- "
                    "rev:renamed from x\n*/")
              .empty());
    CHECK(in_postgresql("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 -- rev:renamed from x\n$$;")
              .empty());
}

TEST_CASE("a hint that cannot be followed says where it stands") {
    CHECK(place_and_message(failure("CREATE TABLE t (\n  a int, b int -- rev:renamed from x\n);")) ==
          "2:16 several columns stand on the line of the hint");
    CHECK(place_and_message(failure("CREATE TABLE t (\n  -- rev:renamed from x\n  a int\n);")) ==
          "2:3 the hint stands before nothing that it can be about");
    CHECK(place_and_message(failure("CREATE TABLE t (a int);\n-- rev:renamed from x\n")) ==
          "2:1 the hint stands before nothing that it can be about");
    CHECK(place_and_message(failure("CREATE TABLE t (\n  a int,\n  CHECK (a > 0) -- rev:renamed from x\n);")) ==
          "3:17 the hint stands behind no column or label");
    CHECK(place_and_message(failure("CREATE TABLE t (a int); -- rev:renamed from x")) ==
          "1:25 the hint stands behind no column or label");
    CHECK(place_and_message(failure("CREATE TABLE t (\n  a int -- rev:renamed x\n);")) ==
          "2:9 the hint does not say one old name");
    CHECK(place_and_message(failure("CREATE TABLE t (\n  a int -- rev:renamed from x y\n);")) ==
          "2:9 the hint does not say one old name");
    CHECK(place_and_message(failure("CREATE TABLE t (\n  a int -- rev:rename from x\n);")) ==
          "2:9 `rev:rename` is no hint");
    CHECK(place_and_message(failure("CREATE TABLE t (\n  a int -- rev:using \n);")) ==
          "2:9 the hint has no expression");
    CHECK(place_and_message(
              failure("CREATE TABLE t (\n  a int, -- rev:renamed from x\n  b int -- rev:renamed from x\n);")) ==
          "3:9 two hints are about column t.x or column t.b");
    const auto error = failure("\n-- rev:using x\nCREATE TABLE t (a int);", Dialect::postgresql);
    CHECK(error.code() == "bad_hint");
    CHECK(error.exit_code() == ExitCode::graph);
    CHECK(error.location().file == "schema.sql");
    CHECK(error.location().line_text == "-- rev:using x");
}

TEST_CASE("renames of the command line") {
    CHECK(renamed("crew=staff") == "table crew -> table staff");
    CHECK(renamed("crew.nm=full_name") == "column crew.nm -> column crew.full_name");
    CHECK(renamed("\"CREW\".[NM] = crew.full_name") == "column crew.nm -> column crew.full_name");
    CHECK(renamed("i_nm=i_full_name") == "index i_nm -> index i_full_name");
    CHECK(rename_failure("crew") == "--rename crew: there is no `=`");
    CHECK(rename_failure("=x") == "--rename =x: no name stands on one side of the `=`");
    CHECK(rename_failure("ship=x") == "--rename ship=x: nothing has the old name");
    CHECK(rename_failure("crew=x") == "--rename crew=x: nothing will have the new name");
    CHECK(rename_failure("crew=a.b") == "--rename crew=a.b: the new name has too many parts");
}

TEST_CASE("a thing renamed within a renamed thing is no drop and no add") {
    const auto model = [](const std::string& schema, const std::string& table, const std::string& column) {
        const FactId schema_id{Kind::schema, {schema}};
        const FactId table_id{Kind::table, {schema, table}};
        return Model(Dialect::postgresql, 150000,
                     {{schema_id, {}, {}, {}, {}},
                      {table_id, schema_id, {}, {}, {}},
                      {{Kind::column, {schema, table, column}}, table_id, {{"type", "text"}}, {}, {}},
                      {{Kind::column, {schema, table, "id"}}, table_id, {{"type", "integer"}}, {}, {}}});
    };
    Hints hints{.renames = {{{Kind::schema, {"shop"}}, {Kind::schema, {"store"}}},
                            {{Kind::table, {"shop", "article"}}, {Kind::table, {"store", "item"}}},
                            {{Kind::column, {"shop", "article", "nm"}}, {Kind::column, {"store", "item", "name"}}}},
                .using_expressions = {}};
    // In whatever order they are said.
    for (int turn = 0; turn < 3; ++turn) {
        std::rotate(hints.renames.begin(), hints.renames.begin() + 1,
                    hints.renames.end());  // clang 14 cannot compile that of ranges
        const auto changes = compare(model("shop", "article", "nm"), model("store", "item", "name"), hints);
        CHECK(changes.size() == 3);
        for (const auto& change : changes) CHECK(change.action == Change::Action::rename);
    }
}

TEST_CASE("hints stand in comments as the database cuts them") {
    // A lone CR ends a comment of PostgreSQL: what stands behind it is SQL.
    CHECK(
        in_postgresql(
            "-- rev:renamed from crew\rCREATE TABLE staff (\r  id int,\r  full_name text -- rev:renamed from nm\r)") ==
        "table public.crew -> table public.staff\ncolumn public.staff.nm -> column public.staff.full_name\n");
    CHECK(in_postgresql("/* a /* b */\n-- rev:renamed from x\n*/ CREATE TABLE staff (id int)") == "");
    CHECK(in_sqlite("/* a /* b */\n-- rev:renamed from crew\nCREATE TABLE staff (id int)") ==
          "table crew -> table staff\n");
    CHECK(in_postgresql("SELECT '\n-- rev:renamed from x\n', $$\n-- rev:renamed from y\n$$; CREATE TABLE t (id int)") ==
          "");
}

TEST_CASE("old names are read as the database reads them") {
    CHECK(in_postgresql("-- rev:renamed from \"a.b\"\nCREATE TABLE staff (id int)") ==
          "table public.a.b -> table public.staff\n");
    CHECK(in_postgresql("-- rev:renamed from U&\"\\0041\"\"b\"\nCREATE TABLE staff (id int)") ==
          "table public.A\"b -> table public.staff\n");
    CHECK(in_sqlite("-- rev:renamed from [A.B]\nCREATE TABLE `St``aff` (id int)") == "table a.b -> table st`aff\n");
    CHECK(in_postgresql("CREATE TYPE mood AS ENUM ('sad', -- rev:renamed from 'it''s bad'\n E'o\\'k')") ==
          "enum label public.mood.it's bad -> enum label public.mood.sad\n");
}
