#include <doctest/doctest.h>

#include <thread>

#include "db/fixtures.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

std::unique_ptr<Database> open(const PostgresTestDatabase& server) {
    return open_database(parse_database_url(server.url()), {});
}

constexpr auto key = "public.alembic_version";

}  // namespace

TEST_CASE("only one connection holds the run lock, and the other learns who") {
    const PostgresTestDatabase server;
    const auto first = open(server);
    const auto second = open(server);
    CHECK_FALSE(first->lock_holder(key).has_value());
    REQUIRE(first->try_lock(key));
    CHECK_FALSE(second->try_lock(key));
    CHECK_FALSE(second->in_transaction());
    const auto holder = second->lock_holder(key);
    REQUIRE(holder.has_value());
    CHECK(holder->description.starts_with("pid " + rows(*first, "SELECT pg_backend_pid()") +
                                          ", user postgres, application rev, host 127.0.0.1, since 20"));
    first->unlock(key);
    CHECK(second->try_lock(key));
    second->unlock(key);
}

TEST_CASE("locks of other keys and other databases do not meet") {
    const PostgresTestDatabase one;
    const PostgresTestDatabase other;
    const auto first = open(one);
    const auto second = open(one);
    const auto elsewhere = open(other);
    REQUIRE(first->try_lock(key));
    CHECK(second->try_lock("other.alembic_version"));
    CHECK(elsewhere->try_lock(key));
}

TEST_CASE("a holder on the Unix socket is described as local") {
    const auto url = required_variable("REV_TEST_POSTGRES_SOCKET_URL");
    const auto first = open_database(parse_database_url(url), {});
    const auto second = open_database(parse_database_url(url), {});
    REQUIRE(first->try_lock("socket test"));
    CHECK(second->lock_holder("socket test")->description.find(", local socket, since ") != std::string::npos);
}

TEST_CASE("releasing a lock that is not held is an error") {
    const PostgresTestDatabase server;
    const auto database = open(server);
    try {
        database->unlock(key);
        FAIL("unlock did not fail");
    } catch (const Error& error) {
        CHECK(error.code() == "lock_lost");
        CHECK(error.exit_code() == ExitCode::database);
    }
}

TEST_CASE("the run lock outlives resets, failures and rollbacks, and goes with its connection") {
    const PostgresTestDatabase server;
    auto first = open(server);
    const auto second = open(server);
    REQUIRE(first->try_lock(key));
    run(*first, {begin(), sql("SELECT pg_advisory_lock(42)"), reset(), commit(), reset()});
    failure_of(*first, {begin(), sql("SELECT 1 / 0"), reset(), commit()});
    CHECK_FALSE(second->try_lock(key));
    first.reset();
    for (int tries = 0; tries < 100 && !second->try_lock(key); ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    second->unlock(key);
}

}  // namespace rev::test
