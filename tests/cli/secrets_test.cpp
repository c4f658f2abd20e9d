// A password that was typed, configured or filled in is in nothing that rev says or keeps; and nothing else is hidden.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {
namespace {

using Kind = DatabaseProject::Kind;

/// Whether it is nowhere in what was said.
void check_hidden(const ProgramResult& result) {
    CAPTURE(result.out);
    CAPTURE(result.err);
    CHECK_FALSE(has(result.out + result.err, "S3cret"));
}

constexpr const char* urls[] = {
    "postgresql://u:S3cretX@h/d",
    "postgresql://u:S3cret/X@h:5432/d",
    "postgresql://u:S3cret@X@h/d",
    "postgresql://u:S3cretX/d",
    "postgresql://u@h/d?password=S3cretX",
    "postgresql://h/d?sslmode=require&sslpassword=S3cretX",
    "mysql+pymysql://u:S3cretX@h/d",
    "https://u:S3cretX@h/d",
    "host=h user=u password=S3cretX",
    "host=h password='S3cret X'",
    "password=S3cretX",
    "PGPASSWORD=S3cretX",
    "postgresql://u:S3cret X\"'@h/d",
};

}  // namespace

TEST_CASE("a URL or connection string in any place of the command line shows no password") {
    const TemporaryProject project;
    write_line(project);
    for (const std::string url : urls) {
        CAPTURE(url);
        for (const Arguments& arguments : {Arguments{url},
                                           {"upgrade", url},
                                           {"upgrade", "head", url},
                                           {"downgrade", url, "--yes"},
                                           {"status", url},
                                           {"show", url},
                                           {"history", "-r", url},
                                           {"stamp", url},
                                           {"merge", url, "a1"},
                                           {"edit", url},
                                           {"log", "-n", url},
                                           {"upgrade", "head", "--" + url},
                                           {"upgrade", "--url2=" + url, "head"},
                                           {"upgrade", "head", "-x", url},
                                           {"upgrade", "head", "-x", "=" + url},
                                           {"status", "--color", url},
                                           {"status", "--wait", url},
                                           {"-n", url, "status"},
                                           {"-c", url, "status"},
                                           {"check", "--dialect", url},
                                           {"upgrade", "--transaction", url, "head"},
                                           {"revision", "-m", "x", "--head", url},
                                           {"help", url},
                                           {"repair", url, "--applied", "--yes"},
                                           {"graph", "--format", url},
                                           {"completion", url}}) {
            for (const bool json : {false, true}) {
                auto line = arguments;
                if (json) line.push_back("--json");
                CAPTURE(line.front());
                check_hidden(project.rev(line));
            }
        }
    }
    check_hidden(project.rev(Arguments{"status", "-pS3cretX"}));
    check_hidden(project.rev(Arguments{"status", "--password=S3cretX"}));
}

TEST_CASE("a URL that cannot be used shows no password") {
    const TemporaryProject project;
    write_line(project);
    for (const std::string url : urls) {
        CAPTURE(url);
        check_hidden(project.rev(Arguments{"-u", url, "status"}));
        check_hidden(project.rev(Arguments{"-u", url, "upgrade", "head", "--json"}));
    }
}

TEST_CASE("no key of the configuration and no line of .env shows a password") {
    for (const std::string line :
         {"password: S3cretX", "DB_PASSWORD: \"S3cretX\"", "urll: postgresql://u:S3cretX@h/d",
          "url: [postgresql://u:S3cretX@h/d]", "url: \"postgresql://u:S3cretX@h/d", "url: {password: S3cretX}",
          "timezone: {x: 'https://u:S3cretX@h'}", "transaction: postgresql://u:S3cretX@h/d",
          "lock_timeout: postgresql://u:S3cretX@h/d", "backup: host=h password=S3cretX",
          "environments: {prod: {api_token: S3cretX}}", "variables:\n  2pw: S3cretX",
          "post_write_hooks:\n  - password: S3cretX",
          "post_write_hooks:\n  - command: sh -c 'false' postgresql://u:S3cretX@h/d"}) {
        CAPTURE(line);
        const TemporaryProject project;
        project.write("alembic.yaml", line + "\n");
        check_hidden(project.rev("status"));
        check_hidden(project.rev("status --json"));
        check_hidden(project.rev("revision -m x"));
    }
    for (const std::string line :
         {"PGPASSWORD S3cretX", "export 'S3cretX", "DATABASE_URL=\"postgresql://u:S3cretX@h/d"}) {
        const TemporaryProject project;
        project.write(".env", line + "\n");
        check_hidden(project.rev("status"));
    }
}

