// Fleets as people run them: schemas of a real PostgreSQL database, and SQLite files.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <string>

#include "cli/cli_support.hpp"
#include "fleet/tenant_project.hpp"

using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::TemporaryProject;
using rev::test::TenantProject;

TEST_CASE("each schema of a fleet has its own tables, version row and log") {
    const TenantProject project(3);
    CHECK(has(expect(project, "fleet status").out, "3  behind"));
    CHECK(has(expect(project, "fleet upgrade head").err, "3 done"));
    CHECK(project.tenants() == "t1=b1 t2=b1 t3=b1");
    CHECK(project.query("SELECT count(*) FROM t2.rev_log WHERE event = 'upgrade'") == "2");
    CHECK(project.query(
              "SELECT count(*) FROM pg_class WHERE relname = 'account' AND relnamespace = 'public'::regnamespace") ==
          "0");
    CHECK(has(expect(project, "fleet upgrade head").err, "3 up to date"));
    CHECK(project.query("SELECT count(*) FROM t2.rev_log") == "2");
    CHECK(has(expect(project, "fleet status --exit-code").out, "3  up to date"));
    expect(project, "fleet downgrade a1");
    CHECK(project.tenants() == "t1=a1 t2=a1 t3=a1");
    expect(project, "fleet status --exit-code", 1);
    CHECK(has(expect(project, "fleet status a1 --exit-code").out, "3  up to date"));
    CHECK(has(expect(project, "fleet status base").out, "3  ahead"));
}

TEST_CASE("a member that fails is as it was before its step, and no new one is begun") {
    const TenantProject project(4, "  jobs: 1\n");
    expect(project, "fleet upgrade a1");
    project.query("INSERT INTO t2.account VALUES (1), (1)");
    const auto stopped = expect(project, "fleet upgrade head", 5);
    CHECK(has(stopped.err, "failed t2"));
    CHECK(has(stopped.err, "Key (id)=(1) is duplicated."));
    CHECK(has(stopped.err, "1 done, 1 failed, 2 not begun"));
    CHECK(has(stopped.err, "rev fleet upgrade head --members 't2'"));
    CHECK(project.tenants() == "t1=b1 t2=a1 t3=a1 t4=a1");
    project.query("DELETE FROM t2.account");
    expect(project, "fleet upgrade head");
    CHECK(project.tenants() == "t1=b1 t2=b1 t3=b1 t4=b1");
}

TEST_CASE("with on_failure: continue the others go on") {
    const TenantProject project(4, "  on_failure: continue\n");
    expect(project, "fleet upgrade a1");
    project.query("INSERT INTO t1.account VALUES (1), (1)");
    CHECK(has(expect(project, "fleet upgrade head", 5).err, "3 done, 1 failed"));
    CHECK(project.tenants() == "t1=a1 t2=b1 t3=b1 t4=b1");
}

TEST_CASE("a ring begins when the one before is whole") {
    const TenantProject project(4, "  rings: [{name: canary, members: [t3]}, {name: all}]\n");
    expect(project, "fleet upgrade a1");
    project.query("INSERT INTO t3.account VALUES (1), (1)");
    CHECK(has(expect(project, "fleet upgrade head", 5).err, "1 failed, 3 not begun"));
    CHECK(project.tenants() == "t1=a1 t2=a1 t3=a1 t4=a1");
    project.query("DELETE FROM t3.account");
    expect(project, "fleet upgrade head --ring canary");
    CHECK(project.tenants() == "t1=a1 t2=a1 t3=b1 t4=a1");
    CHECK(has(error_of(expect(project, "fleet upgrade head --ring canry", 2)), "there is no ring canry"));
}

TEST_CASE("members that are none are reported, and the others run") {
    const TenantProject project(2, "  on_failure: continue\n");
    project.query(
        "INSERT INTO public.tenants VALUES (3, NULL), (4, 't1'), (5, 'gone'), (6, 'we\"ird.x');"
        "CREATE SCHEMA \"we\"\"ird.x\"");
    const auto result = expect(project, "fleet upgrade head", 5);
    CHECK(has(result.err, "row 3 of the query has no name"));
    CHECK(has(result.err, "t1 is named twice"));
    CHECK(has(result.err, "there is no schema gone"));
    CHECK(has(result.err, "3 done, 3 failed"));
    CHECK(project.query("SELECT version_num FROM \"we\"\"ird.x\".alembic_version") == "b1");
    project.query("INSERT INTO t2.alembic_version VALUES ('unknown')");
    CHECK(has(expect(project, "fleet status").out, "failed t2"));
}

