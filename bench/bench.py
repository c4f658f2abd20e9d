"""Measures rev against what its work costs at least. Called by scripts/bench; see docs/performance.md."""

import argparse
import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import fleet
import histories
import measure
from histories import make_alembic, make_dbmate, make_history
from measure import COMPARED, Command, Table, add_comparison, compare, milliseconds
from relay import delayed

SHAPES = ("line", "ladder", "fan", "team")
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's Alembic


def remove(*paths):
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)


def warm(folder: str):
    """Reads the revision files: a run of a minute may have pushed them out of memory for the next one. Through a small
    buffer: memory that this program ever used would count as that of those it starts."""
    buffer = bytearray(1 << 16)
    for entry in os.scandir(f"{folder}/versions"):
        with open(entry.path, "rb", buffering=0) as file:
            while file.readinto(buffer):
                pass


class Bench:
    def __init__(self, build: str, work: str, sizes):
        self.rev = f"{build}/rev"
        self.work = work
        self.sizes = sizes
        histories.PROGRAMS = self.programs = f"{build}/bench"

    def history(self, shape: str, count: int) -> str:
        return make_history(f"{self.work}/{shape}-{count}", shape, count)

    # Commands that read all revision files

    def file_commands(self, folder: str, shape: str, count: int):
        """name, arguments, the ratio to reach"""
        ids = sorted(name.split("_", 1)[0] for name in os.listdir(f"{folder}/versions"))
        middle = ids[len(ids) // 2]
        head = "heads" if shape == "fan" else "head"
        return (("heads", ["heads"], 1.6 if shape == "fan" else 1.3), ("history", ["history"], 1.6),
                ("history --json", ["history", "--json"], 1.6), ("history -r", ["history", "-r", f"{middle}:{head}"], 1.6),
                ("branches", ["branches"], 1.6 if shape == "ladder" else 1.3), ("show", ["show", middle], 1.3),
                # A parser reads each statement besides.
                ("check", ["check"], 8), ("revision", ["revision", "-m", "new", "--head", middle, "--splice"], 1.3),
                ("upgrade --dry-run", ["upgrade", "heads", "--dry-run"], 1.6))

    def files(self):
        growth = {}
        for shape in SHAPES:
            for count in self.sizes:
                folder = self.history(shape, count)
                known = set(os.listdir(f"{folder}/versions"))
                baseline = Command([f"{self.programs}/bench_read_files", f"{folder}/versions"])
                table = Table(f"{shape}, {count:,} revision files", *COMPARED)

                def forget_new():
                    for name in set(os.listdir(f"{folder}/versions")) - known:
                        os.remove(f"{folder}/versions/{name}")

                for name, arguments, limit in self.file_commands(folder, shape, count):
                    after = forget_new if name == "revision" else lambda: None
                    result = compare(Command([self.rev] + arguments, folder, after=after), baseline)
                    add_comparison(table, name, result, limit if count >= 100_000 else None)
                    growth.setdefault((shape, name), {})[count] = result.seconds
        self.growth(growth)

    def growth(self, growth):
        sizes = [size for size in self.sizes if size >= 1000]
        if len(sizes) < 2:
            return
        table = Table("Cost a revision, in microseconds", "", *[f"{size:,}" for size in sizes], "largest / smallest")
        for (shape, name), seconds in growth.items():
            cost = [seconds[size] / size * 1e6 for size in sizes]
            table.add(f"{shape}: {name}", *[f"{value:.1f}" for value in cost], f"{cost[-1] / cost[0]:.2f}")

    # Start-up

    def start(self):
        folder = self.history("line", 100)
        libraries = re.findall(r"=> (\S+)", subprocess.run(["ldd", self.rev], capture_output=True, text=True).stdout)
        loads_the_same = Command(["/bin/true"], environment={"LD_PRELOAD": ":".join(libraries)})
        table = Table("Start-up, against /bin/true with the same libraries", *COMPARED)
        add_comparison(table, "rev --version", compare(Command([self.rev, "--version"]), loads_the_same, 51), 1.5)
        remove(f"{folder}/bench.db")
        measure.run_once(Command([self.rev, "upgrade", "head", "-q"], folder))
        add_comparison(table, "rev current (SQLite; at most 10 ms)",
                       compare(Command([self.rev, "current"], folder), loads_the_same, 51))

    def lint(self):
        folder = self.history("line", 1000)
        table = Table("Lint without a database, against reading the files alone", *COMPARED)
        add_comparison(table, "rev lint, 1,000 revisions (at most 1 s)",
                       compare(Command([self.rev, "lint"], folder), Command([self.rev, "check"], folder), 11))
        self.facts()

    def facts(self):
        """Besides the start of the scratch, which is measured by a history of one revision."""
        folder = self.history("line", 300)
        one = self.history("line", 1)
        table = Table("Lint with facts, 300 revisions, against upgrade head, both without their start", *COMPARED)
        for name, url, before in (("SQLite", "sqlite:///bench.db", lambda: remove(f"{folder}/bench.db", f"{one}/bench.db")),
                                  ("PostgreSQL", self.socket, self.new_postgres)):
            def timed(project: str, *arguments: str) -> Command:
                return Command([self.rev, *arguments, "-q"], project, {"DATABASE_URL": url}, before=before)

            whole = compare(timed(folder, "lint", "--facts"), timed(folder, "upgrade", "head"), 3)
            start = compare(timed(one, "lint", "--facts"), timed(one, "upgrade", "head"), 3)
            net = measure.Comparison(whole.seconds - start.seconds, whole.baseline - start.baseline, whole.megabytes)
            add_comparison(table, name, net, 2)

    def teamwork(self):
        """What moves files, against reading them; a report of ten revisions."""
        count = min(10_000, max(self.sizes))
        folder = self.history("line", count)
        ids = [revision for revision, _ in histories.revision_files(folder)]
        side = f"{folder}/versions/side.sql"

        def write_side():
            pathlib.Path(side).write_text(f"-- side\n--\n-- revision: side\n-- revises: {ids[count // 2]}\n\n"
                                          "-- rev:upgrade\nSELECT 1;\n\n-- rev:downgrade\nSELECT 1;\n", encoding="utf-8")

        table = Table(f"Many people, {count:,} revisions, against reading them", *COMPARED)
        reading = Command([self.rev, "heads"], folder)
        rebase = Command([self.rev, "rebase", "side", "--onto", ids[-1]], folder, before=write_side, after=lambda: remove(side))
        add_comparison(table, "rebase of one", compare(rebase, reading), 2)
        squashed = f"{self.work}/squashed"

        def copy():
            shutil.rmtree(squashed, ignore_errors=True)
            shutil.copytree(folder, squashed)

        squash = Command([self.rev, "squash", f"{ids[10]}:{ids[20]}", "--no-proof"], folder, before=copy)
        squash.directory = squashed
        add_comparison(table, "squash of ten", compare(squash, reading, 3), 2)
        self.report()

    def report(self):
        folder = f"{self.work}/report"
        make_history(folder, "line", 300)
        git = ["git", "-C", folder, "-c", "user.name=bench", "-c", "user.email=bench@example.org"]
        files = histories.revision_files(folder)
        late = [name for _, name in files[-10:]]
        commands = (["init", "-q"], ["add", "alembic.yaml"], ["add", *[f"versions/{name}" for _, name in files[:-10]]],
                    ["commit", "-q", "-m", "before"], ["add", "."], ["commit", "-q", "-m", "ten revisions"])
        for command in commands:
            subprocess.run(git + command, check=True)
        table = Table(f"Report of {len(late)} of 300 revisions", "", "rev", "limit")
        for name, options in (("without a scratch", ["--no-scratch"]), ("SQLite", [])):
            command = Command([self.rev, "report", "--base", "HEAD~1", *options], folder)
            table.add(name, milliseconds(min(measure.run_once(command).seconds for _ in range(3))), "1,000 ms")

    # Upgrades

    def walk(self, folder: str, arguments, url: str, before) -> Command:
        def before_and_warm():
            before()
            warm(folder)

        return Command([self.rev, *arguments, "-q"], folder, {"DATABASE_URL": url}, before=before_and_warm)

    def sqlite_upgrade(self, folder: str, options, database: str = "bench.db") -> Command:
        path = f"{folder}/{database}"
        return self.walk(folder, ["upgrade", "head", *options], f"sqlite:///{database}",
                         lambda: remove(path, path + "-journal"))

    def sqlite_client(self, folder: str, script: str) -> Command:
        path = f"{folder}/client.db"
        return Command(["sqlite3", path], folder, standard_input=script, before=lambda: remove(path))

    @staticmethod
    def new_postgres(name: str = "bench", template: str = "template1"):
        """A new database: no transaction can drop 10,000 tables, and the catalogs begin small each time."""
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", os.environ["REV_TEST_POSTGRES_SOCKET_URL"],
                        "-c", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
                        "-c", f"CREATE DATABASE {name} TEMPLATE {template}"],
                       check=True, stderr=subprocess.DEVNULL)

    @property
    def postgres(self):
        return os.environ["REV_TEST_POSTGRES_URL"].removesuffix("/postgres") + "/bench"

    @property
    def socket(self):
        return os.environ["REV_TEST_POSTGRES_SOCKET_URL"].replace("@/postgres?", "@/bench?")

    def upgrades(self):
        table = Table("upgrade head, against sqlite3 and psql with the same SQL, commits and bookkeeping", *COMPARED)
        for count in (count for count in (1000, 10000) if count <= max(self.sizes)):
            folder = self.history("line", count)
            measure.run_once(self.sqlite_upgrade(folder, []))
            rows = histories.logged_rows(f"{folder}/bench.db", "upgrade")
            for mode in ("per-revision", "all"):
                self.upgrade_in(table, folder, rows, count, mode)
        table = Table("downgrade base, one transaction a revision", *COMPARED)
        for count in (count for count in (1000, 10000) if count <= max(self.sizes)):
            self.downgrade_in(table, self.history("line", count), count)

    @staticmethod
    def compare_walks(count: int, ours: Command, theirs: Command) -> measure.Comparison:
        """A run of a minute has long forgotten what a run before it left in the caches."""
        return compare(ours, theirs, warm_up=count <= 1000)

    def upgrade_in(self, table: Table, folder: str, rows, count: int, mode: str):
        options = ["--transaction", mode]
        name = f"{count:,} revisions, transaction {mode}"
        scripts = {}
        for dialect in ("sqlite", "postgresql"):
            scripts[dialect] = f"{folder}/{dialect}-{mode}.sql"
            pathlib.Path(scripts[dialect]).write_text(histories.client_script(folder, rows, dialect, mode == "all"),
                                                      encoding="utf-8")
        on_sqlite = self.compare_walks(count, self.sqlite_upgrade(folder, options),
                                       self.sqlite_client(folder, scripts["sqlite"]))
        add_comparison(table, f"SQLite, {name}", on_sqlite, 1.1)
        for where, url in (("Unix socket", self.socket), ("TCP", self.postgres)):
            # The server's table of locks has no room for 10,000 new tables in one transaction.
            if count > 1000 and mode == "all":
                continue
            add_comparison(table, f"PostgreSQL, {where}, {name}",
                           self.compare_walks(count, self.postgres_upgrade(folder, url, options),
                                              self.postgres_client(folder, url, scripts["postgresql"])), 1.1)

    def downgrade_in(self, table: Table, folder: str, count: int):
        full, path, client = f"{folder}/full.db", f"{folder}/bench.db", f"{folder}/client.db"
        downgrade = ["downgrade", "base"]
        measure.run_once(self.sqlite_upgrade(folder, [], "full.db"))
        ours = self.walk(folder, downgrade, "sqlite:///bench.db", lambda: shutil.copyfile(full, path))
        measure.run_once(ours)
        rows = histories.logged_rows(path, "downgrade")
        scripts = {}
        for dialect in ("sqlite", "postgresql"):
            scripts[dialect] = f"{folder}/{dialect}-down.sql"
            pathlib.Path(scripts[dialect]).write_text(histories.client_downgrade_script(folder, rows, dialect),
                                                      encoding="utf-8")
        theirs = Command(["sqlite3", client], folder, standard_input=scripts["sqlite"],
                         before=lambda: shutil.copyfile(full, client))
        add_comparison(table, f"SQLite, {count:,} revisions", self.compare_walks(count, ours, theirs), 1.1)
        measure.run_once(self.postgres_upgrade(folder, self.socket))
        self.new_postgres("bench_full", template="bench")
        fill = lambda: self.new_postgres(template="bench_full")
        for where, url in (("Unix socket", self.socket), ("TCP", self.postgres)):
            ours = self.walk(folder, downgrade, url, fill)
            theirs = self.postgres_client(folder, url, scripts["postgresql"])
            theirs.before = fill
            add_comparison(table, f"PostgreSQL, {where}, {count:,} revisions",
                           self.compare_walks(count, ours, theirs), 1.1)

    def postgres_upgrade(self, folder: str, url: str, options=()) -> Command:
        return self.walk(folder, ["upgrade", "head", *options], url, self.new_postgres)

    def postgres_client(self, folder: str, url: str, script: str) -> Command:
        return Command(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", script], folder,
                       before=self.new_postgres)

    # Other tools

    def tools(self, dbmate: str):
        count = 1000
        folder = self.history("line", count)
        alembic = make_alembic(f"{self.work}/alembic-{count}", folder)
        dbmate_folder = make_dbmate(f"{self.work}/dbmate-{count}", folder)
        table = Table(f"{count:,} revisions on equal histories, against other tools", *COMPARED)
        sqlite = f"sqlite:///{self.work}/tool.db"
        clear = lambda: remove(f"{self.work}/tool.db")
        command = [PYTHON, "-m", "alembic"]
        add_comparison(table, "upgrade, SQLite, Alembic",
                       compare(self.sqlite_upgrade(folder, []),
                               Command(command + ["upgrade", "head"], alembic,
                                       {"DATABASE_URL": f"sqlite:////{self.work}/tool.db"}, before=clear)))
        alembic_url = self.postgres.replace("postgres://", "postgresql://")
        add_comparison(table, "upgrade, PostgreSQL, Alembic",
                       compare(self.postgres_upgrade(folder, self.postgres),
                               Command(command + ["upgrade", "head"], alembic, {"DATABASE_URL": alembic_url},
                                       before=self.new_postgres)))
        add_comparison(table, "heads, Alembic",
                       compare(Command([self.rev, "heads"], folder),
                               Command(command + ["heads"], alembic, {"DATABASE_URL": sqlite})))
        add_comparison(table, "history, Alembic",
                       compare(Command([self.rev, "history"], folder),
                               Command(command + ["history"], alembic, {"DATABASE_URL": sqlite})))
        if not dbmate:
            return
        add_comparison(table, "upgrade, SQLite, dbmate",
                       compare(self.sqlite_upgrade(folder, []),
                               Command([dbmate, "--no-dump-schema", "up"], dbmate_folder,
                                       {"DATABASE_URL": f"sqlite:{self.work}/tool.db"}, before=clear)))
        add_comparison(table, "upgrade, PostgreSQL, dbmate",
                       compare(self.postgres_upgrade(folder, self.postgres),
                               Command([dbmate, "--no-dump-schema", "migrate"], dbmate_folder,
                                       {"DATABASE_URL": self.postgres + "?sslmode=disable"},
                                       before=self.new_postgres)))

    # A server far away

    def latency(self):
        count = 100
        folder = self.history("line", count)
        alembic = make_alembic(f"{self.work}/alembic-{count}", folder)
        table = Table(f"{count} revisions on a PostgreSQL server 20 ms away", "", "whole run", "a revision")
        with delayed(self.postgres, 0.020) as url:
            for name, command in (("rev", self.postgres_upgrade(folder, url)),
                                  ("Alembic", Command([PYTHON, "-m", "alembic", "upgrade", "head"], alembic,
                                                      {"DATABASE_URL": url}, before=self.new_postgres))):
                seconds = min(measure.run_once(command).seconds for _ in range(3))
                table.add(name, milliseconds(seconds), milliseconds(seconds / count))

    # Large revisions

    def large(self):
        bodies = {"50 MB of INSERTs": (500_000, 80), "100,000 statements": (100_000, 10)}
        table = Table("One large revision, against sqlite3 and psql in one transaction", *COMPARED, "file")
        for name, (count, width) in bodies.items():
            folder = f"{self.work}/large-{count}"
            script = f"{folder}/script.sql"
            self.make_large(folder, script, count, "x" * width)
            file_size = f"{os.path.getsize(script) / 1e6:.0f} MB"
            pairs = ((f"SQLite, {name}", self.sqlite_upgrade(folder, []), self.sqlite_client(folder, script)),
                     (f"PostgreSQL, {name}", self.postgres_upgrade(folder, self.socket),
                      self.postgres_client(folder, self.socket, script)))
            for title, command, baseline in pairs:
                result = compare(command, baseline)
                table.add(title, milliseconds(result.seconds), milliseconds(result.baseline), f"{result.ratio:.2f}",
                          "1.10", f"{result.megabytes:.0f} MB", file_size)

    @staticmethod
    def make_large(folder: str, script: str, count: int, text: str):
        """Writes line by line, for the reason that warm() reads in pieces."""
        os.makedirs(f"{folder}/versions", exist_ok=True)
        pathlib.Path(f"{folder}/alembic.yaml").write_text("url: ${DATABASE_URL}\n", encoding="utf-8")
        with open(f"{folder}/versions/a1.sql", "w", encoding="utf-8") as revision, \
                open(script, "w", encoding="utf-8") as client:
            revision.write("-- large\n--\n-- revision: a1\n-- revises:\n\n-- rev:upgrade\n")
            client.write("BEGIN;\n")
            for file in (revision, client):
                file.write("CREATE TABLE t (id INTEGER, name TEXT);\n")
                file.writelines(f"INSERT INTO t VALUES ({i}, '{text}');\n" for i in range(count))
            client.write("COMMIT;\n")

    # Another tool's files

    def imports(self):
        """What is asked for: 500 files in less than a second, besides the verification."""
        count = 500
        source = f"{self.work}/goose-{count}"
        os.makedirs(source)
        for number in range(1, count + 1):
            pathlib.Path(f"{source}/{number:05}_table.sql").write_text(
                f"-- +goose Up\nCREATE TABLE t{number} (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"
                f"CREATE INDEX i{number} ON t{number} (name);\n-- +goose Down\nDROP TABLE t{number};\n", encoding="utf-8")
        table = Table(f"Importing {count} files", "", "rev", "limit")
        for name, options, limit in (("not verified", [], "1,000 ms"), ("verified on SQLite", ["--dialect", "sqlite"], "")):
            target = f"{self.work}/imported"
            command = Command([self.rev, "import", "goose", source] + options, target,
                              before=lambda: (shutil.rmtree(target, ignore_errors=True), os.makedirs(target)))
            table.add(name, milliseconds(min(measure.run_once(command).seconds for _ in range(3))), limit)

    # Proofs

    def proofs(self):
        table = Table("prove, against upgrade head and downgrade base", *COMPARED)
        folder = self.history("line", 300)
        for name, url, before in (("SQLite", "sqlite:///bench.db", lambda: remove(f"{folder}/bench.db")),
                                  ("PostgreSQL", self.socket, self.new_postgres)):
            there_and_back = Command(["sh", "-c", f"{self.rev} upgrade head -q && {self.rev} downgrade base --yes -q"], folder,
                                     {"DATABASE_URL": url}, before=before)
            for options in ([], ["--no-rows"]):
                prove = Command([self.rev, "prove", "-q", *options], folder, {"DATABASE_URL": url}, before=before)
                add_comparison(table, " ".join([f"{name}, 300 revisions", *options]), compare(prove, there_and_back, 3), 4)

    # Instructions

    def instructions(self, record: pathlib.Path, write: bool):
        """Counted by callgrind, the same on every machine with the same compiler and libraries."""
        folder = self.history("team", 1000)
        line = self.history("line", 100)
        remove(f"{line}/bench.db")
        commands = {"--version": ([], line), "heads": (["heads"], folder), "history": (["history"], folder),
                    "check": (["check"], folder), "upgrade": (["upgrade", "head", "-q"], line)}
        known = dict(row.split("\t") for row in record.read_text().splitlines()) if record.exists() else {}
        table = Table("Instructions", "", "now", "recorded", "ratio")
        now = {}
        for name, (arguments, directory) in commands.items():
            process = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", self.rev] +
                                     (arguments or [name]), cwd=directory, capture_output=True, text=True)
            now[name] = int(re.search(r"Collected : (\d+)", process.stderr).group(1))
            before = int(known.get(name, now[name]))
            table.add(name, f"{now[name]:,}", f"{before:,}", f"{now[name] / before:.2f}")
        if write:
            record.write_text("".join(f"{name}\t{count}\n" for name, count in now.items()))


