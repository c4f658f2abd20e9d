#include <thread>

#include "import/alembic_project.hpp"

using rev::test::ForeignProject;
using rev::test::python_revision;
using rev::test::says;
using rev::test::write_alembic;
using rev::test::write_two_revisions;

namespace {

rev::test::ProgramResult import_alembic(const ForeignProject& project, const std::string& more = "",
                                        int exit_code = 0) {
    return project.rev("import --python " + std::string(rev::test::python) + " " + more, exit_code);
}

}  // namespace

TEST_CASE("Alembic: what each revision sends becomes its SQL, and ids, labels and messages stay") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db");
    write_two_revisions(project);
    const auto result = import_alembic(project);
    CHECK(says(result, "Imported 2 migrations of Alembic"));
    CHECK(says(result, "2 of 2 verified"));
    CHECK(says(result, "b2_more.py cannot be undone"));
    CHECK_FALSE(project.exists("live.db"));
    const auto first = project.text_of("versions/a1.sql");
    CHECK(first.starts_with("-- make a1\n"));
    CHECK(first.find("-- branch_labels: people\n") != std::string::npos);
    CHECK(first.find("INSERT INTO users (id, name) VALUES (1, 'O''Hara');\n") != std::string::npos);
    CHECK(first.find("-- rev:downgrade\nDROP TABLE users;\n") != std::string::npos);
    const auto second = project.text_of("versions/b2.sql");
    CHECK(second.find("-- revises: a1\n") != std::string::npos);
    CHECK(second.find("ALTER TABLE _alembic_tmp_users RENAME TO users;") != std::string::npos);
    CHECK(second.find("-- rev:downgrade") == std::string::npos);
    project.rev("upgrade head");
    CHECK(project.query("SELECT name, mail IS NULL FROM users") == "O'Hara|1");
}

TEST_CASE("Alembic: a live database's rows are right as they are") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db");
    write_two_revisions(project);
    project.query(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(20)); CREATE TABLE alembic_version"
        " (version_num VARCHAR(32) NOT NULL PRIMARY KEY); INSERT INTO alembic_version VALUES ('a1')");
    CHECK(says(import_alembic(project, "--url " + project.url()), "is at a1 already"));
    CHECK(project.rows() == "a1");
    project.rev("upgrade head");
    CHECK(project.rows() == "b2");
}

TEST_CASE("Alembic: branches, merges and dependencies stay") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db");
    const auto table = [](const std::string& name) {
        return "    op.create_table('" + name + "', sa.Column('id', sa.Integer))\n";
    };
    project.write("migrations/versions/a.py", python_revision("a", "None", table("ta"), "    op.drop_table('ta')\n"));
    project.write("migrations/versions/b.py", python_revision("b", "'a'", table("tb"), "    op.drop_table('tb')\n"));
    project.write("migrations/versions/c.py", python_revision("c", "'a'", table("tc"), "    op.drop_table('tc')\n"));
    project.write("migrations/versions/m.py", python_revision("m", "('b', 'c')", "    pass\n", "    pass\n"));
    project.write("migrations/versions/x.py",
                  python_revision("x", "None", table("tx"), "    op.drop_table('tx')\n", "depends_on = 'b'\n"));
    import_alembic(project);
    CHECK(project.text_of("versions/m.sql").find("-- revises: b, c\n") != std::string::npos);
    CHECK(project.text_of("versions/x.sql").find("-- depends_on: b\n") != std::string::npos);
    project.rev("check");
    project.rev("upgrade heads");
    CHECK(project.rows() == "m\nx");
    project.rev("downgrade base --yes");
}

