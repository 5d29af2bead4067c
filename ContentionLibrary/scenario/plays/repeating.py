"""Plays in which many copies are made one after another, or one is looked at all along, and what they hold is counted."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from functools import partial

from ContentionLibrary.checks.holdings import COPIES, KILLED, MIB, ONE_AFTER_ANOTHER, TOLD_TO_STOP, WITHIN_ONE
from ContentionLibrary.checks.readers import READ
from ContentionLibrary.history.copies import CopyEnded, Ending
from ContentionLibrary.history.figures import Measured, PhaseBegan, Series
from ContentionLibrary.monitor.figures import UNITS, Figure, Figures
from ContentionLibrary.monitor.monitor import Monitor, Watched
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.plan import Plan, Scope, Stop

_BYTES = float(1 << 20)
_LEFT = (
    *(Figure.PROCESSES, Figure.DESCRIPTORS, Figure.PIPES, Figure.SOCKETS, Figure.LOCKS, Figure.WAITING),
    *(Figure.WATCHES, Figure.NAMES, Figure.STAGE, Figure.SHARED),
)
"""What copies that have ended may have left."""
_HELD = (
    *(Figure.PROCESSES, Figure.DESCRIPTORS, Figure.FILES, Figure.PIPES, Figure.SOCKETS, Figure.OTHERS),
    *(Figure.LOCKS, Figure.WATCHES),
)
"""What a copy that is at work holds."""
_DRAWN = (Figure.DESCRIPTORS, Figure.PROCESSES, Figure.LOCKS, Figure.MEMORY, Figure.NAMES)

_TO_THE_END = 600.0  # seconds; they are ended when all has been counted
_REST_WITHIN = 2.0  # seconds

End = Callable[[Performance, Hold], object]


class _Tally:
    """Counts at chosen moments, and notes a series for each figure."""

    def __init__(self, names: Sequence[Figure], along: str) -> None:
        self._names, self._along = names, along
        self._points: list[tuple[float, Figures]] = []

    def add(self, position: float, figures: Figures) -> None:
        self._points.append((position, figures))

    def note(self, run: Run) -> None:
        for name in self._names:
            points = [(position, figures[name]) for position, figures in self._points if name in figures]
            if points:
                _note(run, name, self._along, points)


def _note(run: Run, name: str, along: str, points: Sequence[tuple[float, float]]) -> None:
    run.note(
        Series,
        name=str(name),
        unit=UNITS.get(name, ""),
        along=along,
        positions=tuple(round(float(position), 6) for position, _ in points),
        values=tuple(float(value) for _, value in points),
    )


def note_watched(run: Run, watched: Watched) -> None:
    """Write what a monitor has seen into the history: some series for the log, and what the looking has cost."""
    for name in _DRAWN:
        if curve := watched.curves.get(name):
            moments = [run.at(moment) for moment in curve.moments]
            _note(run, name, "s", list(zip(moments, curve.values, strict=True)))
    run.note(Measured, name="looks of the monitor", value=float(watched.beats), unit="")
    run.note(Measured, name="looks that came too late", value=float(watched.missed), unit="")
    run.note(Measured, name="cost of the monitor", value=round(100 * watched.cost, 3), unit="% of a processor")


def _let_go(copier: Performance, hold: Hold) -> None:
    copier.free()
    copier.release(hold)
    copier.run_to_end()


def _tell_to_stop(copier: Performance, hold: Hold) -> None:
    copier.free()
    copier.send(signal.SIGTERM, Scope.MAIN)
    copier.release(hold)
    copier.run_to_end()


def _kill(copier: Performance, hold: Hold) -> None:
    copier.kill_at(hold)


def _repeat(end: End, lane: Lane, enough: Enough) -> None:
    """Copies one after another, each held at another step, read there, and ended; the last one is left in peace.

    Processes that outlive a copy go on as they would without us; only at the end they are ended.
    """
    with lane.run() as rehearsal:
        _make_room(rehearsal)
        steps = len(rehearsal.start(Plan(Stop.NOWHERE)).run_to_end().steps)
    monitor = lane.monitor()
    tally = _Tally(_LEFT, COPIES)
    lingering = []
    with lane.run() as run:
        before = monitor.read()
        tally.add(0, before)
        run.note(PhaseBegan, name="disturbed copies")
        for number in range(1, lane.scale.cycles + 1):
            _make_room(run)
            copier = run.start(Plan(Stop.EVERYWHERE), f"copy {number}")
            ended = _disturb(lane, run, copier, (number - 1) % max(steps, 1), end)
            if ended.survivors:
                copier.proceed(0.0, _TO_THE_END)
                lingering.append(copier)
            else:
                copier.finish()
            tally.add(number, monitor.read())
            if ended.ending is Ending.HUNG:
                break  # the others would hang too, each for its whole time limit
        run.note(PhaseBegan, name="one in peace")
        _make_room(run)
        run.start(Plan(Stop.NOWHERE)).run_to_end()
        tally.add(lane.scale.cycles + 1, _come_to_rest(monitor, before))
        tally.note(run)
        note_watched(run, monitor.stop())
        for copier in lingering:
            copier.abandon()


def _make_room(run: Run) -> None:
    """Take the older version away from a copier that never replaces a file: it would only refuse."""
    if not run.profile.replaces:
        run.place.destination.unlink(missing_ok=True)


def _come_to_rest(monitor: Monitor, before: Figures) -> Figures:
    """Wait until no more processes are there than before, or they have had time enough to end; return what is there."""
    deadline = time.monotonic() + _REST_WITHIN
    while True:
        now = monitor.read()
        if now[Figure.PROCESSES] <= before[Figure.PROCESSES] or time.monotonic() > deadline:
            return now


def _disturb(lane: Lane, run: Run, copier: Performance, steps: int, end: End) -> CopyEnded:
    """Let a copier pass some steps, read the destination, and end it."""
    hold = copier.next()
    for _ in range(steps):
        if hold is not None:
            copier.release(hold)
            hold = copier.next()
    if hold is not None:
        run.act(lane.competitor("reader"), "read", READ, hold.step, path=str(run.place.destination))
        end(copier, hold)
    assert copier.ended is not None
    return copier.ended


def _count_within(lane: Lane, enough: Enough) -> None:
    """One copy, held at the first bytes, each quarter and the last bytes: what it holds there."""
    monitor = lane.monitor()
    tally = _Tally(_HELD, MIB)
    with lane.run() as run:
        _make_room(run)
        copier = run.start(Plan(Stop.EVERYWHERE))
        while (hold := copier.next()) is not None:
            if hold.step.startswith("write "):
                tally.add(hold.written / _BYTES, monitor.read())
            copier.release(hold)
        tally.note(run)
        note_watched(run, monitor.stop())


def one_after_another() -> Play:
    """FHL-002: many copies are made, each read at another step."""
    title = "many copies one after another, each read at one of its steps"
    return Play(title, ONE_AFTER_ANOTHER, title, partial(_repeat, _let_go), older=True, fresh=True)


def told_to_stop() -> Play:
    """FHL-002: many copies are begun, and told to end at one of their steps."""
    title = "many copies that are told to stop, each at one of its steps"
    return Play(title, TOLD_TO_STOP, title, partial(_repeat, _tell_to_stop), older=True, fresh=True)


def killed() -> Play:
    """FHL-002: many copies are begun, and killed at one of their steps."""
    title = "many copies that are killed, each at one of its steps"
    return Play(title, KILLED, title, partial(_repeat, _kill), older=True, fresh=True)


def within_one() -> Play:
    """FHL-002: what one copy holds, from its first bytes to its last."""
    title = "one copy, counted at every quarter of its data"
    return Play(title, WITHIN_ONE, title, _count_within, older=True, interferes=False)
