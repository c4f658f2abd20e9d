# Runs an Alembic project against a scratch database and writes what each revision sent to the server.
#
# rev starts it as `PYTHON recorder.py REQUEST`; REQUEST is a file with one JSON object: project (folder), ini, section,
# scratch (a SQLAlchemy URL), maintenance (of another database on that server), x (arguments of -x), flask (whether env.py needs the application), answer (the file that
# is written), allow_network. The answer is one JSON object a line: first the project, then a revision each.
#
# It never learns the URL of a live database. Engines are made on the scratch database whatever they are asked for, and
# whatever else tries to connect somewhere fails.
import json
import os
import re
import sys
import traceback

with open(sys.argv[1], encoding="utf-8") as file:
    REQUEST = json.load(file)
SCRATCH = REQUEST["scratch"]
ANSWER = open(REQUEST["answer"], "w", encoding="utf-8")


def answer(**values):
    ANSWER.write(json.dumps(values, default=str) + "\n")
    ANSWER.flush()


# ---- nothing but the scratch database is reached


class Refused(BaseException):
    """Not an Exception, so that no `except Exception` of an env.py goes on as if nothing had happened."""


def is_scratch_file(path):
    allowed = REQUEST.get("scratch_file")
    if path in (":memory:", "", b":memory:"):
        return True
    name = os.fsdecode(path) if not isinstance(path, str) else path
    name = re.sub(r"^file:", "", name).split("?")[0]
    return bool(allowed) and os.path.realpath(name) == os.path.realpath(allowed)


def is_scratch_address(address):
    allowed = REQUEST.get("scratch_hosts", [])
    if isinstance(address, tuple):
        return any(str(address[0]) in (host, "127.0.0.1" if host == "localhost" else host) and int(address[1]) == port
                   for host, port in allowed)
    return any(os.path.dirname(os.fsdecode(address)) == host for host, _ in allowed if host.startswith("/"))


def audit(event, arguments):
    if REQUEST.get("allow_network"):
        return
    if event == "sqlite3.connect" and not is_scratch_file(arguments[0]):
        raise Refused("a connection to the SQLite file %r" % (arguments[0],))
    if event == "socket.connect" and not is_scratch_address(arguments[1]):
        raise Refused("a connection to %r" % (arguments[1],))
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn"):
        raise Refused("another program: %s %r" % (event, arguments[:1]))


MAINTAINING = False


def guard_driver(name, allowed):
    """Drivers in C make no audit event for their sockets."""
    try:
        module = __import__(name)
    except ImportError:
        return
    connect = module.connect

    def guarded(*arguments, **values):
        if REQUEST.get("allow_network") or MAINTAINING or allowed(arguments, values):
            return connect(*arguments, **values)
        raise Refused("a connection by %s" % name)

    module.connect = guarded


def is_scratch_postgres(arguments, values):
    import sqlalchemy

    url = sqlalchemy.engine.make_url(SCRATCH)
    text = " ".join(str(each) for each in arguments) + " ".join("%s=%s" % each for each in values.items())
    return url.database is not None and url.database in text


sys.addaudithook(audit)
sys.path.insert(0, REQUEST["project"])
os.chdir(REQUEST["project"])
guard_driver("psycopg2", is_scratch_postgres)
guard_driver("psycopg", is_scratch_postgres)

import sqlalchemy  # noqa: E402
import sqlalchemy.engine  # noqa: E402
from sqlalchemy import event  # noqa: E402

create_module = sys.modules.get("sqlalchemy.engine.create") or __import__(
    "sqlalchemy.engine.create", fromlist=["create_engine"])
real_create_engine = create_module.create_engine
ENGINES = []


def scratch_url(wanted):
    """The scratch database, by the driver that the project asks for where it is the same kind of database."""
    scratch = sqlalchemy.engine.make_url(SCRATCH)
    try:
        asked = sqlalchemy.engine.make_url(wanted)
    except Exception:
        return scratch, False
    same = asked.get_backend_name() == scratch.get_backend_name()
    return (scratch.set(drivername=asked.drivername) if same else scratch), same


