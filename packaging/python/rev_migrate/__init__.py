"""rev from Python: takes a database along its revisions, as the program `rev` does.

    import rev_migrate
    rev_migrate.upgrade("postgresql://app@db/shop")

What the functions do, and what goes wrong, is the same as of the program: run lock, one transaction a revision, log. So
any number of workers may call upgrade() when they start: one runs the revisions, the others wait and find nothing to do.
"""

import ctypes
import json
import os
import pathlib
import threading

__all__ = ["RevError", "current", "downgrade", "pending", "upgrade", "version"]

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
_SIGINT = 2


def _load():
    """librev.so of this wheel; where the package is used without one, the system's."""
    own = sorted((pathlib.Path(__file__).parent / "lib").glob("librev.so.*"))
    library = ctypes.CDLL(str(own[-1]) if own else "librev.so.0.1")
    text, out = ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)
    library.rev_version.restype = text
    library.rev_upgrade.argtypes = [text, text, text, text, _CALLBACK, ctypes.c_void_p, out]
    library.rev_downgrade.argtypes = library.rev_upgrade.argtypes
    library.rev_current.argtypes = [text, text, text, out]
    library.rev_pending.argtypes = [text, text, text, text, out]
    library.rev_free.argtypes = [ctypes.c_void_p]
    library.rev_free.restype = None
    library.rev_request_stop.argtypes = [ctypes.c_int]
    library.rev_request_stop.restype = None
    library.rev_clear_stop.restype = None
    return library


_library = _load()


class RevError(Exception):
    """A failure. `code` is a stable word, `exit_code` the kind, `hint` what to do next; `file`, `line` and `column` say
    where, `sqlstate` (PostgreSQL) or `sqlite_code` what the database said; None where there is none. `document` is the
    whole answer: after a run that had begun, its "steps" are those that are committed."""

    def __init__(self, exit_code, document):
        error = document.get("error", {})
        super().__init__(error.get("message", "unknown"))
        self.exit_code = exit_code
        self.document = document
        self.message = error.get("message", "unknown")
        for part in ("code", "hint", "detail", "file", "line", "column", "sqlstate", "sqlite_code"):
            setattr(self, part, error.get(part))

    def __str__(self):
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return "\n".join(
            line
            for line in (self.message, place and f"  at {place}", self.detail, self.hint and f"hint: {self.hint}")
            if line
        )


def version():
    """The version of rev."""
    return _library.rev_version().decode()


def _text(value):
    return None if value is None else os.fspath(value).encode()


def _options(environment, variables=None, tag=None, wait=None):
    options = {}
    if environment is not None:
        options["environment"] = environment
    if variables:
        options["variables"] = {name: str(value) for name, value in variables.items()}
    if tag is not None:
        options["tag"] = tag
    if wait is not None:
        options["wait_ms"] = round(wait * 1000)
    return json.dumps(options).encode()


def _ask(function, *arguments):
    answer = ctypes.c_void_p()
    exit_code = function(*arguments, ctypes.byref(answer))
    try:
        document = json.loads(ctypes.string_at(answer).decode()) if answer else {}
    finally:
        _library.rev_free(answer)
    if exit_code != 0:
        raise RevError(exit_code, document)
    return document


def _interruptible(call):
    """Ctrl-C while `call` runs stops the run, which takes the step back. Only Python's main thread hears of signals, and
    only between its own instructions: so the call is on a thread of its own, and the main thread waits for it."""
    if threading.current_thread() is not threading.main_thread():
        return call()
    outcome = {}
    # Not worker.join(): a signal within it makes Python 3.11 take a thread that goes on for one that has ended.
    ended = threading.Event()

    def work():
        try:
            outcome["result"] = call()
        except BaseException as error:  # handed to the caller's thread
            outcome["error"] = error
        finally:
            ended.set()

    worker = threading.Thread(target=work, name="rev", daemon=True)
    worker.start()
    interrupted = None
    while not ended.is_set():
        try:
            ended.wait(0.1)
        except BaseException as error:  # KeyboardInterrupt, or what a signal handler of the application raises
            interrupted = interrupted or error
            _library.rev_request_stop(_SIGINT)
    if interrupted is not None:
        _library.rev_clear_stop()
        raise interrupted
    if "error" in outcome:
        raise outcome["error"]
    return outcome["result"]


def _walk(function, url, target, project, on_event, options):
    raised = []

    def tell(event, _data):
        try:
            on_event(json.loads(event.decode()))
        except BaseException as error:  # nothing may unwind through C
            raised.append(error)
            return 1
        return 0

    callback = _CALLBACK(tell) if on_event is not None else _CALLBACK()
    try:
        return _interruptible(
            lambda: _ask(function, _text(project), _text(url), _text(target), options, callback, None)
        )
    except RevError:
        if raised:
            raise raised[0] from None
        raise


def upgrade(url=None, target="heads", *, project=".", environment=None, variables=None, tag=None, wait=None,
            on_event=None):
    """Takes the database to `target`. Returns {"rows": [...], "steps": [...]}; no steps: it was there already.

    url: the database, such as "postgresql://app@db/shop" or "sqlite:///shop.db"; None: as alembic.yaml says.
    project: alembic.yaml, or its folder. environment: one of alembic.yaml's. variables: as of `rev -x`.
    tag: a word for the log. wait: seconds to wait for a server that does not answer yet.
    on_event: called with a dict for what happens, such as {"event": "step_started", "revision": "..."}; what it raises
    stops the run after the step and is raised here.
    """
    return _walk(_library.rev_upgrade, url, target, project, on_event, _options(environment, variables, tag, wait))


def downgrade(url, target, *, project=".", environment=None, variables=None, tag=None, wait=None, on_event=None):
    """The same downwards, as `rev downgrade TARGET --yes` does: nobody is asked about rows that are lost."""
    return _walk(_library.rev_downgrade, url, target, project, on_event, _options(environment, variables, tag, wait))


def current(url=None, *, project=".", environment=None):
    """Ids of the revisions that the database is at; changes nothing."""
    answer = _ask(_library.rev_current, _text(project), _text(url), _options(environment))
    return [revision["revision"] for revision in answer["current"]]


def pending(url=None, target="heads", *, project=".", environment=None):
    """Ids of the revisions, and names of the repeatable objects, that upgrade() would run, in their order; changes
    nothing."""
    answer = _ask(_library.rev_pending, _text(project), _text(url), _text(target), _options(environment))
    return [step.get("revision", step.get("repeatable")) for step in answer["pending"]]
