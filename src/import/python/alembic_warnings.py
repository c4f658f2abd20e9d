# ---- Alembic: what it only warns of, and the schema of its table
#
# Comes before alembic.py, which calls watch_alembic() once Alembic may be imported.
import warnings  # noqa: E402

WARNINGS = []  # about revisions: one that stands in two files, one that revises what no file has


def note_warning(message, category, file, line, *more):
    text = str(message)
    if re.match(r"Revision \S+ (is present|referenced)", text) and text not in WARNINGS:
        WARNINGS.append(text)


def revisions_of(script):
    """From the first one on. Alembic warns of a file that lacks, and then knows no more than its id."""
    try:
        return list(script.walk_revisions())[::-1]
    except KeyError as error:
        raise LookupError("; ".join(WARNINGS) or str(error)) from error


def make_version_schema(name):
    engine = real_create_engine(SCRATCH)
    with engine.begin() as connection:
        quoted = connection.dialect.identifier_preparer.quote(name)
        connection.execute(sqlalchemy.text("CREATE SCHEMA IF NOT EXISTS " + quoted.replace(":", "\\:")))
    engine.dispose()


def watch_alembic():
    from alembic.runtime.migration import MigrationContext

    warnings.showwarning = note_warning
    warnings.filterwarnings("always", message="Revision ")
    ensure_version_table = MigrationContext._ensure_version_table

    def ensure_table_and_schema(context, *arguments, **values):
        # Databases that the tool works on have the schema of its table, which somebody made: so has this one.
        if IS_POSTGRESQL and context.version_table_schema:
            make_version_schema(context.version_table_schema)
        return ensure_version_table(context, *arguments, **values)

    MigrationContext._ensure_version_table = ensure_table_and_schema
