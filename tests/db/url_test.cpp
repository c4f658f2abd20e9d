#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "db/database_url.hpp"
#include "rev/error.hpp"

namespace {

using rev::DatabaseUrl;
using rev::Dialect;
using rev::hide_secret;
using rev::parse_database_url;
using Query = std::map<std::string, std::string>;

std::string message_of(const std::string& url) {
    try {
        (void)parse_database_url(url);
    } catch (const rev::Error& error) {
        CHECK(error.exit_code() == rev::ExitCode::usage);
        CHECK(error.code() == "bad_url");
        CHECK_FALSE(error.hint().empty());
        return error.what();
    }
    FAIL("accepted: " << url);
    return "";
}

}  // namespace

TEST_CASE("SQLite's URIs are read as SQLAlchemy and SQLite read them") {
    const auto path = [](const char* url) { return parse_database_url(url).database; };
    CHECK(path("sqlite:///file:x.db?uri=true") == "x.db");
    CHECK(path("sqlite:///file:/a/x%20y.db?mode=ro&uri=true") == "/a/x y.db");
    CHECK(path("sqlite:///file:///a/x.db?uri=1&mode=rwc") == "/a/x.db");
    CHECK(path("sqlite:///file://LocalHost/a/x.db?uri=true") == "/a/x.db");
    CHECK(path("sqlite:///file:x.db?mode=memory&uri=true").empty());
    CHECK(path("sqlite:///file::memory:?uri=true").empty());
    CHECK(path("sqlite:///./file:x.db") == "./file:x.db");
    CHECK(parse_database_url("sqlite:///file:x.db?mode=ro&uri=true").display() == "sqlite:///x.db?mode=ro");
    for (const auto* refused : {"sqlite:///file:x.db", "sqlite:///file:x.db?mode=ro", "sqlite:///file:x.db?uri=false",
                                "sqlite:///file://host/x.db?uri=true", "sqlite:///file:x.db?immutable=1&uri=true",
                                "sqlite:///file:x.db?vfs=unix&uri=true", "sqlite:///file:x.db?mode=other&uri=true",
                                "sqlite:///x.db?mode=r"}) {
        CAPTURE(refused);
        CHECK_THROWS_AS((void)parse_database_url(refused), rev::Error);
    }
}

TEST_CASE("PostgreSQL URLs are taken apart as SQLAlchemy and libpq do") {
    struct Case {
        std::string url;
        std::string user;
        std::string password;
        std::string host;
        std::string port;
        std::string database;
        Query query;
    };
    const std::vector<Case> cases = {
        {"postgresql://", "", "", "", "", "", {}},
        {"postgresql:///db", "", "", "", "", "db", {}},
        {"postgres://host", "", "", "host", "", "", {}},
        {"PostgreSQL://host/", "", "", "host", "", "", {}},
        {"postgresql://user:pass@host:5432/db?sslmode=require",
         "user",
         "pass",
         "host",
         "5432",
         "db",
         {{"sslmode", "require"}}},
        {"postgresql+asyncpg://user@host/db", "user", "", "host", "", "db", {}},
        {"postgresql+psycopg2://user:@host/db", "user", "", "host", "", "db", {}},
        {"postgres+any.thing://host/db", "", "", "host", "", "db", {}},
        {"postgresql://u%40x:p%40%3A%2F%25@host/d%20b", "u@x", "p@:/%", "host", "", "d b", {}},
        {"postgresql://u:p@ss@host/db", "u", "p@ss", "host", "", "db", {}},
        {"postgresql://u:p:q@host/db", "u", "p:q", "host", "", "db", {}},
        {"postgresql://u:p/q?r@host:1/db", "u", "p/q?r", "host", "1", "db", {}},
        {"postgresql://u:1/2@host/db", "u", "1/2", "host", "", "db", {}},
        {"postgresql://host:5432/db?user=a@b", "", "", "host", "5432", "db", {{"user", "a@b"}}},
        {"postgresql://:pass@host/db", "", "pass", "host", "", "db", {}},
        {"postgresql://u:p@[::1]:5433/db", "u", "p", "::1", "5433", "db", {}},
        {"postgresql://[fe80::1%25eth0]/db", "", "", "fe80::1%eth0", "", "db", {}},
        {"postgresql://u@:5433/db", "u", "", "", "5433", "db", {}},
        {"postgresql://a:1,b:2/db", "", "", "a,b", "1,2", "db", {}},
        {"postgresql://a,b/db", "", "", "a,b", "", "db", {}},
        {"postgresql://a,b:2/db", "", "", "a,b", ",2", "db", {}},
        {"postgresql://%2Fvar%2Frun/db", "", "", "/var/run", "", "db", {}},
        {"postgresql:///db?host=/var/run/postgresql", "", "", "", "", "db", {{"host", "/var/run/postgresql"}}},
        {"postgresql://u@/db?host=a:1&host=b:2", "u", "", "", "", "db", {{"host", "a,b"}, {"port", "1,2"}}},
        {"postgresql://h?service=x", "", "", "h", "", "", {{"service", "x"}}},
        {"postgresql:///db?options=-c%20search_path%3Dx+y&a=1&a=2&&b=",
         "",
         "",
         "",
         "",
         "db",
         {{"options", "-c search_path=x y"}, {"a", "2"}, {"b", ""}}},
        {"postgresql://h/a/b", "", "", "h", "", "a/b", {}},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.url);
        const DatabaseUrl url = parse_database_url(expected.url);
        CHECK(url.dialect == Dialect::postgresql);
        CHECK(url.user == expected.user);
        CHECK(url.password == expected.password);
        CHECK(url.host == expected.host);
        CHECK(url.port == expected.port);
        CHECK(url.database == expected.database);
        CHECK(url.query == expected.query);
    }
}

