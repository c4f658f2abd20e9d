#include <future>

#include "import/alembic_project.hpp"
#include "import/foreign_project.hpp"
#include "support/text.hpp"
#include "support/wait_until.hpp"

using rev::test::AlembicProject;
using rev::test::ForeignProject;
using rev::test::says;

namespace {

void write_supabase(const ForeignProject& project) {
    project.write("supabase/config.toml", "project_id = \"x\"\n");
    project.write("supabase/migrations/20240101000000_a.sql",
                  "create table a (i int);\ncreate function f() returns int language plpgsql as $$\nbegin\n  return "
                  "1;\nend;\n$$;\n");
    project.write("supabase/migrations/20240102000000_b.sql", "create table b (i int);\n");
}

constexpr auto supabase_table =
    "CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY,"
    " statements text[], name text); INSERT INTO supabase_migrations.schema_migrations VALUES ('20240101000000');";

}  // namespace

TEST_CASE("PostgreSQL: a live database is taken over and goes on") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    write_supabase(project);
    project.query(std::string(supabase_table) + "CREATE TABLE a (i int)");
    project.take_over();
    CHECK(project.rows() == "20240101000000");
    project.rev("upgrade head");
    CHECK(project.query("SELECT count(*) FROM b") == "0");
    CHECK(says(project.take_over(), "is at 20240102000000 already"));
    CHECK(project.query("SELECT event, revision FROM rev_log ORDER BY id LIMIT 1") == "import|20240101000000");
}

TEST_CASE("PostgreSQL: what fails leaves neither rows nor tables nor files") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    write_supabase(project);
    project.query(std::string(supabase_table) + "UPDATE supabase_migrations.schema_migrations SET version = '5'");
    CHECK(says(project.take_over("", 4), "5 is recorded, and no file has it"));
    CHECK(project.query("SELECT count(*) FROM pg_class WHERE relname IN ('alembic_version', 'rev_log')") == "0");
    CHECK_FALSE(project.exists("alembic.yaml"));
}

TEST_CASE("PostgreSQL: the table is found along search_path, and in the schema that is named") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("migrations/1_a.up.sql", "CREATE TABLE a (i int);\n");
    project.write("migrations/2_b.up.sql", "CREATE TABLE b (i int);\n");
    project.query(
        "CREATE SCHEMA app; CREATE TABLE app.schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT"
        " NULL); INSERT INTO app.schema_migrations VALUES (1, false); CREATE TABLE a (i int)");
    CHECK(says(project.take_over("--dry-run", 4), "none in which golang-migrate keeps"));
    project.take_over("--table app.schema_migrations");
    CHECK(project.rows() == "1");
}

TEST_CASE("PostgreSQL: the URL's own parameters say which table golang-migrate has, and where") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("migrations/1_a.up.sql", "CREATE TABLE a (i int);\n");
    project.write("migrations/2_b.up.sql", "CREATE TABLE b (i int);\n");
    project.query(
        "CREATE SCHEMA app; CREATE TABLE app.done (version bigint PRIMARY KEY, dirty boolean NOT NULL); INSERT INTO"
        " app.done VALUES (1, false); CREATE TABLE app.a (i int)");
    const auto ask = [&](const std::string& parameters) {
        return project.rev("import --dry-run --json --url '" + project.url() + parameters + "'");
    };
    CHECK(says(ask("?search_path=app&x-migrations-table=done"), "\"after\": [\n      \"1\""));
    CHECK(
        says(ask("?x-migrations-table=%22app%22.%22done%22&x-migrations-table-quoted=1"), "\"after\": [\n      \"1\""));
}

TEST_CASE("PostgreSQL: while the tool writes its table, the take-over waits and then sees what was written") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    write_supabase(project);
    project.query(supabase_table);
    // A session that adds a row and commits when the take-over's LOCK TABLE waits for it.
    const std::string locks = " FROM pg_locks WHERE relation = 'supabase_migrations.schema_migrations'::regclass AND ";
    auto writer = std::async(std::launch::async, [&] {
        project.query(
            "BEGIN; INSERT INTO supabase_migrations.schema_migrations VALUES ('20240102000000');"
            "DO $$ BEGIN FOR i IN 1..6000 LOOP IF EXISTS (SELECT" +
            locks +
            "NOT granted) THEN RETURN; END IF; PERFORM pg_sleep(0.01); END LOOP; RAISE EXCEPTION 'nobody waits'; END "
            "$$; COMMIT;");
    });
    rev::test::wait_until("the tool has written", [&] {
        return project.query("SELECT count(*)" + locks + "granted AND mode = 'RowExclusiveLock'") != "0";
    });
    project.take_over();
    writer.get();
    CHECK(project.rows() == "20240102000000");
}

