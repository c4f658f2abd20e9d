// The first hours with rev, on SQLite and on PostgreSQL: what is forgotten is said, and every advice leads somewhere.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {
namespace {

namespace fs = std::filesystem;

/// The number of the first line of `text` that begins with `prefix`, after the first `marker`.
std::size_t line_of(const std::string& text, std::string_view marker, std::string_view prefix) {
    std::size_t number = 1;
    bool is_below = false;
    for (std::size_t at = 0; at < text.size(); ++number) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto line = std::string_view(text).substr(at, end - at);
        if (is_below && line.starts_with(prefix)) return number;
        is_below = is_below || line == marker;
        at = end + 1;
    }
    FAIL("there is no such line");
    return 0;
}

constexpr const char* new_file = "versions/a1_create_account.sql";

/// The place of the line in the new file that says what is to be written.
std::string place_of(const TemporaryProject& project, std::string_view section) {
    const auto line = line_of(project.read(new_file), "-- rev:" + std::string(section), "-- rev:todo");
    return std::string(new_file) + ":" + std::to_string(line);
}

/// Writes `sql` in the place of the line that says what is to be written; "-" deletes the section.
void fill_in(const TemporaryProject& project, const std::string& section, const std::string& sql) {
    auto text = project.read(new_file);
    const auto marker = text.find("-- rev:" + section + "\n");
    const auto todo = text.find("-- rev:todo", marker);
    const auto end = text.find('\n', todo) + 1;
    if (sql == "-")
        text.erase(marker, end - marker);
    else
        text.replace(todo, end - todo, sql + "\n");
    project.write(new_file, text);
}

/// A project with one new file, as `rev revision` writes it.
void make_revision(const TemporaryProject& project) { expect(project, "revision -m 'create account' --rev-id a1"); }

bool has_table(const DatabaseProject& project, const std::string& table) {
    const std::string catalog = project.is_sqlite() ? "sqlite_master WHERE type = 'table' AND name = '"
                                                    : "pg_catalog.pg_tables WHERE tablename = '";
    return project.query("SELECT count(*) FROM " + catalog + table + "'") == "1";
}

TEST_CASE("a new file runs neither up nor down before its SQL is written") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        make_revision(project);
        for (const char* line : {"upgrade head", "upgrade head --dry-run", "upgrade head --sql",
                                 "upgrade head --rehearse", "upgrade head --transaction all"}) {
            CAPTURE(line);
            const auto refused = expect(project, line, 3);
            CHECK(error_of(refused) == "the upgrade section of revision a1 is not written yet");
            CHECK(has(refused.err, place_of(project, "upgrade") + ":1"));
            CHECK(has(hint_of(refused), "write the SQL in place of this line"));
        }
        CHECK(has(expect(project, "upgrade head --json", 3).out, R"("code": "unwritten_section")"));
        CHECK_FALSE(has_table(project, "alembic_version"));

        fill_in(project, "upgrade", "CREATE TABLE account (id integer);");
        expect(project, "upgrade head");
        CHECK(has_table(project, "account"));

        // The downgrade was forgotten: it must be no silent success.
        for (const char* line : {"downgrade -1", "downgrade base --yes", "downgrade -1 --dry-run",
                                 "downgrade base --rehearse", "downgrade head:base --sql"}) {
            CAPTURE(line);
            const auto refused = expect(project, line, 3);
            CHECK(error_of(refused) == "the downgrade section of revision a1 is not written yet");
            CHECK(has(refused.err, place_of(project, "downgrade") + ":1"));
            CHECK(has(hint_of(refused), "delete the section to make the revision irreversible"));
        }
        CHECK(project.rows() == "a1");
        CHECK(has_table(project, "account"));
        CHECK(project.query("SELECT count(*) FROM rev_log") == "1");
    }
}

