// Names, messages, passwords and paths that were chosen, or slipped in, to do harm.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

using rev::test::both;
using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::ProgramResult;
using rev::test::steers_a_terminal;
using rev::test::TemporaryProject;
using rev::test::write_line;

namespace fs = std::filesystem;
using Kind = DatabaseProject::Kind;

namespace {

constexpr const char* odd_name = R"(We"ird; na'me ;-- X)";
constexpr const char* odd_name_in_yaml = R"("We\"ird; na'me ;-- X")";
constexpr const char* odd_name_in_sql = R"("We""ird; na'me ;-- X")";

std::string odd_settings(Kind kind) {
    auto settings = std::string("version_table: ") + odd_name_in_yaml + "\n";
    if (kind == Kind::postgresql) settings += std::string("version_table_schema: ") + odd_name_in_yaml + "\n";
    return settings;
}

/// What the version table holds.
std::string odd_rows(const DatabaseProject& project) {
    const auto table = std::string(project.is_sqlite() ? "" : std::string(odd_name_in_sql) + ".") + odd_name_in_sql;
    return project.query("SELECT version_num FROM " + table);
}

void write_odd(const DatabaseProject& project) {
    if (!project.is_sqlite()) project.query(std::string("CREATE SCHEMA ") + odd_name_in_sql);
    write_line(project);
}

/// Every command that says something, with what it takes to get there.
constexpr const char* all_commands[] = {"check",
                                        "history -v",
                                        "history -i",
                                        "heads -v",
                                        "branches -v",
                                        "show a1",
                                        "show current",
                                        "status",
                                        "current -v",
                                        "log",
                                        "upgrade heads --dry-run",
                                        "upgrade b1",
                                        "upgrade heads",
                                        "resume",
                                        "repair c1 --not-applied",
                                        "repair c1 --not-applied --yes",
                                        "status",
                                        "log",
                                        "downgrade base",
                                        "downgrade -1 --yes",
                                        "stamp b1",
                                        "stamp base",
                                        "ensure-version",
                                        "current --check-heads"};

}  // namespace

TEST_CASE("a version table and a schema of any name are quoted everywhere") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, odd_settings(kind));
        write_odd(project);
        expect(project, "upgrade b1");
        CHECK(odd_rows(project) == "b1");
        CHECK(expect(project, "current").out == "b1\n");
        CHECK(has(expect(project, "status").out, "Current     b1, make b1\n"));
        expect(project, "downgrade -1 --yes");
        CHECK(odd_rows(project) == "a1");
        expect(project, "stamp b1");
        CHECK(has(expect(project, "log").out, "downgrade  b1"));
        CHECK(has(expect(project, "history -i").out, "a1 -> b1 (current), make b1"));
        CHECK(has(expect(project, "ensure-version").err, odd_name));

        project.revision(
            {.id = "d1", .revises = "c1", .upgrade = "SELECT 1;\nnonsense;", .header = "transaction: false"});
        expect(project, "stamp c1");
        expect(project, "upgrade head", 5);
        CHECK(has(expect(project, "status").out, "Unfinished  upgrade of d1 stopped at statement 2 of 2"));
        expect(project, "upgrade head", 4);
        expect(project, "resume", 5);
        expect(project, "repair d1 --applied --yes");
        CHECK(odd_rows(project) == "d1");
    }
}

TEST_CASE("a script for a version table and a schema of any name runs in psql and sqlite3") {
    for (const auto kind : both) {
        const DatabaseProject project(kind, odd_settings(kind));
        write_odd(project);
        project.run_script(expect(project, "upgrade head --sql").out);
        CHECK(odd_rows(project) == "c1");
        project.run_script(expect(project, "downgrade c1:a1 --sql").out);
        CHECK(odd_rows(project) == "a1");
        project.run_script(expect(project, "stamp a1:b1 --sql").out);
        CHECK(odd_rows(project) == "b1");
        CHECK(expect(project, "current").out == "b1\n");
    }
}

