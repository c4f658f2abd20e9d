# ---- Alembic: what one revision leaves to the session, in which the next ones of the same call run
#
# Comes before alembic.py, which calls note_settings() before each revision on its way up.
SETTINGS = {}  # by revision: what was set when it began, and was not when the first one did
AT_FIRST = None
NAMES = set()  # of settings of applications (app.tenant), which PostgreSQL lists nowhere
# They change neither what is made nor rows.
HARMLESS = re.compile(r"(application_name|client_min_messages|\w*timeout|\w*work_mem|synchronous_commit|jit\w*|log_\w+|"
                      r"enable_\w+|max_parallel\w*)$")


def note_names(statements):
    for statement in statements:
        NAMES.update(re.findall(r"\bSET\s+(?:LOCAL\s+|SESSION\s+)?(\w+\.\w+)\s*(?:=|TO\b)", statement, re.I))
        NAMES.update(re.findall(r"\bset_config\s*\(\s*'(\w+\.\w+)'", statement, re.I))


def settings_now():
    from alembic import op

    connection = op.get_context().connection
    sql = ("SELECT name, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings "
           "WHERE source OPERATOR(pg_catalog.=) 'session' AND setting IS DISTINCT FROM reset_val")
    for name in sorted(NAMES) + ["role"]:
        sql += " UNION ALL SELECT '%s', pg_catalog.current_setting('%s', true)" % (name, name)
    raw = connection.connection
    cursor = raw.cursor()
    cursor.execute(sql)
    rows = cursor.fetchall()
    cursor.close()
    if not connection.in_transaction():  # nobody else would end what this question has begun
        raw.rollback()
    return {name: value for name, value in rows if value and not HARMLESS.match(name)}


def note_settings(revision):
    """Only of the first walk, in which all revisions run in one session."""
    global AT_FIRST
    if not IS_POSTGRESQL or revision in SETTINGS:
        return
    now = settings_now()
    AT_FIRST = now if AT_FIRST is None else AT_FIRST
    SETTINGS[revision] = {name: value for name, value in now.items() if AT_FIRST.get(name) != value}