TEST_CASE("the sections of a new file are written one after the other, and the database follows") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        make_revision(project);
        fill_in(project, "upgrade", "CREATE TABLE account (id integer);");
        expect(project, "upgrade head");
        SUBCASE("a downgrade that is written later runs") {
            fill_in(project, "downgrade", "DROP TABLE account;");
            expect(project, "downgrade -1");
            CHECK_FALSE(has_table(project, "account"));
            CHECK(project.rows().empty());
        }
        SUBCASE("a deleted downgrade section makes the revision irreversible") {
            fill_in(project, "downgrade", "-");
            CHECK(has(error_of(expect(project, "downgrade -1", 3)), "irreversible"));
            CHECK(has_table(project, "account"));
        }
        SUBCASE("an unwritten downgrade is not in the log either") {
            fs::remove(project.path() / new_file);
            CHECK(has(error_of(expect(project, "downgrade base --from-log", 3)), "irreversible"));
            CHECK(has_table(project, "account"));
        }
    }
}

TEST_CASE("SQL beside the line that says it is unwritten does not run before the line is deleted") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    make_revision(project);
    auto text = project.read(new_file);
    text.insert(text.find("-- rev:todo"), "CREATE TABLE account (id integer);\n");
    project.write(new_file, text);
    CHECK(has(hint_of(expect(project, "upgrade head", 3)), "delete this line if the rest of the section is complete"));
    CHECK_FALSE(project.exists("test.db"));
}

TEST_CASE("only the line deleted, a new file does nothing on purpose") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    make_revision(project);
    fill_in(project, "upgrade", "");
    fill_in(project, "downgrade", "");
    expect(project, "check");
    expect(project, "upgrade head");
    expect(project, "downgrade base");
}

TEST_CASE("a merge point runs as it was written by rev") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "b1", .upgrade = "CREATE TABLE b (id integer);", .downgrade = "DROP TABLE b;"});
        project.revision({.id = "c1", .upgrade = "CREATE TABLE c (id integer);", .downgrade = "DROP TABLE c;"});
        expect(project, "merge heads --rev-id m1");
        expect(project, "check");
        expect(project, "upgrade head");
        CHECK(project.rows() == "m1");
        expect(project, "downgrade base");
    }
}

TEST_CASE("check finds what is unwritten, in each section, and exits with 1") {
    const TemporaryProject project;
    make_revision(project);
    for (const char* line : {"check", "check --dialect sqlite", "check --dialect postgresql --dialect sqlite"}) {
        CAPTURE(line);
        const auto found = expect(project, line, 1);
        CHECK(has(found.out, place_of(project, "upgrade") + ":1"));
        CHECK(has(found.out, place_of(project, "downgrade") + ":1"));
        CHECK(has(found.out, "2 problems in 1 revision file\n"));
    }
    CHECK(has(expect(project, "check --json", 1).out, R"("code": "unwritten_section")"));
    CHECK(has(expect(project, "check --format github", 1).out, "::error file=versions/a1_create_account.sql"));
}

TEST_CASE("status sends to what is unwritten first, and calls the files sound") {
    const TemporaryProject project;
    make_revision(project);
    const auto status = expect(project, "status");
    CHECK(has(status.out, "State       behind\n"));
    CHECK(has(status.out, "Unwritten   " + place_of(project, "upgrade")));
    CHECK(has(status.out, "Next        write the SQL in " + place_of(project, "upgrade")));
    CHECK(has(status.out, "            rev upgrade head\n"));
    CHECK(has(expect(project, "status --json").out, R"("unwritten": [)"));
    fill_in(project, "upgrade", "CREATE TABLE account (id integer);");
    expect(project, "upgrade head");
    // The database is where the files lead; the downgrade is still somebody's task.
    const auto after = expect(project, "status --exit-code");
    CHECK(has(after.out, "Unwritten   " + place_of(project, "downgrade")));
    CHECK(has(after.out, "Next        write the SQL in " + place_of(project, "downgrade")));
}

