"""How long it takes to get a process of ours, and to be rid of it, beside the ways of the standard library."""

from __future__ import annotations

import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ContentionLibrary.competitors.pool import WORKER, Pool
from ContentionLibrary.copiers.running import command_line
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace
from tests.benchmarks.rows import Row, best_of, row


def measure() -> list[Row]:
    """Measure with warm caches; figures of single processes are medians."""
    workspace, ledger = open_workspace("bench spawn")
    began = time.perf_counter()
    starter = Starter(workspace, ledger, [WORKER])
    up = (time.perf_counter() - began) * 1000
    pool = Pool(starter)

    def first_answer() -> None:
        member = pool.take("competitor")
        member.do("list_directory", path=str(workspace.stage))
        member.leave()

    ours = _median(100, first_answer)
    forkserver = multiprocessing.get_context("forkserver")
    for number in range(100):
        pool.take(f"competitor {number}")
    began = time.perf_counter()
    farewell = starter.stop()
    stopped = (time.perf_counter() - began) * 1000
    return [
        row(
            "a competitor: started, asked, ended",
            ours,
            "ms",
            rival="forkserver",
            rival_value=_median(20, lambda: _rival(forkserver)),
            at_most=5,
            at_most_ratio=1,
        ),
        row(
            "a competitor: started, asked, ended (as above)",
            ours,
            "ms",
            rival="subprocess python -c pass",
            rival_value=_median(10, lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)),
            at_most_ratio=1,
        ),
        row("a starter that is ready", up, "ms", at_most=200),
        row("a control copier: one empty file", _control(), "ms", at_most=100),
        row(f"end of everything, 100 competitors, {len(farewell.survivors)} survivors", stopped, "ms", at_most=1000),
    ]


def _control() -> float:
    """Copy an empty file with a copier made for checks; thousands of them are started."""
    with tempfile.TemporaryDirectory(prefix="contention-bench-") as directory:
        source = Path(directory) / "empty"
        source.touch()
        words = command_line(load("good/simple"), source, [Path(directory) / "copy"], directory)
        return _median(20, lambda: subprocess.run(words, check=True))


def _median(rounds: int, work: Callable[[], object]) -> float:
    return statistics.median(best_of(1, work) for _ in range(rounds)) * 1000


def _rival(context: multiprocessing.context.ForkServerContext) -> None:
    ours, theirs = context.Pipe()
    process = context.Process(target=_answer, args=(theirs,))
    process.start()
    ours.recv()
    process.join()


def _answer(connection: multiprocessing.connection.Connection) -> None:
    connection.send("done")
