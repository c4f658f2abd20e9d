// Histories of Alembic as projects have them: long, with branches and merges, several folders, drivers and dialects.
#include <random>

#include "import/alembic_project.hpp"
#include "import/foreign_project.hpp"

using rev::test::AlembicProject;
using rev::test::configure_call;
using rev::test::env_with;
using rev::test::ForeignProject;
using rev::test::python_revision;
using rev::test::says;

namespace {

/// A step of a project's life on table t0, which has the columns id and name. number: names what it makes.
struct Step {
    std::string up;
    std::string down;
};

std::vector<Step> steps_of(const std::string& number) {
    return {
        {"    op.create_table('t" + number +
             "', sa.Column('id', sa.Integer, primary_key=True),"
             " sa.Column('at', sa.DateTime, server_default=sa.func.current_timestamp()))\n",
         "    op.drop_table('t" + number + "')\n"},
        {"    with op.batch_alter_table('t0') as batch:\n"
         "        batch.add_column(sa.Column('c" +
             number +
             "', sa.Enum('a', 'b', native_enum=False), nullable=True))\n"
             "        batch.create_check_constraint('k" +
             number + "', 'id >= 0')\n",
         "    with op.batch_alter_table('t0') as batch:\n        batch.drop_constraint('k" + number +
             "', type_='check')\n        batch.drop_column('c" + number + "')\n"},
        {"    op.create_index('i" + number + "', 't0', ['name'])\n", "    op.drop_index('i" + number + "', 't0')\n"},
        {"    t = sa.table('t0', sa.column('id', sa.Integer), sa.column('name', sa.String))\n"
         "    op.bulk_insert(t, [{'id': " +
             number + ", 'name': \"it's 100% :x\"}, {'id': 1" + number + ", 'name': None}])\n",
         "    op.execute('DELETE FROM t0 WHERE id IN (" + number + ", 1" + number + ")')\n"},
        {"    from sqlalchemy.orm import Session, declarative_base\n    Base = declarative_base()\n"
         "    class T(Base):\n        __tablename__ = 't0'\n        id = sa.Column(sa.Integer, primary_key=True)\n"
         "        name = sa.Column(sa.String)\n    session = Session(bind=op.get_bind())\n"
         "    session.add_all([T(id=2" +
             number + ", name='a;b'), T(id=3" + number + ")])\n    session.commit()\n",
         "    op.execute('DELETE FROM t0 WHERE id > 2000')\n"},
        {"    bind = op.get_bind()\n"
         "    if 'n" +
             number +
             "' not in sa.inspect(bind).get_table_names():\n"
             "        bind.execute(sa.text('CREATE TABLE n" +
             number + " (i integer)'))\n",
         "    op.execute('DROP TABLE n" + number + "')\n"},
        {"    if op.get_context().as_sql:\n        raise RuntimeError('not offline')\n"
         "    op.execute(sa.text('UPDATE t0 SET name = :n WHERE id < 0').bindparams(n='x'))\n",
         "    pass\n"},
    };
}

/// 48 revisions in two folders, with a branch and its merge every ten.
void write_history(const ForeignProject& project, unsigned seed) {
    std::mt19937 random(seed);
    const auto folder = [&] { return random() % 3 == 0 ? "migrations/more/" : "migrations/versions/"; };
    project.write("migrations/versions/a0.py",
                  python_revision("a0", "None",
                                  "    op.create_table('t0', sa.Column('id', sa.Integer, primary_key=True),"
                                  " sa.Column('name', sa.String(40)))\n",
                                  "    op.drop_table('t0')\n"));
    std::string before = "a0";
    for (int at = 1; at < 40; ++at) {
        const auto number = std::to_string(100 + at);
        const auto id = "a" + number;
        if (at % 10 == 5) {
            const auto side = [&](const std::string& name, const std::string& more) {
                project.write(folder() + name + ".py",
                              python_revision(name, "'" + before + "'",
                                              "    op.create_table('" + name + "', sa.Column('id', sa.Integer))\n",
                                              "    op.drop_table('" + name + "')\n", more));
            };
            side(id + "l", "");
            side(id + "r", random() % 2 == 0 ? "depends_on = '" + id + "l'\n" : "");
            project.write(folder() + id + ".py",
                          python_revision(id, "('" + id + "l', '" + id + "r')", "    pass\n", "    pass\n"));
        } else {
            const auto steps = steps_of(number);
            const auto& step = steps[random() % steps.size()];
            project.write(folder() + id + ".py", python_revision(id, "'" + before + "'", step.up, step.down));
        }
        before = id;
    }
    project.write("migrations/env.py", rev::test::usual_env);
}

std::string ini(const std::string& url) {
    return "[alembic]\nscript_location = migrations\nversion_locations = %(here)s/migrations/versions "
           "%(here)s/migrations/more\nsqlalchemy.url = " +
           url + "\n";
}

}  // namespace

