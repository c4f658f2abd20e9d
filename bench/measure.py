"""Times programs fairly: as whole processes, alternating with a baseline, medians of several runs."""

import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from typing import Callable, Optional

RUNS = 7


@dataclass
class Command:
    """A program with its arguments. before and after are not timed; a run that fails ends the benchmark."""

    arguments: list
    directory: str = "."
    environment: dict = field(default_factory=dict)
    standard_input: Optional[str] = None  # a file
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None


@dataclass
class Sample:
    seconds: float
    megabytes: float  # the most memory it had at once


def run_once(command: Command) -> Sample:
    command.before()
    environment = {**os.environ, **command.environment}
    with open(command.standard_input or os.devnull, "rb") as standard_input:
        start = time.perf_counter()
        process = subprocess.Popen(command.arguments, cwd=command.directory, env=environment, stdin=standard_input,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command.arguments)} failed:\n{said.decode(errors='replace')}")
    command.after()
    return Sample(seconds, usage.ru_maxrss / 1024)


@dataclass
class Comparison:
    seconds: float
    baseline: float
    megabytes: float

    @property
    def ratio(self) -> float:
        return self.seconds / self.baseline


def compare(command: Command, baseline: Command, runs: int = RUNS, warm_up: bool = True) -> Comparison:
    """Medians of runs that alternate, so that a busy minute hits both. warm_up: one of each before, for the caches."""
    if warm_up:
        run_once(baseline)
        run_once(command)
    samples, baselines = [], []
    for _ in range(runs):
        baselines.append(run_once(baseline))
        samples.append(run_once(command))
    return Comparison(statistics.median(sample.seconds for sample in samples),
                      statistics.median(sample.seconds for sample in baselines),
                      max(sample.megabytes for sample in samples))


class Table:
    """A Markdown table that is printed row by row."""

    def __init__(self, title: str, *columns: str):
        print(f"\n### {title}\n")
        self._row(columns)
        self._row(["---"] + ["---:"] * (len(columns) - 1))

    @staticmethod
    def _row(cells):
        print("| " + " | ".join(cells) + " |", flush=True)

    def add(self, *cells):
        self._row([str(cell) for cell in cells])


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms" if seconds < 0.1 else f"{seconds * 1000:,.0f} ms"


def add_comparison(table: Table, name: str, result: Comparison, limit: Optional[float] = None):
    target = "" if limit is None else f"{limit:.2f}"
    table.add(name, milliseconds(result.seconds), milliseconds(result.baseline), f"{result.ratio:.2f}", target,
              f"{result.megabytes:.0f} MB")


COMPARED = ("", "rev", "baseline", "ratio", "to reach", "memory")