TEST_CASE("a stamp warns of a revision that is not written yet, and edit tells what is left") {
    TemporaryProject project;
    make_revision(project);
    CHECK(has(expect(project, "stamp head").err, "warning: " + place_of(project, "upgrade") +
                                                     ":1: the upgrade section of revision a1 is not written yet"));
    fill_in(project, "upgrade", "CREATE TABLE account (id integer);");
    project.environment["EDITOR"] = "true";
    CHECK(expect(project, "edit head").err ==
          place_of(project, "downgrade") + ":1: the downgrade section of revision a1 is not written yet\n");
    fill_in(project, "downgrade", "DROP TABLE account;");
    CHECK(expect(project, "edit head").err.empty());
    CHECK_FALSE(has(expect(project, "stamp base").err + expect(project, "stamp head").err, "warning"));
}

TEST_CASE("a run without revision files says that there are none") {
    const TemporaryProject project;
    fs::create_directories(project.path() / "versions");
    for (const char* line : {"upgrade head", "downgrade base", "stamp head"}) {
        CAPTURE(line);
        CHECK(has(expect(project, line).err, "there is no revision file; `rev revision -m MESSAGE` writes one"));
    }
    CHECK_FALSE(project.exists("test.db"));
}

TEST_CASE("a database in memory is said to keep nothing") {
    TemporaryProject project;
    project.url = "sqlite://";
    write_line(project);
    CHECK(has(expect(project, "upgrade head").err, "Database sqlite://, in memory: nothing of it is kept\n"));
}

TEST_CASE("verify and resume refuse an unwritten section too") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE account (id integer);\nINSERT INTO absent VALUES (1);",
                      .header = "transaction: false"});
    expect(project, "upgrade head", 5);
    project.revision(
        {.id = "a1", .upgrade = "-- rev:todo\nCREATE TABLE account (id integer);", .header = "transaction: false"});
    CHECK(has(expect(project, "resume", 3).err, "versions/a1.sql:"));
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id integer);", .header = "transaction: false"});
    expect(project, "repair a1 --applied --yes");
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE account (id integer);",
                      .header = "transaction: false",
                      .sections = "-- rev:verify\n-- rev:todo\n"});
    CHECK(has(error_of(expect(project, "verify", 3)), "the verify section of revision a1 is not written yet"));
}

/// A revision that was applied while its section was empty, as files of older templates are.
void apply_empty(const TemporaryProject& project) {
    project.revision({.id = "a1", .upgrade = "", .downgrade = ""});
    expect(project, "upgrade head");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id integer);", .downgrade = "DROP TABLE account;"});
}

/// Runs the commands that stand between backquotes, in their order.
void follow(const TemporaryProject& project, std::string_view advice) {
    std::size_t followed = 0;
    for (auto at = advice.find('`'); at != std::string_view::npos; at = advice.find('`', at)) {
        const auto end = advice.find('`', at + 1);
        const auto command = advice.substr(at + 1, end - at - 1);
        REQUIRE(command.starts_with("rev "));
        expect(project, command.substr(4));
        at = end + 1;
        ++followed;
    }
    REQUIRE(followed > 0);
}

TEST_CASE("repair looks whether there is anything to repair before it asks") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        project.revision({.id = "a1", .upgrade = "CREATE TABLE one (id integer);"});
        const auto refuses = [&](const std::string& line) {
            const auto result = expect(project, line, 4);
            CHECK(has(error_of(result), "there is no unfinished run of revision"));
            CHECK_FALSE(has(result.err, "Record that"));
        };
        refuses("repair a1 --applied");
        refuses("repair nonesuch --applied");
        expect(project, "upgrade head");
        for (const auto* outcome : {"--applied", "--not-applied"}) refuses(std::string("repair a1 ") + outcome);
        refuses("repair nonesuch --not-applied");
        CHECK(project.rows() == "a1");
    }
}