TEST_CASE("Alembic: long histories in several folders, on either database") {
    for (const auto kind : {ForeignProject::Kind::sqlite, ForeignProject::Kind::postgresql}) {
        const bool on_postgres = kind == ForeignProject::Kind::postgresql;
        CAPTURE(on_postgres);
        const ForeignProject project(kind);
        project.write("alembic.ini", ini(on_postgres ? "postgresql://nobody@127.0.0.1:1/live" : "sqlite:///live.db"));
        write_history(project, on_postgres ? 7 : 8);
        const auto result = project.rev("import --python /usr/bin/python3" +
                                        (on_postgres ? " --scratch " + project.url() : std::string()));
        CHECK(says(result, "48 of 48 verified"));
        project.rev("check");
        project.rev("upgrade heads");
        CHECK(project.rows() == "a139");
        project.rev("downgrade base --yes");
        CHECK(project.rows().empty());
    }
}

TEST_CASE("Alembic: what was recorded on several kinds of database is one file, with sections where they differ") {
    const AlembicProject project;
    rev::test::write_alembic(project, "mysql://nobody@127.0.0.1:1/live");
    project.revision("a1", "None",
                     "    op.execute('CREATE TABLE same (i integer)')\n"
                     "    op.get_bind().execute(sa.text('INSERT INTO same VALUES (:i)'), {'i': 1})\n",
                     "    op.drop_table('same')\n");
    project.revision("b2", "'a1'",
                     "    op.create_table('other', sa.Column('id', sa.Integer, primary_key=True),"
                     " sa.Column('at', sa.DateTime(timezone=True)))\n",
                     "    op.drop_table('other')\n");
    project.revision("c3", "'b2'",
                     "    if op.get_context().dialect.name == 'postgresql':\n"
                     "        op.execute('ALTER TABLE same ADD CONSTRAINT k CHECK (i > 0)')\n"
                     "    else:\n"
                     "        with op.batch_alter_table('same') as batch:\n"
                     "            batch.create_check_constraint('k', 'i > 0')\n",
                     "    if op.get_context().dialect.name == 'sqlite':\n"
                     "        raise NotImplementedError\n"
                     "    op.execute('ALTER TABLE same DROP CONSTRAINT k')\n");
    constexpr auto both = "--dialect postgresql --dialect sqlite";
    const auto result = project.run_import(both);
    CHECK(says(result, "3 of 3 verified"));
    CHECK(says(result,
               "c3.py cannot be undone: its downgrade fails in Alembic itself (NotImplementedError: ) (on sqlite)"));
    const auto first = project.text_of("versions/a1.sql");
    CHECK(first.find("\n-- rev:upgrade\n") != std::string::npos);
    CHECK(first.find("\n-- rev:downgrade\n") != std::string::npos);
    const auto second = project.text_of("versions/b2.sql");
    CHECK(second.find("\n-- rev:upgrade postgresql\n") != std::string::npos);
    CHECK(second.find("\n-- rev:upgrade sqlite\n") != std::string::npos);
    const auto third = project.text_of("versions/c3.sql");
    CHECK(third.find("\n-- rev:downgrade postgresql\n") != std::string::npos);
    CHECK(third.find("\n-- rev:downgrade sqlite\n") == std::string::npos);
    project.rev("check");
    for (const auto& url : {project.url(), "sqlite:///" + (project.path() / "new.db").string()}) {
        project.rev("-u " + url + " upgrade head");
        project.rev("-u " + url + " downgrade -1 --yes", url == project.url() ? 0 : 3);
    }
    CHECK(says(project.run_import(both), "Nothing to do"));
}

