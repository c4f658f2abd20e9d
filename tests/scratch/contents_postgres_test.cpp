// What DDL leaves beside definitions, on PostgreSQL.
#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "scratch/contents.hpp"
#include "scratch/in_transaction.hpp"
#include "scratch/load.hpp"
#include "scratch/scratch_support.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

using scratch::DdlText;

std::string text_of(const Error& error) {
    CHECK(error.code() == "not_a_schema");
    const auto& place = error.location();
    return place.file + ':' + std::to_string(place.line) + ':' + std::to_string(place.column) + ' ' + error.what();
}

std::string refused_contents(const std::string& ddl) {
    PostgresScratch scratch;
    const std::vector<DdlText> texts = {{"schema.sql", ddl}};
    try {
        scratch::refuse_contents(scratch.database(), texts);
    } catch (const Error& error) {
        return text_of(error);
    }
    return "";
}

}  // namespace

TEST_CASE(
    "PostgreSQL: definitions leave no contents, nor do rows that are gone again, a materialized view's, or those "
    "that a trigger of the schema writes") {
    PostgresScratch scratch;
    const std::vector<DdlText> texts = {
        {"a.sql",
         "SELECT set_config('search_path', '', false);"
         "CREATE TABLE public.a (x serial, y integer GENERATED ALWAYS AS IDENTITY (START WITH 7));"
         "CREATE MATERIALIZED VIEW public.m AS SELECT 1 AS x;"
         "CREATE TABLE public.n AS SELECT 1 AS x WITH NO DATA;"
         "DO $$ BEGIN EXECUTE 'CREATE TABLE public.c (x integer)'; END $$;"
         "DO $$ BEGIN INSERT INTO public.c VALUES (1); DELETE FROM public.c; END $$;"}};
    CHECK_FALSE(scratch::load_ddl(scratch.database(), texts).leaves_temporary);
    CHECK(scratch::find_contents(scratch.database()).empty());
    CHECK(refused_contents("CREATE TABLE log (id serial, tag text);"
                           "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS "
                           "$$BEGIN INSERT INTO log (tag) VALUES (tg_tag); END$$;"
                           "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();"
                           "CREATE TABLE b (x integer);")
              .empty());
}

TEST_CASE("PostgreSQL: whatever leaves more than definitions is refused where it stands") {
    CHECK(refused_contents(
              "CREATE TABLE a (x integer);\n WITH q AS (INSERT INTO a VALUES (1) RETURNING x) SELECT * FROM q;") ==
          "schema.sql:2:2 WITH in a desired schema leaves rows in the table public.a");
    CHECK(refused_contents("CREATE TABLE a (x integer);\nDO $$ BEGIN INSERT INTO a VALUES (1); END $$;") ==
          "schema.sql:2:1 DO in a desired schema leaves rows in the table public.a");
    CHECK(refused_contents("CREATE TABLE a AS SELECT 1 AS x;") ==
          "schema.sql:1:1 CREATE TABLE in a desired schema leaves rows in the table public.a");
    CHECK(refused_contents("CREATE SEQUENCE s;\nSELECT setval('s', 9, false);") ==
          "schema.sql:2:1 SELECT in a desired schema leaves a position of the sequence public.s");
    CHECK(refused_contents("CREATE SEQUENCE s;\nSELECT nextval('s');") ==
          "schema.sql:2:1 SELECT in a desired schema leaves a position of the sequence public.s");
    CHECK(refused_contents("CREATE TABLE b (x integer);\nCREATE TEMP TABLE a (x integer);") ==
          "schema.sql:2:1 CREATE TABLE in a desired schema leaves a, which is temporary");
    CHECK(refused_contents("CREATE FUNCTION pg_temp.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';") ==
          "schema.sql:1:1 CREATE FUNCTION in a desired schema leaves f, which is temporary");
    CHECK(refused_contents("SELECT lo_create(4711);") ==
          "schema.sql:1:1 SELECT in a desired schema leaves the large object 4711");
}

TEST_CASE("PostgreSQL: in a transaction of the target, whose own rows do not count") {
    const PostgresTestDatabase live;
    live.query("CREATE TABLE a (x integer); INSERT INTO a VALUES (1); SELECT lo_create(4712)");
    const auto target = open_database(parse_database_url(live.url()), {});
    const auto load = [&](const std::string& ddl) {
        const std::array texts = {DdlText{"schema.sql", ddl}};
        scratch::load_in_transaction(*target, {"public"}, texts, [](Database&) {});
    };
    CHECK_NOTHROW(load("CREATE TABLE a (x bigint);"));
    try {
        load("CREATE TABLE a (x bigint);\nWITH q AS (INSERT INTO a VALUES (2) RETURNING x) SELECT * FROM q;");
        FAIL("it was loaded");
    } catch (const Error& error) {
        CHECK(text_of(error) == "schema.sql:2:1 WITH in a desired schema leaves rows in the table public.a");
    }
    CHECK(live.query("SELECT x FROM a") == "1");
}

}  // namespace rev::test
