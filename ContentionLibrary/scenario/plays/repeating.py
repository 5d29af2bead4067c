"""Plays in which many copies are made one after another, or one is looked at all along, and what they hold is counted."""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Callable, Sequence
from functools import partial

from ContentionLibrary.checks.growth import LEAST_POINTS
from ContentionLibrary.checks.holdings import (
    COPIES,
    FILES,
    KILLED,
    MANY_FILES,
    MIB,
    ONE_AFTER_ANOTHER,
    TOLD_TO_STOP,
    WITHIN_ONE,
)
from ContentionLibrary.checks.readers import READ
from ContentionLibrary.content.judge import judge_file
from ContentionLibrary.copiers import running
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.cast import SOURCE
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
_SMALL = 64 * 1024  # bytes of each of many files
_MOST_POINTS = 40

End = Callable[[Performance, Hold], object]


class _Tally:
    """Counts at chosen moments, and notes a series for each figure."""

    def __init__(self, names: Sequence[Figure], along: str) -> None:
        self._names, self._along = names, along
        self._points: list[tuple[float, Figures]] = []

    def add(self, position: float, figures: Figures) -> None:
        self._points.append((position, figures))

    def __len__(self) -> int:
        return len(self._points)

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

    It is counted from the end of a first copy that nobody disturbs: what a copier sets up once, such as a folder for its
    temporary files, does not grow. Processes that outlive a copy go on as they would without us; only at the end they are ended.
    """
    monitor = lane.monitor()
    tally = _Tally(_LEFT, COPIES)
    lingering: list[Performance] = []
    with lane.run() as run:
        _make_room(run)
        first = run.start(Plan(Stop.NOWHERE), "the first copy")
        steps = len(first.run_to_end().steps)
        _leave_alone(first, lingering)
        before = monitor.read()
        tally.add(0, before)
        run.note(PhaseBegan, name="disturbed copies")
        for number in range(1, lane.scale.cycles + 1):
            _make_room(run)
            copier = run.start(Plan(Stop.EVERYWHERE), f"copy {number}")
            ended = _disturb(lane, run, copier, (number - 1) % max(steps, 1), end)
            _leave_alone(copier, lingering)
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


def _leave_alone(copier: Performance, lingering: list[Performance]) -> None:
    """Let go on what has outlived a copy, and note whose it is; the others are done with."""
    if copier.ended is not None and copier.ended.survivors:
        copier.proceed(0.0, _TO_THE_END)
        lingering.append(copier)
    else:
        copier.finish()


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


def _count_files(lane: Lane, enough: Enough) -> None:
    """One process copies a folder, and is held before it makes some of its files: what it holds there.

    A first run of it tells which files those are, as the copier takes them.
    """
    begins: list[str] = []
    for rehearsing in (True, False):
        with lane.run() as run:
            folder = run.place.source.parent
            try:
                command = running.folder_line(run.profile, folder, run.place.destination.parent, run.place.root)
            except NotPossibleHere as reason:
                lane.limit(str(reason))
                return
            names = [f"file {number}" for number in range(1, lane.scale.cycles * 3 + 1)]
            for name in names:
                run.contents.copy(SOURCE, _SMALL, folder / name)
            if rehearsing:
                copier = run.start(Plan(Stop.NOWHERE), command=tuple(command))
                begins = [step for step in copier.run_to_end().steps if step.startswith("create ")]
                if not begins:
                    copier.miss("create the first file", "no file was seen to be made in the folder")
            else:
                _count_at(lane, run, run.start(Plan(Stop.NAMED, _some(begins)), command=tuple(command)))
            _see_that_all_arrived(run, names)


def _some(steps: Sequence[str]) -> tuple[str, ...]:
    """Return at most so many steps as a line needs, evenly spread."""
    return tuple(steps[:: math.ceil(len(steps) / _MOST_POINTS) or 1])


def _count_at(lane: Lane, run: Run, copier: Performance) -> None:
    """Count at each hold; without the points that a line needs, nothing is told of what grows."""
    monitor = lane.monitor()
    tally = _Tally(_HELD, FILES)
    while (hold := copier.next()) is not None:
        tally.add(sum(1 for _ in run.place.destination.parent.iterdir()), monitor.read())
        copier.release(hold)
    if len(tally) < LEAST_POINTS:
        copier.miss("create one file after another", f"it was held {len(tally)} times, and a line needs {LEAST_POINTS}")
    tally.note(run)
    note_watched(run, monitor.stop())


def _see_that_all_arrived(run: Run, names: Sequence[str]) -> None:
    """Note it as a step that was missed when a reported success has left out files: then little was counted."""
    folder, copier = run.place.destination.parent, run.performances[0]
    arrived = sum(
        1 for name in names if (folder / name).is_file() and judge_file(folder / name).is_whole(SOURCE, _SMALL)
    )
    if arrived < len(names):
        copier.miss("the last file", f"only {arrived} of {len(names)} files of the folder arrived whole")


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


def many_files() -> Play:
    """FHL-002: what one process holds that copies many files."""
    title = "many files copied by one process, counted at some of them"
    return Play(title, MANY_FILES, title, _count_files, stepped=False, interferes=False, fresh=True, at_most=_SMALL)


def within_one() -> Play:
    """FHL-002: what one copy holds, from its first bytes to its last."""
    title = "one copy, counted at every quarter of its data"
    return Play(title, WITHIN_ONE, title, _count_within, older=True, interferes=False)
