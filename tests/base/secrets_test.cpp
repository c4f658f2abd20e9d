#include "base/secrets.hpp"

#include <doctest/doctest.h>

#include <random>

using rev::base::hide_secrets;
using rev::base::hide_secrets_in_argument;
using rev::base::hide_secrets_in_setting;
using rev::base::is_secret_name;

TEST_CASE("a secret is hidden by where it stands") {
    CHECK(rev::base::hide_secrets("postgresql://u:p@h/d") == "postgresql://u:***@h/d");
    CHECK(rev::base::hide_secrets("see postgresql://u:p/q@h:5432/d?x=y, or not") ==
          "see postgresql://u:***@h:5432/d?x=y, or not");
    CHECK(rev::base::hide_secrets("\"https://u:p@h/d\"") == "\"https://u:***@h/d\"");
    CHECK(rev::base::hide_secrets("postgresql://u:p/d") == "postgresql://u:***/d");
    CHECK(rev::base::hide_secrets("postgresql://u@h/d?password=p&sslmode=require") ==
          "postgresql://u@h/d?password=***&sslmode=require");
    CHECK(rev::base::hide_secrets("host=h password=p user=u") == "host=h password=*** user=u");
    CHECK(rev::base::hide_secrets("password='it\\'s' user=u") == "password='***' user=u");
    CHECK(rev::base::hide_secrets("ALTER ROLE x SET api_token = 'p'") == "ALTER ROLE x SET api_token = '***'");
    CHECK(rev::base::hide_secrets("PGPASSWORD=p psql") == "PGPASSWORD=*** psql");
    CHECK(rev::base::hide_secrets("postgresql://u:p@h and mysql://u:q@h") ==
          "postgresql://u:***@h and mysql://u:***@h");
    CHECK(rev::base::hide_secrets_in_argument("postgresql://u:p \"'q@h/d") == "postgresql://u:***@h/d");
    CHECK(rev::base::hide_secrets("see postgresql://u:my p@h/d for more") == "see postgresql://u:***@h/d for more");
    CHECK(rev::base::hide_secrets("postgresql//u:p@h/d") == "postgresql//u:***@h/d");
    CHECK(rev::base::hide_secrets_in_argument("host=h password = p dbname=d") == "host=h password = *** dbname=d");
    CHECK(rev::base::hide_secrets_in_setting("ulr: postgresql://u:my p@h/d") == "ulr: postgresql://u:***@h/d");
    CHECK(rev::base::hide_secrets_in_setting("  DB_PASSWORD: p # remark") == "  DB_PASSWORD: ***");
    CHECK(rev::base::hide_secrets_in_setting("  \"password\": p") == "  \"password\": ***");
    CHECK(rev::base::hide_secrets_in_setting("url: postgresql://u:p@h/d") == "url: postgresql://u:***@h/d");
}

TEST_CASE("what is no secret stays as it is") {
    for (const char* text : {"", "=", "://", "password", "password=", "postgresql://", "postgresql://u@h:5432/d",
                             "postgresql://[::1]:5432/d", "postgresql://a:1,b:2/d",
                             "postgresql://h:5432/d?sslmode=require", "sqlite:///file.db", "the time is 10:30 at a@b",
                             "no password supplied", "password authentication failed for user \"u\"", "key=value",
                             "WHERE token = u.token", "compass=north", "a ::= b", "at versions/a.sql:7:4"}) {
        CAPTURE(text);
        CHECK(rev::base::hide_secrets(text) == text);
    }
    CHECK(rev::base::hide_secrets_in_setting("lock_timeout: 60s") == "lock_timeout: 60s");
}

TEST_CASE("a name says that its value is a secret") {
    for (const char* name : {"password", "PGPASSWORD", "db_pw", "PW", "pass", "api_token", "sslpassword",
                             "AWS_SECRET_KEY", "pwd", "my-api-key", "private_key", "credentials"})
        CHECK_MESSAGE(rev::base::is_secret_name(name), name);
    for (const char* name : {"", "user", "owner", "compass", "passage", "pwx", "sslkey", "keyword", "path"})
        CHECK_MESSAGE(!rev::base::is_secret_name(name), name);
}

TEST_CASE("whatever a password is made of, nothing of it is left of a URL that is an argument") {
    std::mt19937 random(7);
    const std::string characters = "abcXYZ019 :/?#[]@!$&'()*+,;=%\"\\-._~<>|^`{}\t\xc3\xa4";
    for (int round = 0; round < 5000; ++round) {
        std::string password = "S3";
        for (auto length = random() % 12; length > 0; --length) password += characters[random() % characters.size()];
        password += "cret";
        const auto url = "postgresql://user:" + password + "@host/name";
        CAPTURE(url);
        const auto shown = rev::base::hide_secrets_in_argument(url);
        CHECK(shown.find("cret") == std::string::npos);
        CHECK(shown.find("S3") == std::string::npos);
        CHECK(shown.starts_with("postgresql://user:"));
        CHECK(rev::base::hide_secrets_in_argument(shown) == shown);
    }
}