TEST_CASE("runs with odd names wait for each other") {
    const DatabaseProject project(Kind::postgresql, odd_settings(Kind::postgresql));
    write_odd(project);
    std::vector<std::unique_ptr<rev::test::RunningProgram>> programs;
    for (int i = 0; i < 4; ++i) {
        programs.push_back(
            std::make_unique<rev::test::RunningProgram>(rev::test::rev_command("upgrade head"), project.options()));
    }
    for (const auto& program : programs) CHECK(program->wait().exit_code == 0);
    CHECK(odd_rows(project) == "c1");
}

TEST_CASE("a version table cannot be rev's own log or ledger, nor longer than PostgreSQL allows") {
    for (const auto kind : both) {
        for (const char* name : {"rev_log", "REV_LOG", "rev_progress"}) {
            const DatabaseProject project(kind, std::string("version_table: ") + name + "\n");
            write_line(project);
            for (const char* line : {"upgrade head", "current", "upgrade head --sql"})
                CHECK(has(expect(project, line, 2).err, "a table of rev's own"));
        }
    }
    const DatabaseProject project(Kind::postgresql, "version_table: " + std::string(63, 'x') + "\n");
    write_line(project);
    CHECK(has(error_of(expect(project, "upgrade head", 2)), "version_table has 63 bytes"));
    const DatabaseProject longest(Kind::postgresql, "version_table: " + std::string(62, 'x') + "\n");
    write_line(longest);
    expect(longest, "upgrade head");
    CHECK(expect(longest, "current").out == "c1 (head)\n");
}

TEST_CASE("what a message, a path, an error or a row holds steers no terminal") {
    const std::string hostile =
        "\x1b[31mred\x1b]0;title\x07\x1b[2J\u009b31m\u202e\x7f\r'; DROP TABLE table_a1; -- <script>x";
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        const auto write = [&](const std::string& name, const rev::test::RevisionSpec& spec) {
            project.write("versions/" + name + ".sql", rev::test::revision_text(spec));
        };
        write("a1\x1b[32m\x07", {.id = "a1",
                                 .upgrade = "CREATE TABLE table_a1 (id text);\nINSERT INTO table_a1 VALUES ('x');",
                                 .downgrade = "DROP TABLE table_a1;",
                                 .message = hostile + "\n--\n-- more: " + hostile});
        write("b1", {.id = "b1",
                     .revises = "a1",
                     .upgrade = "CREATE TABLE \"t\x1b[31m\" (id integer);\nINSERT INTO \"t\x1b[31m\" VALUES (1);",
                     .downgrade = "DROP TABLE \"t\x1b[31m\";",
                     .message = hostile});
        write("c1", {.id = "c1",
                     .revises = "b1",
                     .upgrade = "SELECT 1;\nSELECT '\x1b[31m' FROM \"no\x1b[31mwhere\";",
                     .message = hostile,
                     .header = "transaction: false"});
        write("d1", {.id = "d1",
                     .revises = "a1",
                     .upgrade = "SELECT 1;",
                     .message = hostile,
                     .sections = "\n-- rev:verify empty\nSELECT '\x1b[31m' AS \"col\x1b[31m\";\n"});
        for (const char* mode : {"", " --json", " --tag \x1b[31mtag"}) {
            for (const std::string line : all_commands) {
                if (has(mode, "tag") && !has(line, "upgrade") && !has(line, "downgrade") && !has(line, "stamp"))
                    continue;
                CAPTURE(line);
                const auto result = project.rev(line + mode);
                CAPTURE(result.out);
                CHECK_FALSE(steers_a_terminal(result.out));
                CHECK_FALSE(steers_a_terminal(result.err));
                CHECK(result.exit_code < 6);
            }
        }
    }
}