TEST_CASE("the line of a failing statement is the file's, without the values of its variables") {
    for (const auto kind : both) {
        const DatabaseProject database(kind);
        database.revision({.id = "a1",
                           .upgrade = "SELECT 1;\nSELECT :'pw', nope, :'other', nope2;",
                           .header = "variables: pw, other"});
        const auto result = database.rev("-x pw=S3cretX -x other=S3cretY upgrade head");
        CHECK(result.exit_code == 5);
        check_hidden(result);
        CHECK(has(result.err, "SELECT :'pw', nope, :'other', nope2;"));
        CHECK_FALSE(has(database.query("SELECT error FROM rev_log"), "S3cret"));
        check_hidden(database.rev("log -v"));

        database.revision({.id = "a1",
                           .upgrade = "SELECT 1;",
                           .header = "variables: pw",
                           .sections = "\n-- rev:verify empty\nSELECT :'pw' AS x;\n"});
        check_hidden(database.rev("-x pw=S3cretX upgrade head"));
        database.revision({.id = "a1", .upgrade = "COMMIT /* :pw */ ; SELECT :'pw';", .header = "variables: pw"});
        check_hidden(database.rev("-x pw=S3cretX upgrade head"));
    }
}

TEST_CASE("the server repeats no secret variable's value in an error, and the log keeps none") {
    const DatabaseProject database(Kind::postgresql);
    database.revision({.id = "a1", .upgrade = "SELECT CAST(:'pw' AS integer);", .header = "variables: pw"});
    database.revision({.id = "b1",
                       .upgrade = "SELECT 1;\nSELECT CAST(:'pw' AS integer);",
                       .header = "variables: pw\ntransaction: false"});
    for (const char* id : {"a1", "b1"}) {
        const auto result = database.rev(Arguments{"-x", "pw=S3cretX", "upgrade", id});
        CHECK(has(result.err, "invalid input syntax for type integer: \"***\""));
        check_hidden(result);
    }
    CHECK_FALSE(has(database.query("SELECT string_agg(error, ' ') FROM rev_log"), "S3cret"));
    CHECK_FALSE(has(database.query("SELECT string_agg(error, ' ') FROM rev_progress"), "S3cret"));
    check_hidden(database.rev("status"));
}

TEST_CASE("a password that is a part of a word, or a name that is shown anyway, hides nothing") {
    DatabaseProject database(Kind::postgresql);
    database.revision({.id = "a1", .upgrade = "INSERT INTO applicant VALUES (1);"});
    database.environment["PGPASSWORD"] = "app";
    CHECK(has(database.rev("upgrade head").err, "relation \"applicant\" does not exist"));
    CHECK(has(database.query("SELECT error FROM rev_log"), "relation \"applicant\""));
    database.environment["PGPASSWORD"] = "postgres";  // as the user
    database.revision({.id = "a1", .upgrade = "DROP ROLE postgres;"});
    CHECK(has(database.rev("upgrade head").err, "postgres"));
}

TEST_CASE("a secret value is in no finding of check, and no beginning of it in what the server cuts") {
    DatabaseProject project(Kind::postgresql);
    std::string value = "S3cret";
    while (value.size() < 120) value += "Abcdefgh";
    const auto with = [&](const std::string& command) {
        auto arguments = Arguments{"-x", "db_password=" + value};
        for (const auto& word : words(command)) arguments.push_back(word);
        return project.rev(arguments);
    };
    project.revision({.id = "a1", .upgrade = "SELECT :'db_password' FRM x y z;", .header = "variables: db_password"});
    for (const auto* dialect : {"postgresql", "sqlite"}) {
        const auto found = with(std::string("check --dialect ") + dialect);
        CHECK(found.exit_code == 1);
        check_hidden(found);
    }
    check_hidden(with("upgrade head"));
    project.revision(
        {.id = "a1",
         .upgrade = "CREATE TABLE t (x text CHECK (length(x) < 3));\nINSERT INTO t VALUES (:'db_password');",
         .header = "variables: db_password"});
    const auto failed = with("upgrade head");
    CHECK(failed.exit_code == 5);
    check_hidden(failed);
    CHECK(project.query("SELECT count(*) FROM rev_log WHERE error LIKE '%S3cret%'") == "0");
}

TEST_CASE("a password is hidden where its URL or connection string is written oddly") {
    const TemporaryProject project;
    write_line(project);
    const auto settings = project.read("alembic.yaml");
    for (const std::string line :
         {"ulr: postgresql://u:my S3cret@127.0.0.1:1/d", "lock_timeout: \"postgresql://u:my S3cret@127.0.0.1:1/d\""}) {
        project.write("alembic.yaml", settings + "\n" + line + "\n");
        check_hidden(project.rev("current"));
    }
    project.write("alembic.yaml", settings);
    check_hidden(project.rev(Arguments{"upgrade", "host=h password = S3cret dbname=x"}));
    check_hidden(project.rev(Arguments{"revision", "-m", "x", "--head", "postgresql://bob:a/S3cret@127.0.0.1:1/db"}));
    check_hidden(project.rev(Arguments{"-n", "postgresql//bob:S3cret@h/db", "current"}));
}

}  // namespace rev::test