TEST_CASE("SQLite URLs have three slashes before a relative path") {
    struct Case {
        std::string url;
        std::string path;
        Query query;
    };
    const std::vector<Case> cases = {
        {"sqlite://", "", {}},
        {"sqlite:///", "", {}},
        {"sqlite:///:memory:", "", {}},
        {"sqlite:///rev.db", "rev.db", {}},
        {"sqlite:///dir/rev.db", "dir/rev.db", {}},
        {"sqlite:////tmp/rev.db", "/tmp/rev.db", {}},
        {"sqlite+pysqlite:///rev.db", "rev.db", {}},
        {"sqlite:///100% @:#.db", "100% @:#.db", {}},
        {"sqlite:///my%20file.db", "my%20file.db", {}},
        {"sqlite:///rev.db?timeout=5&mode=ro", "rev.db", {{"timeout", "5"}, {"mode", "ro"}}},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.url);
        const DatabaseUrl url = parse_database_url(expected.url);
        CHECK(url.dialect == Dialect::sqlite);
        CHECK(url.database == expected.path);
        CHECK(url.query == expected.query);
    }
}

TEST_CASE("a URL is shown without its secrets") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"postgresql+psycopg2://u:secret@h:5432/db?sslmode=require", "postgresql://u:***@h:5432/db?sslmode=require"},
        {"postgresql://u@h/db", "postgresql://u@h/db"},
        {"postgresql://:secret@h/db", "postgresql://:***@h/db"},
        {"postgresql://u%40x:secret@[::1]:1/d%2Fb", "postgresql://u%40x:***@[::1]:1/d%2Fb"},
        {"postgresql://a:1,b:2/db", "postgresql://a:1,b:2/db"},
        {"postgresql://", "postgresql://"},
        {"postgresql:///db?password=secret&sslpassword=secret&host=/run",
         "postgresql:///db?host=/run&password=***&sslpassword=***"},
        {"postgresql://h?PassWord=secret", "postgresql://h/?PassWord=***"},
        {"postgresql://u%1b[2J:secret@h/db", "postgresql://u%1B%5B2J:***@h/db"},
        {"sqlite:///rev.db", "sqlite:///rev.db"},
        {"sqlite:////tmp/a b.db?key=secret", "sqlite:////tmp/a b.db?key=***"},
        {"sqlite://", "sqlite://"},
    };
    for (const auto& [url, shown] : cases) CHECK(parse_database_url(url).display() == shown);
}

TEST_CASE("a wrong URL is refused without showing it") {
    for (const std::string url : {
             "",
             "secret",
             "postgresql:secret@h/db",
             "mysql://u:secret@h/db",
             "u:secret://h",
             "://secret",
             "sqlite://secret.db",
             "postgresql://u:secret@h:port/db",
             "postgresql://u:secret@h:0/db",
             "postgresql://u:secret@h:70000/db",
             "postgresql://u:secret@h:999999999999999999999/db",
             "postgresql://u:secret%@h/db",
             "postgresql://u:secret%4@h/db",
             "postgresql://u:secret%zz@h/db",
             "postgresql://u:secret%00@h/db",
             "postgresql://u:secret@[::1/db",
             "postgresql://u:secret@[::1]x/db",
             "postgresql://u:secret@h/db?novalue",
             "postgresql://u:secret@h/db\n",
             "postgresql://u:sec\tret@h/db",
             "postgresql://h/secret%",
             "postgresql://h/db?password=secret%",
         }) {
        CAPTURE(url);
        CHECK(message_of(url).find("secret") == std::string::npos);
    }
    CHECK(message_of("mysql://h/db") ==
          "unknown database scheme \"mysql\" in the URL; known are postgresql, postgres and sqlite");
}

TEST_CASE("a secret is hidden in every spelling") {
    CHECK(hide_secret("no secret here", "") == "no secret here");
    CHECK(hide_secret("a secret, a secret", "secret") == "a ***, a ***");
    CHECK(hide_secret("p@ss/ %20", "p@ss/") == "*** %20");
    CHECK(hide_secret("p%40ss%2f and p%40ss/ and p@ss%2F", "p@ss/") == "*** and *** and ***");
    CHECK(hide_secret("password='it\\'s'", "it's") == "password='***'");
    CHECK(hide_secret("'it''s'", "it's") == "'***'");
    CHECK(hide_secret("x''y x\\\\y", "x''y") == "*** x\\\\y");
    CHECK(hide_secret("a b a+b a%20b", "a b") == "*** *** ***");
    CHECK(hide_secret("secre", "secret") == "secre");
    CHECK(hide_secret("a, a.a", "a") == "***, ***.***");
}