def main():
    sections = ("files", "start", "lint", "teamwork", "upgrades", "tools", "latency", "large", "imports", "proofs", "fleet", "instructions")
    parser = argparse.ArgumentParser(description="Measures rev; prints Markdown tables")
    parser.add_argument("--build", required=True, help="the folder of rev and of the benchmark programs")
    parser.add_argument("--dbmate", default="", help="the dbmate program")
    parser.add_argument("--largest", type=int, default=100_000, help="the largest history, in revisions")
    parser.add_argument("--record", action="store_true", help="record the counted instructions")
    parser.add_argument("section", nargs="*", default=sections, help=f"{', '.join(sections)}; all if none is given")
    options = parser.parse_args()
    unknown = set(options.section) - set(sections)
    if unknown:
        parser.error(f"no such section: {', '.join(sorted(unknown))}")

    work = tempfile.mkdtemp(prefix="rev-bench-")
    try:
        bench = Bench(str(pathlib.Path(options.build).resolve()), work, [size for size in (100, 1000, 10_000, 100_000) if size <= options.largest])
        for section in options.section:
            if section == "tools":
                bench.tools(options.dbmate)
            elif section == "fleet":
                fleet.run(bench.rev, bench.programs, work, options.dbmate, min(5000, options.largest))
            elif section == "instructions":
                bench.instructions(pathlib.Path(__file__).with_name("instructions.txt"), options.record)
            else:
                getattr(bench, section)()
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
