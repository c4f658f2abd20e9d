# ---- Alembic: engines, which are made on the scratch database whatever they are asked for
#
# Comes before alembic.py.
import sqlalchemy  # noqa: E402
import sqlalchemy.engine  # noqa: E402

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


def asked_path(url, connect_args):
    """The search_path that an engine asks the server for; None: none."""
    try:
        in_url = sqlalchemy.engine.make_url(url).query.get("options")
    except Exception:
        in_url = None
    if isinstance(in_url, (tuple, list)):
        in_url = " ".join(in_url)
    return path_in(connect_args.get("options") or in_url, connect_args.get("server_settings"))


def create_engine(url, **values):
    wanted = url
    url, same = scratch_url(url)
    if not same:
        values = {name: value for name, value in values.items() if name in ("echo", "future", "_is_async", "poolclass")}
    path = asked_path(wanted, values.pop("connect_args", None) or {})
    if same and take_path(path):
        # The only thing that a connection may ask for: where names without a schema lead.
        driver = url.get_driver_name()
        escaped = re.sub(r"([\s\\])", r"\\\1", path)
        values["connect_args"] = ({"server_settings": {"search_path": path}} if driver == "asyncpg"
                                  else {"options": "-c search_path=" + escaped} if driver.startswith("psycopg")
                                  else {})
    values.pop("creator", None)
    engine = real_create_engine(url, **values)
    ENGINES.append(engine)
    return engine


create_module.create_engine = create_engine
sqlalchemy.create_engine = create_engine
sqlalchemy.engine.create_engine = create_engine
