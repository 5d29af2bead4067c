"""Plays in which others only read the destination, or hold it open, while the copier works."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial

from ContentionLibrary.checks.readers import LOCK, OPEN_HALF, READ, READ_ON, UNLOCK
from ContentionLibrary.competitors.barrier import Barrier
from ContentionLibrary.competitors.pool import Competitor
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.figures import Measured
from ContentionLibrary.processes.channel import ready
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.run import OPERATION_LIMIT, Run
from ContentionLibrary.stepping.plan import Plan, Stop

_OVER = {False: "into an empty place", True: "over an older version"}


def _read_at_every_step(lane: Lane, enough: Enough) -> None:
    """One run, held at each step: a reader reads the destination there, and beside it another one reads across the step.

    The second reader opens the file and reads its first half at one step, and its second half at the next; its first
    half it reads before the copier starts, so that the file is open all the time.
    """
    reader, slow = lane.competitor("reader"), lane.competitor("slow reader")
    with lane.run() as run:
        path = str(run.place.destination)
        opened = run.act(slow, "open_half", OPEN_HALF, path=path).answer is Answer.DONE
        copier = run.start(Plan(Stop.EVERYWHERE))
        while (hold := copier.next()) is not None:
            run.look("held", hold.step)
            reader.begin("read", path=path)
            if opened:
                run.act(slow, "finish_reading", READ_ON, hold.step)
            half = run.act(slow, "open_half", OPEN_HALF, hold.step, path=path)
            opened = half.answer is Answer.DONE
            run.note_act(reader.name, READ, reader.result(OPERATION_LIMIT), hold.step, "the destination")
            if enough():
                copier.free()
            copier.release(hold)
        if opened:
            run.act(slow, "finish_reading", READ_ON)
            slow.do("close_file")
        run.act(reader, "read", READ, path=path)


def _read_together_at_every_step(count: int, lane: Lane, enough: Enough) -> None:
    """One run, held at each step: several readers leave one barrier and read the destination there.

    One more reader keeps the file open all the time.
    """
    readers, slow = _readers(lane, count), lane.competitor("slow reader")
    with Barrier(lane.meeting_place, readers) as barrier, lane.run() as run:
        path = str(run.place.destination)
        opened = run.act(slow, "open_half", OPEN_HALF, path=path).answer is Answer.DONE
        copier = run.start(Plan(Stop.EVERYWHERE))
        while (hold := copier.next()) is not None:
            run.look("held", hold.step)
            _read_together(barrier, run, readers, hold.step)
            if enough():
                copier.free()
            copier.release(hold)
        _read_together(barrier, run, readers, None)
        if opened:
            run.act(slow, "finish_reading", READ_ON)
            slow.do("close_file")


def _readers(lane: Lane, count: int) -> list[Competitor]:
    return [lane.competitor(f"reader {number}") for number in range(1, count + 1)]


def _read_together(barrier: Barrier, run: Run, readers: Sequence[Competitor], step: str | None) -> None:
    for reader in readers:
        barrier.arm(reader, "read", path=str(run.place.destination))
    departure = barrier.release()
    for reader in readers:
        run.note_act(reader.name, READ, reader.result(OPERATION_LIMIT), step, "the destination")
    run.note(Measured, name="barrier skew", value=departure.skew / 1e3, unit="µs")


def _read_freely(count: int, lane: Lane, enough: Enough) -> None:
    """The copier runs freely while several readers read the destination in a loop."""
    readers = _readers(lane, count)
    for _ in range(lane.scale.rounds):
        with lane.run() as run:
            for reader in readers:
                reader.begin("loop_reading", path=str(run.place.destination))
            run.start(Plan(Stop.NOWHERE)).run_to_end()
            for reader in readers:
                _note_loop(run, reader)
        if enough():
            return


def _note_loop(run: Run, reader: Competitor) -> None:
    """End a reader's loop, and note each change that it saw."""
    outcome = reader.stop(OPERATION_LIMIT).outcome
    for look in outcome.looks:
        run.note(
            Acted,
            who=reader.name,
            operation=READ,
            target="the destination",
            step=None,
            began=run.at(look.first / 1e9),
            ended=run.at(look.last / 1e9),
            answer=look.answer,
            error=look.error,
            sighting=look.sighting,
        )
    run.note(Measured, name=f"looks of {reader.name}", value=outcome.total, unit="")


def _stay_with_lock(lane: Lane, enough: Enough) -> None:
    """A reader holds a shared lock, has read half, and stays while the copier starts; once for each kind of lock.

    The runs go side by side, because each may wait for as long as the reader stays.
    """
    kinds = ("flock", "posix", "ofd")
    readers = [lane.competitor(f"reader with {kind} lock") for kind in kinds]
    with ExitStack() as entered:
        runs = [entered.enter_context(lane.run()) for _ in kinds]
        for run, reader, kind in zip(runs, readers, kinds, strict=True):
            path = str(run.place.destination)
            run.act(reader, "open_half", OPEN_HALF, path=path)
            run.act(reader, "hold_lock", LOCK, target=f"{kind} lock, shared", path=path, kind=kind, mode="shared")
        copiers = [run.start(Plan(Stop.NOWHERE)) for run in runs]
        wait_for_all(copiers, lane.scale.stay)
        for run, reader, kind in zip(runs, readers, kinds, strict=True):
            run.act(reader, "finish_reading", READ_ON)
            run.act(reader, "release_lock", UNLOCK, target=f"{kind} lock, shared", kind=kind)
            reader.do("close_file")
        for copier in copiers:
            copier.run_to_end()


def wait_for_all(copiers: Sequence[Performance], seconds: float) -> None:
    """Wait until all copiers have ended, by themselves or at their time limit, or the time is over."""
    deadline = time.monotonic() + seconds
    while waiting := [copier for copier in copiers if copier.ended is None]:
        left = deadline - time.monotonic()
        if left <= 0:
            return
        ready([copier.channel for copier in waiting], max(0.0, min(left, *(copier.time_left for copier in waiting))))
        for copier in waiting:
            copier.next(patience=0)


def read_at_every_step(*, older: bool) -> Play:
    """RDW-001: a reader opens and reads the destination at every step."""
    title = f"copy {_OVER[older]}, read at every step"
    return Play(title, "read at every step", title, _read_at_every_step, older)


def read_together_at_every_step(count: int, *, older: bool) -> Play:
    """RDW-002: several readers leave one barrier together at every step."""
    title = f"copy {_OVER[older]}, read by {count} at every step"
    act, again = partial(_read_together_at_every_step, count), partial(read_together_at_every_step, older=older)
    return Play(title, "read together at every step", title, act, older, competitors=count, with_competitors=again)


def read_freely(count: int, *, older: bool) -> Play:
    """RDW-002: several readers read in a loop while the copier runs freely."""
    title = f"free copy {_OVER[older]}, read by {count} in a loop"
    act, again = partial(_read_freely, count), partial(read_freely, older=older)
    return Play(
        title, "read freely", title, act, older, stepped=False, competitors=count, with_competitors=again, free=True
    )


def stay_with_lock() -> Play:
    """RDW-003: a reader holds a shared lock and stays."""
    title = "copy while a reader holds a shared lock"
    return Play(title, "stay with a lock", title, _stay_with_lock, older=True, stepped=False)
