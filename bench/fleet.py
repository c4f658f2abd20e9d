"""Measures `rev fleet` beside what its work costs at least, and beside other tools in a loop. See docs/performance.md."""

import os
import pathlib
import shutil
import subprocess
import sys

import measure
from measure import COMPARED, Command, Table, add_comparison, compare

SETTINGS = """url: ${{DATABASE_URL}}
fleet:
  {source}
  search_path: "{{schema}}"
  jobs: {jobs}
  on_failure: continue
"""

# One statement that reads every version table, whatever schemas there are.
READ_ALL = """SELECT count(*) FROM (SELECT query_to_xml(format('SELECT version_num FROM %I.alembic_version', n.nspname),
false, true, '') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = 'alembic_version' AND c.relkind = 'r') AS rows"""

# One revision in one schema: its SQL, its version row and its log row, and nothing else.
BARE = """BEGIN;
SET LOCAL search_path TO {schema};
{sql}
UPDATE alembic_version SET version_num='{now}' WHERE version_num = '{before}';
INSERT INTO rev_log ({columns}) VALUES ({values});
COMMIT;
"""

# The same with all that rev promises of it: nobody else is at this schema, it is as it was read, each change hits one row,
# and what the revision has set in the session ends with it.
WHOLE = """BEGIN;
SELECT pg_try_advisory_lock(hashtext('{schema}'));
SELECT 1 / (CASE WHEN to_regclass('{schema}.rev_lock') IS NULL AND to_regclass('{schema}.rev_progress') IS NULL
 AND (SELECT version_num FROM {schema}.alembic_version) = '{before}'
 AND pg_sequence_last_value('{schema}.rev_log_id_seq') > 0 THEN 1 ELSE 0 END);
COMMIT;
SET search_path TO {schema};
BEGIN;
SET LOCAL lock_timeout = '5s';
{sql}
RESET SESSION AUTHORIZATION;
RESET ROLE;
RESET ALL;
SET search_path TO {schema};
SET LOCAL lock_timeout = '60s';
WITH touched AS (UPDATE alembic_version SET version_num='{now}' WHERE version_num = '{before}' RETURNING 1)
 SELECT 1 / CAST(count(*) = 1 AS integer) FROM touched;
WITH touched AS (INSERT INTO rev_log ({columns}) VALUES ({values}) RETURNING 1)
 SELECT 1 / CAST(count(*) = 1 AS integer) FROM touched;
COMMIT;
RESET SESSION AUTHORIZATION;
RESET ROLE;
RESET ALL;
SELECT pg_advisory_unlock_all();
CLOSE ALL;
DEALLOCATE ALL;
UNLISTEN *;
DISCARD TEMP;
DISCARD SEQUENCES;
"""

# What dbmate and Alembic do for a schema, and how they are told which.
ALEMBIC_LOOP = """
import sys, sqlalchemy, alembic.command, alembic.config
url, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.StaticPool)
for i in range(1, count + 1):
    config = alembic.config.Config()
    config.set_main_option("script_location", folder)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"SET search_path TO t{i}"))
        connection.dialect.default_schema_name = f"t{i}"
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")
"""
ALEMBIC_ENV = """
from alembic import context
connection = context.config.attributes["connection"]
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
"""


def psql(url: str, *sql: str) -> str:
    arguments = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url]
    for each in sql:
        arguments += ["-c", each]
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.strip()


class Project:
    """A folder with alembic.yaml and a line of revisions r1, r2, ...: each of them but the first adds a column."""

    def __init__(self, folder: str, source: str, revisions: int, jobs: int = 2):
        self.folder = folder
        os.makedirs(f"{folder}/versions", exist_ok=True)
        pathlib.Path(f"{folder}/alembic.yaml").write_text(SETTINGS.format(source=source, jobs=jobs))
        for i in range(1, revisions + 1):
            up = "CREATE TABLE account (id int);" if i == 1 else f"ALTER TABLE account ADD COLUMN c{i} int;"
            down = "DROP TABLE account;" if i == 1 else f"ALTER TABLE account DROP COLUMN c{i};"
            parent = "" if i == 1 else f"r{i - 1:02}"
            pathlib.Path(f"{folder}/versions/r{i:02}.sql").write_text(
                f"-- step {i}\n--\n-- revision: r{i:02}\n-- revises: {parent}\n-- created: 2026-01-01 00:00:00Z\n\n"
                f"-- rev:upgrade\n{up}\n\n-- rev:downgrade\n{down}\n")