TEST_CASE("Alembic: what reads rows or makes values is named, and keeps a database below it from being taken over") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db");
    write_two_revisions(project);
    project.write("migrations/versions/c3.py",
                  python_revision("c3", "'b2'",
                                  "    for row in op.get_bind().execute(sa.text('SELECT id FROM users')).fetchall():\n"
                                  "        op.get_bind().execute(sa.text('UPDATE users SET mail = :m WHERE id = :i'),"
                                  " {'m': str(uuid.uuid4()), 'i': row[0]})\n",
                                  "    pass\n"));
    project.query(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY); INSERT INTO"
        " alembic_version VALUES ('b2'); CREATE TABLE users (id INTEGER)");
    const auto refused = import_alembic(project, "--url " + project.url(), 4);
    CHECK(says(refused, "--accept-data"));
    CHECK_FALSE(project.exists("alembic.yaml"));
    const auto accepted = import_alembic(project, "--accept-data --url " + project.url());
    CHECK(says(accepted, "c3.py makes values while it runs"));
    CHECK(says(accepted, "c3.py reads rows"));
}

TEST_CASE("Alembic: an env.py that reaches for other databases or programs is refused, and nothing happens to them") {
    const std::string start = "import sqlite3, subprocess, os, socket\n";
    for (const auto& attack :
         {std::string("sqlite3.connect('live.db').execute('CREATE TABLE stolen (i)')\n"),
          std::string("subprocess.run(['touch', 'live.txt'])\n"), std::string("os.system('touch live.txt')\n"),
          std::string("socket.create_connection(('127.0.0.1', 9))\n"),
          std::string("try:\n    sqlite3.connect(':memory:').execute(\"ATTACH 'live.db' AS l\")\nexcept Exception:\n"
                      "    pass\n"),
          std::string("try:\n    sqlite3.connect('live.db')\nexcept BaseException:\n    pass\n"),
          std::string("__import__('multiprocessing.util').util.spawnv_passfds(b'/usr/bin/touch', [b'touch', "
                      "b'live.txt'], [])\n"),
          std::string("try:\n    sqlite3.connect('live.db')\nexcept Exception:\n    pass\n")}) {
        CAPTURE(attack);
        const ForeignProject project;
        write_alembic(project, "sqlite:///live.db", start + attack + rev::test::usual_env);
        write_two_revisions(project);
        project.query("CREATE TABLE mine (i INTEGER)");
        const auto result = import_alembic(project, "", 3);
        CHECK(says(result, "--allow-network"));
        CHECK(project.query("SELECT name FROM sqlite_schema") == "mine");
        CHECK_FALSE(project.exists("live.txt"));
        CHECK_FALSE(project.exists("alembic.yaml"));
    }
}

TEST_CASE("Alembic: engines are made on the scratch database whatever env.py asks for") {
    const ForeignProject project;
    auto env = std::string(rev::test::usual_env);
    const std::string wanted =
        "engine_from_config(config.get_section(config.config_ini_section), prefix=\"sqlalchemy.\",\n"
        "                                     poolclass=pool.NullPool)";
    const auto at = env.find(wanted);
    REQUIRE(at != std::string::npos);
    env.replace(at, wanted.size(), "__import__('sqlalchemy').create_engine('sqlite:///live.db')");
    write_alembic(project, "sqlite:///live.db", env);
    write_two_revisions(project);
    import_alembic(project);
    CHECK_FALSE(project.exists("live.db"));
}

TEST_CASE("Alembic: an env.py that fails is replaced, and the answer says so") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db", "raise RuntimeError('no settings')\n");
    write_two_revisions(project);
    const auto result = import_alembic(project);
    CHECK(says(result, "env.py fails, and a minimal one was used in its place: RuntimeError: no settings"));
    CHECK(says(result, "2 of 2 verified"));
}

TEST_CASE("Alembic: a revision that fails is an error, or one to be written") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db");
    write_two_revisions(project);
    project.write("migrations/versions/c3.py",
                  python_revision("c3", "'b2'", "    op.execute('nonsense')\n", "    pass\n"));
    CHECK(says(import_alembic(project, "", 3), "c3.py fails in Alembic itself"));
    CHECK_FALSE(project.exists("alembic.yaml"));
    import_alembic(project, "--placeholder");
    CHECK(project.text_of("versions/c3.sql").find("-- rev:todo") != std::string::npos);
}

