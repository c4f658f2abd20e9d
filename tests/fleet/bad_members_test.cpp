// What a fleet's members can be that they should not be: it is reported for them, and the others go on.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "cli/cli_support.hpp"
#include "fleet/tenant_project.hpp"

using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::TemporaryProject;
using rev::test::TenantProject;

TEST_CASE("names with quotes, dots, blanks and letters of any alphabet are names") {
    const TenantProject project(1);
    for (const std::string name : {"a.b", "quo\"te", "it''s", "two words", "Größe", "SELECT"}) {
        project.query("INSERT INTO public.tenants VALUES (9, '" + name + "')");
        auto schema = name == "it''s" ? std::string("it's") : name;
        if (const auto quote = schema.find('"'); quote != std::string::npos) schema.insert(quote, "\"");
        project.query("CREATE SCHEMA \"" + schema + "\"");
    }
    CHECK(has(expect(project, "fleet upgrade head").err, "7 done"));
    CHECK(project.query("SELECT count(*) FROM pg_class WHERE relname = 'account' AND relkind = 'r'") == "7");
    CHECK(has(expect(project, "fleet status --exit-code").out, "7  up to date"));
    CHECK(has(expect(project, "fleet verify").err, "7 ok"));
}

TEST_CASE("a source that cannot be asked, or names nobody, is said at once") {
    const TenantProject project(1);
    project.query("UPDATE public.tenants SET schema_name = ''");
    CHECK(has(error_of(expect(project, "fleet status", 2)), "has no column `name`"));
    project.query("DELETE FROM public.tenants");
    CHECK(has(expect(project, "fleet upgrade head").err, "no member"));
    project.query("DROP TABLE public.tenants");
    CHECK(has(error_of(expect(project, "fleet status", 2)), "the query of fleet.schemas fails"));
}

TEST_CASE("a schema that vanishes while the roll-out runs fails alone") {
    const TenantProject project(3, "  on_failure: continue\n  jobs: 1\n");
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade =
                          "DO $$ BEGIN IF current_schema() = 't1' THEN EXECUTE 'DROP SCHEMA t2 CASCADE'; END IF; "
                          "END $$;",
                      .downgrade = "SELECT 1;"});
    expect(project, "fleet upgrade b1");
    const auto result = expect(project, "fleet upgrade head", 5);
    CHECK(has(result.err, "failed t2"));
    CHECK(has(result.err, "2 done, 1 failed"));
    CHECK(project.tenants() == "t1=c1 t3=c1");
}

TEST_CASE("rows that no file knows, a member that is ahead, and one that stopped half-way") {
    const TenantProject project(5, "  on_failure: continue\n");
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "INSERT INTO ready VALUES (1);\nINSERT INTO account VALUES (1);",
                      .downgrade = "DELETE FROM account;",
                      .header = "transaction: false"});
    expect(project, "fleet upgrade a1");
    expect(project, "fleet upgrade b1 --members t2");
    project.query("UPDATE t3.alembic_version SET version_num = 'nobody'");
    for (const std::string tenant : {"t1", "t2", "t5"}) project.query("CREATE TABLE " + tenant + ".ready (x int)");
    const auto result = expect(project, "fleet upgrade head", 5);
    CHECK(has(result.err, "3 done, 2 failed"));
    CHECK(has(result.err, "nobody"));
    CHECK(project.tenants() == "t1=c1 t2=c1 t3=nobody t4=b1 t5=c1");

    // t4 stopped half-way; whoever is past the target is left alone.
    const auto again = expect(project, "fleet upgrade b1", 5);
    CHECK(has(again.err, "3 up to date, 2 failed"));
    CHECK(has(again.err, "stopped half-way"));
    CHECK(has(expect(project, "fleet status b1").out, "3  ahead"));
    project.query(
        "CREATE TABLE t4.ready (x int); UPDATE t3.alembic_version SET version_num = 'b1';"
        "CREATE TABLE t3.ready (x int)");
    CHECK(has(expect(project, "fleet resume").err, "1 done"));
    CHECK(has(expect(project, "fleet upgrade head").err, "1 done, 4 up to date"));
    CHECK(project.query("SELECT count(*) FROM t4.account") == "1");
}

TEST_CASE("a table of somebody else's in the place of rev's is refused for its member alone") {
    const TenantProject project(3, "  on_failure: continue\n");
    expect(project, "fleet upgrade a1");
    project.query("DROP TABLE t2.rev_log; CREATE VIEW t2.rev_log AS SELECT 1 AS id");
    const auto result = expect(project, "fleet upgrade head", 5);
    CHECK(has(result.err, "\"t2\".rev_log is a view"));
    CHECK(has(result.err, "2 done, 1 failed"));
    CHECK(project.tenants() == "t1=b1 t2=a1 t3=b1");
}