TEST_CASE("columns of the query are variables of the member") {
    const TenantProject project(2);
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "INSERT INTO account VALUES (:tenant);",
                      .downgrade = "DELETE FROM account;",
                      .header = "variables: tenant"});
    expect(project, "fleet upgrade head");
    CHECK(project.query("SELECT id FROM t1.account") == "1");
    CHECK(project.query("SELECT id FROM t2.account") == "2");
}

TEST_CASE("a downgrade that loses rows of a member is refused for it without --yes") {
    const TenantProject project(2, "  on_failure: continue\n");
    expect(project, "fleet upgrade head");
    project.query("INSERT INTO t1.account VALUES (1)");
    CHECK(has(expect(project, "fleet downgrade base", 5).err, "drops t1.account (1 row)"));
    CHECK(project.tenants() == "t1=b1 t2=");
    expect(project, "fleet downgrade base --yes");
    CHECK(project.tenants() == "t1= t2=");
}

TEST_CASE("a member's downgrade tells what it loses in other schemas, too") {
    for (const auto& each : std::vector<std::pair<std::string, std::string>>{
             {"DELETE FROM public.shared;", "deletes rows from shared (1)"},
             {"DROP TABLE IF EXISTS public.shared;", "drops shared (1 row)"},
             {"ALTER TABLE public.shared DROP COLUMN n;", "drops column shared.n (1 row with a value)"},
             {"ALTER TABLE IF EXISTS public.shared SET SCHEMA t1;"
              "ALTER TABLE t1.shared DROP COLUMN n;",
              "drops column shared.n (1 row with a value)"},
             {"ALTER TYPE public.pair DROP ATTRIBUTE b;", "pair"}}) {
        const auto& downgrade = each.first;
        const TenantProject project(2, "  on_failure: continue\n");
        CAPTURE(downgrade);
        project.query(
            "CREATE TABLE public.shared (id int, n text); INSERT INTO public.shared VALUES (1, 'a');"
            "CREATE TYPE public.pair AS (a int, b int); CREATE TABLE t1.pairs (pair public.pair);"
            "INSERT INTO t1.pairs VALUES (ROW(1, 2))");
        project.revision({.id = "c1", .revises = "b1", .upgrade = "SELECT 1;", .downgrade = downgrade});
        expect(project, "fleet upgrade head");
        const auto result = expect(project, "fleet downgrade b1", 5);
        CHECK_MESSAGE(has(result.err, each.second), result.err);
        CHECK(project.query("SELECT n FROM public.shared") == "a");
        CHECK(project.query("SELECT (pair).b FROM t1.pairs") == "2");
    }
}

TEST_CASE("a member's downgrade that moves no rows out of its schema asks for nothing") {
    const TenantProject project(3);
    project.query("CREATE TABLE public.shared (id int); INSERT INTO public.shared VALUES (1)");
    project.revision({.id = "c1",
                      .revises = "b1",
                      .upgrade = "CREATE TABLE more (id int PRIMARY KEY, n text); CREATE SEQUENCE s; CREATE VIEW v AS "
                                 "SELECT id FROM more;",
                      .downgrade = "DROP VIEW v; DROP TABLE more; DROP SEQUENCE s; CREATE TABLE made (id int); DROP "
                                   "TABLE made;"});
    expect(project, "fleet upgrade head");
    expect(project, "fleet downgrade b1");
    CHECK(project.tenants() == "t1=b1 t2=b1 t3=b1");
}

TEST_CASE("a new member is brought to where the fleet is") {
    const TenantProject project(2);
    expect(project, "fleet upgrade a1");
    expect(project, "fleet create t3");
    CHECK(project.tenants() == "t1=a1 t2=a1 t3=a1");
}

TEST_CASE("SQLite files are a fleet, whatever lies beside them") {
    const TemporaryProject project("fleet:\n  files: [\"data/*.db\"]\n");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id int);", .downgrade = "DROP TABLE account;"});
    std::filesystem::create_directory(project.path() / "data");
    for (const auto* name : {"data/one.db", "data/two.db", "data/notes.txt"}) project.write(name, "");
    // Whoever opened it would wait for somebody at its other end.
    REQUIRE(mkfifo((project.path() / "data" / "pipe.db").c_str(), 0600) == 0);
    CHECK(has(expect(project, "fleet upgrade head").err, "2 done"));
    CHECK(has(expect(project, "fleet status").out, "2  up to date"));
    CHECK_FALSE(project.exists("data/notes.txt-rev-lock"));
    expect(project, "fleet create three");
    CHECK(has(expect(project, "fleet status").out, "3  up to date"));
    project.write("data/broken.db", "this is no database, though it is long enough to look like one");
    CHECK(has(expect(project, "fleet status --exit-code", 1).out, "failed data/broken.db"));
}

