"""rev and the real Alembic take over from each other on a live database.

Usage: compat_test.py REV [unittest's arguments], with REV_TEST_POSTGRES_URL set by scripts/with-postgres.

One history is written twice, as Alembic's .py files and as rev's .sql files. Every command runs on three databases: on
the first by Alembic alone, on the second by rev alone, on the third by either in turn. After each command the version
rows and the tables of all three must be the same, and so must be what `current` says of them.
"""
import io
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import alembic.command
import alembic.config
import alembic.script
import alembic.util
import psycopg2

# Debian's Alembic takes the files in the order in which the folder lists them; later ones sort them, as rev does.
list_folder = os.listdir
os.listdir = lambda *arguments: sorted(list_folder(*arguments))

REV = None  # the program, from the command line

# id, parents, depends_on, label; each revision creates one table, so that the tables tell what was run.
STORY = [
    ("a1a1a1a1a1a1", [], [], None),
    ("a2a2a2a2a2a2", ["a1a1a1a1a1a1"], [], None),
    ("a3a3a3a3a3a3", ["a2a2a2a2a2a2"], [], None),
    ("b1b1b1b1b1b1", ["a1a1a1a1a1a1"], [], "side"),
    ("b2b2b2b2b2b2", ["b1b1b1b1b1b1"], ["a2a2a2a2a2a2"], None),
    ("c1c1c1c1c1c1", ["a3a3a3a3a3a3", "b2b2b2b2b2b2"], [], None),
    ("c2c2c2c2c2c2", ["c1c1c1c1c1c1"], [], None),
]
# The same and a second tree, whose head needs something of the first: two heads, of which one is only implied.
TWO_TREES = STORY + [
    ("e1e1e1e1e1e1", [], [], "extra"),
    ("e2e2e2e2e2e2", ["e1e1e1e1e1e1"], ["c1c1c1c1c1c1"], None),
    ("e3e3e3e3e3e3", ["e1e1e1e1e1e1"], [], None),
]

CREATED = "2026-11-21 03:47:11"

ENV_PY = """
from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

engine = create_engine(context.config.get_main_option("url"), poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


def message_of(revision):
    return f"make {revision}"


class Project:
    """A history in both notations, in one folder."""

    def __init__(self, folder, story):
        self.folder = Path(folder)
        self.story = story
        (self.folder / "alembic/versions").mkdir(parents=True)
        (self.folder / "versions").mkdir()
        (self.folder / "alembic/env.py").write_text(ENV_PY)
        (self.folder / "alembic.yaml").write_text("url: ${DATABASE_URL}\n")
        for revision in story:
            self.write_py(*revision)
            self.write_sql(*revision)

    def write_py(self, revision, parents, depends_on, label):
        revises = parents
        parents = tuple(parents) if len(parents) > 1 else (parents[0] if parents else None)
        (self.folder / f"alembic/versions/{revision}_make.py").write_text(
            f'"""{message_of(revision)}\n\n'
            f"Revision ID: {revision}\nRevises: {', '.join(revises)}\nCreate Date: {CREATED}\n\n"
            '"""\n'
            "from alembic import op\n"
            f"revision = {revision!r}\n"
            f"down_revision = {parents!r}\n"
            f"branch_labels = {label!r}\n"
            f"depends_on = {depends_on or None!r}\n"
            f"def upgrade(): op.execute('CREATE TABLE t_{revision} (id INTEGER)')\n"
            f"def downgrade(): op.execute('DROP TABLE t_{revision}')\n"
        )

    def write_sql(self, revision, parents, depends_on, label):
        header = [f"-- revision: {revision}", f"-- revises: {', '.join(parents)}".rstrip()]
        if depends_on:
            header.append(f"-- depends_on: {', '.join(depends_on)}")
        if label:
            header.append(f"-- branch_labels: {label}")
        header.append(f"-- created: {CREATED}")
        (self.folder / f"versions/{revision}_make.sql").write_text(
            f"-- {message_of(revision)}\n--\n" + "\n".join(header) + "\n\n"
            f"-- rev:upgrade\nCREATE TABLE t_{revision} (id INTEGER);\n\n"
            f"-- rev:downgrade\nDROP TABLE t_{revision};\n"
        )

    def rev(self, url, line):
        """Exit code, standard output, standard error."""
        if "--purge" in line:
            line += " --yes"  # rev asks a person before it forgets rows
        environment = {"PATH": os.environ["PATH"], "DATABASE_URL": url, "LANG": "C.UTF-8"}
        done = subprocess.run(
            [REV, *line.split()], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=60,
        )
        return done.returncode, done.stdout, done.stderr

    def alembic(self, url, line):
        """The same in this process, as starting Python takes longer than all the rest."""
        out = io.StringIO()
        config = alembic.config.Config(stdout=out)
        config.set_main_option("script_location", str(self.folder / "alembic"))
        config.set_main_option("url", url.replace("%", "%%"))
        name, *arguments = line.split()
        flags = {argument.lstrip("-").replace("-", "_"): True for argument in arguments if argument.startswith("--")}
        targets = [argument for argument in arguments if not argument.startswith("--")]
        try:
            if name == "stamp":
                alembic.command.stamp(config, targets, **flags)
            else:
                getattr(alembic.command, name)(config, *targets, **flags)
        except alembic.util.CommandError as error:
            return 1, out.getvalue(), str(error)
        return 0, out.getvalue(), ""

    def alembic_program(self, url, line):
        """By the real command line."""
        (self.folder / "alembic.ini").write_text(f"[alembic]\nscript_location = alembic\nurl = {url}\n")
        done = subprocess.run(
            ["/usr/bin/python3", "-m", "alembic", *line.split()], cwd=self.folder, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60,
        )
        return done.returncode, done.stdout, done.stderr


