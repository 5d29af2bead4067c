"""What looking costs: one look at 50 processes beside psutil's way, and a whole monitor at 20 looks a second."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from ContentionLibrary.monitor.choice import best_reader
from ContentionLibrary.monitor.monitor import INTERVAL, Monitor
from ContentionLibrary.monitor.surroundings import Surroundings
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace
from tests.benchmarks.rows import Row, row

_PROCESSES = 50
_BEATS = 200
_ROUNDS = 41
_KEEPER = "import subprocess, sys; [subprocess.Popen(['sleep', '600']) for _ in range(49)]; print(flush=True); input()"


def measure() -> list[Row]:
    """Measure with 50 processes that sleep; the cost is processor time, which a busy machine does not change much."""
    if not sys.platform.startswith("linux"):
        return []
    keeper = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _KEEPER],
        start_new_session=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert keeper.stdout is not None
        keeper.stdout.readline()
        return [*_one_look(), _whole()]
    finally:
        os.killpg(keeper.pid, 9)
        keeper.wait()


def _one_look() -> list[Row]:
    reader = best_reader(os.getpid(), Surroundings(str(Path(__file__).parent)))
    assert reader.read()["processes"] == _PROCESSES
    rival = _cost(_look_with_psutil)
    quick, thorough = _cost(reader.read), _cost(lambda: reader.read(thoroughly=True))
    reader.close()
    name = "psutil, the same figures"
    return [
        row("one look at 50 processes", quick, "ms", rival=name, rival_value=rival, at_most=1, at_most_ratio=0.25),
        row("one thorough look at 50 processes", thorough, "ms", rival=name, rival_value=rival),
    ]


def _look_with_psutil() -> None:
    for process in psutil.Process().children(recursive=True):
        with process.oneshot():
            process.num_fds()
            process.memory_info()
            process.num_threads()
            process.cpu_times()


def _whole() -> Row:
    """Let a monitor look at processes below its starter: here, 50 that were started as the starter's grandchildren."""
    workspace, ledger = open_workspace("bench monitor")
    with Starter(workspace, ledger) as starter:
        crowd = starter.start("tests.benchmarks.crowd", {"count": _PROCESSES})
        crowd.receive(20)
        monitor = Monitor(starter, workspace.stage)
        began = time.monotonic()
        time.sleep(_BEATS * INTERVAL)
        watched = monitor.stop()
        assert max(watched.curves["processes"].values) == _PROCESSES
        rate = watched.beats / (time.monotonic() - began)
    return row(
        f"a monitor of 50 processes at {rate:.1f} looks a second, {watched.missed} missed",
        100 * watched.cost,
        "% core",
        at_most=2,
    )


def _cost(work: Callable[[], object]) -> float:
    """Return the median processor time of some rounds, in milliseconds."""
    costs = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        work()
        costs.append(time.process_time() - began)
    return statistics.median(costs) * 1000
