#include <doctest/doctest.h>

#include <thread>

#include "db/fixtures.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

/// pgbouncer before the test server, in a folder of its own.
class Pooler {
public:
    explicit Pooler(const std::string& mode) : port_(40000 + getpid() % 20000) {
        const auto url = parse_database_url(required_variable("REV_TEST_POSTGRES_URL"));
        write_file(folder_.path() / "users", "\"postgres\" \"postgres\"\n");
        write_file(folder_.path() / "pgbouncer.ini",
                   "[databases]\n* = host=127.0.0.1 port=" + url.port + "\n[pgbouncer]\nlisten_addr = 127.0.0.1\n" +
                       "listen_port = " + std::to_string(port_) +
                       "\nunix_socket_dir =\nauth_type = plain\nauth_file = " + (folder_.path() / "users").string() +
                       "\npool_mode = " + mode + "\nlogfile = " + (folder_.path() / "log").string() +
                       "\npidfile = " + (folder_.path() / "pid").string() + "\n");
        std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
        const std::string user = geteuid() == 0 ? "runuser -u postgres -- " : "";
        output_of(user + "/usr/sbin/pgbouncer -q -d " + (folder_.path() / "pgbouncer.ini").string());
        wait_until_up();
    }
    ~Pooler() { (void)std::system(("kill $(cat " + (folder_.path() / "pid").string() + ")").c_str()); }
    Pooler(const Pooler&) = delete;
    Pooler& operator=(const Pooler&) = delete;

    [[nodiscard]] DatabaseUrl url(const PostgresTestDatabase& server) const {
        auto url = parse_database_url(server.url());
        url.port = std::to_string(port_);
        return url;
    }

private:
    /// It goes into the background before it listens.
    void wait_until_up() const {
        for (int tries = 0; tries < 200; ++tries) {
            if (read_file(folder_.path() / "log").find("process up") != std::string::npos) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        throw std::runtime_error("pgbouncer did not start");
    }

    TemporaryFolder folder_;
    int port_;
};

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

TEST_CASE("a pooler that shares sessions is refused, one with a session for each client is not") {
    const PostgresTestDatabase server;
    {
        const Pooler pooler("transaction");
        const auto database = open_database(pooler.url(server), {});
        try {
            (void)database->try_lock(key);
            FAIL("the lock was taken");
        } catch (const Error& error) {
            CHECK(error.code() == "pooled_connection");
            CHECK(error.exit_code() == ExitCode::database);
            CHECK(error.hint().find("pool_mode = session") != std::string::npos);
        }
    }
    const Pooler pooler("session");
    const auto database = open_database(pooler.url(server), {});
    REQUIRE(database->try_lock(key));
    CHECK_FALSE(open(server)->try_lock(key));
    database->unlock(key);
}

TEST_CASE("reading works through a pooler that shares sessions") {
    const PostgresTestDatabase server;
    const Pooler pooler("transaction");
    OpenOptions options;
    options.read_only = true;
    CHECK(rows(*open_database(pooler.url(server), options), "SELECT 1") == "1");
}

}  // namespace rev::test