TEST_CASE("PostgreSQL: a long history is compared step by step, and what differs is found where it is") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    for (int at = 1; at <= 60; ++at) {
        const auto name = std::to_string(at);
        const std::vector<std::string> kinds{
            "CREATE TABLE t" + name + " (i int PRIMARY KEY, t text);\nCREATE INDEX ON t" + name + " (t);\n",
            "CREATE OPERATOR === (LEFTARG = box, RIGHTARG = box, FUNCTION = box_same);\nDROP OPERATOR === (box, "
            "box);\n",
            "CREATE COLLATION c" + name + " (locale = 'C');\nCREATE STATISTICS s" + name + " ON i, t FROM t" +
                std::to_string(at - at % 6 + 1) + ";\n",
            "DROP INDEX t" + std::to_string(at - at % 6 + 1) + "_t_idx;\nCOMMENT ON TABLE t" +
                std::to_string(at - at % 6 + 1) + " IS 'x';\n",
            "CREATE TABLE p" + name + " (i int) PARTITION BY LIST (i);\nCREATE TABLE p" + name + "a PARTITION OF p" +
                name + " FOR VALUES IN (1);\n",
            "CREATE TYPE e" + name + " AS ENUM ('a');\nGRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;\n"};
        project.write("migrations/" + name + "_m.up.sql", kinds[static_cast<std::size_t>(at - 1) % kinds.size()]);
    }
    // A temporary table is no setting, and nothing can carry it over.
    project.write("migrations/61_m.up.sql", "CREATE TEMPORARY TABLE kept (i int);\n");
    project.write("migrations/62_m.up.sql", "CREATE TABLE made AS SELECT * FROM kept;\n");
    const std::string import = "import golang-migrate --dialect postgresql --scratch " + project.url();
    const auto refused = project.rev(import, 3);
    CHECK(says(refused, "62_m.up.sql (62): rev does not run it, and golang-migrate does"));
    CHECK(says(refused, "a temporary table"));
    std::filesystem::remove(project.path() / "migrations/62_m.up.sql");
    CHECK(says(project.rev(import), "61 of 61 verified"));
}

TEST_CASE("PostgreSQL: Sqitch's registry is a schema, and its verify scripts run") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("sqitch.conf", "[core]\n\tengine = pg\n");
    project.write("sqitch.plan",
                  "%syntax-version=1.0.0\n%project=shop\n\na 2024-01-01T00:00:00Z A <a@b.c>\nb 2024-01-02T00:00:00Z A "
                  "<a@b.c>\n");
    project.write("deploy/a.sql", "BEGIN;\nCREATE TABLE a (i int);\nCOMMIT;\n");
    project.write("deploy/b.sql", "BEGIN;\nCREATE TABLE b (i int);\nCOMMIT;\n");
    project.write("verify/b.sql", "BEGIN;\nSELECT i FROM b WHERE false;\nROLLBACK;\n");
    project.query(
        "CREATE TABLE a (i int); CREATE SCHEMA sqitch; CREATE TABLE sqitch.changes (change_id text PRIMARY"
        " KEY, script_hash text, change text, project text, note text, committed_at timestamptz DEFAULT"
        " now(), planned_at timestamptz DEFAULT now());"
        "INSERT INTO sqitch.changes (change_id, script_hash, change, project) VALUES ('1', 'x', 'a', 'shop')");
    project.take_over();
    CHECK(project.rows() == "a");
    project.rev("upgrade head");
    project.rev("verify");
}

