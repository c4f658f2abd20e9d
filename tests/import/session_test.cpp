// Tools that run all files of one call in one session leave to each file what those before it have set.
#include "import/alembic_project.hpp"
#include "import/foreign_project.hpp"
#include "support/text.hpp"

using rev::test::AlembicProject;
using rev::test::configure_call;
using rev::test::engine_option;
using rev::test::env_with;
using rev::test::ForeignProject;
using rev::test::has;
using rev::test::says;

namespace {

std::string import_of(const std::string& tool, const ForeignProject& project) {
    return "import " + tool + " --dialect postgresql --scratch " + project.url();
}

constexpr auto emptied = "SELECT pg_catalog.set_config('search_path', '', false);\n";

}  // namespace

TEST_CASE("PostgreSQL: what a file sets for the session is made in the revisions of the files that follow") {
    for (const std::string tool : {"golang-migrate", "node-pg-migrate"}) {
        CAPTURE(tool);
        const ForeignProject project(ForeignProject::Kind::postgresql);
        const std::string end = tool == "golang-migrate" ? ".up.sql" : ".sql";
        project.write("migrations/1_a" + end, "CREATE SCHEMA s; SET search_path TO s; CREATE TABLE a (i int);\n");
        project.write("migrations/2_b" + end, "CREATE TABLE b (i int);\n");
        project.write("migrations/3_c" + end, "CREATE TABLE c (i int);\n");
        project.write("migrations/4_d" + end, "CREATE TABLE d (i int);\nRESET search_path;\n");
        project.write("migrations/5_e" + end, "CREATE TABLE e (i int);\n");
        CHECK(says(project.rev(import_of(tool, project)), "5 of 5 verified"));
        const auto report = project.text_of("IMPORT.md");
        CHECK(has(report, "sets search_path to 's', and " + tool));
        CHECK(has(report, "the revisions from migrations/2_b" + end + " to migrations/4_d" + end + " begin with"));
        project.rev("upgrade head");
        const std::string where =
            "SELECT string_agg(relnamespace::regnamespace || '.' || relname, ' ' ORDER BY relname) FROM pg_class WHERE "
            "relname IN ('a', 'b', 'c', 'd', 'e', 'g')";
        CHECK(project.query(where) == "s.a s.b s.c s.d public.e");
        // A new file of the tool's is a revision with what is left to it, and what was imported stays known.
        project.write("migrations/6_f" + end, "SET search_path TO s;\n");
        project.write("migrations/7_g" + end, "CREATE TABLE g (i int);\n");
        const auto again = project.rev(import_of(tool, project));
        CHECK(says(again, "7 of 7 verified"));
        CHECK_FALSE(says(again, "that stays as it is"));
        project.rev("upgrade head");
        CHECK(project.query(where) == "s.a s.b s.c s.d public.e s.g");
        CHECK(says(project.rev(import_of(tool, project)), "Nothing to do"));
    }
}

TEST_CASE("PostgreSQL: every kind of setting that outlives a file is carried over, and what changes nothing is not") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("migrations/1_a.up.sql",
                  "SET statement_timeout = 0; SET lock_timeout = '7s'; SET client_min_messages = warning;\n"
                  "SET check_function_bodies = off; SELECT set_config('app.tenant', E'o''ne\\\\', false);\n"
                  "SET LOCAL work_mem = '8MB'; SET DateStyle = 'German'; CREATE TABLE a (t text, d date);\n");
    project.write("migrations/2_b.up.sql",
                  "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT i FROM none';\n"
                  "INSERT INTO a VALUES (current_setting('app.tenant'), '01.02.2024');\n");
    project.write("migrations/3_c.up.sql", "CREATE INDEX CONCURRENTLY by_t ON a (t);\n");
    CHECK(says(project.rev(import_of("golang-migrate", project)), "3 of 3 verified"));
    const auto second = project.text_of("versions/2_b.sql");
    for (const auto* setting : {"check_function_bodies", "DateStyle", "app.tenant"})
        CHECK_MESSAGE(has(second, "set_config('" + std::string(setting) + "'"), setting);
    for (const auto* setting : {"timeout", "client_min_messages", "work_mem"})
        CHECK_MESSAGE(!has(second, setting), setting);
    project.rev("upgrade head");
    CHECK(project.query("SELECT t || ' ' || d FROM a") == "o'ne\\ 2024-02-01");
}

