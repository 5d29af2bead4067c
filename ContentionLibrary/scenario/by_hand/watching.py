"""A monitor by hand: started, asked and stopped by a test, with phases that the test names."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ContentionLibrary.errors import UsageError
from ContentionLibrary.history.events import Event
from ContentionLibrary.history.figures import Measured, PhaseBegan, Series
from ContentionLibrary.history.recording import History
from ContentionLibrary.monitor.figures import UNITS, Figures
from ContentionLibrary.monitor.monitor import Curve, Monitor, Watched
from ContentionLibrary.scenario.settings import UNDER_TEST

if TYPE_CHECKING:
    from ContentionLibrary.scenario.scenario import Scenario

_EventT = TypeVar("_EventT", bound=Event)
_BETWEEN_LOOKS = 0.01  # seconds


@dataclass(frozen=True)
class Phase:
    """A part of the time that a monitor has looked at: its name and its first moment of the monotonic clock."""

    name: str
    began: float


class Watching:
    """The monitor of a test.

    Args:
        scenario: whose programs are looked at.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._monitor: Monitor | None = None
        self._before: Figures = {}
        self._phases: list[Phase] = []
        self._watched: Watched | None = None

    def start(self, interval: float) -> Figures:
        """Start to look; return what there is at the beginning, the baseline.

        Raises:
            UsageError: a monitor is looking already, or the interval is too short.
        """
        if self._monitor is not None:
            raise UsageError("a monitor is at work already: Stop Monitor first")
        if interval < 0.001:
            raise UsageError(f"{interval:g} s between two looks are too short: give 1 ms or more")
        self._phases, self._watched = [], None
        self._monitor = self._scenario.monitor(interval)
        self._before = self._monitor.read()
        return self._before

    def mark(self, name: str) -> None:
        """Begin a phase."""
        self._at_work()
        self._phases.append(Phase(name, time.monotonic()))

    def read(self) -> Figures:
        """Look now, thoroughly."""
        return self._at_work().read()

    def stop(self) -> History:
        """End the looking; return what was noted, for the log."""
        self._watched, self._monitor = self._at_work().stop(), None
        noted = History()
        for event in [*self._phase_events(), *self._series_events(self._watched)]:
            noted.add(event)
            self._scenario.history.add(event)
        return noted

    def points(self, name: str, phase: str = "") -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return moments and values of a figure, of one phase or of all the time.

        Raises:
            UsageError: there is no such phase, or nothing of the kind was read.
        """
        curve = self._curve(name)
        first, last = self._bounds(phase)
        chosen = [(at, value) for at, value in zip(curve.moments, curve.values, strict=True) if first <= at < last]
        earlier = [value for at, value in zip(curve.moments, curve.values, strict=True) if at < first]
        if earlier:  # a value holds until the next look, and equal ones in between are left out
            chosen.insert(0, (first, earlier[-1]))
        return tuple(self._scenario.at(at) for at, _ in chosen), tuple(value for _, value in chosen)

    def looks(self, name: str, phase: str = "") -> int:
        """Return how often a figure was read in one phase or in all the time, also where it did not change.

        Raises:
            UsageError: there is no such phase, or nothing of the kind was read.
        """
        return self._curve(name).looks(*self._bounds(phase))

    def _curve(self, name: str) -> Curve:
        watched = self._watched or self._at_work().so_far()
        curve = watched.curves.get(name)
        if curve is None:
            raise UsageError(f"the monitor has not read '{name}'; it has read {', '.join(sorted(watched.curves))}")
        return curve

    def has_returned(self, name: str, timeout: float) -> tuple[float, float]:
        """Wait until a figure is no higher than at the beginning; return what it was then and what it is now.

        Raises:
            UsageError: no monitor is at work, or it was not read at the beginning.
        """
        self._at_work()
        if name not in self._before:
            raise UsageError(f"the monitor has not read '{name}' at its start; it has read {', '.join(self._before)}")
        deadline = time.monotonic() + timeout
        while (now := self.read()[name]) > self._before[name] and time.monotonic() < deadline:
            time.sleep(_BETWEEN_LOOKS)
        return self._before[name], now

    def _at_work(self) -> Monitor:
        if self._monitor is None:
            raise UsageError("no monitor is at work: Start Monitor first")
        return self._monitor

    def _bounds(self, phase: str) -> tuple[float, float]:
        if not phase:
            return 0.0, float("inf")
        names = [one.name for one in self._phases]
        if phase not in names:
            raise UsageError(f"no phase '{phase}' was marked; there are: {', '.join(names) or 'none'}")
        number = names.index(phase)
        end = self._phases[number + 1].began if number + 1 < len(names) else float("inf")
        return self._phases[number].began, end

    def _phase_events(self) -> list[Event]:
        return [
            PhaseBegan(at=self._scenario.at(phase.began), subject=UNDER_TEST, play="", run=0, name=phase.name)
            for phase in self._phases
        ]

    def _series_events(self, watched: Watched) -> list[Event]:
        series: list[Event] = [
            self._event(
                Series,
                name=name,
                unit=UNITS.get(name, ""),
                along="s",
                positions=tuple(round(self._scenario.at(at), 6) for at in curve.moments),
                values=tuple(float(value) for value in curve.values),
            )
            for name, curve in watched.curves.items()
        ]
        cost = round(100 * watched.cost, 3)
        return [*series, self._event(Measured, name="cost of the monitor", value=cost, unit="% of a processor")]

    def _event(self, kind: type[_EventT], **facts: Any) -> _EventT:  # noqa: ANN401 - the fields of the event
        return kind(at=self._scenario.now(), subject=UNDER_TEST, play="", run=0, **facts)