TEST_CASE("Alembic: an id that rev cannot hold, no interpreter and no dialect are errors that say what to do") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db");
    write_two_revisions(project);
    CHECK(says(project.rev("import --python /nonexistent/python", 2), "--python"));
    write_alembic(project, "mysql://x");
    CHECK(says(import_alembic(project, "", 2), "--dialect"));
    project.write("migrations/versions/c3.py", python_revision("c-3", "'b2'", "    pass\n", "    pass\n"));
    CHECK(says(import_alembic(project, "--dialect sqlite", 3), "c-3"));
}

TEST_CASE("Alembic: an id in two files is told, and so is a revision that lacks") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db");
    for (const auto* file : {"migrations/versions/a.py", "migrations/versions/b.py"})
        project.write(file, python_revision("a", "None", "    op.execute('CREATE TABLE t (i)')\n", "    pass\n"));
    CHECK(says(import_alembic(project, "--dry-run"), "Revision a is present more than once"));
    project.write("migrations/versions/b.py", python_revision("b", "'gone'", "    pass\n", "    pass\n"));
    CHECK(says(import_alembic(project, "", 3), "Revision gone referenced from gone -> b"));
}

TEST_CASE("Alembic: rolled back savepoints are not recorded, and a raw COMMIT needs no transaction") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db");
    project.write("migrations/versions/a.py",
                  python_revision("a", "None",
                                  "    bind = op.get_bind()\n"
                                  "    op.create_table('t', sa.Column('id', sa.Integer, primary_key=True))\n"
                                  "    try:\n"
                                  "        with bind.begin_nested():\n"
                                  "            bind.execute(sa.text('INSERT INTO t VALUES (7)'))\n"
                                  "            raise ValueError\n"
                                  "    except ValueError:\n"
                                  "        pass\n"
                                  "    bind.execute(sa.text('INSERT INTO t VALUES (8)'))\n",
                                  "    op.drop_table('t')\n"));
    import_alembic(project);
    const auto text = project.text_of("versions/a.sql");
    CHECK(text.find("VALUES (8)") != std::string::npos);
    CHECK(text.find("VALUES (7)") == std::string::npos);
    CHECK(text.find("SAVEPOINT") == std::string::npos);
}

TEST_CASE("Flask-Migrate: env.py asks the application, whose engine is the scratch database's too") {
    const ForeignProject project;
    project.write(
        "app.py",
        "from flask import Flask\nfrom flask_sqlalchemy import SQLAlchemy\nfrom flask_migrate import Migrate\n"
        "app = Flask(__name__)\napp.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:////nonexistent/live.db'\n"
        "db = SQLAlchemy(app)\nmigrate = Migrate(app, db)\n");
    project.write("migrations/alembic.ini", "[alembic]\n");
    project.write("migrations/env.py",
                  "from alembic import context\nfrom flask import current_app\n"
                  "def run():\n"
                  "    with current_app.extensions['migrate'].db.engine.connect() as connection:\n"
                  "        context.configure(connection=connection)\n"
                  "        with context.begin_transaction():\n"
                  "            context.run_migrations()\n"
                  "run()\n");
    project.write("migrations/versions/a.py",
                  python_revision("a", "None", "    op.create_table('t', sa.Column('id', sa.Integer))\n",
                                  "    op.drop_table('t')\n"));
    const auto result = import_alembic(project, "--dialect sqlite");
    CHECK(says(result, "Imported 1 migration of Flask-Migrate"));
    CHECK(says(result, "1 of 1 verified"));
}

TEST_CASE("Flask-Migrate: an application that cannot be loaded is done without, and the answer says so") {
    const ForeignProject project;
    project.write("app.py", "import nothing_of_that_name\n");
    project.write("migrations/alembic.ini", "[alembic]\n");
    project.write("migrations/env.py", "from flask import current_app\ncurrent_app.extensions['migrate']\n");
    project.write("migrations/versions/a.py",
                  python_revision("a", "None", "    op.create_table('t', sa.Column('id', sa.Integer))\n",
                                  "    op.drop_table('t')\n"));
    const auto result = import_alembic(project, "--dialect sqlite");
    CHECK(says(result, "No module named 'nothing_of_that_name'"));
    CHECK(says(result, "1 of 1 verified"));
}

