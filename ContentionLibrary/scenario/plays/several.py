"""Plays in which one copy has several destinations, and one of them is in trouble, or the copier is killed.

Which of the destinations it is, and in which way, takes turns from step to step while nothing has changed at any
of them yet. From the step on that changes the first, each of them is replaced by a directory at every step besides,
because there a copier that has done one must know what to do when it surely cannot do another.
"""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from ContentionLibrary.checks.destinations import DELETE_ONE, PUT_DIRECTORY, READ_ONLY, destination_called
from ContentionLibrary.checks.kills import state_left
from ContentionLibrary.checks.readers import LOCK, UNLOCK
from ContentionLibrary.competitors.pool import Competitor
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.plan import Plan, Scope, Stop

DESTINATIONS = 3
_MAY_WRITE_EVERYWHERE = os.name == "posix" and os.geteuid() == 0
"""Root may write into a read-only directory: for root, the calls themselves are refused as on a read-only file system."""
_A_WHILE = 0.2  # seconds that a reader keeps its lock when the copier waits for it; most copiers never do
_TAKES_SPACE = (
    "create ",
    "write ",
    "clone ",
    "reserve ",
    "set the length",
    "open and empty ",
    "link ",
    "rename ",
    "make ",
    "flush ",
)
_CHANGES_NAMES = ("create ", "open and empty ", "link ", "rename ", "make ")
"""How the names of steps begin that fail when a disk is full, or a directory is read-only: the errnos of these calls."""


@dataclass(frozen=True)
class _Spot:
    """A step of an undisturbed copy.

    Args:
        step: its name.
        decisive: a destination has changed already, or is changed by this very step.
        shared: another process or thread than the main one has come to a step.
    """

    step: str
    decisive: bool
    shared: bool


def _spots(lane: Lane) -> list[_Spot]:
    """Run the copier once, undisturbed, and note at which step the first destination changes."""
    with lane.run() as run:
        before = _state(run)
        copier = run.start(Plan(Stop.EVERYWHERE))
        seen: list[tuple[str, bool, bool]] = []
        while (hold := copier.next()) is not None:
            seen.append((hold.step, _state(run) != before, hold.pid != copier.pid))
            copier.release(hold)
    first = next((number for number, (_, changed, _) in enumerate(seen) if changed), len(seen))
    shared = any(other for _, _, other in seen)
    return [_Spot(step, number >= first - 1, shared) for number, (step, _, _) in enumerate(seen)]


def _state(run: Run) -> list[tuple[int, int, int] | None]:
    found = []
    for path in run.place.destinations:
        status = path.lstat() if os.path.lexists(path) else None
        found.append((status.st_ino, status.st_size, status.st_mtime_ns) if status else None)
    return found


# -- what is done to one destination ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Trouble:
    """A copier that stands at a step, and whoever is to trouble one of its destinations there."""

    run: Run
    copier: Performance
    hold: Hold
    competitor: Competitor
    number: int

    @property
    def path(self) -> Path:
        return self.run.place.destinations[self.number]

    def act(self, operation: str, called: str, path: Path | None = None, **arguments: object) -> Answer:
        target = destination_called(self.number)
        where = str(path or self.path)
        return self.run.act(
            self.competitor, operation, called, self.hold.step, target=target, path=where, **arguments
        ).answer


def _deleted(trouble: _Trouble) -> None:
    trouble.run.look("held", trouble.hold.step, content=True)
    trouble.act("delete", DELETE_ONE)
    trouble.copier.release(trouble.hold)


def _replaced_by_directory(trouble: _Trouble) -> None:
    trouble.run.look("held", trouble.hold.step, content=True)
    trouble.act("put_directory", PUT_DIRECTORY)
    trouble.copier.release(trouble.hold)


def _read_only(trouble: _Trouble) -> None:
    trouble.act("chmod", READ_ONLY, trouble.path.parent, mode=0o555)
    trouble.copier.release(trouble.hold)


def _locked(trouble: _Trouble) -> None:
    """A reader locks the file, unless the copier itself has it locked, and keeps the lock for a while."""
    kept = trouble.act("try_lock", LOCK, kind="flock", mode="shared") is Answer.DONE
    if kept:
        trouble.competitor.do("hold_lock", path=str(trouble.path), kind="flock", mode="shared")
    trouble.copier.release(trouble.hold)
    if kept:
        trouble.copier.next(patience=_A_WHILE)
        trouble.run.act(
            trouble.competitor, "release_lock", UNLOCK, target=destination_called(trouble.number), kind="flock"
        )
        trouble.competitor.do("close_file")


class _Way(Enum):
    """What happens to a destination, and what is said of whoever does it."""

    DELETED = "deleter"
    DIRECTORY = "swapper"
    READ_ONLY = "warden"
    LOCKED = "reader"