TEST_CASE("PostgreSQL: SET LOCAL outlives a file where all of them run in one transaction") {
    for (const std::string tool : {"golang-migrate", "node-pg-migrate"}) {
        CAPTURE(tool);
        const ForeignProject project(ForeignProject::Kind::postgresql);
        const std::string end = tool == "golang-migrate" ? ".up.sql" : ".sql";
        project.write("migrations/1_a" + end, "CREATE SCHEMA s; SET LOCAL search_path TO s;\n");
        project.write("migrations/2_b" + end, "CREATE TABLE b (i int);\n");
        CHECK(says(project.rev(import_of(tool, project)), "2 of 2 verified"));
        project.rev("upgrade head");
        CHECK(project.query("SELECT relnamespace::regnamespace FROM pg_class WHERE relname = 'b'") ==
              (tool == "golang-migrate" ? "public" : "s"));
    }
}

TEST_CASE("PostgreSQL: a setting of an application that is SET LOCAL outlives a file in the same way") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("migrations/1_a.sql", "SET LOCAL app.tenant = 'x';\nCREATE TABLE a (t text);\n");
    project.write("migrations/2_b.sql", "INSERT INTO a VALUES (current_setting('app.tenant'));\n");
    CHECK(says(project.rev(import_of("node-pg-migrate", project)), "2 of 2 verified"));
    project.rev("upgrade head");
    CHECK(project.query("SELECT t FROM a") == "x");
}

TEST_CASE("PostgreSQL: the role that a file leaves to the session owns what the next ones make") {
    // The role reaches beyond its database: that is tried on servers of rev's own only.
    for (const std::string tool : {"golang-migrate", "node-pg-migrate"}) {
        CAPTURE(tool);
        const ForeignProject project(ForeignProject::Kind::postgresql);
        const std::string end = tool == "golang-migrate" ? ".up.sql" : ".sql";
        project.write("migrations/1_a" + end,
                      "CREATE ROLE maker; CREATE SCHEMA s; GRANT ALL ON SCHEMA s TO PUBLIC; SET ROLE maker;\n"
                      "CREATE TABLE s.a (i int);\n");
        project.write("migrations/2_b" + end, "CREATE TABLE s.b (i int);\n");
        CHECK(says(project.rev("import " + tool + " --dialect postgresql"), "2 of 2 verified"));
        CHECK(has(project.text_of("versions/2_b.sql"), "set_config('role'"));
    }
}

TEST_CASE("PostgreSQL: settings that make no difference to the files that follow stay where they are") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("db/migrations/1_a.sql", "-- migrate:up\n" + std::string(emptied) +
                                               "SET check_function_bodies = false; SET row_security = off;\n"
                                               "CREATE TABLE public.a (i int);\n-- migrate:down\n");
    project.write("db/migrations/2_b.sql", "-- migrate:up\nALTER TABLE public.a ADD b int;\n-- migrate:down\n");
    CHECK(says(project.rev(import_of("dbmate", project)), "2 of 2 verified"));
    CHECK_FALSE(has(project.text_of("versions/2_b.sql"), "set_config"));
}

TEST_CASE("PostgreSQL: where a tool cannot run all files in one call, a file is what it is in a call of its own") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("migrations/1_a.up.sql", std::string(emptied) + "CREATE TABLE public.a (i int);\n");
    project.write("migrations/2_b.up.sql", "CREATE TABLE b (i int);\n");
    const auto imported = project.rev(import_of("golang-migrate", project));
    CHECK(says(imported, "2 of 2 verified"));
    CHECK(says(imported, "golang-migrate itself cannot run all files in one call"));
    CHECK(has(project.text_of("IMPORT.md"), "no schema has been selected to create in"));
    project.rev("upgrade head");
    CHECK(project.query("SELECT count(*) FROM public.b") == "0");
}