TEST_CASE("Alembic: what a revision does with the driver's own cursor is recorded") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db");
    project.write("migrations/versions/a.py",
                  python_revision("a", "None",
                                  "    cursor = op.get_bind().connection.cursor()\n"
                                  "    cursor.execute('CREATE TABLE t (id INTEGER, name TEXT)')\n"
                                  "    cursor.executemany('INSERT INTO t VALUES (?, ?)', [(1, \"it's\"), (2, None)])\n"
                                  "    cursor.executescript('CREATE TABLE u (i); CREATE TABLE v (i);')\n",
                                  "    for name in 'tuv':\n"
                                  "        op.get_bind().connection.cursor().execute('DROP TABLE ' + name)\n"));
    CHECK(says(import_alembic(project), "1 of 1 verified"));
    project.rev("upgrade head");
    CHECK(project.query("SELECT group_concat(id || coalesce(name, '-')) FROM t") == "1it's,2-");
    project.rev("downgrade base --yes");
}

TEST_CASE("Alembic: values without an end, and those of a class of the project's own, are what the driver sends") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db");
    project.write("migrations/versions/a.py",
                  python_revision("a", "None",
                                  "    import enum\n"
                                  "    class Kind(str, enum.Enum):\n"
                                  "        big = 'b'\n"
                                  "    class Size(enum.IntEnum):\n"
                                  "        big = 7\n"
                                  "    cursor = op.get_bind().connection.cursor()\n"
                                  "    cursor.execute('CREATE TABLE t (a, b, c, d, e)')\n"
                                  "    cursor.execute('INSERT INTO t VALUES (?, ?, ?, ?, ?)', (float('inf'), "
                                  "-float('inf'), float('nan'), Kind.big, Size.big))\n",
                                  "    op.drop_table('t')\n"));
    CHECK(says(import_alembic(project), "1 of 1 verified"));
    project.rev("upgrade head");
    CHECK(project.query("SELECT a > 1e308, b < -1e308, c IS NULL, d, e FROM t") == "1|1|1|b|7");
}

TEST_CASE("Alembic: the minimal env.py has the project's settings, for revisions that ask for them") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db", "raise RuntimeError('no settings')\n");
    project.write("migrations/versions/a.py",
                  python_revision("a", "None",
                                  "    name = op.get_context().config.get_main_option('script_location')\n"
                                  "    op.create_table(name, sa.Column('id', sa.Integer))\n",
                                  "    op.drop_table('migrations')\n"));
    CHECK(says(import_alembic(project), "1 of 1 verified"));
    CHECK(project.text_of("versions/a.sql").find("CREATE TABLE migrations") != std::string::npos);
}

TEST_CASE("Alembic: a date has a zone and no fractions, and an empty line stands before the next marker") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db");
    const auto revision = [](const std::string& id, const std::string& before, const std::string& date) {
        auto text = python_revision(id, before, "    op.create_table('t" + id + "', sa.Column('id', sa.Integer))\n",
                                    "    op.drop_table('t" + id + "')\n");
        const std::string usual = "2024-01-01 10:00:00";
        return text.replace(text.find(usual), usual.size(), date);
    };
    project.write("migrations/versions/a.py", revision("a", "None", "2024-01-01 10:00:00.123456"));
    project.write("migrations/versions/b.py", revision("b", "'a'", "2024-01-01 10:00:00.5+02:00"));
    project.write("migrations/versions/c.py", revision("c", "'b'", "2024-01-01 10:00:00+00:00"));
    project.write("migrations/versions/d.py", revision("d", "'c'", "some day"));
    import_alembic(project);
    CHECK(project.text_of("versions/a.sql").find("-- created: 2024-01-01 10:00:00Z\n") != std::string::npos);
    CHECK(project.text_of("versions/b.sql").find("-- created: 2024-01-01 10:00:00+02:00\n") != std::string::npos);
    CHECK(project.text_of("versions/c.sql").find("-- created: 2024-01-01 10:00:00Z\n") != std::string::npos);
    CHECK(project.text_of("versions/d.sql").find("-- created: some day\n") != std::string::npos);
    CHECK(project.text_of("versions/a.sql").find(");\n\n-- rev:downgrade\nDROP TABLE ta;\n") != std::string::npos);
    project.rev("check");
}

