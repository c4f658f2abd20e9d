# The beginning of each program by which rev reads migrations that are Python. rev starts it as `PYTHON FILE REQUEST`;
# REQUEST is a file with one JSON object:
#
#   project            folder that modules are found from, and where it runs
#   scratch            the scratch database, as SQLAlchemy reads its URL
#   scratch_database   its name; scratch_file: SQLite's file
#   scratch_hosts      [[host or folder of sockets, port], ...]
#   maintenance        another database on that server, from which the scratch one is made anew
#   allow_network      whether everything else is open too
#   answer             the file that is written: one JSON object a line
#   reached, go        named pipes: what is reached is written to the first, then a line of the second is waited for
#
# What runs here never learns the URL of a live database. Whatever tries to reach another address, file or program is
# refused; that is a net for mistakes and for what is common, no prison: code that digs for it finds its way.
import json
import os
import re
import sys
import traceback

with open(sys.argv[1], encoding="utf-8") as file:
    REQUEST = json.load(file)
SCRATCH = REQUEST["scratch"]
IS_POSTGRESQL = SCRATCH.startswith("postgresql")
ANSWER = open(REQUEST["answer"], "w", encoding="utf-8")


def answer(**values):
    ANSWER.write(json.dumps(values, default=str) + "\n")
    ANSWER.flush()


class Refused(BaseException):
    """Not an Exception, so that no `except Exception` goes on as if nothing had happened."""


