# ---- Alembic: runs a project against the scratch database and answers what each revision sent to the server.
#
# More of REQUEST: ini, section, script_location, x (arguments of -x), flask (whether env.py needs the application),
# baseline_rows (revisions that the baseline is at). Answers: the project, then a revision each; where rev has looked at
# the database, `reached` names the revisions.
from sqlalchemy import event  # noqa: E402

# ---- what the server sees


class Recording:
    """The statements of one direction of one revision."""

    def __init__(self):
        self.statements = []
        self.outside = False
        self.reads = False
        self.savepoints = []  # how many statements there were at each that is open


CURRENT = None
ENVIRONMENT = []  # what env.py itself sends before the first revision, each once
IS_PREPARING = False


def is_autocommit(connection):
    raw = connection.connection
    raw = getattr(raw, "dbapi_connection", raw)
    if not IS_POSTGRESQL:
        return False
    return bool(getattr(raw, "autocommit", False))


def may_act(statement):
    """A SELECT of a function that is not the system's may change anything; one too many does no harm."""
    is_call = re.match(r"^\s*SELECT\s+([\w.\"]+\s*\(|\*\s+FROM\s+[\w.\"]+\s*\()", statement, re.I)
    return IS_POSTGRESQL and bool(is_call) and not CATALOG.search(statement) and not re.match(
        r"^\s*SELECT\s+(count|exists|coalesce|now|max|min|sum|cast|to_\w+|array_\w+|string_\w+|format|lower|upper)\b",
        statement, re.I)


def after_execute(connection, cursor, statement, parameters, context, executemany):
    if CURRENT is None:
        return note_environment(cursor, statement, parameters, connection)
    if re.match(r"^\s*(SAVEPOINT|RELEASE|ROLLBACK TO)\b.*sa_savepoint", statement, re.I):
        return
    if READS.match(statement) and not CHANGES.search(statement):
        if not CATALOG.search(statement) and re.search(r"\bFROM\b(?!\s+[\w.\"]+\s*\()", statement, re.I):
            CURRENT.reads = True
        if not may_act(statement):
            return
    if CONTROL.match(statement) or is_autocommit(connection):
        CURRENT.outside = True
    # insertmanyvalues: one dictionary though executemany is set.
    rows = parameters if executemany and isinstance(parameters, (list, tuple)) else [parameters]
    without = context is not None and context.execution_options.get("no_parameters") and not parameters
    for row in rows:
        CURRENT.statements.append(
            as_sent(cursor, statement, None if without else row, connection.dialect.paramstyle))


def note_environment(cursor, statement, parameters, connection):
    """A schema that env.py makes, or the search_path that it sets, is none of a revision's statements."""
    if not IS_PREPARING or re.match(r"^\s*(PRAGMA|SAVEPOINT|RELEASE)\b", statement, re.I) or CONTROL.match(statement):
        return
    sets_path = "set_config" in statement and "search_path" in statement
    if READS.match(statement) and not sets_path or isinstance(parameters, list):
        return
    sent = as_sent(cursor, statement, parameters or None, connection.dialect.paramstyle).strip().rstrip(";")
    if sent not in ENVIRONMENT:
        ENVIRONMENT.append(sent)


class RawCursor:
    """A driver's cursor that a revision asked the connection for: SQLAlchemy tells of none of its statements."""

    def __init__(self, cursor):
        self.__dict__["cursor"] = cursor

    def __getattr__(self, name):
        return getattr(self.cursor, name)

    def __setattr__(self, name, value):
        setattr(self.cursor, name, value)

    def __iter__(self):
        return iter(self.cursor)

    def __enter__(self):
        self.cursor.__enter__()
        return self

    def __exit__(self, *failure):
        return self.cursor.__exit__(*failure)

    def note(self, text):
        if CURRENT is None:
            return
        if READS.match(text) and not CHANGES.search(text):
            if not CATALOG.search(text):
                CURRENT.reads = True
            if not may_act(text):
                return
        if CONTROL.match(text) or (IS_POSTGRESQL and getattr(self.cursor.connection, "autocommit", False)):
            CURRENT.outside = True
        CURRENT.statements.append(text)

    def execute(self, statement, parameters=None, *more):
        given = () if parameters is None else (parameters,)
        result = self.cursor.execute(statement, *given, *more)
        sent = getattr(self.cursor, "query", None)  # of psycopg2: what it has sent
        if isinstance(sent, bytes):
            self.note(sent.decode("utf-8"))
        elif isinstance(statement, str):
            self.note(as_sent(self.cursor, statement, parameters, "pyformat" if IS_POSTGRESQL else "qmark"))
        return self if result is self.cursor else result

    def executemany(self, statement, rows):
        for row in rows:
            self.execute(statement, row)

    def executescript(self, script):
        self.cursor.executescript(script)
        self.note(script)
        return self

    def copy_expert(self, statement, file, *more):
        if not re.search(r"\bFROM\s+STDIN\b", str(statement), re.I):
            return self.cursor.copy_expert(statement, file, *more)
        import io

        rows = file.read()
        text = rows.decode("utf-8") if isinstance(rows, bytes) else rows
        self.cursor.copy_expert(statement, io.StringIO(text), *more)
        lines = text if text.endswith("\n") or not text else text + "\n"
        self.note("%s;\n%s\\." % (statement.strip().rstrip(";"), lines))


