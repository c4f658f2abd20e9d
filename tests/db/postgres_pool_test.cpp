// Behind a pooler.
#include <doctest/doctest.h>

#include <thread>

#include "db/fixtures.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

/// pgbouncer before the test server, in a folder of its own.
class Pooler {
public:
    explicit Pooler(const std::string& mode, const std::string& more = {}) : port_(40000 + getpid() % 20000) {
        const auto url = parse_database_url(required_variable("REV_TEST_POSTGRES_URL"));
        write_file(folder_.path() / "users", "\"postgres\" \"postgres\"\n");
        write_file(folder_.path() / "pgbouncer.ini",
                   "[databases]\n* = host=127.0.0.1 port=" + url.port + "\n[pgbouncer]\nlisten_addr = 127.0.0.1\n" +
                       "listen_port = " + std::to_string(port_) +
                       "\nunix_socket_dir =\nauth_type = plain\nauth_file = " + (folder_.path() / "users").string() +
                       "\npool_mode = " + mode + "\nlogfile = " + (folder_.path() / "log").string() +
                       "\npidfile = " + (folder_.path() / "pid").string() + "\n" + more + "\n");
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

TEST_CASE("a pooler that shares sessions is refused in every mode, and no lock is left behind") {
    for (const std::string more : {"", "server_round_robin = 1", "default_pool_size = 1"}) {
        for (const auto* mode : {"transaction", "statement"}) {
            CAPTURE(more);
            CAPTURE(mode);
            const PostgresTestDatabase server;
            const Pooler pooler(mode, more);
            const auto other = open_database(pooler.url(server), {});  // so that there are two sessions to get
            CHECK(rows(*other, "SELECT 1") == "1");
            CHECK(code_of_lock(*open_database(pooler.url(server), {})) == "pooled_connection");
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
        const auto database = open_database(pooler.url(server), options);
        REQUIRE(code_of_lock(*database) == "locked");
        CHECK(code_of_lock(*open_database(parse_database_url(server.url()), {})) == "held by another");
        database->unlock("public.alembic_version");
        CHECK((notices.find("no second session") != std::string::npos) == !more.empty());
    }
}

TEST_CASE("a pool whose sessions are all in use is noticed, and given up") {
    const PostgresTestDatabase server;
    const Pooler pooler("transaction", "default_pool_size = 1");
    const auto user = open_database(pooler.url(server), {});
    run(*user, {begin(), sql("SELECT 1")});
    std::string word;
    OpenOptions options;
    options.lock_timeout = std::chrono::milliseconds(1500);
    options.on_blocked = [&](const LockWait& wait, std::chrono::milliseconds) { word = wait.lock; };
    const auto database = open_database(pooler.url(server), options);
    try {
        (void)database->query("SELECT 1");
        FAIL("the query was answered");
    } catch (const Error& error) {
        CHECK(error.code() == "database_locked");
        CHECK(std::string(error.what()).starts_with("gave up after 1.5 s"));
    }
    CHECK(word == "the database's answer");
}

TEST_CASE("reading leaves nothing in a session that others get") {
    const PostgresTestDatabase server;
    server.query("CREATE TABLE app (x int)");
    for (const auto* mode : {"transaction", "statement"}) {
        CAPTURE(mode);
        const Pooler pooler(mode, "default_pool_size = 1");
        OpenOptions options;
        options.read_only = true;
        const auto reader = open_database(pooler.url(server), options);
        const auto app = open_database(pooler.url(server), {});
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
