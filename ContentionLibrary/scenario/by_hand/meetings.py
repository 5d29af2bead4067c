"""Barriers with names, at which competitors, foreign programs and the test itself meet; and how exactly they left."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.competitors.foreign import Arrival, create_barrier, departures, wait_at
from ContentionLibrary.competitors.pool import Competitor, Meeting
from ContentionLibrary.errors import HarnessError
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
            HarnessError: not all came in time.
            UsageError: there is no such barrier.
        """
        self.find(name)
        return wait_at(name, self.directory, self._meetings[name].timeout)

    def send(self, name: str, competitor: Competitor, operation: str, **arguments: object) -> None:
        """Let a competitor do something as soon as it has left a barrier with the others."""
        self.find(name)
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