def raw_cursors():
    """The cursors that anybody but SQLAlchemy itself makes of its connections are watched."""
    fairy = getattr(__import__("sqlalchemy.pool.base", fromlist=["base"]), "_ConnectionFairy")
    real = fairy.cursor

    def cursor(self, *arguments, **values):
        made = real(self, *arguments, **values)
        asker = sys._getframe(1).f_globals.get("__name__", "")
        return made if CURRENT is None or asker.startswith("sqlalchemy.") else RawCursor(made)

    fairy.cursor = cursor


raw_cursors()


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
from alembic.script import ScriptDirectory  # noqa: E402
watch_alembic()

RECORDINGS = {}
FAILED = {}
OPTIONS = {}


def recorded(revision, direction, function):
    def run(*arguments, **values):
        global CURRENT
        if direction == "upgrade":
            note_settings(revision)
        CURRENT = RECORDINGS[(revision, direction)] = Recording()
        try:
            return function(*arguments, **values)
        except Exception as error:
            FAILED[(revision, direction)] = "%s: %s" % (type(error).__name__, error)
            del RECORDINGS[(revision, direction)]
            raise
        finally:
            note_names(CURRENT.statements)
            CURRENT = None

    return run


class SeveralEngines(Exception):
    """The names of them."""


class Project:
    def __init__(self):
        self.config = Config(REQUEST["ini"], ini_section=REQUEST.get("section") or "alembic")
        if REQUEST.get("script_location"):
            self.config.set_main_option("script_location", REQUEST["script_location"])
        self.refuse_several_engines()
        self.config.set_main_option("sqlalchemy.url", SCRATCH.replace("%", "%%"))
        self.config.cmd_opts = type("Options", (), {"x": REQUEST.get("x") or [], "raiseerr": True})()
        self.script = ScriptDirectory.from_config(self.config)
        self.revisions = revisions_of(self.script)
        for revision in self.revisions:
            for direction in ("upgrade", "downgrade"):
                function = getattr(revision.module, direction, None)
                if function is None:
                    continue
                if takes_a_name(function):
                    raise SeveralEngines(self.engine_names() or "%s() of %s takes an engine's name" % (
                        direction, os.path.basename(revision.path)))
                setattr(revision.module, direction, recorded(revision.revision, direction, function))
        self.env_error = None
        self.baseline = tuple(REQUEST.get("baseline_rows") or ())
        self.below_baseline = {each.revision for row in self.baseline
                               for each in self.script.iterate_revisions(row, "base")}

    def engine_names(self):
        return (self.config.get_main_option("databases") or "").strip()

    def refuse_several_engines(self):
        if self.engine_names():
            raise SeveralEngines(self.engine_names())

    def walk(self, up, destination):
        def steps(rows, context):
            global IS_PREPARING
            IS_PREPARING = False
            OPTIONS.update(context.opts)
            OPTIONS["dialect"] = context.dialect.name
            find = self.script._upgrade_revs if up else self.script._downgrade_revs
            if self.baseline and not rows:
                return self.script._stamp_revs(self.baseline, rows) + find(destination, self.baseline)
            return find(destination, rows)

        global IS_PREPARING
        if self.env_error is None:
            IS_PREPARING = up
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
            with EnvironmentContext(self.config, self.script, fn=steps, destination_rev=destination) as environment, \
                    engine.connect() as connection:
                environment.configure(connection=connection)
                with environment.begin_transaction():
                    environment.run_migrations()
                if hasattr(connection, "commit"):
                    connection.commit()
        finally:
            engine.dispose()

    def reset(self):
        """An empty scratch database again."""
        for engine in ENGINES:
            (getattr(engine, "sync_engine", engine)).dispose()
        empty_scratch()

    def walk_again(self):
        """Step by step, so that rev can look at what each makes. False: the steps do not run alone."""
        checkpoints = Checkpoints()
        self.reset()
        try:
            for revision in self.revisions:
                if revision.revision in self.below_baseline:
                    continue
                self.walk(True, revision.revision)
                checkpoints.stop_at(revision.revision)
            return True
        except Exception:
            return False


def takes_a_name(function):
    """As the functions of the multidb template do."""
    import inspect

    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(each.default is each.empty and each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
               for each in parameters)


def record_downgrades(project):
    """From the heads down. Where one fails, the next below it starts from an upgrade to there."""
    known = set()
    while True:
        try:
            project.walk(False, "base")
            return
        except Exception:
            revision = next((key[0] for key in FAILED if key[1] == "downgrade" and key not in known), None)
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