class Fleet:
    def __init__(self, rev: str, programs: str, work: str, url: str, dbmate: str):
        self.rev, self.programs, self.work, self.dbmate = rev, programs, work, dbmate
        self.server = url
        self.url = url.replace("@/postgres?", "@/bench_fleet?")

    def command(self, project: Project, *arguments: str, before=lambda: None) -> Command:
        return Command([self.rev, "fleet", *arguments, "-q"], project.folder, {"DATABASE_URL": self.url}, before=before)

    def new_database(self, schemas: int):
        psql(self.server, "DROP DATABASE IF EXISTS bench_fleet WITH (FORCE)", "CREATE DATABASE bench_fleet")
        script = "".join(f"CREATE SCHEMA t{i};\n" for i in range(1, schemas + 1))
        subprocess.run(["psql", "-X", "-q", "-d", self.url], input=script, text=True, check=True)

    # Schemas of one database

    def schemas(self, count: int):
        project = Project(f"{self.work}/schemas-{count}", 'schemas: ["t*"]', 40)
        self.new_database(count)
        measure.run_once(self.command(project, "upgrade", "r01"))
        psql(self.url, "VACUUM ANALYZE pg_catalog.pg_class", "VACUUM ANALYZE pg_catalog.pg_attribute")
        table = Table(f"{count:,} schemas of a PostgreSQL database", *COMPARED)
        idle = compare(self.command(project, "upgrade", "r01"), Command(["psql", "-X", "-q", "-d", self.url, "-c", READ_ALL]))
        add_comparison(table, "nothing to do, beside one statement that reads all version tables", idle, 1.3)
        self.add_memory(table, project, count)
        self.next = 2
        for name, form, limit in (("with the same bookkeeping", WHOLE, 1.2),
                                  ("that write only the two rows", BARE, None)):
            applied = compare(self.next_upgrade(project, count), self.next_script(count, form),
                              runs=3 if count >= 5000 else 5, warm_up=True)
            add_comparison(table, f"one small revision, two workers beside two psql sessions {name}", applied, limit)

    def add_memory(self, table: Table, project: Project, count: int):
        alone = Project(f"{self.work}/alone-{count}", 'schemas: ["t1"]', 40)
        most = lambda each: measure.run_once(self.command(each, "upgrade", "r01")).megabytes
        kilobytes = (most(project) - most(alone)) * 1024 / count
        table.add("nothing to do: memory a member, beyond what one member takes", "", "", "", "1 KB", f"{kilobytes:.2f} KB")

    def next_upgrade(self, project: Project, count: int) -> Command:
        command = self.command(project, "upgrade", "r00")

        def choose():
            command.arguments[3] = f"r{self.next:02}"
            self.next += 1

        command.before = choose
        return command

    def next_script(self, count: int, form: str) -> Command:
        """The revision that comes next, in a transaction for each schema."""
        command = Command(["sh", "-c", ""])

        def write():
            now, before = f"r{self.next:02}", f"r{self.next - 1:02}"
            columns = psql(self.url, "SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attnum > 1"
                           " AND NOT attisdropped AND attrelid = 't1.rev_log'::regclass")
            values = psql(self.url, "SELECT concat_ws(', ', " + ", ".join(
                # Without checksums: rev would find that its file is not what psql has run.
                "'NULL'" if "checksum" in name else f"quote_nullable({name}::text)" for name in columns.split(", ")) +
                ") FROM t1.rev_log ORDER BY id DESC LIMIT 1").replace(f"'{before}'", f"'{now}'")
            for half in (0, 1):
                pathlib.Path(f"{self.work}/half{half}.sql").write_text("".join(
                    form.format(schema=f"t{i}", sql=f"ALTER TABLE account ADD COLUMN c{self.next} int;", now=now,
                                before=before, columns=columns, values=values)
                    for i in range(1 + half, count + 1, 2)))
            run = f"psql -X -q -v ON_ERROR_STOP=1 -d '{self.url}' -f {self.work}/half%d.sql"
            command.arguments[2] = f"{run % 0} & {run % 1}; wait"
            self.next += 1

        command.before = write
        return command

    # Databases of a server

    def databases(self, count: int):
        names = [f"bench_member_{i}" for i in range(1, count + 1)]
        for name in names:
            psql(self.server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} STRATEGY file_copy")
        project = Project(f"{self.work}/databases", 'databases: ["bench_member_*"]', 2)
        self.new_database(0)
        measure.run_once(self.command(project, "upgrade", "r01"))
        script = f"{self.work}/connect.sql"
        pathlib.Path(script).write_text("".join(f"\\connect {name}\nSELECT version_num FROM alembic_version;\n" for name in names))
        table = Table(f"{count:,} databases of a PostgreSQL server", *COMPARED)
        idle = compare(self.command(project, "upgrade", "r01"), Command(["psql", "-X", "-q", "-d", self.url, "-f", script]))
        add_comparison(table, "nothing to do, beside one psql that connects to each and reads its version table", idle)
        for name in names:
            psql(self.server, f"DROP DATABASE {name} WITH (FORCE)")

    # SQLite files

    def files(self, count: int):
        folder = f"{self.work}/files"
        project = Project(folder, 'files: ["data/*.db"]', 2)
        os.makedirs(f"{folder}/data")
        pathlib.Path(f"{folder}/data/m1.db").touch()
        measure.run_once(self.command(project, "upgrade", "r01"))
        for i in range(2, count + 1):
            shutil.copyfile(f"{folder}/data/m1.db", f"{folder}/data/m{i}.db")
        table = Table(f"{count:,} SQLite files", *COMPARED)
        loop = Command([f"{self.programs}/bench_read_databases", f"{folder}/data"])
        add_comparison(table, "nothing to do, beside a loop that opens, reads and closes them",
                       compare(self.command(project, "upgrade", "r01"), loop, runs=5), 1.3)

    # Other tools in a loop

    def loops(self, count: int):
        table = Table(f"{count} schemas: milliseconds for each", "", "nothing to do", "one small revision")

        def timed(command: Command) -> str:
            return f"{measure.run_once(command).seconds * 1000 / count:.2f}"

        project = Project(f"{self.work}/loops", 'schemas: ["t*"]', 2)
        self.new_database(count)
        measure.run_once(self.command(project, "upgrade", "r01"))
        applied = timed(self.command(project, "upgrade", "r02"))
        table.add("rev fleet upgrade", timed(self.command(project, "upgrade", "r02")), applied)
        self.alembic(table, count, timed)
        if self.dbmate:
            self.dbmate_loop(table, count, timed)

    def alembic(self, table: Table, count: int, timed):
        folder = pathlib.Path(f"{self.work}/alembic")
        (folder / "versions").mkdir(parents=True)
        (folder / "env.py").write_text(ALEMBIC_ENV)
        (folder / "script.py.mako").write_text("")
        for i, (parent, sql) in enumerate((("None", "CREATE TABLE account (id int)"),
                                           ("'a1'", "ALTER TABLE account ADD COLUMN c2 int")), 1):
            (folder / "versions" / f"a{i}.py").write_text(
                f"from alembic import op\nrevision = 'a{i}'\ndown_revision = {parent}\n"
                f"def upgrade():\n    op.execute('{sql}')\ndef downgrade():\n    pass\n")
        self.new_database(count)
        script = self.work + "/loop.py"
        pathlib.Path(script).write_text(ALEMBIC_LOOP)
        url = self.url.replace("postgresql://", "postgresql+psycopg2://")
        loop = Command(["/usr/bin/python3", script, url, str(folder), str(count)])
        second = (folder / "versions" / "a2.py").read_text()
        (folder / "versions" / "a2.py").unlink()
        measure.run_once(loop)
        (folder / "versions" / "a2.py").write_text(second)
        applied = timed(loop)
        table.add("Alembic, in one process", timed(loop), applied)

    def dbmate_loop(self, table: Table, count: int, timed):
        folder = f"{self.work}/dbmate"
        os.makedirs(f"{folder}/db/migrations")
        write = lambda i, sql: pathlib.Path(f"{folder}/db/migrations/{i}_x.sql").write_text(
            f"-- migrate:up\n{sql};\n-- migrate:down\n")
        write(1, "CREATE TABLE account (id int)")
        self.new_database(count)
        separator = "&" if "?" in self.url else "?"
        loop = Command(["sh", "-c", f"for i in $(seq {count}); do {self.dbmate} --no-dump-schema "
                        f"--url '{self.url}{separator}search_path='t$i up || exit 1; done"], folder)
        measure.run_once(loop)
        write(2, "ALTER TABLE account ADD COLUMN c2 int")
        applied = timed(loop)
        table.add("dbmate, a process for each", timed(loop), applied)


def run(rev: str, programs: str, work: str, dbmate: str, largest: int):
    fleet = Fleet(rev, programs, work, os.environ["REV_TEST_POSTGRES_SOCKET_URL"], dbmate)
    for count in (1000, 5000):
        if count <= largest:
            fleet.schemas(count)
    fleet.databases(100)
    fleet.files(min(10_000, largest * 2))
    fleet.loops(200)


if __name__ == "__main__":
    import tempfile
    build, largest = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    with tempfile.TemporaryDirectory(prefix="rev-bench-") as folder:
        run(f"{build}/rev", f"{build}/bench", folder, os.environ.get("DBMATE", ""), largest)