_DEEDS: dict[_Way, Callable[[_Trouble], None]] = {
    _Way.DELETED: _deleted,
    _Way.DIRECTORY: _replaced_by_directory,
    _Way.READ_ONLY: _read_only,
    _Way.LOCKED: _locked,
}


@dataclass(frozen=True)
class _Disturbance:
    """One run: a step, and what happens there; an errno with which the step fails, or one destination in trouble."""

    step: str
    way: _Way | None = None
    number: int = 0
    error: int = 0


def _ways(older: bool) -> list[_Way]:
    """Choose the ways that can be gone: nobody can lock what is not there."""
    return [
        *([_Way.DELETED, _Way.DIRECTORY] if older else [_Way.DIRECTORY, _Way.DELETED]),
        *([] if _MAY_WRITE_EVERYWHERE else [_Way.READ_ONLY]),
        *([_Way.LOCKED] if older else []),
    ]


def _disturbances(spots: Sequence[_Spot], older: bool) -> list[_Disturbance]:
    numbers = range(DESTINATIONS)
    turns = itertools.cycle([(way, number) for number in numbers for way in _ways(older)])
    others = itertools.cycle([(way, n) for n in numbers for way in _ways(older) if way is not _Way.DIRECTORY])
    found = []
    for spot in spots:
        decisive = spot.decisive and spot.step.startswith(_CHANGES_NAMES)
        if decisive:
            found += [_Disturbance(spot.step, _Way.DIRECTORY, number) for number in numbers]
        way, number = next(others if decisive else turns)
        found.append(_Disturbance(spot.step, way, number))
        if spot.step.startswith(_TAKES_SPACE):
            found.append(_Disturbance(spot.step, error=errno.ENOSPC))
        if _MAY_WRITE_EVERYWHERE and spot.step.startswith(_CHANGES_NAMES):
            found.append(_Disturbance(spot.step, error=errno.EROFS))
    return found


def _trouble_each(older: bool, lane: Lane, enough: Enough) -> None:
    lane.side_by_side(_disturbances(_spots(lane), older), _disturb, enough)


def _disturb(lane: Lane, number: int, what: _Disturbance) -> None:
    with lane.run(number=number) as run:
        copier = run.start(Plan(Stop.NAMED, (what.step,)))
        hold = copier.reach(what.step)
        if hold is None:
            return
        if what.way is None:
            copier.release(hold, what.error)
        else:
            _DEEDS[what.way](_Trouble(run, copier, hold, lane.competitor(what.way.value), what.number))
        copier.run_to_end()


# -- kills ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Kill:
    step: str
    scope: Scope
    recovers: bool


def _kill_and_go_on(lane: Lane, enough: Enough) -> None:
    """At each step: killed, then the next run, or the recover command where the profile has one, once from each state.

    The two take turns until the first destination changes; from there on both come after a kill at every step. A copier
    of one process is killed once, since its main process is all of it.
    """
    remedies = (False, True) if lane.subject.profile.recover else (False,)
    turns = itertools.cycle(remedies)
    kills = [
        _Kill(spot.step, scope, recovers)
        for spot in _spots(lane)
        for recovers in (remedies if spot.decisive else (next(turns),))
        for scope in ((Scope.MAIN, Scope.TREE) if spot.shared else (Scope.TREE,))
    ]
    lane.side_by_side(kills, _kill, enough)


def _kill(lane: Lane, number: int, what: _Kill) -> None:
    with lane.run(number=number) as run:
        copier = run.start(Plan(Stop.NAMED, (what.step,)))
        hold = copier.reach(what.step)
        if hold is None:
            return
        copier.kill_at(hold, what.scope)
        left = state_left(run.look_after())
        if what.recovers and run.second_try.is_first_from(f"to be recovered: {left}"):
            run.second_try.recover()
        elif not what.recovers and run.second_try.is_first_from(left):
            run.second_try.copy()


_OVER = {False: "into empty places", True: "over older versions"}


def trouble_each(*, older: bool) -> Play:
    """AOV-002: each destination in turn is deleted, replaced by a directory, made read-only, full or locked."""
    title = f"copy to {DESTINATIONS} destinations {_OVER[older]}, one in trouble at every step"
    kind = "trouble each destination"
    act = partial(_trouble_each, older)
    return Play(title, kind, title, act, older, fresh=True, destinations=DESTINATIONS)


def kill_and_go_on(*, older: bool) -> Play:
    """AOV-002: the copier is killed at every step; then comes the next run, or the recover command."""
    title = f"copy to {DESTINATIONS} destinations {_OVER[older]}, killed at every step"
    kind = "kill a copy to several"
    return Play(title, kind, title, _kill_and_go_on, older, interferes=False, fresh=True, destinations=DESTINATIONS)