TEST_CASE("PostgreSQL: golang-migrate, goose, dbmate, Flyway, Prisma, sqlx, Drizzle and node-pg-migrate") {
    struct Tool {
        std::string file;
        std::string text;
        std::string table;
        std::string at;
    };
    const std::vector<Tool> tools{
        {"migrations/1_a.up.sql", "CREATE TABLE a (i int);\n",
         "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);"
         "INSERT INTO schema_migrations VALUES (1, false)",
         "1"},
        {"migrations/1_a.sql", "-- +goose Up\nCREATE TABLE a (i int);\n",
         "CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT "
         "NULL,"
         " tstamp timestamp DEFAULT now()); INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1,"
         " true)",
         "1"},
        {"db/migrations/1_a.sql", "-- migrate:up\nCREATE TABLE a (i int);\n-- migrate:down\n",
         "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY); INSERT INTO schema_migrations VALUES "
         "('1')",
         "1"},
        {"sql/V1__a.sql", "123456789",
         "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), description"
         " varchar(200), type varchar(20), script varchar(1000), checksum int, installed_by varchar(100), installed_on"
         " timestamp DEFAULT now(), execution_time int, success boolean); INSERT INTO flyway_schema_history VALUES (1,"
         " '1', 'a', 'SQL', 'V1__a.sql', -873187034, 'me', now(), 1, true)",
         "1"},
        {"prisma/migrations/1_a/migration.sql", "abc",
         "CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at"
         " timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at"
         " timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0); INSERT INTO"
         " _prisma_migrations VALUES ('1', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', now(),"
         " '1_a')",
         "1_a"},
        {"migrations/1_users.sql", "-- Up Migration\nCREATE TABLE a (i int);\n",
         "CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);"
         "INSERT INTO pgmigrations (name, run_on) VALUES ('1_users', now())",
         "1_users"},
    };
    for (const auto& tool : tools) {
        CAPTURE(tool.file);
        const ForeignProject project(ForeignProject::Kind::postgresql);
        project.write(tool.file, tool.text);
        project.query(tool.table);
        const auto result = project.take_over();
        CHECK(project.rows() == tool.at);
        CHECK_FALSE(says(result, "is not what was run"));
    }
}

TEST_CASE("PostgreSQL: both ways are run on the server of --scratch, and nothing of them stays") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    write_supabase(project);
    CHECK(says(project.rev("import --scratch " + project.url()), "2 of 2 verified"));
    CHECK(rev::test::left_behind(project.query(rev::test::scratch_databases_sql)).empty());
}

TEST_CASE("PostgreSQL: Alembic's revisions are recorded on the server of --scratch") {
    const AlembicProject project;
    rev::test::write_two_revisions(project);
    project.revision("c3", "'b2'",
                     "    op.execute('CREATE TYPE mood AS ENUM (\\'calm\\')')\n"
                     "    op.get_bind().execute(sa.text('INSERT INTO users (id, name, mail) VALUES (:i, :n, :m)'),"
                     " [{'i': 2, 'n': '100%', 'm': \"it's\"}, {'i': 3, 'n': 'b', 'm': None}])\n"
                     "    with op.get_context().autocommit_block():\n"
                     "        op.execute('CREATE INDEX CONCURRENTLY by_name ON users (name)')\n",
                     "    op.drop_index('by_name')\n    op.execute('DROP TYPE mood')\n    op.execute('DELETE FROM users"
                     " WHERE id > 1')\n");
    const auto result = project.run_import();
    CHECK(says(result, "3 of 3 verified"));
    project.rev("upgrade head");
    CHECK(project.query("SELECT id, name, mail FROM users ORDER BY id") == "1|O'Hara|\n2|100%|it's\n3|b|");
    CHECK(project.rows() == "c3");
    CHECK(rev::test::left_behind(project.query(rev::test::scratch_databases_sql)).empty());
}

TEST_CASE("PostgreSQL: Alembic's own databases are looked at behind each revision, and what differs is named") {
    const AlembicProject project;
    rev::test::write_two_revisions(project);
    // Another name in each run: what was recorded is not what the second run made.
    project.revision("c3", "'b2'", "    op.execute('CREATE TABLE t_%s (i int)' % uuid.uuid4().hex)\n", "    pass\n");
    const auto result = project.run_import("", 3);
    CHECK(says(result, "c3.py (c3): rev "));
    CHECK(says(result, "lacks table public.t_"));
    CHECK_FALSE(project.exists("alembic.yaml"));
    const auto kept = project.run_import("--keep-going", 1);
    CHECK(says(kept, "2 of 3 verified"));
    CHECK(project.exists("versions/c3.sql"));
}

