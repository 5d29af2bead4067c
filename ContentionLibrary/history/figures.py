"""The facts that are numbers: what was measured, timed, and looked at again and again."""

from __future__ import annotations

from dataclasses import dataclass

from ContentionLibrary.history.events import Event


@dataclass(frozen=True, kw_only=True)
class Measured(Event):
    """A figure that states how well the interference landed, e.g. the skew of a barrier."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True)
class Job:
    """What became of one of several copies that were let go at one moment.

    `came` is the seconds that it took before to come to its first step, where it stood; 0 if it had not come there by then,
    as when it waits for one that stands. `seconds` is from that moment to its end. `processor` (seconds), `read` and `written` (bytes) are as in `CopyEnded`.
    """

    came: float
    seconds: float
    succeeded: bool
    processor: float
    read: int
    written: int


@dataclass(frozen=True, kw_only=True)
class Timed(Event):
    """Copies were timed together, from the moment at which all stood at their first step.

    Args:
        round: samples of one round are one after the other.
        competitors: how many there were beside the copier; 0 for an uncontended sample.
        jobs: what became of each copy, that of the copier first.
        others: seconds that competitors who are no copiers need for their own work without any copier.
        together: seconds until they were through with it, beside the copier.
        demanded: the part of the uncontended work per second that must remain.
    """

    round: int
    competitors: int
    jobs: tuple[Job, ...]
    others: float
    together: float
    demanded: float


@dataclass(frozen=True, kw_only=True)
class Compared(Event):
    """A copier was timed in turns with a yardstick, a copier that is always the same.

    `ratios` are its speeds, each as a multiple of the yardstick's beside it; `before` are those of the baseline in `path`, which
    is empty when this run has made it.
    """

    ratios: tuple[float, ...]
    before: tuple[float, ...]
    path: str


@dataclass(frozen=True, kw_only=True)
class PhaseBegan(Event):
    """Something new began while a monitor was looking; it lasts until the next phase."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Series(Event):
    """One figure, looked at again and again. Points between two equal neighbours may be left out.

    `along` tells what the positions count: `s` (seconds since the scenario began), `copies` (that have ended), `MiB`
    (that a copier has written), `MiB of the file`, or `competitors` (at work beside the copier).
    """

    name: str
    unit: str  # empty for plain counts
    along: str
    positions: tuple[float, ...]
    values: tuple[float, ...]