TEST_CASE("Alembic: a project of several databases is refused by name") {
    const ForeignProject project;
    rev::test::write_alembic(project, "sqlite:///live.db");
    SUBCASE("the multidb template") {
        project.write(
            "alembic.ini",
            "[alembic]\nscript_location = migrations\ndatabases = engine1, engine2\n[engine1]\nsqlalchemy.url = "
            "sqlite:///a.db\n[engine2]\nsqlalchemy.url = sqlite:///b.db\n");
        const auto result = import_alembic(project, "--dialect sqlite", 3);
        CHECK(says(result, "several databases"));
        CHECK(says(result, "engine1, engine2"));
    }
    SUBCASE("its functions") {
        project.write("migrations/versions/a1.py",
                      "revision = 'a1'\ndown_revision = None\ndef upgrade(engine_name):\n    pass\n"
                      "def downgrade(engine_name):\n    pass\n");
        CHECK(says(import_alembic(project, "", 3), "takes an engine's name"));
    }
    CHECK_FALSE(project.exists("alembic.yaml"));
}

TEST_CASE("Alembic: version_table and the models of env.py go into alembic.yaml") {
    const ForeignProject project;
    auto env = "from models import Base\n" + std::string(rev::test::usual_env);
    const std::string none = "target_metadata=None";
    env.replace(env.find(none), none.size(), "target_metadata=Base.metadata, version_table='my_version'");
    write_alembic(project, "sqlite:///live.db", env);
    project.write("base.py", "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n");
    project.write(
        "models.py",
        "import sqlalchemy as sa\nfrom base import Base\nclass User(Base):\n    __tablename__ = 'users'\n"
        "    id = sa.Column(sa.Integer, primary_key=True)\n    name = sa.Column(sa.String(20), nullable=False)\n"
        "    mail = sa.Column(sa.Text)\n");
    write_two_revisions(project);
    CHECK(says(import_alembic(project), "2 of 2 verified"));
    const auto settings = project.text_of("alembic.yaml");
    CHECK(settings.find("\nversion_table: my_version\n") != std::string::npos);
    CHECK(settings.find(
              "schema: { command: \"python3 {schema_sources}/sqlalchemy.py models:Base --dialect {dialect}\" }") !=
          std::string::npos);
}

TEST_CASE("Alembic: a secret of the environment does not get into a file") {
    const ForeignProject project;
    write_alembic(project, "sqlite:///live.db");
    project.write("migrations/versions/a1.py",
                  python_revision("a1", "None",
                                  "    import os\n    op.create_table('t', sa.Column('v', sa.Text))\n"
                                  "    op.execute(\"INSERT INTO t VALUES ('%s')\" % os.environ['ADMIN_PASSWORD'])\n",
                                  "    op.drop_table('t')\n"));
    rev::test::ProgramOptions options;
    options.directory = project.path();
    options.environment["ADMIN_PASSWORD"] = "tops3cret";
    const auto result =
        rev::test::run_rev(rev::test::words("import --python " + std::string(rev::test::python)), options);
    CHECK(result.exit_code == 3);
    CHECK(says(result, "the value of ADMIN_PASSWORD"));
    CHECK_FALSE(says(result, "tops3cret"));
    CHECK_FALSE(project.exists("alembic.yaml"));
}
