# ---- Django: applies each migration to the scratch database and answers what it sent to the server.
#
# More of REQUEST: settings (of manage.py; the environment's come first), ask (only answer which database it is for).
# Answers: the project, then a migration each, in the order of Django's own plan.
# A checkpoint follows each migration, and one without a name all of them. Python steps (RunPython) are run so that what follows can be, and named.
class Started(BaseException):
    """manage.py has come to where it hands over to Django."""


def run_manage():
    """What manage.py does before Django's own commands: it names the settings, loads .env, adds folders to sys.path."""
    import runpy
    from django.core import management

    def hand_over(*arguments):
        raise Started()

    real, arguments = management.execute_from_command_line, sys.argv
    management.execute_from_command_line = hand_over
    sys.argv = ["manage.py", "migrate"]
    try:
        runpy.run_path("manage.py", run_name="__main__")
    except (Started, Exception, SystemExit):  # what matters of a failure is told by the settings
        pass
    finally:
        management.execute_from_command_line, sys.argv = real, arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", REQUEST.get("settings") or "settings")


def settings_of_scratch(wanted):
    """For each database of the project. An engine that is one of PostgreSQL or SQLite stays."""
    import copy

    kind = "postg" if IS_POSTGRESQL else ("sqlite", "spatialite")
    databases = {}
    for alias, values in wanted.items():
        values = copy.copy(values)
        engine = values.get("ENGINE", "")
        if not (kind in engine if IS_POSTGRESQL else any(each in engine for each in kind)):
            values["ENGINE"] = "django.db.backends." + ("postgresql" if IS_POSTGRESQL else "sqlite3")
        values["NAME"] = REQUEST["scratch_file"] if not IS_POSTGRESQL else REQUEST["scratch_database"]
        path = path_in((values.get("OPTIONS") or {}).get("options")) if alias == "default" else None
        values["OPTIONS"] = {"options": "-c search_path=" + re.sub(r"([\s\\])", r"\\\1", path)} if take_path(path) else {}
        if IS_POSTGRESQL:
            server = server_values()
            values.update(HOST=server["host"], PORT=str(server["port"]), USER=server.get("user", ""),
                          PASSWORD=server.get("password", ""))
        databases[alias] = values
    return databases


class Recording:
    """The statements of one direction of one migration."""

    def __init__(self):
        self.statements = []
        self.savepoints = []  # how many statements there were at each that is open

    def add(self, sql):
        savepoint = re.match(r'^\s*(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\s+"s\d+_x\d+"', sql, re.I)
        if savepoint:
            return self.take_savepoint(savepoint.group(1).upper())
        if re.match(r"^\s*BEGIN\s*(IMMEDIATE|EXCLUSIVE|DEFERRED)?\s*;?\s*$", sql, re.I):
            return None
        if READS.match(sql) and not CHANGES.search(sql):
            return None
        return self.statements.append(sql)

    def take_savepoint(self, word):
        if word == "SAVEPOINT":
            self.savepoints.append(len(self.statements))
        elif self.savepoints:
            start = self.savepoints.pop()
            if word.startswith("ROLLBACK"):
                del self.statements[start:]


CURRENT = None


def text_of(sql, parameters, context):
    cursor = context["cursor"].cursor
    # Django's own cursors take the percent style from both drivers.
    return as_sent(cursor if hasattr(cursor, "mogrify") else getattr(cursor, "cursor", cursor), str(sql), parameters,
                   "format")


def watch(execute, sql, parameters, many, context):
    result = execute(sql, parameters, many, context)
    if CURRENT is not None:
        for row in parameters if many else [parameters]:
            CURRENT.add(text_of(sql, row, context))
    return result


def python_steps(operations):
    """The names of what runs Python, which has no SQL of its own."""
    from django.db.migrations.operations import RunPython, SeparateDatabaseAndState

    names = []
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            names += python_steps(operation.database_operations)
        elif isinstance(operation, RunPython) and operation.code is not RunPython.noop:
            names.append(getattr(operation.code, "__name__", "a function"))
    return names