class SqliteFile:
    def __init__(self, folder, name):
        self.file = str(Path(folder) / f"{name}.db")
        self.url = f"sqlite:///{self.file}"

    def rows(self, sql):
        connection = sqlite3.connect(self.file)
        try:
            return sorted(row[0] for row in connection.execute(sql))
        finally:
            connection.close()

    def tables(self):
        return self.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 't\\_%' ESCAPE '\\'")

    def versions(self):
        if not self.rows("SELECT name FROM sqlite_master WHERE name = 'alembic_version'"):
            return []
        return self.rows("SELECT version_num FROM alembic_version")

    def definition(self):
        return self.rows("SELECT name || type || \"notnull\" || pk FROM pragma_table_info('alembic_version')")

    def remove(self):
        Path(self.file).unlink(missing_ok=True)


class PostgresDatabase:
    number = 0

    def __init__(self, _folder, name):
        self.server = os.environ["REV_TEST_POSTGRES_URL"]
        PostgresDatabase.number += 1
        self.name = f"rev_compat_{os.getpid()}_{PostgresDatabase.number}_{name}"
        self.url = self.server.rsplit("/", 1)[0] + "/" + self.name
        self.on_server(f"CREATE DATABASE {self.name}")
        self.connection = psycopg2.connect(self.url)
        self.connection.autocommit = True  # between two looks nothing is held that could block a run

    def on_server(self, sql):
        connection = psycopg2.connect(self.server)
        connection.autocommit = True
        connection.cursor().execute(sql)
        connection.close()

    def rows(self, sql):
        cursor = self.connection.cursor()
        cursor.execute(sql)
        return sorted(row[0] for row in cursor.fetchall())

    def tables(self):
        return self.rows("SELECT tablename FROM pg_tables WHERE tablename LIKE 't\\_%'")

    def versions(self):
        if self.rows("SELECT to_regclass('alembic_version')::text") == [None]:
            return []
        return self.rows("SELECT version_num FROM alembic_version")

    def definition(self):
        return self.rows(
            "SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'alembic_version'::regclass UNION ALL"
            " SELECT attname || format_type(atttypid, atttypmod) || attnotnull FROM pg_attribute"
            " WHERE attrelid = 'alembic_version'::regclass AND attnum > 0"
        )

    def remove(self):
        self.connection.close()
        self.on_server(f"DROP DATABASE {self.name} WITH (FORCE)")


