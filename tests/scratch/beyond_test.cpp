// What reaches beyond its database: by the text of its statements, before any of them runs.
#include "scratch/beyond.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "scratch/row_maker.hpp"

namespace rev::test {
namespace {

std::string beyond(const std::string& sql) {
    return scratch::find_beyond(std::vector{scratch::DdlText{"schema.sql", sql}});
}

using Values = std::vector<std::string>;

}  // namespace

TEST_CASE("commands of the whole server reach beyond the database") {
    CHECK(beyond("SELECT 1;\nCREATE ROLE app") == "CREATE ROLE (schema.sql:2)");
    for (const auto* sql : {"CREATE USER app", "ALTER /* x */ ROLE app LOGIN", "DROP GROUP app", "DROP DATABASE shop",
                            "ALTER DATABASE shop SET work_mem = '1MB'", "CREATE TABLESPACE fast LOCATION '/x'",
                            "ALTER SYSTEM SET work_mem = '1MB'", "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
                            "COPY t TO PROGRAM 'cat'", "COPY t (a, b) FROM -- x\n PROGRAM $$cat$$"}) {
        CAPTURE(sql);
        CHECK_FALSE(beyond(sql).empty());
    }
}

TEST_CASE("a DO block reaches beyond the database if it names such a command, whatever stands between its words") {
    for (const auto* sql : {
             "DO $$ BEGIN CREATE ROLE app; END $$",
             "DO $$ BEGIN CREATE /*x*/ ROLE app; END $$",
             "DO $$ BEGIN CREATE /* a /* b */ c */ ROLE app; END $$",
             "DO $$ BEGIN CREATE -- x\r ROLE app; END $$",
             "DO $$ BEGIN create--x\nrole app; END $$",
             "DO LANGUAGE plpgsql 'BEGIN DROP/**/USER app; END'",
             "DO $$ BEGIN EXECUTE 'CREATE ROLE app'; END $$",
             "DO $$ BEGIN EXECUTE format('ALTER ROLE %I LOGIN', 'app'); END $$",
             "DO $$ BEGIN EXECUTE 'CREATE ' || 'ROLE app'; END $$",
             "DO $$ BEGIN EXECUTE E'CREATE\\nROLE app'; END $$",
             "DO $a$ BEGIN EXECUTE $b$ DO $c$ BEGIN DROP DATABASE x; END $c$ $b$; END $a$",
             "DO $$ BEGIN ALTER /**/ SYSTEM RESET ALL; END $$",
             "DO $$ BEGIN EXECUTE 'COPY t TO PROGRAM ''cat'''; END $$",
         }) {
        CAPTURE(sql);
        CHECK(beyond(sql) == "DO (schema.sql:1)");
    }
}

TEST_CASE("what only looks so stays within the database") {
    for (const auto* sql : {
             "CREATE TABLE role (id int)",
             "CREATE USER MAPPING FOR app SERVER s",
             "DO $$ BEGIN CREATE USER MAPPING FOR app SERVER s; END $$",
             "DO $$ BEGIN NULL; /* CREATE ROLE app */ END $$",
             "DO $$ BEGIN NULL; -- CREATE ROLE app\n END $$",
             "DO $$ BEGIN PERFORM 1 AS \"create\", role FROM t; END $$",
             "DO $$ BEGIN CREATE TABLE role_of (id int); END $$",
             "DO $$ BEGIN PERFORM 1 FROM program; END $$",
             "COPY t (program) FROM '/x'",
             "COPY t FROM '/x program y'",
             "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE ROLE app; END $$",
         }) {
        CAPTURE(sql);
        CHECK(beyond(sql).empty());
    }
}

TEST_CASE("the literals of a CHECK are values that it may let pass") {
    const auto values = [](const std::string& check, bool is_text) {
        return scratch::values_in_check(check, Dialect::postgresql, is_text);
    };
    CHECK(values("kind = ANY (ARRAY['it''s'::text, E'a\\'b'::text, 'it''s'::text])", true) ==
          Values{"'it''s'", "E'a\\'b'"});
    CHECK(values("age >= 18 AND \"limit 5\" < 1.5", false) ==
          Values{"(18)", "(18 + 1)", "(18 - 1)", "(1.5)", "(1.5 + 1)", "(1.5 - 1)"});
    CHECK(values("x2 > 1e3 /* 7 */ AND '9'::text <> $1", false) == Values{"'9'"});
    CHECK(values("length(code) = 2", true) == Values{"'A{n}'", "'1{n}'", "'aa{n}'"});
    CHECK(values("length(code) < 5000", true) == Values{});
    CHECK(values("code <> 'open", true) == Values{"'open"});
}

}  // namespace rev::test
