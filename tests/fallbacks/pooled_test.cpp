// Behind pgbouncer in transaction mode.
#include <doctest/doctest.h>

#include <string>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"
#include "fleet/tenant_project.hpp"
#include "support/pooler.hpp"

using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::Pooler;
using rev::test::TenantProject;

namespace {

/// What a session of the pool says of itself.
constexpr const char* settings =
    "SELECT string_agg(name || '=' || setting, ',' ORDER BY name) FROM pg_settings"
    " WHERE name IN ('search_path', 'role', 'lock_timeout', 'statement_timeout', 'row_security')";

}  // namespace

TEST_CASE("a run through a shared session works, and leaves nothing to the pool's other clients") {
    for (const std::string more : {"", "default_pool_size = 1", "server_round_robin = 1"}) {
        CAPTURE(more);
        DatabaseProject project(DatabaseProject::Kind::postgresql, "lock_timeout: 10s\n");
        const Pooler pooler("transaction", more);
        const auto direct = project.url;
        project.url = pooler.url(project.url);
        project.revision({.id = "a1",
                          .upgrade = "SET search_path TO pg_catalog;\nCREATE TABLE public.account (id int);\n"
                                     "SET statement_timeout = '1min';\nCREATE TEMP TABLE left_over (x int);",
                          .downgrade = "DROP TABLE account;"});
        project.revision(
            {.id = "b1", .revises = "a1", .upgrade = "ALTER TABLE account ADD c int;", .downgrade = "SELECT 1;"});
        CHECK(has(expect(project, "-v status").out, "a lease in rev_lock: a pooler shares the session"));
        expect(project, "upgrade head");
        CHECK(project.rows() == "b1");
        CHECK(project.query("SELECT count(*) FROM rev_lock") == "0");
        CHECK(project.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM"
                            " pg_database WHERE datname = current_database())") == "0");
        CHECK(project.query("SELECT count(*) FROM pg_class WHERE relname = 'left_over'") == "0");
        const auto pooled =
            rev::test::run_program({"psql", "-X", "-A", "-t", "-c", settings, project.url}, {project.path(), {}, ""});
        CHECK(pooled.out == project.query(settings) + "\n");
        expect(project, "downgrade base --yes");
        project.url = direct;
        CHECK(has(expect(project, "-v status").out, "an advisory lock of the session"));
        expect(project, "upgrade head");
    }
}

TEST_CASE("a section outside a transaction is refused in a shared session, before anything runs") {
    DatabaseProject project(DatabaseProject::Kind::postgresql);
    const Pooler pooler("transaction");
    project.url = pooler.url(project.url);
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id int);", .downgrade = "DROP TABLE account;"});
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade = "CREATE INDEX CONCURRENTLY ON account (id);",
                      .downgrade = "SELECT 1;",
                      .header = "transaction: false"});
    CHECK(has(error_of(expect(project, "upgrade head", 4)), "runs outside a transaction, and a connection pooler"));
    CHECK(project.query("SELECT to_regclass('account') IS NULL") == "t");
    CHECK(project.query("SELECT count(*) FROM rev_lock") == "0");
}

TEST_CASE("with run_lock: session a shared session is refused") {
    DatabaseProject project(DatabaseProject::Kind::postgresql, "run_lock: session\n");
    const Pooler pooler("transaction");
    project.url = pooler.url(project.url);
    project.revision({.id = "a1", .upgrade = "CREATE TABLE account (id int);", .downgrade = "DROP TABLE account;"});
    CHECK(has(error_of(expect(project, "upgrade head", 4)), "behind a connection pooler"));
    CHECK(project.query("SELECT to_regclass('rev_lock') IS NULL") == "t");
}

TEST_CASE("a fleet through a shared session: each member in its own schema, alone and by a queue") {
    TenantProject project(6, "  jobs: 2\n");
    const Pooler pooler("transaction", "default_pool_size = 2");
    project.url = pooler.url(project.url);
    expect(project, "fleet upgrade a1");
    CHECK(project.tenants() == "t1=a1 t2=a1 t3=a1 t4=a1 t5=a1 t6=a1");
    expect(project, "fleet enqueue head");
    expect(project, "fleet work");
    CHECK(project.tenants() == "t1=b1 t2=b1 t3=b1 t4=b1 t5=b1 t6=b1");
    CHECK(has(expect(project, "fleet status --exit-code").out, "6  up to date"));
    expect(project, "fleet downgrade base --yes");
    CHECK(project.query("SELECT to_regclass('t1.account') IS NULL AND to_regclass('public.account') IS NULL") == "t");
}