def version_schema():
    """Where the version table is: where env.py leads the search_path away, that is not said by its settings."""
    said = OPTIONS.get("version_table_schema")
    if said or not IS_POSTGRESQL:
        return said
    name = OPTIONS.get("version_table") or "alembic_version"
    try:
        engine = real_create_engine(SCRATCH)
        with engine.connect() as connection:
            rows = connection.execute(sqlalchemy.text(
                "SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                " WHERE c.relname = :name AND c.relkind IN ('r', 'p')"), {"name": name}).fetchall()
        engine.dispose()
    except Exception:  # no driver but one that this URL does not name
        return None
    return rows[0][0] if len(rows) == 1 and rows[0][0] != "public" else None


def environment():
    """Without the version table, which rev makes itself."""
    table = re.escape(OPTIONS.get("version_table") or "alembic_version")
    return statements_of_path() + [
        each for each in ENVIRONMENT if not re.match(r"^CREATE\s+TABLE\s+\S*\b%s\b" % table, each, re.I)]


def name_of_metadata():
    """MODULE:NAME of the metadata that env.py compares with; empty: it has none, or no module has it."""
    wanted = OPTIONS.get("target_metadata")
    if wanted is None:
        return "none"
    if isinstance(wanted, (list, tuple)) or not getattr(wanted, "tables", None):
        return ""
    found = []
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None) or ""
        if not file.startswith(os.path.join(REQUEST["project"], "")) or "site-packages" in file:
            continue
        for name, value in list(vars(module).items()):
            if value is wanted or (isinstance(getattr(value, "metadata", None), type(wanted)) and
                                   value.metadata is wanted and not hasattr(value, "__table__")):
                found.append((module.__name__, name))
    found = sorted((each for each in found if each[0] != "env_py"), key=lambda each: (each[0].count("."), each))
    with_models = [each for each in found if has_models(sys.modules[each[0]], wanted)]
    return "%s:%s" % (with_models or found)[0] if found else ""


def has_models(module, metadata):
    """Importing it makes tables of the metadata."""
    tables = list(metadata.tables.values())
    return any(any(value is table or getattr(value, "__table__", None) is table for table in tables)
               for value in list(vars(module).values()))


def failure_of_first_walk(project):
    try:
        load_baseline()
        project.walk(True, "heads")
        return None
    except Exception as error:
        return "%s: %s" % (type(error).__name__, error)


def record(env_error=None):
    """env_error: why env.py cannot be used; None: it is tried."""
    try:
        project = Project()
    except SeveralEngines as several:
        return answer(kind="several", engines=str(several))
    project.env_error = env_error
    failure = failure_of_first_walk(project)
    first = {key: list(recording.statements) for key, recording in RECORDINGS.items()}
    second = first
    schema = version_schema()
    is_stepwise = False
    if failure is None:
        record_downgrades(project)
        keep = dict(RECORDINGS)
        is_stepwise = not any(SETTINGS.values()) and project.walk_again()
        if not is_stepwise:
            project.reset()
            project.walk(True, "heads")
        second = {key: list(recording.statements) for key, recording in RECORDINGS.items()}
        RECORDINGS.update(keep)
    answer(kind="project", dialect=OPTIONS.get("dialect"), version_table=OPTIONS.get("version_table"),
           version_table_schema=schema, env_error=project.env_error, failure=failure,
           stepwise=is_stepwise, metadata=name_of_metadata() or "", environment=environment(),
           warnings=WARNINGS)
    for revision in project.revisions:
        name = revision.revision
        up = RECORDINGS.get((name, "upgrade"))
        down = RECORDINGS.get((name, "downgrade"))
        in_baseline = name in project.below_baseline
        answer(kind="revision", revision=name, revises=tuple_of(revision.down_revision),
               depends_on=tuple_of(revision.dependencies), labels=sorted(tuple_of(revision.module.__dict__.get(
                   "branch_labels"))), message=(revision.doc or "").strip(), created=created_of(revision),
               path=revision.path, in_baseline=in_baseline,
               up=[] if in_baseline else first.get((name, "upgrade")),
               down=None if in_baseline else statements_of(name, "downgrade"),
               outside=bool(up and up.outside) or bool(down and down.outside), reads=bool(up and up.reads),
               settings=SETTINGS.get(name) or {}, varies=first.get((name, "upgrade")) != second.get((name, "upgrade")),
               up_error=FAILED.get((name, "upgrade")), down_error=FAILED.get((name, "downgrade")))


def main():
    if not REQUEST.get("flask"):
        return record()
    from flask.cli import ScriptInfo, load_dotenv

    try:
        # As the program `flask` does; what is set already stays.
        load_dotenv()
        application = ScriptInfo(os.environ.get("FLASK_APP")).load_app()
    except Exception as error:
        # Flask puts the whole traceback of the import into its message, the cause in the last line.
        return record("%s: %s" % (type(error).__name__, str(error).strip().split("\n")[-1].strip()))
    binds = application.config.get("SQLALCHEMY_BINDS")
    if binds:
        return answer(kind="several", engines="SQLALCHEMY_BINDS: " + ", ".join(str(each) for each in binds))
    with application.app_context():
        record()


finish(main)