TEST_CASE("Alembic: engines of pg8000 and asyncpg are led to the scratch database, too") {
    for (const std::string driver : {"pg8000", "asyncpg"}) {
        CAPTURE(driver);
        const std::string start =
            "from alembic import context\nimport asyncio, sqlalchemy as sa\n"
            "from sqlalchemy.ext.asyncio import create_async_engine\n"
            "def run(connection):\n    context.configure(connection=connection)\n"
            "    with context.begin_transaction():\n        context.run_migrations()\n";
        const std::string with_pg8000 =
            "with sa.create_engine('postgresql+pg8000://nobody@127.0.0.1:1/live').connect() as c:\n    run(c)\n";
        const std::string with_asyncpg =
            "async def main():\n"
            "    engine = create_async_engine('postgresql+asyncpg://nobody@127.0.0.1:1/live')\n"
            "    async with engine.connect() as connection:\n        await connection.run_sync(run)\n"
            "        await connection.commit()\n"
            "    await engine.dispose()\n"
            "asyncio.run(main())\n";
        const AlembicProject project(start + (driver == "pg8000" ? with_pg8000 : with_asyncpg));
        project.revision("a1", "None",
                         "    t = op.create_table('t', sa.Column('id', sa.Integer, primary_key=True),"
                         " sa.Column('name', sa.String(20)), sa.Column('on', sa.Boolean))\n"
                         "    op.bulk_insert(t, [{'id': 1, 'name': \"O'H 5% :x\", 'on': True},"
                         " {'id': 2, 'name': None, 'on': False}])\n",
                         "    op.drop_table('t')\n");
        const auto result = project.run_import();
        CHECK(says(result, "1 of 1 verified"));
        // Debian's pg8000 is too old for its SQLAlchemy: there the project's own env.py fails in Alembic, too.
        if (!says(result, "pg8000 1.16.6 or greater is required")) CHECK_FALSE(says(result, "a minimal one"));
        project.rev("upgrade head");
        CHECK(project.query("SELECT id, name, \"on\" FROM t ORDER BY id") == "1|O'H 5% :x|t\n2||f");
    }
}

TEST_CASE("Alembic: the schema and the search_path of env.py go into the revisions") {
    const AlembicProject project(
        env_with("        import sqlalchemy as sa\n"
                 "        connection.execute(sa.text('CREATE SCHEMA IF NOT EXISTS tenant'))\n"
                 "        connection.execute(sa.text('SET search_path TO tenant, public'))\n",
                 configure_call));
    project.write_table_and_column();
    const auto result = project.run_import();
    CHECK(says(result, "2 of 2 verified"));
    CHECK(says(result, "env.py itself runs `SET search_path TO tenant, public`: each revision begins with it"));
    CHECK(
        project.text_of("versions/b2.sql").find("-- rev:upgrade\nSET search_path TO tenant, public;\nALTER TABLE t") !=
        std::string::npos);
    CHECK(says(result, "rev keeps its rows in the schema tenant, as Alembic does"));
    project.query("CREATE SCHEMA tenant");
    project.rev("upgrade head");
    CHECK(project.query("SELECT version_num FROM tenant.alembic_version") == "b2");
    CHECK(project.query("SELECT string_agg(column_name, ' ' ORDER BY ordinal_position) FROM information_schema.columns "
                        "WHERE table_schema = 'tenant' AND table_name = 't'") == "id name");
    project.rev("downgrade base --yes");
}