TEST_CASE("the advice about a file that was filled in after an empty run leads to its table") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        apply_empty(project);
        const auto refused = expect(project, "upgrade head", 3);
        CHECK(has(refused.err, "its upgrade section was empty when it was applied"));
        SUBCASE("that of upgrade") { follow(project, hint_of(refused)); }
        SUBCASE("that of status") {
            const auto status = expect(project, "status").out;
            CHECK(has(status, "Next        rev stamp base\n            rev upgrade a1\n"));
            expect(project, "stamp base");
            expect(project, "upgrade a1");
        }
        SUBCASE("that of the question whether to accept it") {
            const auto question = expect(project, "repair a1 --accept-changed", 2);
            CHECK(has(question.err, "The file of a1 has 1 statement now; none is run: nothing was run when it was"));
            CHECK(has(question.err, "`rev stamp base`, then `rev upgrade a1`"));
            follow(project, error_of(question));
        }
        SUBCASE("also after it was accepted") {
            CHECK(has(expect(project, "repair a1 --accept-changed --yes").err, "nothing of the file was run"));
            CHECK_FALSE(has_table(project, "account"));
            expect(project, "stamp base");
            expect(project, "upgrade a1");
        }
        CHECK(has_table(project, "account"));
        expect(project, "status --exit-code");
        expect(project, "downgrade base");
    }
}

/// The command between backquotes that begins so.
std::string command_in(const std::string& hint, const std::string& beginning) {
    const auto at = hint.find("`" + beginning);
    REQUIRE_MESSAGE(at != std::string::npos, hint);
    return hint.substr(at + 1 + std::string_view("rev ").size(),
                       hint.find('`', at + 1) - at - 1 - std::string_view("rev ").size());
}

TEST_CASE("each way out that the hint about a changed file names is one") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        expect(project, "upgrade head");
        project.revision({.id = "b1",
                          .revises = "a1",
                          .upgrade = "CREATE TABLE table_b1 (id bigint);",
                          .downgrade = "DROP TABLE table_b1;"});
        const auto hint = hint_of(expect(project, "upgrade head", 3));
        SUBCASE("it is accepted") {
            const auto command = command_in(hint, "rev repair");
            // Its question is answered as the hint says that belongs to it.
            CHECK(has(hint_of(expect(project, command, 2)), "add --yes"));
            expect(project, command + " --yes");
            expect(project, "upgrade head");
        }
        SUBCASE("what was run is undone, and the file runs as it is") {
            expect(project, command_in(hint, "rev downgrade") + " --yes");
            CHECK(project.rows() == "a1");
            expect(project, "upgrade head");
            CHECK(project.rows() == "c1");
        }
        expect(project, "status --exit-code");
    }
}

TEST_CASE("both ways out that the hint about several heads names are one") {
    for (const bool merges : {true, false}) {
        const DatabaseProject project(DatabaseProject::Kind::sqlite);
        project.revision({.id = "a1", .upgrade = "CREATE TABLE a (id integer);"});
        project.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE b (id integer);"});
        project.revision({.id = "c1", .revises = "a1", .upgrade = "CREATE TABLE c (id integer);"});
        const auto hint = hint_of(expect(project, "upgrade head", 3));
        auto command = command_in(hint, merges ? "rev merge" : "rev upgrade");
        std::ranges::replace(command, '"', '\'');
        expect(project, command);
        if (merges) expect(project, "upgrade head");
        expect(project, "status --exit-code");
    }
}

TEST_CASE("an empty revision on which others stand is not stamped away") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    project.revision({.id = "a1", .upgrade = ""});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE b (id integer);"});
    expect(project, "upgrade head");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id integer);"});
    const auto hint = hint_of(expect(project, "upgrade head", 3));
    CHECK(has(hint, "other revisions stand on a1"));
    CHECK_FALSE(has(hint, "rev stamp"));
    project.revision({.id = "a1", .upgrade = ""});
    project.revision({.id = "c1", .revises = "b1", .upgrade = "CREATE TABLE account (id integer);"});
    expect(project, "upgrade head");
    CHECK(has_table(project, "account"));
}

