"""Plays in which equal copiers want the same again and again, and in which readers want a lock while a copy is made.

Whoever has succeeded begins its next copy at once. Whoever was refused asks again when another copy has succeeded, the
longest refused first, and before the one that has just succeeded: as a user would do it who looks after each of them.
All else is up to the copier.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ContentionLibrary.checks.check import Run as Judged
from ContentionLibrary.checks.fairness import (
    ASK,
    ASKS,
    NEWCOMERS,
    ONE_DESTINATION,
    ONE_DIRECTORY,
    ONE_LOCK,
    ONE_QUEUE,
    Period,
    least_period,
)
from ContentionLibrary.copiers.running import command_line
from ContentionLibrary.history.cast import COPIERS, NAMES, SENT, UNDER_TEST
from ContentionLibrary.history.copies import Ending
from ContentionLibrary.history.figures import Measured
from ContentionLibrary.processes.channel import ready
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.disturbing import last_write
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.plan import Plan, Stop

_PERIOD = 90.0
"""Seconds after which nobody begins again; a quiet machine takes a tenth of it."""
_BYTES = 1 << 20
"""Of each file: what is counted is turns, and they do not depend on its size."""
_LOCKS = ("flock", "ofd")
_KEPT_WAITING = 3.0
"""Seconds for which a copier is kept waiting by one that is held: long enough for a wait that grows to have grown."""
_ITS_TURN = 1.0  # seconds that it has its way free, before anybody else comes


class _Contest:
    """Copiers of one run that ask again and again.

    Args:
        run: the run.
        copiers: how many.
        own_names: each has a destination of its own in the same directory.
    """

    def __init__(self, run: Run, copiers: int, *, own_names: bool) -> None:
        self._run = run
        self._copiers = copiers
        self._own_names = own_names
        self._refused: deque[int] = deque()
        self._active: dict[int, Performance] = {}

    def hold(self, settled: Callable[[], bool]) -> None:
        """Let all ask until it is settled, or the time or the asks are over; those that are at work then end.

        They count, too. So if it is not settled any more when they have ended, all ask again.
        """
        deadline = time.monotonic() + _PERIOD
        asks = ASKS * least_period(self._copiers)
        over = False
        while not over:
            self._ask_all()
            while self._active:
                self._wait_for_news()
                ended = [number for number, copier in self._active.items() if copier.next(patience=0) or copier.ended]
                for number in ended:
                    asks -= 1
                    succeeded = self._take(number)
                    over = over or settled() or asks <= 0 or time.monotonic() > deadline
                    if not over:
                        self._go_on(number, succeeded=succeeded)
            over = settled() or asks <= 0 or time.monotonic() > deadline

    def _ask_all(self) -> None:
        self._refused.clear()
        for number in range(self._copiers):
            self._ask(number)

    def _wait_for_news(self) -> None:
        copiers = list(self._active.values())
        ready([copier.channel for copier in copiers], max(0.0, min(copier.time_left for copier in copiers)))

    def _take(self, number: int) -> bool:
        copier = self._active.pop(number)
        copier.finish()
        return copier.ended is not None and copier.ended.ending is Ending.SUCCESS

    def _go_on(self, number: int, *, succeeded: bool) -> None:
        if not succeeded:
            self._refused.append(number)
        if succeeded or not self._active:
            while self._refused:
                self._ask(self._refused.popleft())
        if succeeded:
            self._ask(number)

    def _target(self, number: int) -> Path:
        destination = self._run.place.destination
        return destination.with_stem(f"{destination.stem}-{number + 1}") if self._own_names else destination

    def _ask(self, number: int) -> None:
        run, who = self._run, COPIERS[number]
        source, target = run.give_source(number), self._target(number)
        if not run.profile.replaces:
            target.unlink(missing_ok=True)
        words = command_line(run.profile, source, (target,), run.place.root)
        self._active[number] = run.start(Plan(with_data=False), who, source, NAMES[SENT[who]], command=tuple(words))


def _contest(own_names: bool, lane: Lane, enough: Enough) -> None:
    copiers = lane.scale.contestants
    with lane.run(rivals=copiers - 1) as run:

        def period() -> Period:
            return Period(Judged(run.play, 1, lane.noted()))

        def settled() -> bool:
            return enough() if lane.subject.name != UNDER_TEST and period().is_long_enough else period().is_settled

        _Contest(run, copiers, own_names=own_names).hold(settled)
        seen = period()
        run.note(Measured, name="copies that succeeded", value=len(seen.served), unit="")
        run.note(Measured, name="Jain's index of the shares", value=round(seen.index, 3), unit="")
        run.note(Measured, name="longest wait, in copies of others", value=seen.longest_wait[0], unit="")


def _pass_one_that_waits(lane: Lane, enough: Enough) -> None:
    """Keep one copier waiting by another one that is held, let that end, and let newcomers come while the first one still waits.

    A copier that does not wait, because it is refused or needs no turn, has ended before.
    """
    step = last_write(lane)
    with lane.run(rivals=NEWCOMERS + 1) as run:

        def start(number: int, plan: Plan) -> Performance:
            who = COPIERS[number]
            return run.start(plan, who, run.give_source(number), NAMES[SENT[who]])

        holder = start(0, Plan(Stop.NAMED, (step,)))
        hold = holder.next()
        waiting = start(1, Plan(Stop.NOWHERE))
        waiting.next(patience=_KEPT_WAITING)
        if hold is not None:
            holder.release(hold)
        holder.run_to_end()
        waiting.next(patience=_ITS_TURN)
        for newcomer in range(2, NEWCOMERS + 2):
            if waiting.ended is not None:
                break
            start(newcomer, Plan(Stop.NOWHERE)).run_to_end()
            waiting.next(patience=0)
        waiting.kill()


def _readers_ask(lane: Lane, enough: Enough) -> None:
    """One run, held at each step: a reader tries to take a shared lock on the older version there, and gives it back."""
    reader = lane.competitor("reader")
    with lane.run() as run:
        path = str(run.place.destination)
        copier = run.start(Plan(Stop.EVERYWHERE))
        while (hold := copier.next()) is not None:
            for kind in _LOCKS:
                target = f"shared {kind} lock on the destination"
                run.act(reader, "try_lock", ASK, hold.step, target=target, path=path, kind=kind, mode="shared")
            if enough():
                copier.free()
            copier.release(hold)


def one_destination() -> Play:
    """FST-001: equal copiers want one destination, again and again."""
    kind = ONE_DESTINATION
    act = partial(_contest, False)
    return Play(kind, kind, kind, act, stepped=False, interferes=False, fresh=True, at_most=_BYTES)


def one_directory() -> Play:
    """FST-001: equal copiers want one directory, each for a name of its own."""
    kind = ONE_DIRECTORY
    act = partial(_contest, True)
    return Play(kind, kind, kind, act, stepped=False, interferes=False, fresh=True, at_most=_BYTES)


def one_queue() -> Play:
    """FST-001: a copier waits while others come after it."""
    title = "copies that begin while another one waits"
    return Play(ONE_QUEUE, ONE_QUEUE, title, _pass_one_that_waits, interferes=False, fresh=True, at_most=_BYTES)


def one_lock() -> Play:
    """FST-001: a reader asks for a lock at every step of a copy."""
    title = "copy over an older version, a reader asks for a lock at every step"
    return Play(ONE_LOCK, ONE_LOCK, title, _readers_ask, older=True)
