#!/usr/bin/python3
"""Asks rev and the installed Alembic the same random questions about random revision graphs.

Usage: differential.py [--seed N] [--count M] [--oracle PROGRAM]

The questions are made from the seed alone. Where rev's answer is not Alembic's, it must be by one of the exceptions that
the recorded questions know too (tests/graph/exceptions.cpp, judge.cpp); these are counted. Any other difference is
printed with the smallest graph that shows it, in the format of tests/data/graph_cases, and the exit code is 1.
"""
import argparse
import collections
import json
import random
import re
import signal
import subprocess
import sys
import types
import warnings
from pathlib import Path

import alembic
from alembic import util
from alembic.runtime.migration import HeadMaintainer
from alembic.script import Script, ScriptDirectory
from alembic.script import revision as revisions

PROJECT = Path(__file__).resolve().parents[2]


# ---- Alembic, in this process and without files

PATIENCE = 1.0  # seconds of processor time; some questions send Alembic round in circles


class NoAnswer(BaseException):
    """Alembic was still thinking."""


def give_up(*_):
    raise NoAnswer("no answer within %g s" % PATIENCE)


def module_of(node):
    module = types.ModuleType(node["id"])
    module.revision = node["id"]
    module.down_revision = tuple(node["revises"]) or None
    module.depends_on = tuple(node["depends_on"]) or None
    module.branch_labels = tuple(node["labels"]) or None
    module.upgrade = module.downgrade = lambda: None
    return module


def script_of(node):
    return Script(module_of(node), node["id"], node["id"] + ".py")


class Table(HeadMaintainer):
    """The version table as a list of rows, kept by Alembic's own rules."""

    def __init__(self, rows):
        super().__init__(None, rows)
        self.rows = list(rows)

    def _insert_version(self, version):
        assert version not in self.heads
        self.heads.add(version)
        self.rows.append(version)

    def _delete_version(self, version):
        self.heads.remove(version)
        self.rows.remove(version)

    def _update_version(self, from_, to_):
        assert to_ not in self.heads
        self.heads.remove(from_)
        self.heads.add(to_)
        self.rows[self.rows.index(from_)] = to_


def ids(scripts):
    return [script.revision for script in scripts]  # some of Alembic's answers hold None: its commands crash then