TEST_CASE("PostgreSQL: a live database that several calls have made is taken over, and what differs is named") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("migrations/1_a.up.sql", "CREATE SCHEMA s; SET search_path TO s; CREATE TABLE a (i int);\n");
    project.write("migrations/2_b.up.sql", "CREATE TABLE b (i int);\n");
    project.query(
        "CREATE SCHEMA s; CREATE TABLE s.a (i int); CREATE TABLE b (i int); CREATE TABLE schema_migrations (version "
        "bigint PRIMARY KEY, dirty boolean NOT NULL); INSERT INTO schema_migrations VALUES (2, false)");
    const auto taken = project.take_over("golang-migrate --scratch " + project.url());
    CHECK(says(taken, "it lacks table s.b"));
    CHECK(project.rows() == "2");
}

TEST_CASE("PostgreSQL: Diesel and Flyway give the search_path back behind each file, and nothing else") {
    struct Project {
        std::string tool;
        std::string first;
        std::string second;
    };
    for (const auto& each : {Project{"diesel", "migrations/1_a/up.sql", "migrations/2_b/up.sql"},
                             Project{"flyway", "sql/V1__a.sql", "sql/V2__b.sql"}}) {
        CAPTURE(each.tool);
        const ForeignProject project(ForeignProject::Kind::postgresql);
        project.write(each.first,
                      std::string(emptied) + "SET check_function_bodies = off;\nCREATE TABLE public.a (i int);\n");
        project.write(
            each.second,
            "CREATE TABLE b (i int);\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT i FROM none';\n");
        CHECK(says(project.rev(import_of(each.tool, project)), "2 of 2 verified"));
        project.rev("upgrade head");
        CHECK(project.query("SELECT relnamespace::regnamespace FROM pg_class WHERE relname = 'b'") == "public");
    }
}

TEST_CASE("PostgreSQL: Flyway's schema is made where it is missing, also if Flyway is told to make none") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("flyway.conf",
                  "flyway.url=jdbc:postgresql://localhost/x\nflyway.schemas=app\nflyway.createSchemas=false\n");
    project.write("sql/V1__a.sql", "CREATE TABLE a (i int);\n");
    CHECK(says(project.rev(import_of("flyway", project)), "1 of 1 verified"));
    project.rev("upgrade head");
    CHECK(project.query("SELECT relnamespace::regnamespace FROM pg_class WHERE relname = 'a'") == "app");
}

TEST_CASE("PostgreSQL: golang-migrate's x-multi-statement=true sends what stands between semicolons alone") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("migrations/1_a.up.sql",
                  "CREATE TABLE a (i int);\nCREATE INDEX CONCURRENTLY a_i ON a (i);\nCREATE TYPE e AS ENUM ('x');\n"
                  "ALTER TYPE e ADD VALUE 'y';\nCREATE TABLE b (e e DEFAULT 'y') -- no semicolon\n");
    project.write("migrations/1_a.down.sql", "DROP INDEX CONCURRENTLY a_i;\nDROP TABLE a, b;\nDROP TYPE e;\n");
    CHECK(says(project.rev(import_of("golang-migrate", project), 3), "CREATE INDEX CONCURRENTLY beside other"));
    const auto command = import_of("golang-migrate", project) + " --url '" + project.url();
    CHECK(says(project.rev(command + "?x-multi-statement=false' --dry-run", 3), "beside other statements"));
    CHECK(says(project.rev(command + "?x-multi-statement=true'"), "1 of 1 verified"));
    project.rev("upgrade head");
    CHECK(project.query("SELECT count(*) FROM pg_class WHERE relname IN ('a', 'a_i', 'b')") == "3");
    project.rev("downgrade base --yes");
}