TEST_CASE("an empty revision beside another branch is taken back alone") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    project.revision({.id = "a1", .upgrade = "CREATE TABLE a (id integer);"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE TABLE b (id integer);"});
    project.revision({.id = "c1", .revises = "a1", .upgrade = ""});
    expect(project, "upgrade heads");
    project.revision({.id = "c1", .revises = "a1", .upgrade = "CREATE TABLE c (id integer);"});
    const auto hint = hint_of(expect(project, "upgrade heads", 3));
    // A stamp of a1 would take b1 back too, and its table is there.
    CHECK_FALSE(has(hint, "rev stamp"));
    CHECK(project.rows() == "b1\nc1");
}

TEST_CASE("the question about an accepted file says how much of it was run, and when") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id integer);"});
    expect(project, "upgrade head");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id bigint); CREATE INDEX i ON account (id);"});
    const auto asked = expect(project, "repair a1 --accept-changed", 2);
    CHECK(has(error_of(asked), "The file of a1 has 2 statements now; none is run: what was run, at "));
    CHECK(has(error_of(asked), ", was 1 statement of the file as it was then"));
    CHECK_FALSE(has(error_of(asked), "To run it instead"));
}

TEST_CASE("upgrade and downgrade name the database before the first step, its password hidden") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        const auto up = expect(project, "upgrade head");
        const auto named = up.err.find(
            "Database " + std::string(kind == DatabaseProject::Kind::sqlite ? "sqlite:///test.db" : "postgresql://"));
        REQUIRE(named != std::string::npos);
        CHECK(named < up.err.find("Running upgrade"));
        const auto down = expect(project, "downgrade -1");
        CHECK(down.err.find("Database ") < down.err.find("Running downgrade"));
        CHECK(expect(project, "-q upgrade head").err.empty());
    }
}

TEST_CASE("an SQLite file that a run makes is named, and status says that it is not there yet") {
    const DatabaseProject project(DatabaseProject::Kind::sqlite);
    write_line(project);
    CHECK(has(expect(project, "status").out,
              "Database    sqlite:///test.db (the file is not there yet; `rev upgrade` makes it)\n"));
    CHECK(has(expect(project, "status --json").out, R"("exists": false)"));
    const auto rehearsed = expect(project, "upgrade head --rehearse");
    CHECK(has(rehearsed.err, "Database sqlite:///test.db, whose file is not there yet\n"));
    CHECK_FALSE(project.exists("test.db"));
    const auto file = (fs::canonical(project.path()) / "test.db").string();
    CHECK(
        has(expect(project, "upgrade +1").err, "Database sqlite:///test.db: creating the SQLite file " + file + "\n"));
    CHECK_FALSE(has(expect(project, "upgrade head").err, "creating"));
    CHECK(has(expect(project, "status").out, "Database    sqlite:///test.db\n"));
}

TEST_CASE("a .env of other programs at the repository's root stops nothing") {
    TemporaryProject project;
    project.url.clear();
    project.write(".git/HEAD", "ref: refs/heads/main\n");
    project.write(".env",
                  "set -a\nfoo() {\n  echo bar\n}\nKEY=\"-----BEGIN KEY-----\nabc==\n-----END KEY-----\"\n"
                  "yaml: style\nDATABASE_URL=sqlite:///of-dotenv.db\nsource other.env\nA='it's'\n");
    project.write("db/alembic.yaml", "url: ${DATABASE_URL:-sqlite:///wrong.db}\n");
    project.write("db/versions/a1.sql", revision_text({.id = "a1", .upgrade = "CREATE TABLE a (id integer);"}));
    const auto in_folder = [&](const std::vector<std::string>& arguments) {
        auto options = project.options();
        options.directory = project.path() / "db";
        options.environment.erase("DATABASE_URL");
        return run_rev(arguments, options);
    };
    const auto run = in_folder({"upgrade", "head"});
    CHECK_MESSAGE(run.exit_code == 0, run.err);
    CHECK(project.exists("db/of-dotenv.db"));
    project.write(".env", "# ours\nDATABASE_URL: sqlite:///of-dotenv.db\n");
    const auto refused = in_folder({"upgrade", "head"});
    CHECK(refused.exit_code == 2);
    CHECK(has(refused.err, "../.env:2:1"));
    CHECK(in_folder({"check"}).exit_code == 0);
}

}  // namespace
}  // namespace rev::test
