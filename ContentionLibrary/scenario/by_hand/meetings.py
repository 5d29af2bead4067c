"""Barriers with names, at which competitors, foreign programs and the test itself meet; and how exactly they left."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.competitors.foreign import (
    Arrival,
    BarrierBroken,
    broke_for_want,
    create_barrier,
    departures,
    wait_at,
    waiting,
)
from ContentionLibrary.competitors.pool import Competitor, Meeting
from ContentionLibrary.errors import HarnessError, UsageError
from ContentionLibrary.scenario.by_hand.names import unknown

_WRITTEN_DOWN_WITHIN = 5.0  # seconds that those who have left get to say when that was
_LOOK = 0.005


@dataclass(frozen=True)
class Crossing:
    """How all parties of a barrier left it together, once.

    Args:
        turn: which use of the barrier it was, from 1.
        parties: how many left.
        skew: nanoseconds between the first and the last.
        last: process number of the last.
    """

    turn: int
    parties: int
    skew: int
    last: int


@dataclass(frozen=True)
class _Meeting:
    parties: int
    timeout: float


class Meetings:
    """The barriers of one test.

    Args:
        directory: where barriers with names are.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._meetings: dict[str, _Meeting] = {}
        self._names = {os.getpid(): "the test itself"}  # of those who can come, by their processes

    def create(self, name: str, parties: int, timeout: float) -> None:
        """Make a barrier.

        Args:
            name: letters, digits, blanks and `.` `_` `-`.
            parties: how many meet there, at least 1.
            timeout: seconds that competitors and the test itself wait there.

        Raises:
            UsageError: the name or the number cannot be used, or there is a barrier of this name.
        """
        create_barrier(name, parties, self.directory)
        self._meetings[name] = _Meeting(parties, timeout)

    def find(self, name: str) -> None:
        """See that there is a barrier of this name.

        Raises:
            UsageError: there is none; the message lists those that there are.
        """
        if name not in self._meetings:
            raise unknown("barrier", name, self._meetings)

    def wait(self, name: str) -> Arrival:
        """Wait at a barrier ourselves, and leave with the others.

        Raises:
            HarnessError: one of those who came was lost.
            UsageError: there is no such barrier, or not all came in time.
        """
        self.find(name)
        try:
            return wait_at(name, self.directory, self._meetings[name].timeout)
        except BarrierBroken as error:
            if broke_for_want(name, self.directory):
                raise UsageError(self.want(name)) from error
            raise

    def broke_for_want(self, name: str) -> bool:
        """Tell whether a barrier is broken because too few came in time."""
        return broke_for_want(name, self.directory)

    def want(self, name: str, timeout: float | None = None) -> str:
        """Say who has waited in vain at a barrier, and how many there should have been.

        Args:
            name: the barrier's.
            timeout: seconds that somebody has waited; all that the barrier grants by default.
        """
        timeout = self._meetings[name].timeout if timeout is None else timeout
        parties = self._meetings[name].parties
        there = [self._names.get(who.pid, f"process {who.pid}") for who in waiting(name, self.directory)]
        came = f"only {len(there)} came ({', '.join(there)})" if there else "nobody came"
        return (
            f"barrier '{name}' waits for {parties} parties, and within {timeout:g} s {came}: let {parties - len(there)} more "
            "come, with at_barrier, contention wait or Wait At Barrier, or create it with fewer parties"
        )

    def send(self, name: str, competitor: Competitor, operation: str, **arguments: object) -> None:
        """Let a competitor do something as soon as it has left a barrier with the others."""
        self.find(name)
        self._names[competitor.pid] = competitor.name
        competitor.meet(operation, Meeting(name, str(self.directory), self._meetings[name].timeout), **arguments)

    def passed(self, name: str, pid: int) -> int:
        """Return how often a process has left a barrier."""
        return sum(arrival.pid == pid for arrival in departures(name, self.directory))

    def crossings(self, name: str) -> list[Crossing]:
        """Return how the parties have left a barrier, turn by turn.

        Raises:
            HarnessError: somebody has left and not said when.
            UsageError: there is no such barrier.
        """
        self.find(name)
        parties = self._meetings[name].parties
        deadline = time.monotonic() + _WRITTEN_DOWN_WITHIN
        while True:
            turns: dict[int, list[Arrival]] = {}
            for arrival in departures(name, self.directory):
                turns.setdefault(arrival.turn, []).append(arrival)
            silent = [turn for turn, arrivals in turns.items() if len(arrivals) < parties]
            if not silent:
                return [_crossing(turn, arrivals) for turn, arrivals in turns.items()]
            if time.monotonic() > deadline:
                told = len(turns[silent[0]])
                raise HarnessError(f"barrier '{name}', turn {silent[0]}: only {told} of {parties} said when they left")
            time.sleep(_LOOK)


def _crossing(turn: int, arrivals: list[Arrival]) -> Crossing:
    last = max(arrivals, key=lambda arrival: arrival.left)
    return Crossing(turn, len(arrivals), last.left - min(arrival.left for arrival in arrivals), last.pid)
