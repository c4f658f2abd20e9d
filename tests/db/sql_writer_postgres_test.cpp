#include <doctest/doctest.h>

#include <sstream>

#include "db/fixtures.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

std::string script(const std::vector<Command>& commands) {
    std::ostringstream out;
    run(*open_sql_writer(Dialect::postgresql, out, ScriptReader::shell), commands);
    return out.str();
}

std::string run_by_psql(const PostgresTestDatabase& server, const std::string& text) {
    const TemporaryFolder folder;
    write_file(folder.path() / "script.sql", text);
    return output_of("psql -X -q '" + server.url() + "' -f " + (folder.path() / "script.sql").string());
}

}  // namespace

TEST_CASE("a script for PostgreSQL, run by psql, does what the batch would have done") {
    const PostgresTestDatabase server;
    auto copy = of_kind(Command::Kind::copy, "COPY \"T\" (x) FROM stdin");
    copy.data = "a\\tb\nlast line";
    const auto text =
        script({begin(), sql("CREATE TABLE v (id text); CREATE TABLE \"T\" (x text) -- no semicolon"), copy,
                sql("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN ';:x'; END $$;\n"),
                sql("SELECT pg_catalog.set_config('search_path', '', false); SET ROLE pg_monitor"), reset(),
                change("INSERT INTO v (id) VALUES (?)", {"it's \\ :x"}), commit(), sql("VACUUM v")});
    run_by_psql(server, text);
    CHECK(server.query("SELECT x FROM \"T\" ORDER BY x") == "a\tb\nlast line");
    CHECK(server.query("SELECT id FROM v") == "it's \\ :x");
    CHECK(server.query("SELECT prosrc FROM pg_proc WHERE proname = 'f'") == " BEGIN RETURN ';:x'; END ");
}

TEST_CASE("a script for psql stops at its first error and leaves the failing step undone") {
    const PostgresTestDatabase server;
    const auto text =
        script({begin(), sql("CREATE TABLE a (x int)"), commit(), begin(), sql("CREATE TABLE b (x int)"),
                sql("SELECT * FROM nowhere"), commit(), begin(), sql("CREATE TABLE c (x int)"), commit()});
    CHECK_THROWS(run_by_psql(server, text));
    CHECK(server.query("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace") ==
          "a");
}

}  // namespace rev::test
