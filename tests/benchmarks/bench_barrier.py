"""How close together competitors start, beside what `multiprocessing.Barrier` reaches with the same work to do.

Both sides do the same in every round: leave, note the time, look at a directory, and report to the parent over a
socket. The rounds of both take turns, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack

from ContentionLibrary.competitors.barrier import Barrier
from ContentionLibrary.competitors.pool import WORKER, Pool
from ContentionLibrary.processes.channel import Channel
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace
from tests.benchmarks.rows import Row, row

MEMBERS = (2, 5, 50)
ROUNDS = {2: 300, 5: 300, 50: 300}
TARGET = 1.5
"""Our skew may be so many times that of the rival."""


def measure() -> list[Row]:
    """Measure median and 99th percentile of the skew, in microseconds, for 2, 5 and 50 processes."""
    rows = []
    workspace, ledger = open_workspace("bench barrier")
    with Starter(workspace, ledger, [WORKER]) as starter:
        pool = Pool(starter)
        for count in MEMBERS:
            ours, theirs = [], []
            with ExitStack() as stack:
                our_round = _ours(stack, pool, workspace.run, str(workspace.stage), count)
                their_round = _theirs(stack, str(workspace.stage), count)
                for _ in range(ROUNDS[count]):
                    ours.append(our_round())
                    theirs.append(their_round())
            rows += _rows(count, ours, theirs)
    return rows


def _rows(count: int, ours: list[float], theirs: list[float]) -> list[Row]:
    return [
        row(
            f"skew of {count} competitors, {name}",
            of(ours),
            "us",
            rival="multiprocessing.Barrier",
            rival_value=of(theirs),
            at_most=TARGET * of(theirs),
        )
        for name, of in (("median", statistics.median), ("99th percentile", _late))
    ]


def _late(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99) - 1]


def _ours(stack, pool, run, directory, count) -> Callable[[], float]:
    members = [pool.take(f"competitor {number}") for number in range(count)]
    for member in members:
        stack.callback(member.leave)
    barrier = stack.enter_context(Barrier(run, members))

    def once() -> float:
        for member in members:
            barrier.arm(member, "list_directory", path=directory)
        barrier.release()
        began = [member.result(10).began for member in members]
        return (max(began) - min(began)) / 1000

    return once


def _theirs(stack, directory, count) -> Callable[[], float]:
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(count)
    channels = []
    for _ in range(count):
        ours, theirs = socket.socketpair()
        process = context.Process(target=_rival, args=(barrier, Channel(theirs), Channel(ours), directory))
        process.start()
        theirs.close()
        channels.append(Channel(ours))
        stack.callback(process.join, 10)
    for channel in channels:
        stack.callback(channel.send, {"end": True})

    def once() -> float:
        for channel in channels:
            channel.send({"go": True})
        began = [channel.receive(10)["began"] for channel in channels]
        return (max(began) - min(began)) / 1000

    return once


def _rival(barrier, channel, others_end, directory) -> None:
    others_end.close()
    while True:
        order = channel.receive()
        if order is None or "end" in order:
            return
        barrier.wait()
        began = time.monotonic_ns()
        names = sorted(os.listdir(directory))  # noqa: PTH208 - as the worker does it
        channel.send({"began": began, "ended": time.monotonic_ns(), "names": names})