TEST_CASE("PostgreSQL: env.py reaches a live server by no way, and the server sees no connection") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    const auto live = rev::test::PostgresTestDatabase();
    const std::string url = live.url();
    rev::test::write_alembic(project, url);
    rev::test::write_two_revisions(project);
    // Nobody else connects to that database, and its server counts the sessions that it has had.
    const auto sessions = [&] {
        return project.query("SELECT sessions FROM pg_stat_database WHERE datname = '" + live.name() + "'");
    };
    const std::vector<std::string> attacks = {
        "import psycopg2; psycopg2.connect(URL)",
        "import psycopg2; psycopg2.connect(URL, application_name='scratch')",
        "import psycopg2.extensions as e; e.connection(URL)",
        "import psycopg2._psycopg as e; e._connect(URL)",
        "import psycopg2.extras as e; e.LogicalReplicationConnection(URL)",
        "import asyncio, asyncpg; asyncio.run(asyncpg.connect(URL))",
        "import psycopg; psycopg.connect(URL)",
        "import ctypes; ctypes.CDLL('libpq.so.5').PQconnectdb(URL.encode())",
        "import subprocess; subprocess.run(['psql', URL, '-c', 'SELECT 1'])",
        "import os; os.system('psql ' + URL)",
        "import urllib.parse as u, socket; p = u.urlparse(URL); socket.create_connection((p.hostname, p.port))",
        "import sqlalchemy; sqlalchemy.create_engine('postgresql://', creator=lambda: "
        "__import__('psycopg2').connect(URL)).connect().close()",
        "import sqlalchemy; sqlalchemy.create_engine(URL).connect().close()",
    };
    std::string env = "URL = '" + url + "'\n";
    for (const auto& attack : attacks) env += "try:\n    " + attack + "\nexcept BaseException:\n    pass\n";
    project.write("migrations/env.py", env + rev::test::usual_env);
    const auto before = sessions();
    for (const auto& where : {std::string(), " --scratch " + project.url()}) {
        rev::test::ProgramOptions options;
        options.directory = project.path();
        options.environment["DATABASE_URL"] = url;
        const auto result = rev::test::run_rev(
            rev::test::words("import --dry-run --python /usr/bin/python3 --dialect postgresql" + where), options);
        CHECK_MESSAGE(result.exit_code == 3, result.out, result.err);
        CHECK(says(result, "a connection by psycopg2 to database " + live.name()));
    }
    // A session is counted before it is gone.
    rev::test::wait_until("nobody is in that database", [&] {
        return project.query("SELECT count(*) FROM pg_stat_activity WHERE datname = '" + live.name() + "'") == "0";
    });
    CHECK(sessions() == before);
    // One that is made does count.
    static_cast<void>(live.query("SELECT 1"));
    rev::test::wait_until("the server counts a session", [&] { return sessions() != before; });
}

TEST_CASE("PostgreSQL: init --from adopts a database that nobody versioned") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.query(
        "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('calm', 'not; calm'); CREATE TABLE app.crew (id int "
        "GENERATED BY"
        " DEFAULT AS IDENTITY PRIMARY KEY, mood app.mood DEFAULT 'calm'); CREATE FUNCTION app.f() RETURNS int LANGUAGE "
        "sql"
        " AS 'SELECT 1'; CREATE INDEX by_mood ON app.crew (mood); COMMENT ON TABLE app.crew IS 'it''s'");
    const auto result = project.rev("init --from " + project.url());
    CHECK_FALSE(says(result, "another schema"));
    CHECK(says(project.rev("status --exit-code"), "up to date"));
    const auto other = rev::test::PostgresTestDatabase();
    project.rev("-u " + other.url() + " upgrade head");
    CHECK(says(project.rev("diff " + project.url() + " " + other.url()), "No difference"));
}

TEST_CASE("PostgreSQL: the live schema is compared too, and a difference stops nothing") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    write_supabase(project);
    project.query(std::string(supabase_table) + "CREATE TABLE a (i bigint); CREATE INDEX by_hand ON a (i)");
    const auto result = project.take_over("--scratch " + project.url());
    CHECK(says(result, "it lacks routine public.f"));
    CHECK(says(result, "it has index public.by_hand too"));
    CHECK(says(result, "has column public.a.i with type bigint and not integer"));
    CHECK(project.rows() == "20240101000000");
}

TEST_CASE("PostgreSQL: the live schema is compared in the schema that the URL names") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
    project.write("prisma/migrations/1_a/migration.sql", "CREATE TABLE \"A\" (i int);\n");
    project.query(
        "CREATE SCHEMA app; SET search_path = app; CREATE TABLE \"A\" (i int); CREATE INDEX by_hand ON \"A\" (i);"
        "CREATE TABLE _prisma_migrations (checksum text, finished_at timestamptz, migration_name text, rolled_back_at"
        " timestamptz, started_at timestamptz); INSERT INTO _prisma_migrations VALUES ('x', now(), '1_a', NULL, "
        "now())");
    const auto url = project.url() + (project.url().find('?') == std::string::npos ? "?" : "&") + "schema=app";
    for (int number = 0; number < 2; ++number) {
        const auto result = project.rev("import prisma --scratch " + project.url() + " --url " + url);
        CHECK(says(result, "it has index app.by_hand too"));
        CHECK_FALSE(says(result, "lacks"));
        CHECK_FALSE(says(result, "alembic_version"));
    }
}

