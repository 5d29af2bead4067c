"""A scenario's hold on its monitor: start it, ask it, stop it."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.errors import HarnessError
from ContentionLibrary.monitor.figures import Figures
from ContentionLibrary.monitor.surroundings import NOTHING_LEFT_OUT
from ContentionLibrary.processes.channel import ChannelClosed, Message
from ContentionLibrary.processes.starter import Child, Starter

SAMPLER = "ContentionLibrary.monitor.sampler"
"""The module that plays the role."""

INTERVAL = 0.05
"""Seconds between two looks, unless something else is asked for."""

_ANSWER = 20.0  # seconds


@dataclass(frozen=True)
class Curve:
    """One figure over time: moments of the monotonic clock, and the value at each; those between two equal ones are left out.

    Args:
        name: the figure's.
        moments: of the looks that are told.
        values: what was there.
        numbers: of these looks among all, from 0.
    """

    name: str
    moments: tuple[float, ...]
    values: tuple[float, ...]
    numbers: tuple[int, ...]

    def looks(self, first: float, last: float) -> int:
        """Return how many looks there were from one moment to another; those that are not told were at a steady interval."""
        return max(0, math.floor(self._number(last)) - math.ceil(self._number(first)) + 1)

    def _number(self, at: float) -> float:
        """Return which look was at a moment; between two looks it is between their numbers."""
        after = bisect.bisect_left(self.moments, at)
        if after == len(self.moments):
            return self.numbers[-1] + 0.5 * (at > self.moments[-1])
        if at == self.moments[after] or not after:
            return self.numbers[after] - 0.5 * (at < self.moments[after])
        share = (at - self.moments[after - 1]) / (self.moments[after] - self.moments[after - 1])
        return self.numbers[after - 1] + share * (self.numbers[after] - self.numbers[after - 1])


@dataclass(frozen=True)
class Watched:
    """All that a monitor has seen.

    Args:
        curves: by the name of the figure.
        beats: how often it has looked.
        missed: how many looks came too late and were left out.
        cost: what share of one processor it has used itself.
    """

    curves: dict[str, Curve]
    beats: int
    missed: int
    cost: float


class Monitor:
    """Looks at all programs that a starter's children start.

    Args:
        starter: whose programs.
        stage: directory whose names and space are looked at too.
        interval: seconds between two looks.
        own_names: regular expression of names on the stage that are left out.

    Raises:
        HarnessError: it does not come up.
    """

    def __init__(
        self, starter: Starter, stage: Path, interval: float = INTERVAL, own_names: str = NOTHING_LEFT_OUT
    ) -> None:
        self._starter = starter
        request = {"root": starter.pid, "stage": str(stage), "interval": interval, "own_names": own_names}
        self._child: Child = starter.start(SAMPLER, request)
        self._receive("ready")

    def read(self) -> Figures:
        """Look now, thoroughly, and return what there is."""
        self._ask({"read": True})
        figures: Figures = self._receive("figures")["figures"]
        return figures

    def so_far(self) -> Watched:
        """Return what was seen so far; the monitor goes on."""
        return self._told({"tell": True})

    def stop(self) -> Watched:
        """Look once more, and end."""
        told = self._told({"stop": True})
        self._starter.release(self._child)
        return told

    def _told(self, request: Message) -> Watched:
        self._ask(request)
        told = self._receive("series")
        curves = {
            name: Curve(name, tuple(moments), tuple(values), tuple(numbers))
            for name, (moments, values, numbers) in told["series"].items()
        }
        return Watched(curves, told["beats"], told["missed"], told["cost"])

    def _ask(self, request: Message) -> None:
        try:
            self._child.channel.send(request)
        except ChannelClosed as error:
            raise HarnessError(f"the monitor was lost: {error}") from error

    def _receive(self, what: str) -> Message:
        try:
            message = self._child.receive(_ANSWER)
        except ChannelClosed as error:
            raise HarnessError(f"the monitor was lost: {error}") from error
        if message is None or what not in message:
            raise HarnessError(f"the monitor does not answer within {_ANSWER:g} s: {message}")
        return message
