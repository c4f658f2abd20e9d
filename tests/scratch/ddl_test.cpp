// Files of a desired schema, and what may not stand in them.
#include "scratch/ddl.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "rev/error.hpp"
#include "support/program.hpp"

namespace rev::test {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

Error refused_ddl(const std::string& text, Dialect dialect = Dialect::postgresql) {
    try {
        scratch::refuse_what_is_no_schema({"schema.sql", text}, dialect);
    } catch (const Error& error) {
        return error;
    }
    FAIL("it was accepted: " << text);
    return {ExitCode::done, "", ""};
}

TEST_CASE("a folder stands for the SQL files in it and below, by name") {
    const TemporaryFolder folder;
    write(folder.path() / "b.sql", "B");
    write(folder.path() / "a" / "z.sql", "Z");
    write(folder.path() / "notes.txt", "no");
    write(folder.path() / ".hidden.sql", "no");
    const auto texts = scratch::read_ddl(std::vector{folder.path()});
    REQUIRE(texts.size() == 2);
    CHECK(texts[0].text == "Z");
    CHECK(texts[1].text == "B");
    CHECK(texts[1].shown.ends_with("b.sql"));
}

TEST_CASE("a path that is not there, and a folder without SQL, are errors that name it") {
    const TemporaryFolder folder;
    try {
        (void)scratch::read_ddl(std::vector{folder.path() / "nowhere.sql"});
        FAIL("a missing file was read");
    } catch (const Error& error) {
        CHECK(error.code() == "schema_not_readable");
        CHECK(error.exit_code() == ExitCode::graph);
        CHECK(std::string(error.what()).find("nowhere.sql") != std::string::npos);
    }
    CHECK_THROWS_WITH_AS((void)scratch::read_ddl(std::vector{folder.path()}),
                         doctest::Contains("there is no *.sql file in it"), Error);
}

TEST_CASE("data, roles, databases, tablespaces and CONCURRENTLY are refused with their place") {
    for (const char* statement :
         {"COPY crew FROM stdin;\n1\tx\n\\.\n", "INSERT INTO crew VALUES (1)", "UPDATE crew SET nm = 'x'",
          "DELETE FROM crew", "CREATE ROLE app", "ALTER USER app SET x = 1", "CREATE DATABASE other",
          "CREATE TABLESPACE fast LOCATION '/x'", "CREATE INDEX CONCURRENTLY i ON crew (nm)", "ALTER SYSTEM SET x = 1",
          "ALTER DATABASE other SET TABLESPACE fast", "WITH a AS (SELECT 1) INSERT INTO crew SELECT 'x' FROM a"}) {
        CAPTURE(statement);
        const auto error = refused_ddl("CREATE TABLE crew (nm text);\n  " + std::string(statement) + ";\n");
        CHECK(error.code() == "not_a_schema");
        CHECK(error.exit_code() == ExitCode::graph);
        CHECK(error.location().file == "schema.sql");
        CHECK(error.location().line == 2);
        CHECK(error.location().column == 3);
        CHECK_FALSE(error.hint().empty());
    }
}

TEST_CASE("what takes statements back, reaches for another file or begins to replicate is refused with its place") {
    for (const char* statement :
         {"ROLLBACK", "ROLLBACK AND CHAIN", "ROLLBACK TO SAVEPOINT a", "ABORT", "PREPARE TRANSACTION 'a'", "VACUUM",
          "CREATE SUBSCRIPTION s CONNECTION 'host=other' PUBLICATION p", "DROP SUBSCRIPTION s",
          "ALTER SUBSCRIPTION s REFRESH PUBLICATION"}) {
        CAPTURE(statement);
        const auto error = refused_ddl("CREATE TABLE crew (nm text);\n  " + std::string(statement) + ";\n");
        CHECK(error.code() == "not_a_schema");
        CHECK(error.location().line == 2);
        CHECK(error.location().column == 3);
    }
    for (const char* statement : {"ATTACH 'other.db' AS other", "ATTACH DATABASE 'other.db' AS other", "DETACH other",
                                  "VACUUM INTO 'other.db'"}) {
        CAPTURE(statement);
        CHECK(refused_ddl(statement, Dialect::sqlite).code() == "not_a_schema");
    }
    // What a dump wraps itself in is no harm.
    CHECK_NOTHROW(scratch::refuse_what_is_no_schema({"lite.sql", "BEGIN TRANSACTION;\nCREATE TABLE a (b);\nCOMMIT;\n"},
                                                    Dialect::sqlite));
}

TEST_CASE("bytes that are no text are refused with their place") {
    for (const auto& text : {std::string("CREATE TABLE a (\n    caf\xe9 text\n);"),
                             std::string("CREATE TABLE a (\n    caf\0 text\n);", 33)}) {
        const auto error = refused_ddl(text);
        CHECK(error.code() == "not_a_schema");
        CHECK(error.location().line == 2);
        CHECK(error.location().column == 8);
        CHECK_FALSE(error.hint().empty());
    }
}

TEST_CASE("the same words within a function's body, a string or a comment are nobody's business") {
    const scratch::DdlText ddl{"schema.sql",
                               "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN\n"
                               "INSERT INTO crew VALUES (1); DELETE FROM crew; END $$;\n"
                               "-- INSERT INTO crew\nCOMMENT ON TABLE crew IS 'UPDATE crew; CREATE ROLE x;';\n"
                               "CREATE RULE r AS ON INSERT TO crew DO INSTEAD DELETE FROM other;\n"};
    CHECK_NOTHROW(scratch::refuse_what_is_no_schema(ddl, Dialect::postgresql));
    const scratch::DdlText trigger{"lite.sql", "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = 1; END;\n"};
    CHECK_NOTHROW(scratch::refuse_what_is_no_schema(trigger, Dialect::sqlite));
    CHECK(refused_ddl("INSERT INTO a VALUES (1);", Dialect::sqlite).code() == "not_a_schema");
}

TEST_CASE("the lines that pg_dump writes for psql are left out, and every other stays in its line") {
    const auto text = scratch::without_restrict_commands("\\restrict abc\nCREATE TABLE a ();\n\\unrestrict abc\n");
    CHECK(text == "             \nCREATE TABLE a ();\n               \n");
    CHECK(scratch::without_restrict_commands("x \\restrict y\n") == "x \\restrict y\n");
}

}  // namespace
}  // namespace rev::test
