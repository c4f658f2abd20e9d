// Loading DDL, on PostgreSQL.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "scratch/scratch_support.hpp"

namespace rev::test {
namespace {

using scratch::DdlText;

TEST_CASE("files load in any order that works, in rounds") {
    PostgresScratch scratch;
    scratch.load({{"a.sql", "CREATE VIEW v AS SELECT f(x) AS y FROM b;"},
                  {"b.sql", "CREATE TABLE b (x mood);"},
                  {"c.sql", "CREATE FUNCTION f(m mood) RETURNS text LANGUAGE sql AS 'SELECT m::text';"},
                  {"d.sql", "CREATE TYPE mood AS ENUM ('a');"}});
    CHECK(scratch.query("SELECT count(*)::text FROM pg_class WHERE relnamespace = 'public'::regnamespace") == "2");
}

TEST_CASE("an error names file, line, column and SQLSTATE; only what lacks an object is tried again") {
    PostgresScratch scratch;
    const auto error =
        scratch.failure({{"a.sql", "CREATE TABLE a (x int);\nCREATE TABLE b (y integer,\n   z nosuch);\n"},
                         {"c.sql", "CREATE TABLE c ();"}});
    CHECK(error.code() == "schema_not_loaded");
    CHECK(error.exit_code() == ExitCode::graph);
    CHECK(error.sqlstate() == "42704");
    CHECK(error.location().file == "a.sql");
    CHECK(error.location().line == 3);
    CHECK(error.location().column == 6);
    CHECK(error.location().line_text == "   z nosuch);");
    const auto syntax = scratch.failure({{"x.sql", "CREATE TABEL a ();"}, {"y.sql", "CREATE TABLE d ();"}});
    CHECK(syntax.sqlstate() == "42601");
    CHECK(scratch.query("SELECT (to_regclass('public.d') IS NULL)::text") == "true");
}

TEST_CASE("settings of a file end with it, and unchecked function bodies are told") {
    PostgresScratch scratch;
    const auto loaded = scratch.load({{"a.sql", "SET search_path = pg_catalog; CREATE TABLE public.a (x integer);"},
                                      {"b.sql", "CREATE TABLE b (x integer);"}});
    CHECK_FALSE(loaded.unchecked_function_bodies);
    CHECK(scratch.query("SELECT (to_regclass('public.b') IS NOT NULL)::text") == "true");
    const auto unchecked = scratch.load({{"c.sql",
                                          "SET check_function_bodies = off;\n"
                                          "CREATE FUNCTION g() RETURNS integer LANGUAGE sql AS 'SELECT h()';\n"
                                          "CREATE FUNCTION h() RETURNS integer LANGUAGE sql AS 'SELECT 1';\n"}});
    CHECK(unchecked.unchecked_function_bodies);
    CHECK(scratch.failure({{"d.sql", "CREATE FUNCTION i() RETURNS integer LANGUAGE sql AS 'SELECT nosuch()';"}})
              .sqlstate() == "42883");
}

TEST_CASE("what a dump of psql's has is taken, its commands are not") {
    PostgresScratch scratch;
    scratch.load({{"dump.sql",
                   "\\restrict x\nSELECT pg_catalog.set_config('search_path', '', false);\n"
                   "CREATE TABLE public.a (x integer);\n\\unrestrict x\n"}});
    CHECK(scratch.failure({{"e.sql", "\\connect other\n"}}).code() == "psql_command");
}

}  // namespace
}  // namespace rev::test
