// Text that a setting or an encoding gives its meaning.
#include <doctest/doctest.h>

#include "db/postgres_support.hpp"

namespace rev::test {
namespace {

/// A database in `encoding`, beside the test's own.
class EncodedDatabase {
public:
    explicit EncodedDatabase(const std::string& encoding) : name_(server_.name() + "_" + encoding) {
        drop();
        server_.query("CREATE DATABASE \"" + name_ + "\" ENCODING '" + encoding +
                      "' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
    }
    ~EncodedDatabase() {
        try {
            drop();
        } catch (const std::exception&) {  // a leftover harms nobody: the next one drops it
        }
    }
    EncodedDatabase(const EncodedDatabase&) = delete;
    EncodedDatabase& operator=(const EncodedDatabase&) = delete;

    [[nodiscard]] std::unique_ptr<Database> open() const {
        auto url = parse_database_url(server_.url());
        url.database = name_;
        return open_database(url, {});
    }

private:
    void drop() { server_.query("DROP DATABASE IF EXISTS \"" + name_ + "\" WITH (FORCE)"); }

    PostgresTestDatabase server_;
    std::string name_;
};

constexpr auto note = "CREATE TABLE note (body text);";

}  // namespace

TEST_CASE("what a statement sets counts for the text behind it") {
    const std::vector<std::string> ways = {
        "SET standard_conforming_strings = off;",
        "SET LOCAL standard_conforming_strings TO 'off';",
        "SELECT set_config('standard_conforming_strings', 'off', false);",
        "DO $$ BEGIN PERFORM set_config('standard_conforming_strings', 'off', true); END $$;",
        "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT set_config('standard_conforming_strings', 'off', "
        "false) $$; INSERT INTO note SELECT f(); DELETE FROM note;",
    };
    for (const auto& way : ways) {
        CAPTURE(way);
        const PostgresTestDatabase server;
        run(*open_postgres(server),
            {begin(), sql(note + way + "INSERT INTO note VALUES ('a\\nb\\';');"), reset(), commit()});
        CHECK(server.query("SELECT body FROM note") == "a\nb';");
    }
}

TEST_CASE("client_encoding counts for the text behind it, and not for rev's own") {
    const PostgresTestDatabase server;
    server.query("CREATE TABLE versions (id text)");
    run(*open_postgres(server),
        {begin(), sql(std::string(note) + "SET client_encoding = 'LATIN1'; INSERT INTO note VALUES ('é')"), reset(),
         change(insert_version, {"→ \\ é '"}), commit()});
    CHECK(server.query("SELECT body FROM note") == "Ã©");
    CHECK(server.query("SELECT id FROM versions") == "→ \\ é '");
}

TEST_CASE("a setting that a savepoint takes back is back for the text behind it") {
    const PostgresTestDatabase server;
    run(*open_postgres(server), {begin(),
                                 sql(std::string(note) + "SAVEPOINT a; SET standard_conforming_strings = off; "
                                                         "ROLLBACK TO a; INSERT INTO note VALUES ('a\\nb')"),
                                 commit()});
    CHECK(server.query("SELECT body FROM note") == "a\\nb");
}

TEST_CASE("a COMMIT does not hide in a string that the session reads in another way") {
    const PostgresTestDatabase server;
    server.query("CREATE TABLE t (i int)");
    server.query("ALTER DATABASE " + server.name() + " SET standard_conforming_strings = off");
    const auto database = open_postgres(server);
    CHECK(database->backslash() == Backslash::escape);
    const auto error = failure_of(
        *database,
        {begin(), sql("INSERT INTO t VALUES (1);\nSELECT '\\''; COMMIT; SELECT '\\'';\nSELECT 1/0"), commit()});
    CHECK(error.code() == "transaction_ended");
    CHECK(error.location().line == 2);
    CHECK(error.location().column == 14);
    CHECK(server.query("SELECT count(*) FROM t") == "0");
    run(*database, {begin(), sql("SELECT 1; SELECT ' \\'; COMMIT; \\' '"), commit()});
}

TEST_CASE("errors are placed by the characters or bytes that the server counts") {
    for (const auto* encoding : {"UTF8", "SQL_ASCII", "LATIN1", "WIN1252", "EUC_JP"}) {
        CAPTURE(encoding);
        const EncodedDatabase encoded(encoding);
        const auto* text = std::string_view(encoding) == "EUC_JP" ? "-- 日本語 日本語\nSELECT '日本' , nosuch"
                                                                  : "-- äöü äöü\nSELECT 'äö' , nosuch";
        const auto error = failure_of(*encoded.open(), {begin(), sql(text, 3), commit()});
        CHECK(error.sqlstate() == "42703");
        CHECK(error.location().line == 4);
        CHECK(error.location().column == 15);
    }
    const PostgresTestDatabase server;
    const auto error =
        failure_of(*open_postgres(server),
                   {begin(), sql("SET client_encoding = 'LATIN1';\n-- äöü\nSELECT 'äö' , nosuch"), commit()});
    CHECK(error.location().line == 3);
    CHECK(error.location().column == 15);
}

TEST_CASE("rev's own text is held by every encoding, with \\u for what it lacks") {
    for (const auto* encoding : {"LATIN1", "WIN1252", "EUC_JP", "SQL_ASCII", "UTF8"}) {
        CAPTURE(encoding);
        const EncodedDatabase encoded(encoding);
        const auto database = encoded.open();
        run(*database, {sql("CREATE TABLE versions (id text)"), change(insert_version, {"ü € 日 \\ 🙂"})});
        const auto kept = rows(*database, "SELECT id FROM versions");
        const bool all = database->can_hold("ü € 日 \\ 🙂");
        CHECK((kept == "ü € 日 \\ 🙂") == all);
        CHECK(kept.find(database->can_hold("€") ? "€" : "\\u20ac") != std::string::npos);
        CHECK(kept.find(database->can_hold("日") ? "日" : "\\u65e5") != std::string::npos);
    }
}

TEST_CASE("a character that the database cannot hold stops the SQL that says it") {
    const EncodedDatabase encoded("LATIN1");
    CHECK(failure_of(*encoded.open(), {begin(), sql("SELECT '→'"), commit()}).sqlstate() == "22P05");
}

TEST_CASE("a character that the database does not have may stand in a comment") {
    const EncodedDatabase encoded("LATIN1");
    const auto database = encoded.open();
    run(*database, {begin(),
                    sql("CREATE TABLE t (x int);  -- costs 5 €\n-- old → new\n/* → */ CREATE TABLE u (x int); "
                        "/* é → */ INSERT INTO t VALUES (1) -- →"),
                    commit()});
    CHECK(database->query("SELECT count(*) FROM public.t").at(0).at(0) == "1");
    run(*database, {sql("INSERT INTO t VALUES /* → */ (2)")});
    // Its place is still the text's.
    const auto error = failure_of(*database, {begin(), sql("-- → é\nSELECT /* → */ nosuch"), commit()});
    CHECK(error.location().line == 2);
    CHECK(error.location().column == 16);
}

}  // namespace rev::test
