"""Plays in which the memory of whole process trees is measured: for files of several sizes, and among competitors.

Copiers are held while they are measured, and what is read is what the kernel itself keeps: the peak of each process that
lives (VmHWM), and of the largest process of the copy, short-lived children included, when it has ended (ru_maxrss of wait4).
So no peak is missed between two looks. The latter cannot be less than what our supervisor had when it became the copier, and
so it says nothing about small ones; the former says it of all.

Pages of files that are mapped are in both, and are no burden: the system takes them back when it wants. As many as were seen
at the holds are taken off (see `monitor.linux` and what it says of the limits of that), and what lies in a memfd, which is in
neither, is added. So a whole file that is mapped, moved by one call and unmapped, all between two holds, counts as memory; and
of a child that lives between two holds as much is hidden as its parent had mapped.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial

from ContentionLibrary.checks.holdings import COPIES
from ContentionLibrary.checks.memory import (
    COMPETITORS,
    MANY_BESIDE,
    MANY_RIVALS,
    MEMORY_LEFT,
    OF_THE_FILE,
    SEVERAL_SIZES,
)
from ContentionLibrary.history.cast import COPIERS, NAMES, SENT
from ContentionLibrary.history.copies import CopyEnded, Ending
from ContentionLibrary.history.figures import Series
from ContentionLibrary.monitor.figures import Figure
from ContentionLibrary.monitor.monitor import Monitor
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.disturbing import last_write
from ContentionLibrary.scenario.plays.repeating import note_watched
from ContentionLibrary.scenario.plays.together import run_all_to_end
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.plan import Plan, Stop

_BYTES = float(1 << 20)
_EACH = 2  # measurements of each size and crowd, so that the line has an interval
_LARGEST = "peak memory of the largest process"
_TOGETHER = "peak memory of all processes of the copy"
_EACH_COPIER = "peak memory of each copier"
_GATHER_WITHIN = 5.0  # seconds for all rivals to come to their last bytes, to end, or to fall asleep
_STILL = 0.3  # seconds without any news after which those that are left are taken to wait
_REST = 2.0  # seconds for what has outlived a copy to end
_ENOUGH_LINGERING = 2
"""So many copies that are outlived are enough to tell: each of them takes all the time to rest."""
_TO_THE_END = 600.0  # seconds; it is ended with the run


class _Points:
    """Collects points, and notes them as a series."""

    def __init__(self, name: str, along: str) -> None:
        self._name, self._along = name, along
        self._points: list[tuple[float, float]] = []

    def add(self, position: float, value: float) -> None:
        self._points.append((position, value))

    def note(self, run: Run) -> None:
        if self._points:
            positions, values = zip(*sorted(self._points), strict=True)
            run.note(
                Series, name=self._name, unit="bytes", along=self._along, positions=tuple(positions), values=values
            )


def _copy_measured(run: Run, monitor: Monitor) -> tuple[CopyEnded, float, float]:
    """Hold a copy at each of its steps.

    Returns:
        How it ended, the most that its processes together have had, and that the largest of all of them has had.
    """
    copier = run.start(Plan(Stop.EVERYWHERE))
    most = mapped = 0.0
    while (hold := copier.next()) is not None:
        seen = monitor.read()
        most = max(most, seen.get(Figure.PEAKS, 0.0))
        mapped = max(mapped, seen.get(Figure.MAPPED, 0.0))
        copier.release(hold)
    assert copier.ended is not None
    if copier.ended.survivors:
        copier.proceed(_REST, _TO_THE_END)
    return copier.ended, most, max(copier.ended.peak_memory - mapped, 0.0)


def _several_sizes(lane: Lane, enough: Enough) -> None:
    """Each size has its turn in each round, so that what changes on the machine meanwhile is no growth."""
    monitor = lane.monitor()
    together, largest = _Points(_TOGETHER, OF_THE_FILE), _Points(_LARGEST, OF_THE_FILE)
    left = _Points(MEMORY_LEFT, COPIES)
    left.add(0, monitor.read()[Figure.MEMORY])
    sizes = lane.scale.sizes * _EACH
    lingering = 0
    for number, size in enumerate(sizes, 1):
        with lane.run(size=size) as run:
            ended, most, of_one = _copy_measured(run, monitor)
            if most:
                together.add(size / _BYTES, most)
            largest.add(size / _BYTES, of_one)
            left.add(number, monitor.read()[Figure.MEMORY])
            lingering += bool(ended.survivors)
            if number == len(sizes) or ended.ending is Ending.HUNG or lingering == _ENOUGH_LINGERING:
                for points in (together, largest, left):
                    points.note(run)
                note_watched(run, monitor.stop())
                return


def _gather(copiers: Sequence[Performance]) -> dict[int, Hold]:
    """Let copiers run until each is held, has ended, or seems to wait; return the holds by the copiers' numbers."""
    deadline = time.monotonic() + _GATHER_WITHIN
    holds: dict[int, Hold] = {}
    moving = list(range(len(copiers)))
    while moving and time.monotonic() < deadline:
        before = len(moving)
        for number in moving:
            hold = copiers[number].next(patience=_STILL)
            if hold is not None:
                holds[number] = hold
        moving = [number for number in moving if number not in holds and copiers[number].ended is None]
        if len(moving) == before:
            break
    return holds