TEST_CASE("a ledger that is not rev's own is refused for its member alone, rows or none") {
    struct Foreign {
        std::string make;
        std::string said;
    };
    const std::string lacks = "\"t2\".rev_progress is not rev's own: it has no column revision";
    for (const auto& foreign :
         {Foreign{"CREATE TABLE t2.rev_progress (a int)", lacks},
          Foreign{"CREATE TABLE t2.rev_progress (a int); INSERT INTO t2.rev_progress VALUES (1)", lacks},
          Foreign{"CREATE INDEX rev_progress ON t2.account (id)", "\"t2\".rev_progress is an index"}}) {
        CAPTURE(foreign.make);
        const TenantProject project(3, "  on_failure: continue\n");
        expect(project, "fleet upgrade a1");
        project.query(foreign.make);
        const auto status = project.rev("fleet status");
        CHECK_MESSAGE(has(status.out + status.err, foreign.said), status.out, status.err);
        const auto result = expect(project, "fleet upgrade head", 5);
        CHECK_MESSAGE(has(result.err, foreign.said), result.err);
        CHECK(has(result.err, "2 done, 1 failed"));
        CHECK(project.tenants() == "t1=b1 t2=a1 t3=b1");
    }
}

TEST_CASE("verify finds a failing section and a changed file, member by member, and changes nothing") {
    const TenantProject project(2);
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "SELECT 1;",
                      .downgrade = "SELECT 1;",
                      .sections = "-- rev:verify empty\nSELECT id FROM account WHERE id < 0;\n"});
    expect(project, "fleet upgrade head");
    CHECK(has(expect(project, "fleet verify").err, "2 ok"));
    project.query("INSERT INTO t1.account VALUES (-1)");
    const auto failed = expect(project, "fleet verify", 1);
    CHECK(has(failed.err, "failed t1"));
    CHECK(has(failed.err, "1 verify section failed"));
    CHECK(has(failed.err, "1 ok, 1 failed"));
    project.query("DELETE FROM t1.account");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id bigint);", .downgrade = "DROP TABLE account;"});
    // Members with nothing to do are not compared with the files by an upgrade: that is what verify is for.
    CHECK(has(expect(project, "fleet upgrade head").err, "2 up to date"));
    CHECK(has(expect(project, "fleet verify", 1).err, "1 revision file changed"));
}

TEST_CASE("a list with lines that are none, and a program that fails") {
    const TemporaryProject project("fleet:\n  urls: members.txt\n  on_failure: continue\n");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id int);", .downgrade = "DROP TABLE account;"});
    CHECK(has(error_of(expect(project, "fleet status", 2)), "cannot read"));
    project.write("members.txt", "one sqlite:///one.db\none sqlite:///two.db\nthree mysql://x/y\n\nfour\n");
    const auto result = expect(project, "fleet upgrade head", 5);
    CHECK(has(result.err, "one is named twice"));
    CHECK(has(result.err, "1 done, 3 failed"));
    CHECK_FALSE(project.exists("two.db"));

    const TemporaryProject asking("fleet:\n  command: [sh, -c, \"exit 3\"]\n");
    CHECK(has(error_of(expect(asking, "fleet status", 2)), "ended with 3"));
}

TEST_CASE("SQLite: a file that is none, rows that no file knows, one that is ahead, one that stopped half-way") {
    const TemporaryProject project("fleet:\n  files: [\"data/*.db\"]\n  on_failure: continue\n");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id int);", .downgrade = "DROP TABLE account;"});
    std::filesystem::create_directory(project.path() / "data");
    for (const std::string name : {"ahead", "good", "odd", "stopped"}) expect(project, "fleet create " + name);
    const auto sqlite = [&](const std::string& name, const std::string& sql) {
        const auto file = (project.path() / "data" / (name + ".db")).string();
        const auto result = rev::test::run_program({"sqlite3", file, sql}, {project.path(), {}, {}});
        REQUIRE_MESSAGE(result.exit_code == 0, result.err);
        return result.out;
    };
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "INSERT INTO account VALUES (1);\nINSERT INTO ready VALUES (1);",
                      .downgrade = "DELETE FROM account;",
                      .header = "transaction: false"});
    for (const std::string name : {"ahead", "good"}) sqlite(name, "CREATE TABLE ready (x int)");
    expect(project, "fleet upgrade head --members data/ahead.db");
    sqlite("odd", "UPDATE alembic_version SET version_num = 'nobody'");
    project.write("data/garbage.db", "This is no database, however long it may be: nothing of it is a header.\n");

    const auto result = expect(project, "fleet upgrade head", 5);
    CHECK(has(result.err, "failed data/garbage.db"));
    CHECK(has(result.err, "failed data/odd.db"));
    CHECK(has(result.err, "failed data/stopped.db"));
    CHECK(has(result.err, "1 done, 1 up to date, 3 failed"));
    CHECK(has(expect(project, "fleet status a1").out, "2  ahead"));
    CHECK(has(expect(project, "fleet upgrade head", 5).err, "stopped half-way"));
    // Reading leaves nothing beside a file, and mends nothing.
    CHECK_FALSE(project.exists("data/garbage.db-journal"));
    CHECK(sqlite("stopped", "SELECT count(*) FROM account") == "1\n");
    sqlite("stopped", "CREATE TABLE ready (x int)");
    CHECK(has(expect(project, "fleet resume --members data/stopped.db").err, "1 done"));
    CHECK(sqlite("stopped", "SELECT count(*) FROM account") == "1\n");
}