TEST_CASE("arguments that hold escape sequences are shown escaped") {
    const TemporaryProject project;
    write_line(project);
    const std::string escape = "x\x1b[31m";
    const std::vector<rev::test::Arguments> lines = {{escape},
                                                     {"upgrade", escape},
                                                     {"upgrade", "--" + escape},
                                                     {"show", escape},
                                                     {"stamp", escape},
                                                     {"history", "-r", escape + ":"},
                                                     {"-n", escape, "current"},
                                                     {"-c", escape, "current"},
                                                     {"-u", escape + "://x", "current"},
                                                     {"-u", "sqlite:////nowhere/" + escape, "current"},
                                                     {"-x", escape, "upgrade", "head"},
                                                     {"repair", escape, "--applied", "--yes"},
                                                     {"revision", "-m", "x", "--rev-id", escape},
                                                     {"revision", "-m", "x", "--version-path", escape},
                                                     {"revision", "-m", "x", "--branch-label", escape},
                                                     {"revision", "-m", "x", "--depends-on", escape},
                                                     {"merge", escape, "a1"},
                                                     {"init", "-t", escape},
                                                     {"init", escape}};
    for (const auto& line : lines) {
        CAPTURE(line.front());
        const auto result = project.rev(line);
        CHECK_FALSE(steers_a_terminal(result.out + result.err));
        CHECK_FALSE((result.out + result.err).empty());
    }
}

TEST_CASE("a message with SQL in it runs nowhere") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1",
                          .upgrade = "CREATE TABLE one (id integer);",
                          .downgrade = "DROP TABLE one;",
                          .message = "'; CREATE TABLE harm (id integer); -- \r CREATE TABLE harm (id integer);"});
        const auto harm = "SELECT count(*) FROM " +
                          std::string(project.is_sqlite() ? "sqlite_master WHERE name" : "pg_class WHERE relname") +
                          " = 'harm'";
        const std::string tag = "'; CREATE TABLE harm (id integer); --\n CREATE TABLE harm (id integer);";
        project.run_script(project.rev({"upgrade", "head", "--sql", "--tag", tag}).out);
        CHECK(project.rows() == "a1");
        project.run_script(expect(project, "downgrade head:base --sql").out);
        CHECK(project.rev({"upgrade", "head", "--tag", tag}).exit_code == 0);
        expect(project, "downgrade base --yes");
        CHECK(project.query(harm) == "0");
        CHECK(has(project.query("SELECT message FROM rev_log LIMIT 1"), "'; CREATE TABLE harm"));
    }
}

TEST_CASE("a password is in no output, whatever is wrong with the URL") {
    const std::string secret = "hunter2secret";
    const auto server = rev::test::postgres_url("postgres");
    const auto address = server.substr(server.find('@') + 1);
    DatabaseProject project(Kind::sqlite);
    write_line(project);
    for (const std::string& url : std::vector<std::string>{
             "postgresql://app:" + secret + "@127.0.0.1:1/db",   // nobody listens
             "postgresql://app:" + secret + "@" + address,       // no such user
             "postgresql://postgres:" + secret + "@" + address,  // wrong password
             "postgresql://" + address + "?user=postgres&password=" + secret,
             "postgresql://app:" + secret + "@127.0.0.1:notaport/db", "postgresql://app:" + secret + "@[::1/db",
             "postgresl://app:" + secret + "@h/db", "postgresql:/app:" + secret + "@h/db",
             "postgresql://app:" + secret + "@h:5432:99/db", "postgresql://app:" + secret + "%zz@h/db",
             "postgresql://app:" + secret, "app:" + secret + "@h/db", "host=h user=app password=" + secret,
             "sqlite://app:" + secret + "@h/db", "postgresql://app:@" + secret + "@127.0.0.1:1/db",
             "postgresql://app:ab/" + secret + "@127.0.0.1:1/db", "postgresql://127.0.0.1:1/db?passwrod=" + secret,
             "mysql://app:" + secret + "@h/db"}) {
        project.url = url;
        for (const char* line : {"current -v", "upgrade head", "status --json", "log --json", "upgrade head --sql"}) {
            const auto result = project.rev(line);
            CAPTURE(line);
            CHECK_MESSAGE(!has(result.out + result.err, secret), result.out, result.err);
            const auto given = project.rev({"--url", url, "current", "--json"});
            CHECK_MESSAGE(!has(given.out + given.err, secret), given.out, given.err);
        }
    }
}