class Alembic:
    """Answers a question as the `expect` of tests/data/graph_cases."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.directory = ScriptDirectory("/")  # a folder that exists; nothing in it is read
        self.directory.revision_map = revisions.RevisionMap(lambda: [script_of(node) for node in nodes])

    def answer(self, question):
        try:
            return self.answer_in_time(question)
        except NoAnswer as error:
            return self.refusal(error, str(error), True)

    def answer_in_time(self, question):
        signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
        try:
            return getattr(self, question["kind"])(question)
        except util.CommandError as error:
            return self.refusal(error.__cause__ or error, str(error), False)
        except revisions.RevisionError as error:
            return self.refusal(error, str(error), False)
        except Exception as error:  # Alembic's own mistakes: any exception at all
            return self.refusal(error, str(error), True)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    @staticmethod
    def refusal(error, message, crash):
        return {"error": {"class": type(error).__name__, "message": message, "crash": crash}}

    def load(self, question):
        graph = self.directory.revision_map
        nodes = [graph.get_revision(node["id"]) for node in self.nodes]
        return {
            "heads": list(graph.heads),
            "real_heads": list(graph._real_heads),
            "bases": list(graph.bases),
            "real_bases": list(graph._real_bases),
            "branch_points": sorted(node.revision for node in nodes if node.is_branch_point),
            "merge_points": sorted(node.revision for node in nodes if node.is_merge_point),
            "labels": {node.revision: sorted(node.branch_labels) for node in nodes if node.branch_labels},
            "resolved_depends_on": {
                node.revision: sorted(node._resolved_dependencies) for node in nodes if node._resolved_dependencies
            },
            "effective_depends_on": {
                node.revision: sorted(node._normalized_resolved_dependencies)
                for node in nodes
                if node._normalized_resolved_dependencies
            },
        }

    def heads(self, question):
        return {"revisions": ids(self.directory.get_revisions(self.directory.get_heads()))}

    def heads_resolved(self, question):
        return {"revisions": ids(self.directory.get_revisions("heads"))}

    def bases(self, question):
        return {"revisions": list(self.directory.get_bases())}

    def branches(self, question):
        points = [script for script in self.directory.walk_revisions() if script.is_branch_point]
        return {"revisions": ids(points), "into": {point.revision: sorted(point.nextrev) for point in points}}

    def current(self, question):
        return {"revisions": sorted(ids(self.directory.get_all_current(tuple(question["from"]))))}

    def show(self, question):
        symbol = tuple(question["from"]) if question["symbol"] == "current" else question["symbol"]
        return {"revisions": ids(self.directory.get_revisions(symbol))}

    def history(self, question):
        lower, upper = question["range"].split(":") if question["range"] else ("", "")
        rows = tuple(question["from"])
        if upper == "current":
            upper = rows
        elif lower == "current":
            lower = rows
        walk = self.directory.walk_revisions(base=lower or "base", head=upper or "heads")
        return {"revisions": ids(walk)}

    def upgrade(self, question):
        if ":" in question["target"]:
            raise util.CommandError("Range revision not allowed")
        steps = self.directory._upgrade_revs(question["target"], tuple(question["from"]))
        return self.run(steps, question["from"])

    def downgrade(self, question):
        if ":" in question["target"]:
            raise util.CommandError("Range revision not allowed")
        steps = self.directory._downgrade_revs(question["target"], tuple(question["from"]))
        return self.run(steps, question["from"])

    def stamp(self, question):
        rows = [] if question["purge"] else question["from"]
        return self.run(self.directory._stamp_revs(tuple(question["targets"]), tuple(rows)), rows)

    def run(self, steps, rows):
        table = Table(rows)
        answered = []
        for step in steps:
            table.update_to_step(step)
            after = sorted(table.rows)
            if not hasattr(step, "revision"):  # a stamp
                answered.append(["s", list(step.to_), after, list(step.from_)])
            else:
                answered.append(["u" if step.is_upgrade else "d", step.revision.revision, after])
        return {"steps": answered, "to": sorted(table.rows), "rows": table.rows}

    def create(self, question):
        written = {}
        self.directory._generate_template = lambda source, path, **values: written.update(values)
        self.directory._rev_path = lambda *arguments: Path("new.py")
        original = Script._from_path
        Script._from_path = staticmethod(lambda directory, path: script_of(self.node_of(written)))
        try:
            self.directory.generate_revision(
                question["rev_id"],
                "",
                head=question.get("heads", question.get("head")),
                splice=question["splice"],
                branch_labels=question["branch_labels"] or None,
                depends_on=question.get("depends_on") or None,
                version_path="/versions",
            )
        finally:
            Script._from_path = original
        return {"node": self.node_of(written), "heads_after": sorted(self.directory.get_heads())}

    merge = create

    @staticmethod
    def node_of(written):
        return {
            "id": written["up_revision"],
            "revises": list(util.to_tuple(written["down_revision"], default=())),
            "depends_on": list(util.to_tuple(written["depends_on"], default=())),
            "labels": list(util.to_tuple(written["branch_labels"], default=())),
        }


# ---- Random graphs and questions

LABELS = ["core", "billing", "web_ui", "data-2", "feature/x", "net.ops", "api", "coreapi"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def new_ids(self, count):
        style = self.random.choice(["hexadecimal", "numbered", "prefixed", "short"])
        made = []
        while len(made) < count:
            number = len(made)
            name = {
                "hexadecimal": lambda: "%012x" % self.random.getrandbits(48),
                "numbered": lambda: "%03d_%s" % (number, self.random.choice(["users", "fix", "merge", "orders"])),
                "prefixed": lambda: "1e6f" + "%x" % self.random.getrandbits(self.random.choice([4, 8, 12, 24])),
                "short": lambda: self.random.choice("abcdef") + str(number),
            }[style]()
            if name not in made:
                made.append(name)
        return made

    def graph(self):
        size = self.random.choice([1, 2, 3, 5, 8, 12, 20])
        base, branch, merge, depend, label = (self.random.choice(choice) for choice in (
            [0.03, 0.15], [0.1, 0.5], [0.05, 0.3], [0.0, 0.1, 0.3], [0.0, 0.15]))
        nodes = []
        for name in self.new_ids(size):
            heads = [node["id"] for node in nodes if not any(node["id"] in other["revises"] for other in nodes)]
            names = [node["id"] for node in nodes]
            node = {"id": name, "revises": [], "depends_on": [], "labels": []}
            if nodes and self.random.random() > base:
                count = self.random.choice([2, 2, 2, 3]) if self.random.random() < merge else 1
                pool = names if self.random.random() < branch else heads
                node["revises"] = self.random.sample(pool, min(count, len(pool)))
            if nodes and self.random.random() < depend:
                count = self.random.choice([1, 1, 2])
                for down in self.random.sample(nodes, min(count, len(nodes))):
                    by_label = down["labels"] and self.random.random() < 0.5
                    node["depends_on"].append(down["labels"][0] if by_label else down["id"])
            used = [one for other in nodes for one in other["labels"]]
            free = [one for one in LABELS if one not in used]
            if free and self.random.random() < label:
                node["labels"] = self.random.sample(free, min(len(free), self.random.choice([1, 1, 2])))
            nodes.append(node)
        self.random.shuffle(nodes)
        return nodes

    def name(self, nodes):
        names = [node["id"] for node in nodes] + [label for node in nodes for label in node["labels"]]
        name = self.random.choice(names)
        kind = self.random.random()
        if kind < 0.15:
            return name[: self.random.randint(1, len(name))]
        return "nosuch" if kind > 0.98 else name

    def symbol(self, nodes):
        name = self.random.random()
        if name < 0.3:
            return self.random.choice(["head", "heads", "base"])
        return self.name(nodes)

    def target(self, nodes):
        label = self.random.choice(["", "", "", self.name(nodes) + "@"])
        steps = self.random.choice(["+", "-"]) + str(self.random.choice([0, 1, 1, 1, 2, 2, 3, 5]))
        kind = self.random.random()
        if kind < 0.5:
            return label + self.symbol(nodes)
        if kind < 0.75:
            return label + steps
        if kind < 0.97:
            return label + self.symbol(nodes) + steps
        return self.random.choice(["", "a:b", "@", "head@", "+1x", "a@b@c", ":", "+", "-"])

    def rows(self, nodes, map_):
        """Nothing, or what an upgrade to some revisions leaves: tops without overlap."""
        chosen = self.random.sample([node["id"] for node in nodes], min(len(nodes), self.random.choice([0, 1, 1, 2, 4])))
        below = {}
        for name in chosen:
            below[name] = {one.revision for one in map_._get_ancestor_nodes([map_.get_revision(name)])}
        rows = [name for name in chosen if not any(name in below[other] for other in chosen if other != name)]
        if self.random.random() < 0.03:
            odd = self.odd_row(nodes)
            return rows if odd in rows else rows + [odd]
        return rows

    def odd_row(self, nodes):
        """One that no file has, part of one, or one that another stands on."""
        name = self.random.choice(nodes)["id"]
        return self.random.choice(["feedface0000", name[:-1] or "x", name])

    def question(self, nodes, map_):
        kind = self.random.choice(
            ["load", "heads", "heads_resolved", "bases", "branches", "current", "create", "merge"]
            + ["show", "stamp", "history"] * 3 + ["upgrade", "downgrade"] * 7)
        question = {"kind": kind, "from": self.rows(nodes, map_)}
        if kind == "show":
            question["symbol"] = self.random.choice([self.target(nodes), self.symbol(nodes), "current"])
        if kind == "history":
            ends = [self.random.choice(["", "current", self.symbol(nodes), self.target(nodes)]) for _ in range(2)]
            question["range"] = ":".join(end.replace(":", "") for end in ends)
        if kind in ("upgrade", "downgrade"):
            question["target"] = self.target(nodes)
        if kind == "stamp":
            question["targets"] = [self.target(nodes) for _ in range(self.random.choice([1, 1, 1, 2]))]
            question["purge"] = self.random.random() < 0.15
        if kind in ("create", "merge"):
            question["rev_id"] = self.random.choice(["c0ffee000001", "c0ffee000001", "a-b", self.name(nodes)])
            question["splice"] = self.random.random() < 0.4
            question["branch_labels"] = self.random.choice([[], [], ["fresh"], [self.name(nodes)]])
        if kind == "create":
            question["head"] = self.random.choice(["head", self.symbol(nodes)])
            question["depends_on"] = [self.symbol(nodes)] if self.random.random() < 0.3 else []
        if kind == "merge":
            question["heads"] = [self.symbol(nodes) for _ in range(self.random.choice([1, 2, 2, 3]))]
        return question


# ---- The run


def make_batch(generator, size):
    """Up to `size` questions, some to each graph, with Alembic's answers."""
    batch = {"graphs": [], "cases": []}
    while len(batch["cases"]) < size:
        nodes = generator.graph()
        batch["graphs"].append(nodes)
        alembic_ = Alembic(nodes)
        for _ in range(min(10, size - len(batch["cases"]))):
            question = generator.question(nodes, alembic_.directory.revision_map)
            expected = Alembic(nodes).answer(question)
            batch["cases"].append({"g": len(batch["graphs"]) - 1, **question, "expect": expected})
    batch["graphs"] = [{"nodes": nodes} for nodes in batch["graphs"]]
    return batch