TEST_CASE("a server that is down is said of its members alone") {
    const TemporaryProject project("fleet:\n  urls: members.txt\n  on_failure: continue\n");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id int);", .downgrade = "DROP TABLE account;"});
    project.write("members.txt", "down postgresql://nobody@127.0.0.1:1/none\nup sqlite:///up.db\n");
    const auto result = expect(project, "fleet upgrade head", 5);
    CHECK(has(result.err, "unreachable down"));
    CHECK(has(result.err, "onnection refused"));
    CHECK(has(result.err, "1 done, 1 "));
    expect(project, "fleet status --exit-code", 4);
    CHECK(project.exists("up.db"));
}

TEST_CASE("a new member's name is one name, and one that the fleet would find") {
    const TemporaryProject project("fleet:\n  files: [\"data/*.db\"]\n");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id int);", .downgrade = "DROP TABLE account;"});
    CHECK(has(error_of(expect(project, "fleet status", 2)), "cannot be listed"));
    // The first one makes the folder.
    CHECK(has(expect(project, "fleet create acme").out, "done data/acme.db"));
    CHECK(has(expect(project, "fleet status --list").out, "data/acme.db"));
    for (const std::string name : {"../../evil", "a/b", "''", ".."}) {
        CAPTURE(name);
        CHECK(has(error_of(expect(project, "fleet create " + name, 2)), "is no name for a"));
    }
    CHECK(has(expect(project, "fleet status --exit-code").out, "1  up to date"));

    const rev::test::DatabaseProject schemas(rev::test::DatabaseProject::Kind::postgresql,
                                             "fleet:\n  schemas: [\"tenant_*\"]\n");
    schemas.revision({.id = "a1", .upgrade = "CREATE TABLE account (id int);", .downgrade = "DROP TABLE account;"});
    CHECK(has(error_of(expect(schemas, "fleet create acme", 2)), "acme would be no member"));
    expect(schemas, "fleet create tenant_acme");
    CHECK(has(expect(schemas, "fleet status --exit-code").out, "1  up to date"));

    const TenantProject asked(1);
    CHECK(has(expect(asked, "fleet create t2").out, "does not name t2: until it does, it is no member"));
}

TEST_CASE("what a failed member's hint says is for that member") {
    const TenantProject project(2, "  on_failure: continue\n");
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "INSERT INTO ready VALUES (1);\nINSERT INTO ready VALUES (2);",
                      .downgrade = "SELECT 1;",
                      .header = "transaction: false"});
    expect(project, "fleet upgrade b1");
    project.query("CREATE TABLE t1.ready (x int); UPDATE t2.alembic_version SET version_num = 'nobody'");
    const auto result = expect(project, "fleet upgrade head", 5);
    CHECK(has(result.err, "`rev fleet stamp --purge REV --members 't2'`"));
    CHECK(has(error_of(expect(project, "fleet stamp b1 --purge --members t2", 2)), "would be forgotten"));
    expect(project, "fleet stamp b1 --purge --yes --members t2");
    CHECK(has(expect(project, "fleet upgrade head", 5).err, "rev fleet resume --members 't2'"));
    expect(project, "fleet repair c1 --not-applied --members t2");
    CHECK(project.tenants() == "t1=c1 t2=b1");
}

TEST_CASE("members that cannot be reached are counted apart, and of those not read no revision is told") {
    const TemporaryProject project("fleet:\n  urls: members.txt\n");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id int);", .downgrade = "DROP TABLE account;"});
    project.write("members.txt", "down postgresql://nobody@127.0.0.1:1/none\nodd mysql://x/y\nup sqlite:///up.db\n");
    const auto status = expect(project, "fleet status").out;
    CHECK(has(status, "      1  failed\n      1  unreachable\n"));
    CHECK(has(expect(project, "fleet status --list").out, "down    unreachable  -  no database server answers there"));
    CHECK_FALSE(has(expect(project, "fleet status --json").out, "sqlite://\""));
}