TEST_CASE("resume and repair are for the members at which something stopped, and for no other") {
    for (const auto* command : {"fleet resume", "fleet repair a1 --not-applied"}) {
        CAPTURE(std::string(command));
        const TemporaryProject project("fleet:\n  files: [\"data/*.db\"]\n  on_failure: continue\n");
        project.revision({.id = "a1",
                          .upgrade = "CREATE TABLE account (id int);\nINSERT INTO other VALUES (1);",
                          .downgrade = "DROP TABLE account;",
                          .header = "transaction: false"});
        std::filesystem::create_directory(project.path() / "data");
        const auto query = [&](const std::string& file, const std::string& sql) {
            return rev::test::run_program({"sqlite3", (project.path() / "data" / file).string(), sql}).out;
        };
        query("one.db", "CREATE TABLE other (id int)");
        query("two.db", "CREATE TABLE elsewhere (id int)");
        CHECK(has(expect(project, "fleet upgrade head", 5).err, "1 done, 1 failed"));
        CHECK(has(expect(project, "fleet status").out, "stopped half-way"));
        query("two.db", "CREATE TABLE other (id int)");
        CHECK(has(expect(project, command).err, "1 done, 1 up to date"));
        CHECK(query("one.db", "SELECT count(*) FROM other") == "1\n");
    }
}

TEST_CASE("a list of URLs is a fleet, and a server that is down fails its members only") {
    const TemporaryProject project("fleet:\n  urls: members.txt\n  on_failure: continue\n");
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id int);", .downgrade = "DROP TABLE account;"});
    project.write("members.txt",
                  "# ours\nacme sqlite:///acme.db\nfar postgresql://nobody@127.0.0.1:1/far\nsqlite:///b.db\n");
    const auto result = expect(project, "fleet upgrade head", 5);
    CHECK(has(result.err, "unreachable far"));
    CHECK(has(result.err, "2 done, 1 unreachable"));
    expect(project, "fleet status --exit-code", 4);
}

TEST_CASE("without a fleet in alembic.yaml the error says how to write one") {
    const TemporaryProject project;
    CHECK(has(error_of(expect(project, "fleet status", 2)), "alembic.yaml names no fleet"));
    CHECK(has(error_of(expect(project, "fleet upgrad head", 2)), "\"upgrad\" is nothing that a fleet does"));
}

TEST_CASE("members within a squash are seen as behind, and go on with the old files") {
    const TenantProject project(3);
    project.revision(
        {.id = "c1", .revises = "b1", .upgrade = "CREATE TABLE late (id int);", .downgrade = "DROP TABLE late;"});
    expect(project, "fleet upgrade a1 --members t1");
    expect(project, "fleet upgrade b1 --members t2");
    expect(project, "squash a1:c1");
    const auto status = expect(project, "fleet status").out;
    CAPTURE(status);
    CHECK(has(status, "1  behind       b1  (1 step to run)"));
    expect(project, "fleet upgrade head --dry-run");
    CHECK(has(expect(project, "fleet upgrade head").err, "3 done"));
    CHECK(project.tenants() == "t1=c1 t2=c1 t3=c1");
    for (const auto* schema : {"t1", "t2", "t3"})
        CHECK(project.query(std::string("SELECT to_regclass('") + schema + ".late') IS NOT NULL") == "t");
}

TEST_CASE("a roll-out leaves repeatable objects where it is told to, and says whether there was something to do") {
    const TenantProject project(2, "repeatable_locations: [objects]\n");
    project.write(
        "objects/ids.sql",
        "-- ids\n--\n-- repeatable: ids\n\n-- rev:apply\nCREATE OR REPLACE VIEW ids AS SELECT id FROM account;\n"
        "-- rev:drop\nDROP VIEW IF EXISTS ids;\n");
    expect(project, "fleet upgrade head --no-repeatables --detailed-exitcode", 10);
    CHECK(project.query("SELECT count(*) FROM pg_class WHERE relname = 'ids' AND relkind = 'v'") == "0");
    expect(project, "fleet upgrade head --no-repeatables --detailed-exitcode", 0);
    expect(project, "fleet upgrade head --detailed-exitcode", 10);
    CHECK(project.query("SELECT count(*) FROM pg_class WHERE relname = 'ids' AND relkind = 'v'") == "2");
}

