# ---- the scratch database, in which all that a project sends ends up
#
# Comes behind guard.py.


def server_values():
    host, port = REQUEST["scratch_hosts"][0]
    values = {"host": host, "port": port, "user": REQUEST.get("user") or None, "password": REQUEST.get("password")}
    return {name: value for name, value in values.items() if value is not None}


def run_on_server(database, *statements):
    """Whole texts, outside transactions, by whatever driver is there."""
    for name in ("psycopg2", "psycopg"):
        try:
            module = __import__(name)
        except ImportError:
            continue
        connection = module.connect(dbname=database, **server_values())
        connection.autocommit = True
        for statement in statements:
            connection.cursor().execute(statement)
        connection.close()
        return
    import asyncio

    import asyncpg

    async def run():
        connection = await asyncpg.connect(database=database, **server_values())
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(run())


# ---- the search_path that a project asks the server for with each connection

PATH = []  # of the first connection that asks for one; empty: none does


def path_in(options, server_settings=None):
    """options: of libpq (`-c search_path=app,public`); server_settings: of asyncpg. None: they say none."""
    said = dict(server_settings or {}).get("search_path")
    if said:
        return str(said)
    found = re.findall(r"(?:-c\s*|--)search_path\s*=\s*((?:\\.|[^\s\\])+)", str(options or ""))
    return re.sub(r"\\(.)", r"\1", found[-1]) if found else None


def schemas_in(path):
    names = [quoted.replace('""', '"') if quoted else plain.lower()
             for quoted, plain in re.findall(r'"((?:[^"]|"")*)"|([^\s,"]+)', path)]
    return [name for name in names if name not in ("public", "$user") and not name.startswith("pg_")]


def make_schemas_of_path():
    """Nobody but a person makes them, and without them the first migration has nowhere to go."""
    if PATH:
        run_on_server(REQUEST["scratch_database"], *statements_of_path()[:-1])


def statements_of_path():
    """What the migrations have to begin with, so that they find the same path."""
    made = ["CREATE SCHEMA IF NOT EXISTS \"%s\"" % name.replace('"', '""') for path in PATH
            for name in schemas_in(path)]
    return made + ["SELECT pg_catalog.set_config('search_path', '%s', false)" % path.replace("'", "''")
                   for path in PATH]


def take_path(path):
    """Whether it is the one that counts. One of public alone is what a server has anyway."""
    if not path or not IS_POSTGRESQL or not schemas_in(path):
        return False
    if not PATH:
        PATH.append(path)
        make_schemas_of_path()
    return PATH == [path]


KEEPERS = []


def keep_scratch():
    """A database in which nobody is may be taken for one that a killed process has left behind."""
    for name in ("psycopg2", "psycopg"):
        try:
            KEEPERS.append(__import__(name).connect(dbname=REQUEST["scratch_database"], **server_values()))
            return
        except ImportError:
            continue


def load_baseline():
    """What is there before the first migration."""
    if not REQUEST.get("baseline"):
        return
    with open(REQUEST["baseline"], encoding="utf-8") as file:
        text = file.read()
    if IS_POSTGRESQL:
        return run_on_server(REQUEST["scratch_database"], text)
    import sqlite3

    connection = sqlite3.connect(REQUEST["scratch_file"])
    connection.executescript(text)
    connection.close()


def empty_scratch():
    """The scratch database as it was in the beginning."""
    if REQUEST.get("scratch_file"):
        for end in ("", "-journal", "-wal", "-shm"):
            if os.path.exists(REQUEST["scratch_file"] + end):
                os.remove(REQUEST["scratch_file"] + end)
    else:
        name = REQUEST["scratch_database"]
        while KEEPERS:
            KEEPERS.pop().close()
        maintain(lambda: run_on_server(
            REQUEST["maintenance_database"], 'DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % name,
            'CREATE DATABASE "%s" TEMPLATE template0' % name))
        keep_scratch()
    make_schemas_of_path()
    load_baseline()


class Checkpoints:
    """Where rev looks at the scratch database."""

    def __init__(self):
        self.reached = open(REQUEST["reached"], "w", encoding="utf-8")
        self.go = open(REQUEST["go"], encoding="utf-8")

    def stop_at(self, name):
        self.reached.write(name + "\n")
        self.reached.flush()
        self.go.readline()