def guard():
    """Closes what leads elsewhere. Answers what was refused so far, and how the scratch server's own way is opened."""
    open_to_all = bool(REQUEST.get("allow_network"))
    scratch_file = REQUEST.get("scratch_file")
    hosts = tuple((str(host), int(port)) for host, port in REQUEST.get("scratch_hosts", []))
    databases = {REQUEST.get("scratch_database")}
    refusals = []

    def refuse(what):
        refusals.append(what)
        raise Refused(what)

    def is_scratch_file(path):
        if path in (":memory:", "", b":memory:", b"", None):
            return True
        name = re.sub(r"^file:", "", os.fsdecode(path)).split("?")[0]
        return bool(scratch_file) and os.path.realpath(name) == os.path.realpath(scratch_file)

    def is_scratch_address(address):
        if isinstance(address, tuple):
            return any(str(address[0]) in ((host, "127.0.0.1", "::1") if host == "localhost" else (host,))
                       and int(address[1]) == port for host, port in hosts)
        return any(os.path.dirname(os.fsdecode(address)) == host for host, _ in hosts if host.startswith("/"))

    def is_scratch_server(host, port):
        if not host:
            host = os.environ.get("PGHOST", "")
        return is_scratch_address(os.path.join(host, "x") if str(host).startswith("/") else
                                  (host, port or os.environ.get("PGPORT") or 5432))

    def check(values, driver):
        """values: what the driver made of its arguments: host, port, dbname or database."""
        database = values.get("dbname") or values.get("database") or os.environ.get("PGDATABASE")
        host = values.get("host") or values.get("unix_sock")
        if open_to_all or (database in databases and not values.get("hostaddr") and not values.get("service")
                           and is_scratch_server(host, values.get("port"))):
            return
        refuse("a connection by %s to database %s of %s" % (driver, database, host or "the usual server"))

    # Names by which foreign libraries are reached from Python, past all drivers.
    symbols = re.compile(r"^(PQ(connect|setdb|reset|ping)\w*|sqlite3_open\w*|connect|socket|syscall|system|popen|v?fork"
                         r"|clone\d?|exec[lv]\w*|posix_spawnp?|dl(open|mopen|sym))$")

    def attach(action, first, second, database, trigger):
        import sqlite3

        # SQLITE_ATTACH; a name that is a parameter is not told.
        if action != 24 or (first is not None and is_scratch_file(first)):
            return sqlite3.SQLITE_OK
        refusals.append("the SQLite file %r" % (first,))
        return sqlite3.SQLITE_DENY

    def audit(event, arguments):
        if open_to_all:
            return
        if event == "sqlite3.connect" and not is_scratch_file(arguments[0]):
            refuse("a connection to the SQLite file %r" % (arguments[0],))
        elif event in ("socket.connect", "socket.sendto", "socket.sendmsg") and arguments[1] and not is_scratch_address(arguments[1]):
            refuse("a connection to %r" % (arguments[1],))
        elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
                       "os.forkpty", "pty.spawn"):
            refuse("another program: %s %r" % (event, arguments[:1]))
        elif event in ("ctypes.dlsym", "ctypes.dlsym/handle") and symbols.match(str(arguments[1])):
            refuse("the function %s of a library" % arguments[1])

    def guarded_type(module, name, driver, parse):
        """A connection type of C: whoever makes one by its type is checked too."""
        real = getattr(module, name, None)
        if real is None:
            return None

        class Connection(real):
            def __init__(self, dsn="", *arguments, **values):
                check(parse(dsn), driver)
                super().__init__(dsn, *arguments, **values)

        Connection.__name__ = Connection.__qualname__ = name
        return Connection

    def guard_sqlite():
        """ATTACH opens files without an audit event."""
        import _sqlite3
        import sqlite3

        real_connect = sqlite3.connect

        class Connection(sqlite3.Connection):
            def __init__(self, *arguments, **values):
                super().__init__(*arguments, **values)
                # Nobody needs the scratch file behind a power cut, and each commit would wait for the disk.
                self.execute("PRAGMA synchronous = OFF")
                self.set_authorizer(attach)

        def connect(*arguments, **values):
            if len(arguments) < 6:
                values.setdefault("factory", Connection)
            return real_connect(*arguments, **values)

        if open_to_all:
            return
        for module in (sqlite3, sqlite3.dbapi2, _sqlite3):
            module.connect = connect
            module.Connection = Connection

    def guard_psycopg2():
        import psycopg2
        import psycopg2._psycopg as inner
        import psycopg2.extensions

        real_connect = inner._connect

        def parse(dsn):
            return psycopg2.extensions.parse_dsn(dsn or "")

        plain = guarded_type(inner, "connection", "psycopg2", parse)
        replication = guarded_type(inner, "ReplicationConnection", "psycopg2", parse)

        def connect(dsn, connection_factory=None, **values):
            check(parse(dsn), "psycopg2")
            return real_connect(dsn, connection_factory=connection_factory or plain, **values)

        for module in (inner, psycopg2):
            module._connect = connect
        for module in (inner, psycopg2.extensions):
            module.connection = plain
            if hasattr(module, "ReplicationConnection"):
                module.ReplicationConnection = replication

    def guard_psycopg():
        import psycopg
        import psycopg.conninfo

        def wrap(owner):
            real = owner.connect.__func__

            def connect(cls, conninfo="", *arguments, **values):
                named = {name: value for name, value in values.items()
                         if name in ("host", "hostaddr", "port", "dbname", "service") and value is not None}
                found = psycopg.conninfo.conninfo_to_dict(conninfo, **named)
                check(found, "psycopg")
                return real(cls, conninfo, *arguments, **values)

            owner.connect = classmethod(connect)

        def checked(function):
            def call(conninfo):
                check(psycopg.conninfo.conninfo_to_dict(os.fsdecode(conninfo)), "psycopg")
                return function(conninfo)

            return call

        wrap(psycopg.Connection)
        wrap(psycopg.AsyncConnection)
        psycopg.connect = psycopg.Connection.connect
        real_class = psycopg.pq.PGconn

        class PGconn(real_class):
            @classmethod
            def connect(cls, conninfo):
                check(psycopg.conninfo.conninfo_to_dict(os.fsdecode(conninfo)), "psycopg")
                return real_class.connect(conninfo)

            @classmethod
            def connect_start(cls, conninfo):
                check(psycopg.conninfo.conninfo_to_dict(os.fsdecode(conninfo)), "psycopg")
                return real_class.connect_start(conninfo)

        psycopg.pq.PGconn = PGconn
        library = sys.modules.get("psycopg.pq._pq_ctypes")
        for name in ("PQconnectdb", "PQconnectStart", "PQping"):
            real_function = getattr(library, name, None)
            if real_function is not None:
                setattr(library, name, checked(real_function))

    def guard_asyncpg():
        import asyncpg.connect_utils as utils

        real = utils._parse_connect_arguments

        def parse(*arguments, **values):
            result = real(*arguments, **values)
            found = next((each for each in result if hasattr(each, "database")), None)
            for address in result[0]:
                if not is_scratch_address(tuple(address) if not isinstance(address, str) else address):
                    refuse("a connection by asyncpg to %r" % (address,))
            if not open_to_all and found is not None and found.database not in databases:
                refuse("a connection by asyncpg to database %s" % found.database)
            return result

        if not open_to_all:
            utils._parse_connect_arguments = parse

    def guard_pg8000():
        import pg8000.core as core

        real = core.CoreConnection.__init__

        def initialise(self, user, host="localhost", database=None, port=5432, *arguments, **values):
            check({"host": values.get("unix_sock") or host, "database": database, "port": port}, "pg8000")
            real(self, user, host, database, port, *arguments, **values)

        core.CoreConnection.__init__ = initialise

    def guard_programs():
        """Starting programs without an audit event."""
        import subprocess

        def fork_exec(*arguments):
            refuse("another program: %r" % (arguments[:1],))

        if open_to_all:
            return
        for module, name in ((sys.modules.get("_posixsubprocess"), "fork_exec"), (subprocess, "_fork_exec")):
            if module is not None and hasattr(module, name):
                setattr(module, name, fork_exec)
        try:
            import _cffi_backend

            _cffi_backend.load_library = lambda *arguments, **values: refuse("a library: %r" % (arguments[:1],))
        except ImportError:
            pass

    for each in (guard_sqlite, guard_psycopg2, guard_psycopg, guard_asyncpg, guard_pg8000):
        try:
            each()
        except (ImportError, AttributeError, TypeError):  # it is not there, or another edition of it
            pass
    guard_programs()
    try:
        import ctypes  # noqa: F401  (its own libraries, before the rule holds)
    except ImportError:
        pass
    sys.addaudithook(audit)

    def maintain(run):
        """While it runs, the other databases of the scratch server are open."""
        name = REQUEST.get("maintenance_database")
        databases.add(name)
        try:
            return run()
        finally:
            databases.discard(name)

    return refusals, maintain


REFUSALS, maintain = guard()
sys.path.insert(0, REQUEST["project"])
os.chdir(REQUEST["project"])


def finish(main):
    """Runs it, and answers what ended it."""
    code = 0
    try:
        main()
    except Refused:
        code = 3
    except BaseException as error:
        code = 2
        if not REFUSALS:
            answer(kind="error", what="%s: %s" % (type(error).__name__, error), trace=traceback.format_exc())
    # Also what somebody caught on its way.
    if REFUSALS:
        answer(kind="refused", what=REFUSALS[0])
        code = 3
    sys.exit(code)
