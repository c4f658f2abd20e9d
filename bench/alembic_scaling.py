#!/usr/bin/python3
"""How long the installed Alembic takes for the questions that bench_graph_scaling asks of rev, in memory.

Usage: alembic_scaling.py [LARGEST], by default 4000 revisions. Prints milliseconds; "-": more than a minute.
"""
import itertools
import signal
import sys
import time
import types

from alembic import util
from alembic.script import Script, ScriptDirectory
from alembic.script import revision as revisions

PATIENCE = 60


def node(name, revises=(), depends_on=(), labels=()):
    module = types.ModuleType(name)
    module.revision, module.down_revision = name, tuple(revises) or None
    module.depends_on, module.branch_labels = tuple(depends_on) or None, tuple(labels) or None
    module.upgrade = module.downgrade = lambda: None
    return Script(module, name, name + ".py")


def line(count):
    return [node("r%08d" % i, ["r%08d" % (i - 1)] if i else []) for i in range(count)]


def ladder(count):
    nodes = [node("m%08d" % 0)]
    for i in range(1, count // 3 + 1):
        below = ["m%08d" % (i - 1)]
        nodes += [node("a%08d" % i, below), node("b%08d" % i, below)]
        nodes.append(node("m%08d" % i, ["a%08d" % i, "b%08d" % i]))
    return nodes


def fan(count):
    return [node("root")] + [node("h%08d" % i, ["root"]) for i in range(1, count)]


def labelled_bases(count):
    return [node("r%08d" % i, [], ["label%08d" % (i - 1), "r%08d" % 0] if i else [], ["label%08d" % i])
            for i in range(count)]


class TooLong(Exception):
    pass


def give_up(*_):
    raise TooLong


def milliseconds(work):
    signal.alarm(PATIENCE)
    start = time.perf_counter()
    try:
        work()
        return "%.0f" % (1000 * (time.perf_counter() - start))
    except TooLong:
        return "-"
    except (util.CommandError, RecursionError) as error:
        return type(error).__name__
    finally:
        signal.alarm(0)


def directory_of(nodes):
    directory = ScriptDirectory("/")  # a folder that exists; nothing in it is read
    directory.revision_map = revisions.RevisionMap(lambda: nodes)
    return directory


def measure(shape, count):
    nodes = shape(count)
    directory = directory_of(nodes)
    built = milliseconds(lambda: directory.revision_map.heads)
    heads = directory.revision_map._real_heads
    print("%-16s%9d%10s%10s%10s%10s%10s" % (
        shape.__name__, len(nodes), built,
        milliseconds(lambda: list(directory.walk_revisions())),
        milliseconds(lambda: directory._upgrade_revs("heads", ())),
        milliseconds(lambda: directory._downgrade_revs("base", tuple(heads))),
        milliseconds(lambda: directory._stamp_revs("heads", tuple(heads)[::2]))), flush=True)


def main():
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    signal.signal(signal.SIGALRM, give_up)
    print("%-16s%9s%10s%10s%10s%10s%10s" % ("milliseconds", "revisions", "build", "history", "upgrade", "downgrade", "stamp"))
    for shape, count in itertools.product((line, ladder, fan, labelled_bases), (largest // 16, largest // 4, largest)):
        measure(shape, count)


if __name__ == "__main__":
    main()
