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


_MEANINGS = {
    "start skew": "how far apart the copiers of a free race began",
    "barrier skew": "how far apart the readers began",
    "rounds": "free races of one play; each play counts once",
    "rounds in which copiers met": "those of them in which two copiers worked on the destination at the same time",
    "speed against the yardstick": "how many times as fast as a plain copier that was timed in turns with it",
    "the same in the baseline": "what it was when this machine's baseline was made",
    "Jain's index of the shares": "1 if all copiers got the same share, towards 0 if one got all",
    "looks of the monitor": "how often it was noted what the copier's processes held",
    "cost of the monitor": "what this looking has used itself",
    "rings during a copy": "how often all files were renamed in a ring while one copy ran",
    "steps at which a second name was seen": "the copier's temporary name, onto which others could be renamed",
}
_SIGNIFICANT = 100  # from here on a whole number has three digits
_KIBI = 1024


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

    @property
    def meaning(self) -> str:
        """What was counted, where the name alone does not tell; else empty."""
        return _MEANINGS.get(self.name, "")

    def shown(self, value: float) -> str:
        """One of the values with its unit, for people: three digits that mean something."""
        return rounded_size(value) if self.unit == "bytes" else f"{three_digits(value)} {self.unit}".rstrip()


def rounded_size(size: float) -> str:
    """Write a size about which nobody needs to know each byte."""
    for unit in ("bytes", "KiB", "MiB"):
        if abs(size) < _KIBI:
            return f"{three_digits(size)} {unit}"
        size /= _KIBI
    return f"{three_digits(size)} GiB"


def three_digits(value: float) -> str:
    """Write a number with three significant digits, and a whole number as it is."""
    if abs(value) >= _SIGNIFICANT or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


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