TEST_CASE("PostgreSQL: what x-multi-statement=true cuts in two does not run with golang-migrate either") {
    for (const std::string sql :
         {"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;\n",
          "-- first; then\nCREATE TABLE a (i int);\n", "CREATE TABLE a (t text DEFAULT 'x;y');\n"}) {
        CAPTURE(sql);
        const ForeignProject project(ForeignProject::Kind::postgresql);
        project.write("migrations/1_a.up.sql", sql);
        const auto command = import_of("golang-migrate", project) + " --url '" + project.url() + "?x-multi-statement=";
        CHECK(says(project.rev(command + "1'", 0), "cuts a statement or comment in two"));
    }
}

TEST_CASE("Alembic: the search_path that an engine asks the server for goes into the revisions") {
    const AlembicProject project(
        env_with("connect_args={'options': '-c search_path=tenant,public -c lock_timeout=9s'}, ", engine_option));
    project.write_table_and_column();
    CHECK(says(project.run_import("alembic --dialect postgresql"), "2 of 2 verified"));
    CHECK(has(project.text_of("versions/b2.sql"), "set_config('search_path', 'tenant,public', false)"));
    project.rev("upgrade head");
    CHECK(project.query("SELECT version_num FROM tenant.alembic_version") == "b2");
    CHECK(project.query("SELECT count(*) FROM pg_attribute WHERE attrelid = 'tenant.t'::regclass AND attnum > 0") ==
          "2");
    project.rev("downgrade base --yes");
}

TEST_CASE("Alembic: a search_path that a revision sets holds, whatever env.py has set before it") {
    const AlembicProject project(
        env_with("        connection.exec_driver_sql('SET search_path TO public')\n", configure_call));
    project.revision("a1", "None",
                     "    op.execute('CREATE SCHEMA s')\n    op.execute('SET search_path TO s, public')\n",
                     "    op.execute('DROP SCHEMA s')\n");
    project.revision("b2", "'a1'", "    op.create_table('t', sa.Column('id', sa.Integer))\n",
                     "    op.execute('DROP TABLE s.t')\n");
    CHECK(says(project.run_import("alembic --dialect postgresql"), "2 of 2 verified"));
    project.rev("upgrade head");
    CHECK(project.query("SELECT relnamespace::regnamespace FROM pg_class WHERE relname = 't'") == "s");
    project.rev("downgrade base --yes");
}

TEST_CASE("Alembic: a temporary table that a later revision reads is explained") {
    const AlembicProject project;
    project.revision("a1", "None", "    op.execute('CREATE TEMPORARY TABLE held (i int)')\n", "    pass\n");
    project.revision("b2", "'a1'", "    op.execute('CREATE TABLE t AS SELECT * FROM held')\n",
                     "    op.drop_table('t')\n");
    CHECK(says(project.run_import("alembic --dialect postgresql", 3),
               "what one of them leaves there (a temporary table"));
}

TEST_CASE("Django: the search_path of the settings' OPTIONS goes into the revisions") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.write("manage.py",
                  "import os, sys\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop_settings')\n"
                  "from django.core.management import execute_from_command_line\n"
                  "execute_from_command_line(sys.argv)\n");
    project.write(
        "shop_settings.py",
        "SECRET_KEY = 'x'\nINSTALLED_APPS = ['store']\nDATABASES = {'default': {'ENGINE': "
        "'django.db.backends.postgresql', 'NAME': 'x', 'OPTIONS': {'options': '-c search_path=app,public'}}}\n");
    project.write("store/__init__.py", "");
    project.write("store/migrations/__init__.py", "");
    project.write("store/migrations/0001_initial.py",
                  "from django.db import migrations, models\nclass Migration(migrations.Migration):\n"
                  "    operations = [migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True))])]\n");
    project.query(
        "CREATE SCHEMA app; CREATE TABLE app.django_migrations (id serial, app text, name text, applied timestamptz)");
    const auto result = project.rev(import_of("django --python /usr/bin/python3", project) + " --url " + project.url());
    CHECK(says(result, "1 of 1 verified"));
    CHECK(says(result, "the settings name a search_path"));
    project.rev("upgrade heads");
    CHECK(project.query("SELECT relnamespace::regnamespace FROM pg_class WHERE relname = 'store_item'") == "app");
}