TEST_CASE("PostgreSQL: what makes roles is verified on two servers of its own, and never on one that is named") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("migrations/1_role.up.sql",
                  "CREATE ROLE rev_import_role;\nCREATE TABLE a (i int);\nGRANT SELECT ON a TO rev_import_role;\n");
    CHECK(says(project.rev("import golang-migrate --dry-run --dialect postgresql --scratch " + project.url()),
               "NOT verified: it reaches beyond its database"));
    CHECK(project.query("SELECT count(*) FROM pg_roles WHERE rolname = 'rev_import_role'") == "0");
    CHECK(says(project.rev("import golang-migrate --dialect postgresql"), "1 of 1 verified"));
    CHECK(project.query("SELECT count(*) FROM pg_roles WHERE rolname = 'rev_import_role'") == "0");
}

TEST_CASE("PostgreSQL: the schema of the version table may be somebody's who made it before Alembic came") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    auto env = std::string(rev::test::usual_env);
    const std::string begin = "context.configure(";
    env.replace(env.find(begin), begin.size(), begin + "version_table='vt', version_table_schema='meta', ");
    rev::test::write_alembic(project, "postgresql://nobody@127.0.0.1:1/live", env);
    rev::test::write_two_revisions(project);
    project.query(
        "CREATE SCHEMA meta; CREATE TABLE meta.vt (version_num varchar(32) PRIMARY KEY); INSERT INTO meta.vt VALUES"
        " ('a1'); CREATE TABLE users (id serial PRIMARY KEY, name varchar(20))");
    const auto result = project.take_over("--python /usr/bin/python3 --scratch " + project.url());
    CHECK(says(result, "2 of 2 verified"));
    CHECK_FALSE(says(result, "env.py fails"));
    project.rev("upgrade head");
    CHECK(project.query("SELECT version_num FROM meta.vt") == "b2");
    project.query("DROP SCHEMA meta CASCADE; DROP TABLE users");
    project.rev("upgrade head");
    CHECK(project.query("SELECT version_num FROM meta.vt") == "b2");
}

TEST_CASE("PostgreSQL: the schema of the version table that env.py makes is made by rev") {
    for (const auto* made : {"CREATE SCHEMA IF NOT EXISTS meta", "CREATE SCHEMA meta"}) {
        auto env = rev::test::env_with("future=True, ", rev::test::engine_option);
        const std::string begin = rev::test::configure_call;
        env.replace(env.find(begin), begin.size(),
                    "        connection.exec_driver_sql('" + std::string(made) + "')\n        connection.commit()\n" +
                        begin + "version_table_schema='meta', ");
        const AlembicProject project(env);
        rev::test::write_two_revisions(project);
        const auto result = project.run_import();
        CHECK(says(result, "2 of 2 verified"));
        project.rev("upgrade head");
        CHECK(project.query("SELECT version_num FROM meta.alembic_version") == "b2");
    }
}

TEST_CASE("PostgreSQL: a search_path behind which the tool does not find its table is refused") {
    struct Project {
        std::string_view tool;
        std::string_view file;
        std::string_view before;
        std::string_view behind;
    };
    for (const auto& each :
         {Project{"goose", "migrations/1_a.sql", "-- +goose Up\n", ""}, Project{"sqlx", "migrations/1_a.sql", "", ""},
          Project{"refinery", "migrations/V1__a.sql", "", ""},
          Project{"prisma", "migrations/1_a/migration.sql", "", ""}}) {
        const ForeignProject project(ForeignProject::Kind::postgresql);
        const auto way = std::string(each.tool) + " migrations --dialect postgresql --scratch " + project.url();
        const auto write = [&](std::string_view sql) {
            project.write(each.file, std::string(each.before) + std::string(sql) + std::string(each.behind));
        };
        write("SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.a (i int);\n");
        CHECK(says(project.rev("import " + way, 3), "does not find its table any more"));
        // A path on which it still is leads later files elsewhere, and nothing else.
        write("CREATE SCHEMA app;\nSET search_path = app, public;\nCREATE TABLE a (i int);\n");
        CHECK(says(project.rev("import " + way), "1 of 1 verified"));
    }
}

TEST_CASE("PostgreSQL: a file that is sent in one piece outside a transaction runs in one all the same") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("migrations/1_m.sql", "CREATE TYPE m AS ENUM ('a');\n");
    project.write("migrations/2_m.sql",
                  "-- no-transaction\nALTER TYPE m ADD VALUE 'b';\nCREATE TABLE t (x m DEFAULT 'b');\n");
    CHECK(says(project.rev("import sqlx migrations --dialect postgresql --scratch " + project.url(), 3),
               "unsafe use of new value"));
}
