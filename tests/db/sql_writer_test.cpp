#include <doctest/doctest.h>

#include <sstream>

#include "db/fixtures.hpp"

namespace rev::test {
namespace {

std::string script(Dialect dialect, const std::vector<Command>& commands) {
    std::ostringstream out;
    run(*open_sql_writer(dialect, out), commands);
    return out.str();
}

constexpr auto update = "UPDATE alembic_version SET version_num=? WHERE alembic_version.version_num = ?";

}  // namespace

TEST_CASE("changes are printed as Alembic prints them") {
    CHECK(script(Dialect::postgresql,
                 {begin(), sql("CREATE TABLE a (x INTEGER);\n"), change(update, {"b", "a"}), commit()}) ==
          "BEGIN;\n\n"
          "CREATE TABLE a (x INTEGER);\n\n"
          "UPDATE alembic_version SET version_num='b' WHERE alembic_version.version_num = 'a';\n\n"
          "COMMIT;\n\n");
}

TEST_CASE("names are quoted in a script only where they need it") {
    std::ostringstream out;
    const auto writer = open_sql_writer(Dialect::postgresql, out);
    CHECK(writer->quote_identifier("alembic_version") == "alembic_version");
    for (const auto* name : {"Upper", "with space", "select", "2nd", ""}) {
        CHECK(writer->quote_identifier(name) == "\"" + std::string(name) + "\"");
    }
    CHECK(writer->quote_identifier("a\"b") == "\"a\"\"b\"");
    CHECK(writer->quote_literal("it's") == "'it''s'");
    CHECK(writer->quote_literal("a\\'b") == "E'a\\\\''b'");
}

TEST_CASE("a script for SQLite, run by sqlite3, does what the batch would have done") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "test.db";
    write_file(
        folder.path() / "script.sql",
        script(Dialect::sqlite,
               {begin(), sql("CREATE TABLE v (id TEXT); CREATE TABLE a (x TEXT) -- no semicolon"),
                sql("CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = x || '!'; END"), sql("-- nothing"),
                sql("INSERT INTO a VALUES ('a;b')"), change("INSERT INTO v (id) VALUES (?)", {"it's \\"}), commit()}));
    output_of("sqlite3 " + file.string() + " < " + (folder.path() / "script.sql").string());
    const auto database = open_database(sqlite_url(file), {});
    CHECK(rows(*database, "SELECT x FROM a") == "a;b!");
    CHECK(rows(*database, "SELECT id FROM v") == "it's \\");
}

TEST_CASE("a script for SQLite stops at its first error and leaves the failing step undone") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "test.db";
    write_file(folder.path() / "script.sql",
               script(Dialect::sqlite, {begin(), sql("CREATE TABLE a (x TEXT)"), commit(), begin(),
                                        sql("CREATE TABLE b (x TEXT)"), sql("SELECT * FROM nowhere"), commit()}));
    CHECK_THROWS(output_of("sqlite3 " + file.string() + " < " + (folder.path() / "script.sql").string()));
    CHECK(rows(*open_database(sqlite_url(file), {}), "SELECT name FROM sqlite_master") == "a");
}

TEST_CASE("the SQL writer answers nothing and is never in the way") {
    std::ostringstream out;
    const auto writer = open_sql_writer(Dialect::sqlite, out);
    CHECK(writer->query("SELECT 1").empty());
    CHECK_FALSE(writer->has_table("", "alembic_version"));
    CHECK(writer->try_lock("key"));
    writer->unlock("key");
    CHECK(writer->set_foreign_keys(true) == false);
    CHECK(writer->set_foreign_keys(false) == true);
    CHECK(out.str() == ".bail on\n\nPRAGMA foreign_keys = ON;\n\nPRAGMA foreign_keys = OFF;\n\n");
}

TEST_CASE("an output that fails is an error") {
    std::ostringstream out;
    const auto writer = open_sql_writer(Dialect::sqlite, out);
    out.setstate(std::ios::badbit);
    CHECK_THROWS_AS(run(*writer, {sql("SELECT 1")}), Error);
}

}  // namespace rev::test