def create_engine(url, **values):
    url, same = scratch_url(url)
    if not same:
        values = {name: value for name, value in values.items() if name in ("echo", "future", "_is_async", "poolclass")}
    values.pop("connect_args", None)
    values.pop("creator", None)
    engine = real_create_engine(url, **values)
    ENGINES.append(engine)
    return engine


create_module.create_engine = create_engine
sqlalchemy.create_engine = create_engine
sqlalchemy.engine.create_engine = create_engine

# ---- what the server sees


class Recording:
    """The statements of one direction of one revision."""

    def __init__(self):
        self.statements = []
        self.outside = False
        self.reads = False
        self.savepoints = []  # how many statements there were at each that is open


CURRENT = None
READS = re.compile(r"^\s*(SELECT|WITH|SHOW|EXPLAIN|VALUES|PRAGMA\s+[\w.]*\s*(\(|$|;))", re.I)
CHANGES = re.compile(r"\b(setval|nextval|set_config|pg_advisory_\w+|lo_\w+|INSERT|UPDATE|DELETE)\b", re.I)
CATALOG = re.compile(r"pg_catalog|information_schema|sqlite_(master|schema)|\bpg_\w+|current_schema|version\(\)", re.I)
CONTROL = re.compile(r"^\s*(COMMIT|ROLLBACK|BEGIN|END|START\s+TRANSACTION|ABORT)\b(?!\s+TO)", re.I)


