"""Figures out of histories: what was counted in a scenario, and what a whole run has taken of the machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from ContentionLibrary.history.copies import CopyEnded
from ContentionLibrary.history.events import Event
from ContentionLibrary.history.figures import Measured

_SKEW = "skew"
_DESCRIPTORS = ("descriptors", "file descriptors", "descriptor")


@dataclass(frozen=True)
class Figures:
    """All values of one name that were noted in one scenario."""

    name: str
    unit: str
    values: tuple[float, ...]

    @property
    def middle(self) -> float:
        """Half of the values are smaller, half are larger."""
        return median(self.values)


def figures(events: Iterable[Event]) -> tuple[Figures, ...]:
    """Collect the measured values by name and unit, in the order in which they first came."""
    found: dict[tuple[str, str], list[float]] = {}
    for event in events:
        if isinstance(event, Measured):
            found.setdefault((event.name, event.unit), []).append(event.value)
    return tuple(Figures(name, unit, tuple(values)) for (name, unit), values in found.items())


def peak_memory(events: Iterable[Event]) -> int | None:
    """Bytes of the largest copier process; None when no copier has ended."""
    return max((event.peak_memory for event in events if isinstance(event, CopyEnded)), default=None)


def is_skew(one: Figures) -> bool:
    """Whether the figures tell how far apart processes began that were to begin at once."""
    return _SKEW in one.name


def most_descriptors(all_figures: Iterable[Figures]) -> int | None:
    """The largest count of open descriptors that any scenario has noted."""
    return max((int(max(one.values)) for one in all_figures if one.unit in _DESCRIPTORS), default=None)
