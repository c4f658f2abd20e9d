#include <doctest/doctest.h>
#include <sys/socket.h>

#include <cstdlib>

#include <arpa/inet.h>

#include "db/fixtures.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

constexpr auto secret = "S3cret%40&word";

DatabaseUrl server_url() { return parse_database_url(required_variable("REV_TEST_POSTGRES_URL")); }

/// Sets an environment variable while it lives.
class Environment {
public:
    Environment(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
    ~Environment() { unsetenv(name_); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

private:
    const char* name_;
};

/// The error, which must show no part of the password.
Error failure_without_secret(DatabaseUrl url) {
    url.password = secret;
    const auto error = open_failure(url);
    CHECK(error.exit_code() == ExitCode::database);
    CHECK_FALSE(error.hint().empty());
    CHECK(all_text(error).find("S3cret") == std::string::npos);
    return error;
}

}  // namespace

TEST_CASE("each way of not connecting has its own code, and none shows the password") {
    auto url = server_url();
    CHECK(failure_without_secret(url).code() == "login_failed");
    CHECK(failure_without_secret(url).sqlstate() == "28P01");

    url.host = "no-such-host.invalid";
    CHECK(failure_without_secret(url).code() == "host_not_found");

    url = server_url();
    url.port = "1";
    CHECK(failure_without_secret(url).code() == "connection_refused");

    url = server_url();
    url.host.clear();
    url.query["host"] = "/nonexistent";
    CHECK(failure_without_secret(url).code() == "connection_refused");

    url = server_url();
    url.query["sslmode"] = "require";
    CHECK(failure_without_secret(url).code() == "ssl_failed");
}

TEST_CASE("a missing database and a missing user are named") {
    auto url = server_url();
    url.database = "no_such_database";
    auto error = open_failure(url);
    CHECK(error.code() == "no_such_database");
    CHECK(error.sqlstate() == "3D000");
    CHECK(error.detail().find("no_such_database") != std::string::npos);

    url = parse_database_url(required_variable("REV_TEST_POSTGRES_SOCKET_URL"));
    url.user = "no_such_user";
    CHECK(open_failure(url).code() == "login_failed");
}

TEST_CASE("a server that does not answer is given up on") {
    const int silent = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    REQUIRE(bind(silent, generic, size) == 0);
    REQUIRE(listen(silent, 1) == 0);
    REQUIRE(getsockname(silent, generic, &size) == 0);
    auto url = server_url();
    url.port = std::to_string(ntohs(address.sin_port));
    url.query["connect_timeout"] = "2";
    CHECK(open_failure(url).code() == "connection_timeout");
    close(silent);
}

TEST_CASE("what the URL leaves out comes from libpq's variables") {
    const auto full = server_url();
    const Environment host("PGHOST", full.host);
    const Environment port("PGPORT", full.port);
    const Environment user("PGUSER", full.user);
    const Environment password("PGPASSWORD", full.password);
    const Environment database("PGDATABASE", full.database);
    DatabaseUrl empty;
    empty.dialect = Dialect::postgresql;
    const auto connected = open_database(empty, {});
    CHECK(connected->server_info().user == "postgres");
    CHECK(connected->server_info().database == "postgres");
}

TEST_CASE("service and password files of libpq work, and PGPASSWORD is shown nowhere") {
    const TemporaryFolder folder;
    const auto full = server_url();
    write_file(folder.path() / "services",
               "[rev]\nhost=" + full.host + "\nport=" + full.port + "\nuser=postgres\ndbname=postgres\n");
    write_file(folder.path() / "passwords", "*:*:*:*:" + full.password + "\n");
    std::filesystem::permissions(folder.path() / "passwords", std::filesystem::perms::owner_read);
    const Environment services("PGSERVICEFILE", (folder.path() / "services").string());
    DatabaseUrl url;
    url.dialect = Dialect::postgresql;
    url.query["service"] = "rev";
    {
        const Environment passwords("PGPASSFILE", (folder.path() / "passwords").string());
        CHECK(rows(*open_database(url, {}), "SELECT 1") == "1");
    }
    const Environment password("PGPASSWORD", secret);
    CHECK(all_text(open_failure(url)).find("S3cret") == std::string::npos);
}

TEST_CASE("an unknown parameter of a URL is refused with the nearest known one") {
    auto url = server_url();
    url.query["sslmod"] = "require";
    const auto error = open_failure(url);
    CHECK(error.code() == "bad_url");
    CHECK(error.exit_code() == ExitCode::usage);
    CHECK(error.hint().find("sslmode") != std::string::npos);
}

TEST_CASE("what other programs' drivers take in a URL is understood") {
    auto url = server_url();
    const auto with = [&](const std::map<std::string, std::string>& parameters) {
        auto changed = url;
        for (const auto& [name, value] : parameters) changed.query[name] = value;
        return changed;
    };
    CHECK(open_failure(with({{"ssl", "require"}})).code() == "ssl_failed");
    CHECK(open_failure(with({{"ssl", "true"}})).code() == "ssl_failed");
    CHECK(open_failure(with({{"sslmode", "no-verify"}, {"uselibpqcompat", "true"}})).code() == "ssl_failed");
    CHECK(rows(*open_database(with({{"ssl", "disable"}}), {}), "SELECT 1") == "1");
    CHECK(rows(*open_database(with({{"ssl", "false"}}), {}), "SELECT 1") == "1");
    const auto setting = [&](const DatabaseUrl& asked, const std::string& name) {
        return rows(*open_database(asked, {}),
                    "SELECT reset_val FROM pg_catalog.pg_settings WHERE name = '" + name + "'");
    };
    CHECK(setting(with({{"search_path", "app, public"}}), "search_path") == "app, public");
    CHECK(setting(with({{"schema", "My app\"s, \\1"}}), "search_path") == "\"My app\"\"s, \\1\"");
    CHECK(setting(with({{"currentSchema", "a,b"}}), "search_path") == "a,b");
    CHECK(setting(with({{"timezone", "Asia/Tokyo"}, {"statement_timeout", "7000"}}), "TimeZone") == "Asia/Tokyo");
    CHECK(setting(with({{"options", "-c work_mem=5MB"}, {"search_path", "app"}}), "work_mem") == "5120");
    CHECK(rows(*open_database(with({{"connection_limit", "5"},
                                    {"pgbouncer", "true"},
                                    {"pool_max_conns", "4"},
                                    {"x-migrations-table", "done"},
                                    {"prepared_statement_cache_size", "0"}}),
                              {}),
               "SELECT 1") == "1");
}

}  // namespace rev::test
