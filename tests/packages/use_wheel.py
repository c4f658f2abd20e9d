"""Uses rev_migrate in a copy of examples/flask: what it returns, raises, tells, and how it is interrupted."""

import os
import signal
import sqlite3
import threading
import time

import rev_migrate

url = "sqlite:///used.db"

assert rev_migrate.pending(url) == ["0001", "0002"]
assert not os.path.exists("used.db"), "a question makes no file"

events = []
result = rev_migrate.upgrade(url, "head", tag="wheel", on_event=events.append)
assert result["rows"] == ["0002"], result
assert [step["revision"] for step in result["steps"]] == ["0001", "0002"], result
assert [event["event"] for event in events if event["event"].startswith("step")] == ["step_started", "step_finished"] * 2
assert rev_migrate.current(url) == ["0002"]
assert rev_migrate.upgrade(url)["steps"] == []
assert rev_migrate.downgrade(url, "-1")["rows"] == ["0001"]

try:
    rev_migrate.upgrade(url, "nowhere")
    raise AssertionError("a target that is not there")
except rev_migrate.RevError as error:
    assert error.code == "unknown_revision" and error.exit_code == 3, error.document


class Enough(Exception):
    pass


def refuse(event):
    if event["event"] == "run_started":
        raise Enough


try:
    rev_migrate.upgrade(url, on_event=refuse)
    raise AssertionError("what a callback raises")
except Enough:
    pass
assert rev_migrate.current(url) in (["0001"], ["0002"])

# Ctrl-C while another process holds the file: the call ends at once, and the next one works.
rev_migrate.downgrade(url, "base")
held = sqlite3.connect("used.db", isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
started = time.monotonic()


def interrupt(event):
    if event["event"] == "waiting":
        os.kill(os.getpid(), signal.SIGINT)


try:
    rev_migrate.upgrade(url, on_event=interrupt)
    raise AssertionError("an interrupted call")
except KeyboardInterrupt:
    assert time.monotonic() - started < 30
# The run has ended too, and does not wait for the file behind the caller's back.
while any(thread.name == "rev" for thread in threading.enumerate()):
    assert time.monotonic() - started < 30, "the interrupted call goes on"
    time.sleep(0.01)
held.execute("ROLLBACK")
held.close()
assert rev_migrate.upgrade(url)["rows"] == ["0002"]

# Several threads at once: each statement once.
rev_migrate.downgrade(url, "base")
results = []
threads = [threading.Thread(target=lambda: results.append(rev_migrate.upgrade(url))) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sorted(len(result["steps"]) for result in results) == [0] * 7 + [2], results

server = os.environ["REV_TEST_POSTGRES_URL"]  # without a server the test fails
assert rev_migrate.upgrade(server)["rows"] == ["0002"]
assert rev_migrate.downgrade(server, "base")["rows"] == []
print("rev_migrate", rev_migrate.version())