def literal(value):
    """A value as SQL, for drivers that cannot show what they send."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return ("true" if value else "false") if SCRATCH.startswith("postgresql") else str(int(value))
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        text = bytes(value).hex()
        return "'\\x%s'" % text if SCRATCH.startswith("postgresql") else "X'%s'" % text
    if isinstance(value, (list, tuple)):
        return "ARRAY[%s]" % ", ".join(literal(each) for each in value)
    return "'%s'" % str(value).replace("'", "''")


PIECES = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/|\?|%\((\w+)\)s|%s|%%|\$(\d+)|:(\w+)(?![:\w])|::",
                    re.S)


def filled_in(statement, parameters):
    """The statement with literals in the place of its parameters."""
    if not parameters:
        return statement
    values = iter(parameters) if not isinstance(parameters, dict) else iter(())

    def value_of(match):
        piece = match.group(0)
        if piece in ("?", "%s"):
            return literal(next(values))
        if piece == "%%":
            return "%"
        if match.group(1):
            return literal(parameters[match.group(1)])
        if match.group(2):
            return literal(parameters[int(match.group(2)) - 1])
        if match.group(3) and isinstance(parameters, dict) and match.group(3) in parameters:
            return literal(parameters[match.group(3)])
        return piece

    return PIECES.sub(value_of, statement)


def as_sent(cursor, statement, parameters):
    mogrify = getattr(cursor, "mogrify", None)
    if mogrify is None:
        return filled_in(statement, parameters)
    sent = mogrify(statement, parameters or None)
    return sent.decode("utf-8") if isinstance(sent, bytes) else sent


def is_autocommit(connection):
    raw = connection.connection
    raw = getattr(raw, "dbapi_connection", raw)
    if SCRATCH.startswith("sqlite"):
        return False
    return bool(getattr(raw, "autocommit", False))


def after_execute(connection, cursor, statement, parameters, context, executemany):
    if CURRENT is None:
        return
    if re.match(r"^\s*(SAVEPOINT|RELEASE|ROLLBACK TO)\b.*sa_savepoint", statement, re.I):
        return
    if READS.match(statement) and not CHANGES.search(statement):
        if not CATALOG.search(statement) and re.search(r"\bFROM\b", statement, re.I):
            CURRENT.reads = True
        return
    if CONTROL.match(statement) or is_autocommit(connection):
        CURRENT.outside = True
    # With insertmanyvalues one dictionary comes though executemany is set.
    rows = parameters if executemany and isinstance(parameters, (list, tuple)) else [parameters]
    for row in rows:
        CURRENT.statements.append(as_sent(cursor, statement, row))


# They end in the opposite order; SQLAlchemy tells the first name of one only when it ends.
def savepoint(connection, name):
    if CURRENT is not None:
        CURRENT.savepoints.append(len(CURRENT.statements))


def rollback_savepoint(connection, name, context):
    if CURRENT is not None and CURRENT.savepoints:
        del CURRENT.statements[CURRENT.savepoints.pop():]


def release_savepoint(connection, name, context):
    if CURRENT is not None and CURRENT.savepoints:
        CURRENT.savepoints.pop()


event.listen(sqlalchemy.engine.Engine, "after_cursor_execute", after_execute)
event.listen(sqlalchemy.engine.Engine, "savepoint", savepoint)
event.listen(sqlalchemy.engine.Engine, "rollback_savepoint", rollback_savepoint)
event.listen(sqlalchemy.engine.Engine, "release_savepoint", release_savepoint)

from alembic.config import Config  # noqa: E402
from alembic.runtime.environment import EnvironmentContext  # noqa: E402
from alembic.runtime.migration import MigrationContext  # noqa: E402
from alembic.script import ScriptDirectory  # noqa: E402

RECORDINGS = {}
FAILED = {}
OPTIONS = {}


def recorded(revision, direction, function):
    def run(*arguments, **values):
        global CURRENT
        CURRENT = RECORDINGS[(revision, direction)] = Recording()
        try:
            return function(*arguments, **values)
        except Exception as error:
            FAILED[(revision, direction)] = "%s: %s" % (type(error).__name__, error)
            del RECORDINGS[(revision, direction)]
            raise
        finally:
            CURRENT = None

    return run


class Project:
    def __init__(self):
        self.config = Config(REQUEST["ini"], ini_section=REQUEST.get("section") or "alembic")
        if REQUEST.get("script_location"):
            self.config.set_main_option("script_location", REQUEST["script_location"])
        self.config.set_main_option("sqlalchemy.url", SCRATCH.replace("%", "%%"))
        self.config.cmd_opts = type("Options", (), {"x": REQUEST.get("x") or [], "raiseerr": True})()
        self.script = ScriptDirectory.from_config(self.config)
        self.revisions = list(self.script.walk_revisions())[::-1]
        for revision in self.revisions:
            for direction in ("upgrade", "downgrade"):
                function = getattr(revision.module, direction, None)
                if function is not None:
                    setattr(revision.module, direction, recorded(revision.revision, direction, function))
        self.env_error = None

    def walk(self, up, destination):
        def steps(rows, context):
            OPTIONS.update(context.opts)
            OPTIONS["dialect"] = context.dialect.name
            find = self.script._upgrade_revs if up else self.script._downgrade_revs
            return find(destination, rows)

        if self.env_error is None:
            try:
                with EnvironmentContext(self.config, self.script, fn=steps, destination_rev=destination):
                    self.script.run_env()
                return
            except Exception as error:
                if any(True for _ in FAILED) or RECORDINGS:
                    raise
                self.env_error = "%s: %s" % (type(error).__name__, error)
        engine = real_create_engine(SCRATCH)
        try:
            with engine.connect() as connection:
                context = MigrationContext.configure(connection, opts={"fn": steps})
                with context.begin_transaction():
                    from alembic.operations import Operations

                    with Operations.context(context):
                        context.run_migrations()
                if hasattr(connection, "commit"):
                    connection.commit()
        finally:
            engine.dispose()

    def reset(self):
        """An empty scratch database again."""
        for engine in ENGINES:
            (getattr(engine, "sync_engine", engine)).dispose()
        if REQUEST.get("scratch_file"):
            if os.path.exists(REQUEST["scratch_file"]):
                os.remove(REQUEST["scratch_file"])
            return
        name = sqlalchemy.engine.make_url(SCRATCH).database
        administer('DROP DATABASE "%s" WITH (FORCE)' % name, 'CREATE DATABASE "%s" TEMPLATE template0' % name)


def administer(*statements):
    """On the server of the scratch database, by whatever driver is there."""
    global MAINTAINING
    url = sqlalchemy.engine.make_url(REQUEST["maintenance"])
    values = {"host": url.host or url.query.get("host"), "port": url.port or 5432, "user": url.username,
              "password": url.password}
    MAINTAINING = True
    try:
        for name in ("psycopg2", "psycopg"):
            try:
                module = __import__(name)
            except ImportError:
                continue
            connection = module.connect(dbname=url.database, **values)
            connection.autocommit = True
            for statement in statements:
                connection.cursor().execute(statement)
            connection.close()
            return
        import asyncio

        import asyncpg

        async def run():
            connection = await asyncpg.connect(database=url.database, **values)
            for statement in statements:
                await connection.execute(statement)
            await connection.close()

        asyncio.run(run())
    finally:
        MAINTAINING = False


def failed_revision(direction, known):
    return next((key[0] for key in FAILED if key[1] == direction and key not in known), None)


def record_downgrades(project):
    """From the heads down. Where one fails, the next below it starts from an upgrade to there."""
    known = set()
    while True:
        try:
            project.walk(False, "base")
            return
        except Exception:
            revision = failed_revision("downgrade", known)
            if revision is None:
                return
            known.add((revision, "downgrade"))
            below = project.script.get_revision(revision).down_revision
            if below is None:
                return
            keep = dict(RECORDINGS)
            project.reset()
            for each in below if isinstance(below, tuple) else (below,):
                project.walk(True, each)
            RECORDINGS.update(keep)


def statements_of(revision, direction):
    recording = RECORDINGS.get((revision, direction))
    return None if recording is None else recording.statements


def tuple_of(value):
    return list(value) if isinstance(value, (tuple, list, set)) else [] if value is None else [value]


def created_of(revision):
    found = re.search(r"^Create Date:\s*(.+)$", revision.module.__doc__ or "", re.M)
    return found.group(1).strip() if found else ""


def main():
    project = Project()
    failure = None
    try:
        project.walk(True, "heads")
    except Exception as error:
        failure = "%s: %s" % (type(error).__name__, error)
    first = {key: list(recording.statements) for key, recording in RECORDINGS.items()}
    if failure is None:
        record_downgrades(project)
        keep = dict(RECORDINGS)
        project.reset()
        project.walk(True, "heads")
        second = {key: list(recording.statements) for key, recording in RECORDINGS.items()}
        RECORDINGS.update(keep)
    else:
        second = first
    answer(kind="project", dialect=OPTIONS.get("dialect"), version_table=OPTIONS.get("version_table"),
           version_table_schema=OPTIONS.get("version_table_schema"), env_error=project.env_error, failure=failure)
    for revision in project.revisions:
        name = revision.revision
        up = RECORDINGS.get((name, "upgrade"))
        down = RECORDINGS.get((name, "downgrade"))
        answer(kind="revision", revision=name, revises=tuple_of(revision.down_revision),
               depends_on=tuple_of(revision.dependencies), labels=sorted(tuple_of(revision.module.__dict__.get(
                   "branch_labels"))), message=(revision.doc or "").strip(), created=created_of(revision),
               path=revision.path, up=first.get((name, "upgrade")), down=statements_of(name, "downgrade"),
               outside=bool(up and up.outside) or bool(down and down.outside), reads=bool(up and up.reads),
               varies=first.get((name, "upgrade")) != second.get((name, "upgrade")),
               up_error=FAILED.get((name, "upgrade")), down_error=FAILED.get((name, "downgrade")))


def run():
    if not REQUEST.get("flask"):
        return main()
    from flask.cli import ScriptInfo

    application = ScriptInfo().load_app()
    with application.app_context():
        main()


try:
    run()
except Refused as refused:
    answer(kind="refused", what=str(refused))
    sys.exit(3)
except BaseException as error:
    answer(kind="error", what="%s: %s" % (type(error).__name__, error), trace=traceback.format_exc())
    sys.exit(2)