class Takeover:
    """The tests, for both kinds of databases; the subclasses say which."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="rev-compat-")
        self.addCleanup(shutil.rmtree, self.folder)

    def database(self, name):
        made = self.kind(self.folder, name)
        self.addCleanup(made.remove)
        return made

    def project(self, story):
        return Project(Path(self.folder) / "project", story)

    def check_alike(self, project, databases, after):
        states = [(each.versions(), each.tables()) for each in databases]
        self.assertEqual(states[0], states[1], f"rev alone, after {after}")
        self.assertEqual(states[0], states[2], f"in turn, after {after}")
        said = {name: sorted(self.current(project, name, databases[2])) for name in ("alembic", "rev")}
        self.assertEqual(said["alembic"], said["rev"], f"current, after {after}")

    def current(self, project, tool, database):
        code, out, err = getattr(project, tool)(database.url, "current")
        self.assertEqual(code, 0, err)
        return out.splitlines()

    def run_in_turn(self, story, lines, choose):
        """choose(number): which tool runs that line on the third database."""
        project = self.project(story)
        databases = [self.database(name) for name in ("alembic", "rev", "both")]
        done = []
        for number, line in enumerate(lines):
            tool = choose(number)
            done.append(f"{line} ({tool})")
            answers = [
                project.alembic(databases[0].url, line),
                project.rev(databases[1].url, line),
                getattr(project, tool)(databases[2].url, line),
            ]
            refused = [answer[0] != 0 for answer in answers]
            self.assertEqual(refused, refused[:1] * 3, f"{'; '.join(done)}: {answers}")
            self.check_alike(project, databases, "; ".join(done))
        self.assertEqual(databases[0].definition(), databases[1].definition())
        return databases

    LINES = [
        "upgrade a2a2a2a2a2a2", "upgrade b1b1b1b1b1b1", "upgrade side@head", "upgrade head", "downgrade c1c1c1c1c1c1",
        "downgrade a3a3a3a3a3a3", "upgrade c1c1c1c1c1c1", "downgrade b1b1b1b1b1b1", "upgrade heads",
        "downgrade a1a1a1a1a1a1", "upgrade b2b2b2b2b2b2", "upgrade +1", "upgrade a3", "upgrade heads", "downgrade -1",
        "downgrade base", "upgrade head", "stamp a2a2a2a2a2a2", "stamp a3a3a3a3a3a3 b2b2b2b2b2b2",
        "stamp c1c1c1c1c1c1", "upgrade a1a1a1a1a1a1", "stamp --purge head", "downgrade base",
    ]

    def test_rev_starts_and_alembic_goes_on(self):
        self.run_in_turn(STORY, self.LINES, lambda number: ("rev", "alembic")[number % 2])

    def test_alembic_starts_and_rev_goes_on(self):
        self.run_in_turn(STORY, self.LINES, lambda number: ("alembic", "rev")[number % 2])

    def test_two_trees_with_a_dependency_between_them(self):
        lines = [
            "upgrade extra@heads", "upgrade heads", "downgrade c1c1c1c1c1c1", "upgrade e3e3e3e3e3e3", "upgrade heads",
            "downgrade e1e1e1e1e1e1", "upgrade e2e2e2e2e2e2", "downgrade a2a2a2a2a2a2", "upgrade heads",
            "downgrade base", "stamp heads", "stamp base", "upgrade c2c2c2c2c2c2", "upgrade e2e2", "downgrade base",
        ]
        self.run_in_turn(TWO_TREES, lines, lambda number: ("rev", "alembic")[number % 2])

    def test_random_walks(self):
        chance = random.Random(20261121)
        ids = [revision[0] for revision in TWO_TREES]
        lines = []
        for _ in range(30):
            command = chance.choice(["upgrade", "upgrade", "downgrade"])
            target = chance.choice(ids + ["heads" if command == "upgrade" else "base"])
            lines.append(f"{command} {target}")
        tools = [chance.choice(["rev", "alembic"]) for _ in lines]
        self.run_in_turn(TWO_TREES, lines, lambda number: tools[number])

    def test_the_command_lines_hand_over_to_each_other(self):
        project = self.project(STORY)
        database = self.database("live")
        for tool, line, rows in [
            ("rev", "upgrade c1c1", ["c1c1c1c1c1c1"]),
            ("alembic_program", "upgrade head", ["c2c2c2c2c2c2"]),
            ("rev", "downgrade a3a3a3a3a3a3", ["a3a3a3a3a3a3", "b2b2b2b2b2b2"]),
            ("alembic_program", "downgrade base", []),
            ("alembic_program", "upgrade side@b2b2b2b2b2b2", ["b2b2b2b2b2b2"]),
            ("rev", "upgrade head", ["c2c2c2c2c2c2"]),
        ]:
            code, _, err = getattr(project, tool)(database.url, line)
            self.assertEqual(code, 0, err)
            self.assertEqual(database.versions(), rows, line)
            lines = project.alembic_program(database.url, "current")[1].splitlines()
            self.assertEqual(sorted(lines), sorted(self.current(project, "rev", database)), line)

    def test_the_text_of_the_graph_commands_is_alembics(self):
        for number, story in enumerate([STORY, TWO_TREES]):
            project = Project(Path(self.folder) / f"text{number}", story)
            database = self.database(f"text{number}")
            project.rev(database.url, "upgrade c1c1c1c1c1c1")
            lines = ["history", "heads", "branches", "current"]
            lines += [f"{line} --verbose" for line in lines]
            lines += [f"show {revision[0]}" for revision in story]
            for line in lines + ["history --indicate-current"]:
                with self.subTest(line, story=number):
                    code, theirs, err = project.alembic(database.url, line)
                    self.assertEqual(code, 0, err)
                    self.assertEqual(in_order(project.rev(database.url, line)[1]), in_order(theirs))


def sorted_children(match):
    return "".join(sorted(match.group().splitlines(keepends=True)))


def in_order(text):
    """Without what must differ: the file's name, how a password is hidden, blanks at line ends, and the order of
    siblings, which in Alembic is a set's."""
    text = text.replace(":XXXXX@", ":***@")
    text = re.sub(r"^Path: .*\n", "", text, flags=re.M)
    text = re.sub(r"[ \t]+$", "", text, flags=re.M)
    text = re.sub(r"(?:^ +-> .*\n)+", sorted_children, text, flags=re.M)
    return re.sub(r"(?<=Branches into: ).*", lambda match: ", ".join(sorted(match.group().split(", "))), text).strip()


class OnSqlite(Takeover, unittest.TestCase):
    kind = SqliteFile


class OnPostgres(Takeover, unittest.TestCase):
    kind = PostgresDatabase


if __name__ == "__main__":
    REV = os.path.abspath(sys.argv.pop(1))
    os.environ["REV_TEST_POSTGRES_URL"]  # without a server the tests fail
    unittest.main()
