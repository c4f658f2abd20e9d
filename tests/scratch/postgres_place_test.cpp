// Where scratch databases of PostgreSQL are made.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "db/database_url.hpp"
#include "scratch/own_server.hpp"
#include "scratch/place.hpp"
#include "support/postgres.hpp"
#include "support/wait_until.hpp"

namespace rev::test {
namespace {

using scratch::Way;

/// Of this process: other tests make some on the same server at the same time.
const std::string count_scratch =
    "SELECT count(*) FROM pg_database WHERE datname LIKE 'rev\\_scratch\\_" + std::to_string(::getpid()) + "\\_%'";

scratch::PlaceRequest request_for(const PostgresTestDatabase& target) {
    scratch::PlaceRequest request;
    request.dialect = Dialect::postgresql;
    request.target = parse_database_url(target.url());
    return request;
}

std::string ask(Database& database, const std::string& sql) { return database.query(sql).at(0).at(0).value_or(""); }

Error refused_place(const scratch::PlaceRequest& request) {
    try {
        (void)scratch::open_place(request);
    } catch (const Error& error) {
        return error;
    }
    FAIL("there is a place");
    return {ExitCode::done, "", ""};
}

/// A role that may log in and make nothing.
class PoorRole {
public:
    explicit PoorRole(const PostgresTestDatabase& database) : database_(database), name_("poor_" + database.name()) {
        database_.query("CREATE ROLE " + name_ + " LOGIN PASSWORD 'x'");
    }
    ~PoorRole() { database_.query("DROP ROLE " + name_); }
    PoorRole(const PoorRole&) = delete;
    PoorRole& operator=(const PoorRole&) = delete;
    [[nodiscard]] DatabaseUrl url() const {
        auto url = parse_database_url(database_.url());
        url.user = name_;
        url.password = "x";
        return url;
    }

private:
    const PostgresTestDatabase& database_;
    std::string name_;
};

TEST_CASE("a database on the target's server: announced, like the target, and dropped") {
    const PostgresTestDatabase target;
    auto request = request_for(target);
    std::vector<std::string> announced;
    request.announce = [&](const std::string& text) { announced.push_back(text); };
    const auto before = target.query(count_scratch);
    {
        const auto place = scratch::open_place(request);
        const auto made = place->make();
        const auto other = place->make();
        CHECK(announced.size() == 1);
        CHECK(announced.front().starts_with("Scratch: database rev_scratch_"));
        CHECK(announced.front().find("postgres:postgres") == std::string::npos);
        const char* locale =
            "SELECT pg_encoding_to_char(encoding) || datcollate || datctype FROM pg_database "
            "WHERE datname = current_database()";
        CHECK(ask(made->database(), locale) == target.query(locale));
        CHECK(ask(made->database(), "SELECT current_database()::text").starts_with("rev_scratch_"));
    }
    CHECK(target.query(count_scratch) == before);
}

TEST_CASE("a protected server is left alone unless it is asked for") {
    const PostgresTestDatabase target;
    auto request = request_for(target);
    request.is_protected = true;
    const auto before = target.query(count_scratch);
    {
        const auto place = scratch::open_place(request);
        const auto made = place->make();
        CHECK(target.query(count_scratch) == before);  // it is the server of its own
    }
    request.way = Way::database;
    const auto place = scratch::open_place(request);
    const auto made = place->make();
    CHECK(target.query(count_scratch) != before);
}

TEST_CASE("scratch_url comes first") {
    const PostgresTestDatabase target;
    auto request = request_for(target);
    request.scratch_url = required_variable("REV_TEST_POSTGRES_SOCKET_URL");
    std::string told;
    request.tell = [&](const std::string& text) { told = text; };
    request.announce = [](const std::string&) { FAIL("it is no database on the live server"); };
    const auto place = scratch::open_place(request);
    CHECK(ask(place->make()->database(), "SELECT 1::text") == "1");
    CHECK(told.starts_with("Scratch: databases on postgresql://"));
}

TEST_CASE("without the right to make databases, the server of its own is next") {
    const PostgresTestDatabase target;
    const PoorRole role(target);
    auto request = request_for(target);
    request.target = role.url();
    std::string told;
    request.tell = [&](const std::string& text) { told = text; };
    const auto place = scratch::open_place(request);
    CHECK(told.starts_with("Scratch: a server of its own"));
    const auto made = place->make();
    // As there: the same user, and roles that exist there exist here.
    CHECK(ask(made->database(), "SELECT current_user::text") == role.url().user);
    CHECK(ask(made->database(), "SELECT count(*)::text FROM pg_roles WHERE rolname = 'postgres'") == "1");
    CHECK(ask(made->database(), "SELECT current_setting('listen_addresses')").empty());
}

TEST_CASE("where there is no place the error names the ways, and why each is none") {
    const PostgresTestDatabase target;
    const PoorRole role(target);
    auto request = request_for(target);
    request.target = role.url();
    request.way = Way::database;
    const auto error = refused_place(request);
    CHECK(error.code() == "no_scratch");
    CHECK(error.exit_code() == ExitCode::database);
    CHECK(error.detail().find("database: ") != std::string::npos);
    CHECK(error.detail().find("permission denied") != std::string::npos);
    CHECK(error.hint().find("scratch_url") != std::string::npos);
}

TEST_CASE("what reaches beyond the database does not run on the target's server") {
    const PostgresTestDatabase target;
    auto request = request_for(target);
    request.reaches_beyond = "CREATE ROLE (versions/a1.sql:9)";
    request.way = Way::database;
    CHECK(refused_place(request).detail().find("CREATE ROLE (versions/a1.sql:9)") != std::string::npos);
    request.way.reset();
    std::string told;
    request.tell = [&](const std::string& text) { told = text; };
    const auto place = scratch::open_place(request);
    CHECK(told.starts_with("Scratch: a server of its own"));
}

/// Programs of other tests drop it, too, as long as nobody is in it.
std::unique_ptr<Database> enter_new_database(const PostgresTestDatabase& target, const std::string& name) {
    for (int tries = 1;; ++tries) {
        try {
            target.query("DROP DATABASE IF EXISTS " + name);
            target.query("CREATE DATABASE " + name);
            return open_database(parse_database_url(postgres_url(name)), {});
        } catch (const Error& error) {
            if (tries == 9) throw;
        }
    }
}

TEST_CASE("orphans older than a minute, in which nobody is, are dropped by the next command") {
    const PostgresTestDatabase target;
    const auto now = target.query("SELECT floor(extract(epoch FROM now()))::bigint");
    const std::string old_one = "rev_scratch_1_1600000000_0a";
    const std::string young_one = "rev_scratch_1_" + now + "_0b";
    const std::string used_one = "rev_scratch_1_1600000000_0c";
    const std::string named_else = "rev_scratch_mine";
    for (const auto& name : {old_one, young_one, named_else}) target.query("CREATE DATABASE " + name);
    const auto names = [&] {
        return target.query(
            "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database "
            "WHERE datname LIKE 'rev_scratch_1_%' OR datname = 'rev_scratch_mine'");
    };
    {
        const auto guest = enter_new_database(target, used_one);
        (void)scratch::open_place(request_for(target));
        CHECK(names() == used_one + " " + young_one + " " + named_else);
    }
    for (const auto& name : {young_one, used_one, named_else})
        target.query("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
}

TEST_CASE("a server of its own ends with its process, however that ends") {
    const auto programs = scratch::find_server_programs(0);
    REQUIRE(programs);
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const auto child = ::fork();
    if (child == 0) {
        const scratch::OwnServer server(*programs, "me", {});
        const auto folder = server.url().query.at("host");
        (void)!::write(ends[1], folder.c_str(), folder.size());
        ::close(ends[1]);
        ::raise(SIGKILL);
    }
    ::close(ends[1]);
    std::string folder(200, '\0');
    const auto count = ::read(ends[0], folder.data(), folder.size());
    ::close(ends[0]);
    REQUIRE(count > 0);
    folder.resize(static_cast<std::size_t>(count));
    int status = 0;
    ::waitpid(child, &status, 0);
    DatabaseUrl url;
    url.dialect = Dialect::postgresql;
    url.user = "me";
    url.database = "postgres";
    url.query = {{"host", folder}, {"port", "5432"}};
    wait_until("the server is gone", [&] {
        try {
            (void)open_database(url, {});
            return false;
        } catch (const Error&) {
            return true;
        }
    });
    std::error_code still_ending;
    std::filesystem::remove_all(folder, still_ending);
}

}  // namespace
}  // namespace rev::test
