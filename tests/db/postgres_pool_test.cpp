// Behind a pooler.
#include <doctest/doctest.h>

#include "db/fixtures.hpp"
#include "support/pooler.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

std::string code_of_lock(Database& database) {
    try {
        return database.try_lock("public.alembic_version") ? "locked" : "held by another";
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::database);
        return error.code();
    }
}

/// In this database: other tests hold locks in theirs at the same time.
constexpr auto held_locks =
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE "
    "datname = current_database())";

}  // namespace

TEST_CASE("a pooler that shares sessions can hold no lock of a session in any mode, and none is left behind") {
    for (const std::string more : {"", "server_round_robin = 1", "default_pool_size = 1"}) {
        for (const auto* mode : {"transaction", "statement"}) {
            CAPTURE(more);
            CAPTURE(mode);
            const PostgresTestDatabase server;
            const Pooler pooler(mode, more);
            const auto other = open_database(parse_database_url(pooler.url(server.url())),
                                             {});  // so that there are two sessions to get
            CHECK(rows(*other, "SELECT 1") == "1");
            const auto database = open_database(parse_database_url(pooler.url(server.url())), {});
            CHECK(code_of_lock(*database) == "pooled_connection");
            CHECK(database->needs_lease());
            CHECK(server.query(held_locks) == "0");
        }
    }
}

TEST_CASE("a pooler with a session for each client is not refused, with one session in all it is told") {
    const PostgresTestDatabase server;
    for (const std::string more : {"", "default_pool_size = 1"}) {
        CAPTURE(more);
        const Pooler pooler("session", more);
        std::string notices;
        OpenOptions options;
        options.on_notice = [&](std::string_view, std::string_view message) { notices += message; };
        const auto database = open_database(parse_database_url(pooler.url(server.url())), options);
        REQUIRE(code_of_lock(*database) == "locked");
        CHECK(code_of_lock(*open_database(parse_database_url(server.url()), {})) == "held by another");
        database->unlock("public.alembic_version");
        CHECK((notices.find("no second session") != std::string::npos) == !more.empty());
    }
}

TEST_CASE("a pool whose sessions are all in use is noticed, and given up") {
    const PostgresTestDatabase server;
    const Pooler pooler("transaction", "default_pool_size = 1");
    const auto user = open_database(parse_database_url(pooler.url(server.url())), {});
    run(*user, {begin(), sql("SELECT 1")});
    std::string word;
    OpenOptions options;
    options.lock_timeout = std::chrono::milliseconds(1500);
    options.on_blocked = [&](const LockWait& wait, std::chrono::milliseconds) { word = wait.lock; };
    const auto database = open_database(parse_database_url(pooler.url(server.url())), options);
    try {
        (void)database->query("SELECT 1");
        FAIL("the query was answered");
    } catch (const Error& error) {
        CHECK(error.code() == "database_locked");
        CHECK(std::string(error.what()).starts_with("gave up after 1.5 s"));
    }
    CHECK(word == "the database's answer");
}

TEST_CASE("a search_path of a shared session ends with each question and transaction") {
    const PostgresTestDatabase server;
    server.query("CREATE SCHEMA inner_one; CREATE TABLE inner_one.t (x int)");
    const Pooler pooler("transaction", "default_pool_size = 1");
    const auto database = open_database(parse_database_url(pooler.url(server.url())), {});
    const auto app = open_database(parse_database_url(pooler.url(server.url())), {});
    database->set_search_path("inner_one");
    CHECK(database->query_in_session("SHOW search_path").at(0).at(0) == "inner_one");
    CHECK(rows(*app, "SHOW search_path") == "\"$user\", public");
    run(*database, {begin(), sql("SET lock_timeout = '7s'; INSERT INTO t VALUES (1)"), reset(),
                    sql("INSERT INTO t VALUES (2)"), commit(), reset()});
    CHECK(server.query("SELECT count(*) FROM inner_one.t") == "2");
    CHECK(app->query_in_session("SHOW search_path").at(0).at(0) == "\"$user\", public");
    CHECK(app->query_in_session("SHOW lock_timeout").at(0).at(0) == "0");
}

TEST_CASE("reading leaves nothing in a session that others get") {
    const PostgresTestDatabase server;
    server.query("CREATE TABLE app (x int)");
    for (const auto* mode : {"transaction", "statement"}) {
        CAPTURE(mode);
        const Pooler pooler(mode, "default_pool_size = 1");
        OpenOptions options;
        options.read_only = true;
        const auto reader = open_database(parse_database_url(pooler.url(server.url())), options);
        const auto app = open_database(parse_database_url(pooler.url(server.url())), {});
        const auto settings =
            "SELECT string_agg(name || setting, ',' ORDER BY name) FROM pg_settings"
            " WHERE source IN ('session', 'client') AND name <> 'application_name'";
        const auto before = rows(*app, settings);
        CHECK(rows(*reader, "SHOW transaction_read_only") == "on");
        const std::vector<Query> queries = {{"SELECT 1"}, {"SELECT ?", {"a"}}};
        CHECK(reader->query_all(queries).at(1).at(0).at(0) == "a");
        if (std::string_view(mode) == "transaction") CHECK_THROWS_AS((void)reader->query("SELECT nosuch"), Error);
        CHECK(rows(*app, settings) == before);
        CHECK(rows(*app, "SHOW transaction_read_only") == "off");
        run(*app, {sql("INSERT INTO app VALUES (1)")});
    }
    CHECK(server.query("SELECT count(*) FROM app") == "2");
}

}  // namespace rev::test