TEST_CASE("the right password is in no output, no log row and no child's arguments") {
    DatabaseProject project(Kind::postgresql);
    const std::string secret = "hunter2secret";
    const auto user = "rev_hostile_" + std::to_string(::getpid());
    project.query("CREATE ROLE " + user + " LOGIN SUPERUSER PASSWORD '" + secret + "'");
    const auto start = project.url.find("//") + 2;
    project.url.replace(start, project.url.find('@') - start, user + ":" + secret);
    write_line(project);
    project.revision({.id = "d1", .revises = "c1", .upgrade = "nonsense;", .header = "transaction: false"});
    for (const std::string line : all_commands) {
        for (const char* mode : {"", " --json"}) {
            const auto result = project.rev(line + mode);
            CAPTURE(line);
            CHECK_MESSAGE(!has(result.out + result.err, secret), result.out, result.err);
        }
    }
    CHECK(project.query("SELECT count(*) FROM rev_log WHERE rev_log::text LIKE '%" + secret + "%'") == "0");
    CHECK(project.query("SELECT count(*) > 0 FROM rev_log WHERE event = 'fail'") == "t");
    project.query("REASSIGN OWNED BY " + user + " TO postgres; DROP OWNED BY " + user + "; DROP ROLE " + user);
}

TEST_CASE("hooks and editors get a file's name whole, and no shell reads it") {
    TemporaryProject project(
        "version_locations: [\"-it's $(touch bad) `touch bad`;x\"]\nfile_template: \"-{rev} $(touch bad)\"\n"
        "post_write_hooks:\n  - command: cp {file} {file}.seen\n  - command: touch {file}\n");
    const fs::path folder = "-it's $(touch bad) `touch bad`;x";
    fs::create_directories(project.path() / folder);
    expect(project, "revision -m first --rev-id a1");
    CHECK(project.exists(folder / "-a1 $(touch bad).sql"));
    CHECK(project.exists(folder / "-a1 $(touch bad).sql.seen"));
    project.environment = {{"EDITOR", "'touch' -c"}};
    expect(project, "edit a1");
    project.environment = {{"EDITOR", "touch $(touch bad) ; touch bad; true"}};
    static_cast<void>(project.rev("edit a1"));
    CHECK_FALSE(project.exists("bad"));
    project.environment = {{"EDITOR", "nowhere/to-be-found --wait"}};
    CHECK(has(error_of(expect(project, "edit a1", 2)), "could not be started"));
    project.environment = {{"EDITOR", "vi 'unclosed"}};
    CHECK(has(error_of(expect(project, "edit a1", 2)), "quote"));
}

TEST_CASE("a new file follows the umask, replaces nothing and goes through no link") {
    const TemporaryProject project("file_template: \"{rev}\"\n");
    const auto before = ::umask(027);
    expect(project, "revision -m first --rev-id a1");
    ::umask(before);
    struct stat status {};
    REQUIRE(::stat((project.path() / "versions/a1.sql").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);

    project.write("victim", "precious");
    fs::create_symlink(project.path() / "victim", project.path() / "versions/b1.sql");
    fs::create_symlink(project.path() / "not there", project.path() / "versions/c1.sql");
    CHECK(project.rev("revision -m second --rev-id b1 --head base").exit_code != 0);
    CHECK(project.rev("revision -m third --rev-id c1 --head base").exit_code != 0);
    CHECK(project.read("victim") == "precious");
    CHECK_FALSE(project.exists("not there"));
}