TEST_CASE("what is only shown or rehearsed is told as what is to run, and the member stays") {
    const TenantProject project(3);
    expect(project, "fleet upgrade a1");
    expect(project, "fleet upgrade head --members t3");
    for (const std::string extent : {"--dry-run", "--rehearse"}) {
        CAPTURE(extent);
        const auto said = expect(project, "fleet upgrade head " + extent + " --detailed-exitcode", 10).err;
        CHECK(has(said, "behind t1: 1 step to run, at a1"));
        CHECK(has(said, "1 up to date, 2 behind"));
        CHECK(has(said, "1 of 1 step rehearsed") == (extent == "--rehearse"));
        CHECK(project.tenants() == "t1=a1 t2=a1 t3=b1");
    }
}

namespace {

/// {"member": ["error", "name", ...], ...}: which keys the objects have, and the types of what is behind them but null.
std::string shape_of(const TenantProject& project, const std::string& json) {
    return project.query(
        "WITH document AS (SELECT $j$" + json +
        "$j$::json AS d), parts AS (SELECT 'document' AS part, d FROM document"
        " UNION ALL SELECT 'member', json_array_elements(d->'members') FROM document"
        " UNION ALL SELECT 'counts', d->'counts' FROM document WHERE d->'counts' IS NOT NULL)"
        " SELECT string_agg(part || ': ' || keys, E'\\n' ORDER BY part, keys) FROM (SELECT DISTINCT part,"
        " (SELECT string_agg(key, ' ' ORDER BY place) FROM json_object_keys(d) WITH ORDINALITY AS k(key, place)) AS "
        "keys"
        " FROM parts) AS shapes");
}
std::string wrong_types_of(const TenantProject& project, const std::string& json) {
    return project.query(
        "WITH members AS (SELECT json_array_elements($j$" + json +
        "$j$::json->'members') AS m)"
        " SELECT string_agg(DISTINCT key || ' is ' || json_typeof(value), ', ') FROM members, json_each(m)"
        " WHERE json_typeof(value) <> ALL (CASE key WHEN 'rows' THEN ARRAY['array'] WHEN 'remarks' THEN ARRAY['array']"
        " WHEN 'steps' THEN ARRAY['number'] WHEN 'duration_ms' THEN ARRAY['number'] WHEN 'attempts' THEN "
        "ARRAY['number']"
        " WHEN 'error' THEN ARRAY['object', 'string', 'null'] WHEN 'name' THEN ARRAY['string'] WHEN 'state' THEN"
        " ARRAY['string'] ELSE ARRAY['string', 'null'] END)");
}

}  // namespace

TEST_CASE("JSON of a fleet has the same keys and types, whatever the state") {
    const TenantProject project(5, "  on_failure: continue\n  rings: [{name: canary, members: [t1]}, {name: all}]\n");
    expect(project, "fleet upgrade a1");
    project.query(
        "INSERT INTO t2.account VALUES (1), (1); DROP SCHEMA t4 CASCADE;"
        "INSERT INTO public.tenants VALUES (6, NULL), (7, 't1');"
        "UPDATE t5.alembic_version SET version_num = 'unheard'");
    std::string shape;
    for (const std::string command :
         {"status", "current", "status a1", "upgrade head --dry-run", "upgrade head --rehearse", "upgrade head",
          "upgrade head", "verify", "resume", "repair b1 --applied", "downgrade a1 --yes", "stamp head", "create t9"}) {
        CAPTURE(command);
        const auto json = project.rev("fleet " + command + " --json").out;
        if (shape.empty()) shape = shape_of(project, json);
        CHECK(shape_of(project, json) == shape);
        CHECK(wrong_types_of(project, json).empty());
    }
    CHECK(has(shape, "member: name url schema ring state rows steps duration_ms remarks error"));
    shape.clear();
    for (const std::string command : {"enqueue head", "forget t3", "status --run 1", "log", "log --failed"}) {
        CAPTURE(command);
        if (command == "log") (void)project.rev("fleet work --lease 1s");
        const auto json = project.rev("fleet " + command + " --json").out;
        if (shape.empty()) shape = shape_of(project, json);
        CHECK(shape_of(project, json) == shape);
        CHECK(wrong_types_of(project, json).empty());
    }
}
