#include <doctest/doctest.h>

#include "db/postgres_support.hpp"
#include "support/wait_until.hpp"

namespace rev::test {
namespace {

constexpr auto key = "public.alembic_version";

}  // namespace

TEST_CASE("only one connection holds the run lock, and the other learns who") {
    const PostgresTestDatabase server;
    const auto first = open_postgres(server);
    const auto second = open_postgres(server);
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
    const auto first = open_postgres(one);
    const auto second = open_postgres(one);
    const auto elsewhere = open_postgres(other);
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
    const auto database = open_postgres(server);
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
    auto first = open_postgres(server);
    const auto second = open_postgres(server);
    REQUIRE(first->try_lock(key));
    run(*first, {begin(), sql("SELECT pg_advisory_lock(42)"), reset(), commit(), reset()});
    failure_of(*first, {begin(), sql("SELECT 1 / 0"), reset(), commit()});
    CHECK_FALSE(second->try_lock(key));
    first.reset();
    wait_until("the lock is gone with its session", [&] { return second->try_lock(key); });
    second->unlock(key);
}

}  // namespace rev::test
