#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <future>

#include "exec/exec_support.hpp"
#include "rev/stop.hpp"
#include "support/postgres.hpp"
#include "support/wait_until.hpp"

namespace rev::test {
namespace {

using std::chrono::milliseconds;

TEST_CASE("the run lock waits, says who holds it, and gives up after its timeout") {
    const PostgresTestDatabase server;
    Bench holder(server.url());
    Bench waiter(server.url());
    const state::RunLock lock(holder.database(), {}, milliseconds(0), holder.reporter);
    try {
        const state::RunLock second(waiter.database(), {}, milliseconds(300), waiter.reporter);
        FAIL("two runs have the lock");
    } catch (const Error& error) {
        CHECK(error.code() == "locked");
        CHECK(error.exit_code() == ExitCode::database);
        CHECK(std::string(error.what()).find("pid ") != std::string::npos);
    }
    CHECK(waiter.reporter.waits.size() == 1);
}

TEST_CASE("the run lock is released at its end, and other version tables have locks of their own") {
    const PostgresTestDatabase server;
    Bench one(server.url());
    Bench two(server.url());
    {
        const state::RunLock lock(one.database(), {}, milliseconds(0), one.reporter);
        CHECK_NOTHROW(state::RunLock(two.database(), {.schema = "", .name = "other"}, milliseconds(0), two.reporter));
        CHECK_THROWS_AS(state::RunLock(two.database(), {.schema = "public", .name = "alembic_version"}, milliseconds(0),
                                       two.reporter),
                        Error);
    }
    CHECK_NOTHROW(state::RunLock(two.database(), {}, milliseconds(0), two.reporter));
}

TEST_CASE("who waits for the run lock is in nobody's way, not even CREATE INDEX CONCURRENTLY's") {
    const PostgresTestDatabase server;
    Bench holder(server.url());
    Bench waiter(server.url());
    holder.revision("a", "CREATE TABLE a (x int);");
    holder.revision("b", "CREATE INDEX CONCURRENTLY ix ON a (x);", "-", "transaction: false");
    std::atomic<bool> waits = false;
    waiter.reporter.on_wait = [&] { waits = true; };
    std::future<void> waiting;
    {
        const state::RunLock lock(holder.database(), {}, milliseconds(0), holder.reporter);
        waiting = std::async(std::launch::async, [&] {
            const state::RunLock second(waiter.database(), {}, std::chrono::minutes(1), waiter.reporter);
        });
        wait_until("the second run waits", [&] { return waits.load(); });
        holder.upgrade();
    }
    CHECK(holder.rows() == "b");
    waiting.get();
}

TEST_CASE("a stop ends the wait for the run lock") {
    const PostgresTestDatabase server;
    Bench holder(server.url());
    Bench waiter(server.url());
    const state::RunLock lock(holder.database(), {}, milliseconds(0), holder.reporter);
    waiter.reporter.on_wait = [] { request_stop(SIGINT); };
    try {
        const state::RunLock second(waiter.database(), {}, std::chrono::minutes(1), waiter.reporter);
        FAIL("two runs have the lock");
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::interrupted);
    }
    clear_stop();
}

}  // namespace
}  // namespace rev::test