def ask_rev(oracle, batch):
    done = subprocess.run([oracle], input=json.dumps(batch), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit("%s failed (%d): %s" % (oracle, done.returncode, done.stderr))
    return json.loads(done.stdout)


def without(nodes, gone):
    """The graph without one node, and without what others say of it."""
    names = {gone["id"], *gone["labels"]}
    left = [node for node in nodes if node is not gone]
    return [{**node, **{key: [name for name in node[key] if name not in names] for key in ("revises", "depends_on")}}
            for node in left]


def ask_both(oracle, nodes, question):
    """The case with Alembic's answer to it, and rev's result."""
    case = {**question, "g": 0, "expect": Alembic(nodes).answer(question)}
    return case, ask_rev(oracle, {"graphs": [{"nodes": nodes}], "cases": [case]})[0]


def shrunk(oracle, nodes, question, complaint):
    """A smaller graph to which the answers differ in the same way."""
    smaller = True
    while smaller:
        smaller = False
        for node in nodes:
            fewer = without(nodes, node)
            if fewer and ask_both(oracle, fewer, question)[1]["complaint"] == complaint:
                nodes, smaller = fewer, True
                break
    return nodes


def report(oracle, seed, number, nodes, case, complaint):
    nodes = shrunk(oracle, nodes, case, complaint)
    case, result = ask_both(oracle, nodes, case)
    print("%s (seed %d, question %d)" % (complaint, seed, number))
    print("  graph   ", json.dumps(nodes))
    print("  question", json.dumps({key: value for key, value in case.items() if key not in ("g", "expect")}))
    print("  Alembic ", json.dumps(case["expect"]))
    print("  rev     ", json.dumps(result["answer"]))


def find_oracle():
    for place in sorted(PROJECT.glob("build/*/tests/differential/graph_oracle")):
        return str(place)
    sys.exit("build graph_oracle first, or name it with --oracle")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10000, help="how many questions")
    parser.add_argument("--oracle", help="the built tests/differential/graph_oracle")
    options = parser.parse_args()
    oracle = options.oracle or find_oracle()
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGVTALRM, give_up)

    generator = Generator(options.seed)
    kinds, exceptions = collections.Counter(), collections.Counter()
    unexplained = asked = 0
    while asked < options.count:
        batch = make_batch(generator, min(500, options.count - asked))
        for case, result in zip(batch["cases"], ask_rev(oracle, batch)):
            asked += 1
            kinds[case["kind"]] += 1
            exceptions.update(result["exceptions"])
            if not result["complaint"]:
                continue
            unexplained += 1
            report(oracle, options.seed, asked, batch["graphs"][case["g"]]["nodes"], case, result["complaint"])

    print("%d questions (seed %d) to rev and Alembic %s: %d unexplained differences"
          % (asked, options.seed, alembic.__version__, unexplained))
    for title, counts in (("questions", kinds), ("by an exception", exceptions)):
        for name, count in sorted(counts.items()):
            print("  %-16s %7d  %s" % (title, count, name))
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