TEST_CASE("Alembic: rows of COPY that a revision sends by the driver's cursor are recorded") {
    const AlembicProject project;
    project.revision("a1", "None",
                     "    import io\n"
                     "    op.create_table('t', sa.Column('id', sa.Integer), sa.Column('n', sa.Text()))\n"
                     "    cursor = op.get_bind().connection.cursor()\n"
                     "    cursor.copy_expert('COPY t FROM STDIN', io.StringIO('1\\ta\\n2\\t\\\\N\\n'))\n"
                     "    cursor.execute('INSERT INTO t VALUES (%s, %s)', (3, \"it's 5%\"))\n",
                     "    op.drop_table('t')\n");
    CHECK(says(project.run_import(), "1 of 1 verified"));
    project.rev("upgrade head");
    CHECK(project.query("SELECT string_agg(id || coalesce(n, '-'), ',' ORDER BY id) FROM t") == "1a,2-,3it's 5%");
}

TEST_CASE("Alembic: what a revision leaves to the session is made in the next ones, as in one call of Alembic") {
    const AlembicProject project;
    project.revision("a1", "None",
                     "    op.execute('CREATE SCHEMA s')\n    op.execute('SET search_path TO s, public')\n"
                     "    op.execute(\"SET LOCAL app.tenant = 'x'\")\n"
                     "    op.execute(\"SET lock_timeout = '9s'\")\n",
                     "    pass\n");
    project.revision("b2", "'a1'",
                     "    op.create_table('t', sa.Column('v', sa.Text))\n"
                     "    op.execute(\"INSERT INTO t VALUES (current_setting('app.tenant'))\")\n",
                     "    op.execute('DROP TABLE s.t')\n");
    CHECK(says(project.run_import("alembic --dialect postgresql"), "2 of 2 verified"));
    const auto second = project.text_of("versions/b2.sql");
    CHECK(second.find("set_config('search_path', 's, public', false)") != std::string::npos);
    CHECK(second.find("timeout") == std::string::npos);
    project.rev("upgrade head");
    CHECK(project.query("SELECT v FROM s.t") == "x");
}

TEST_CASE("Alembic: a revision that Alembic itself cannot record is told as such") {
    const AlembicProject project;
    project.revision("a1", "None",
                     "    op.execute(\"SELECT pg_catalog.set_config('search_path', '', false)\")\n"
                     "    op.execute('CREATE TABLE public.t (i int)')\n",
                     "    op.execute('DROP TABLE public.t')\n");
    const auto refused = project.run_import("alembic --dialect postgresql", 3);
    CHECK(says(refused, "a1.py runs, and behind it Alembic itself fails to record it"));
    CHECK_FALSE(says(refused, "--baseline-from"));
}

TEST_CASE("export alembic: what a revision sets ends with it, and what env.py has set stays") {
    const ForeignProject project(ForeignProject::Kind::postgresql);
    project.rev("init");
    project.write("versions/a1.sql",
                  "-- revision: a1\n-- revises:\n\n-- rev:upgrade\nCREATE SCHEMA s; CREATE SCHEMA t;\n"
                  "SET search_path TO s; SET LOCAL work_mem = '8MB';\nCREATE TABLE a (i int);\n-- rev:downgrade\n"
                  "SET search_path TO s; DROP TABLE a; RESET ALL; DROP SCHEMA s; DROP SCHEMA t;\n");
    project.write("versions/b2.sql",
                  "-- revision: b2\n-- revises: a1\n\n-- rev:upgrade\nCREATE TABLE b (i int);\n-- rev:downgrade\n"
                  "DROP TABLE b;\n");
    project.rev("export alembic -o migrations/versions");
    rev::test::write_alembic(
        project, project.url(),
        env_with("        connection.exec_driver_sql(\"SET search_path TO public, t\")\n", configure_call));
    const auto alembic = [&](const std::string& command) {
        rev::test::ProgramOptions options;
        options.directory = project.path();
        const auto result = rev::test::run_program(
            {rev::test::python, "-m", "alembic", command, command == "upgrade" ? "head" : "base"}, options);
        CHECK_MESSAGE(result.exit_code == 0, result.err);
    };
    alembic("upgrade");
    CHECK(project.query("SELECT string_agg(relnamespace::regnamespace || '.' || relname, ' ' ORDER BY relname) FROM "
                        "pg_class WHERE relname IN ('a', 'b')") == "s.a public.b");
    CHECK(project.rows() == "b2");
    alembic("downgrade");
    CHECK(project.query("SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')") == "0");
}