def _measure_crowd(copiers: Sequence[Performance], monitor: Monitor) -> tuple[float, int]:
    """Return what each copier has had at most, on average over those that live, and what the largest process had."""
    holds = _gather(copiers)
    living = [one for one in copiers if one.ended is None]
    peaks = monitor.read().get(Figure.PEAKS, 0.0)
    for number, hold in holds.items():
        copiers[number].free()
        copiers[number].release(hold)
    ends = run_all_to_end(copiers)
    return peaks / len(living) if living else 0.0, max(ended.peak_memory for ended in ends)


def _crowds(among: str, lane: Lane, enough: Enough) -> None:
    """All copiers of a crowd stand before their last bytes, or wait, while they are measured."""
    step = last_write(lane)
    monitor = lane.monitor()
    each, largest = _Points(_EACH_COPIER, COMPETITORS), _Points(_LARGEST, COMPETITORS)
    plan = Plan(Stop.NAMED, (step,))
    for competitors in lane.scale.crowds * _EACH:
        with ExitStack() as entered:
            if among == MANY_RIVALS:
                run = entered.enter_context(lane.run(rivals=competitors))
                copiers = [_start_rival(run, number, plan) for number in range(competitors + 1)]
            else:
                runs = [entered.enter_context(lane.run()) for _ in range(competitors + 1)]
                copiers = [one.start(plan) for one in runs]
            average, most = _measure_crowd(copiers, monitor)
        if average:
            each.add(competitors, average)
        largest.add(competitors, most)
        if enough():
            break
    with lane.run() as run:
        run.start(Plan(with_data=False)).run_to_end()
        each.note(run)
        largest.note(run)
        note_watched(run, monitor.stop())


def _start_rival(run: Run, number: int, plan: Plan) -> Performance:
    who = COPIERS[number]
    return run.start(plan, who, run.place.rival_source(number) if number else run.place.source, NAMES[SENT[who]])


def several_sizes() -> Play:
    """TDA-002: the memory of a copy, for files of several sizes."""
    title = "copies of files of several sizes, measured at every step"
    return Play(title, SEVERAL_SIZES, title, _several_sizes, older=True, interferes=False)


def many_rivals() -> Play:
    """TDA-002: the memory of copies that want one destination."""
    title = "a copy with more and more rivals for its destination"
    return Play(title, MANY_RIVALS, title, partial(_crowds, MANY_RIVALS), older=True, interferes=False, fresh=True)


def many_beside() -> Play:
    """TDA-002: the memory of copies to different destinations."""
    title = "a copy beside more and more others to other destinations"
    return Play(title, MANY_BESIDE, title, partial(_crowds, MANY_BESIDE), older=True, interferes=False, fresh=True)