class Project:
    def __init__(self):
        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        self.connection = connection
        self.executor = MigrationExecutor(connection)
        self.refuse_conflicts()
        self.graph = self.executor.loader.graph
        self.plan = [migration for migration, _ in self.executor.migration_plan(self.graph.leaf_nodes())]
        self.states = {}
        self.up = {}
        self.down = {}
        self.failed = {}

    def refuse_conflicts(self):
        """As `migrate` does before it looks at anything else."""
        conflicts = self.executor.loader.detect_conflicts()
        if conflicts:
            raise Exception("conflicting migrations, which `manage.py makemigrations --merge` joins: " + "; ".join(
                "%s in %s" % (", ".join(sorted(names)), app) for app, names in sorted(conflicts.items())))

    def run(self, migration, direction, state):
        global CURRENT
        CURRENT = recording = Recording()
        try:
            with self.connection.schema_editor(atomic=migration.atomic) as editor:
                state = getattr(migration, direction)(state, editor)
        finally:
            CURRENT = None
        only_switches = all(each.startswith("PRAGMA foreign_keys") for each in recording.statements)
        return [] if only_switches else recording.statements, state

    def upgrade(self, checkpoints):
        state = self.executor._create_project_state(with_applied_migrations=True)
        for migration in self.plan:
            self.states[migration] = state.clone()
            try:
                self.up[migration], state = self.run(migration, "apply", state)
            except Exception as error:
                self.failed[migration] = "%s: %s" % (type(error).__name__, error)
                return
            checkpoints.stop_at(name_of(migration))

    def downgrade(self):
        """What cannot be undone stays, and what is below it is tried all the same."""
        for migration in reversed(self.plan):
            if migration not in self.up or python_steps(migration.operations) and not is_own(migration):
                continue
            try:
                self.down[migration], _ = self.run(migration, "unapply", self.states[migration].clone())
            except Exception:
                continue

    def schema_of_table(self):
        """Where Django makes its own table, if a search_path says that; None: none does."""
        if not PATH:
            return None
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT pg_catalog.current_schema()")
            return cursor.fetchone()[0]

    def parents(self, migration, same_app):
        key = (migration.app_label, migration.name)
        return sorted("%s.%s" % (parent.key[0], parent.key[1]) for parent in self.graph.node_map[key].parents
                      if (parent.key[0] == migration.app_label) == same_app)


def name_of(migration):
    return "%s.%s" % (migration.app_label, migration.name)


def is_own(migration):
    """Of Django's own apps, whose Python steps tidy up rows."""
    return type(migration).__module__.startswith("django.")


def file_of(migration):
    return sys.modules[type(migration).__module__].__file__


def import_in_order():
    """Django loads an app's migrations in the order of a set, and columns come in the order in which fields were made."""
    import importlib
    import pkgutil

    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    for application in apps.get_app_configs():
        name, _ = MigrationLoader.migrations_module(application.label)
        try:
            package = importlib.import_module(name)
            for each in sorted(each.name for each in pkgutil.iter_modules(package.__path__)):
                if each[0] not in "_~":
                    importlib.import_module("%s.%s" % (name, each))
        except Exception:  # none of them, or one that cannot be loaded, which Django itself tells better
            continue


def main():
    run_manage()
    from django.conf import settings

    wanted = dict(settings.DATABASES)
    engine = wanted.get("default", {}).get("ENGINE", "")
    if REQUEST.get("ask"):
        return answer(kind="engine", engine=engine)
    settings.DATABASES = settings_of_scratch(wanted)
    import django

    django.setup()
    import_in_order()
    load_baseline()
    project = Project()
    project.connection.execute_wrappers.append(watch)
    checkpoints = Checkpoints()
    project.upgrade(checkpoints)
    answer(kind="project", settings=os.environ["DJANGO_SETTINGS_MODULE"], databases=sorted(wanted),
           environment=statements_of_path(), schema=project.schema_of_table())
    if not project.failed:
        checkpoints.stop_at("")
        project.downgrade()
    for migration in project.plan:
        answer(kind="migration", app=migration.app_label, name=migration.name, path=file_of(migration),
               revises=project.parents(migration, True), depends_on=project.parents(migration, False),
               replaces=["%s.%s" % tuple(each) for each in migration.replaces], up=project.up.get(migration),
               down=project.down.get(migration), outside=not migration.atomic,
               python=python_steps(migration.operations), own=is_own(migration),
               up_error=project.failed.get(migration))


finish(main)
