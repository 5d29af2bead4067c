"""What every fact of a history has, and the facts about a play as a whole.

Times are seconds since the scenario began (monotonic). `subject` tells whose play an event belongs to: the
copier under test, or a control copier that was made to have a fault. The facts themselves, by what they are about:
`copies`, `acts`, `looks`, `disks` and `figures`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact with its moment. `run` numbers the copier runs of a play, from 1; `play` names what was played."""

    at: float
    subject: str
    play: str
    run: int


@dataclass(frozen=True, kw_only=True)
class PlayBegan(Event):
    """A play was started: what all its runs have in common, so that a stored history can be judged by itself.

    `size` is the size in bytes of every content in the play; `older` tells whether an older version was at the
    destination; `stepped` whether the copier had to be held, and `interferes` whether somebody had to act meanwhile;
    `replaces` whether the copier replaces an older version, or refuses a destination that is there already;
    `consumes_source` whether its source is gone after a success, because it moves it.
    `temporary_files` are the patterns of the hidden names that its profile speaks of.
    """

    title: str
    size: int
    older: bool
    destination: str  # relative to the stage of a run
    source: str  # likewise
    stepped: bool = True
    interferes: bool = True
    replaces: bool = True
    consumes_source: bool = False
    temporary_files: tuple[str, ...] = ()
    further: tuple[str, ...] = ()  # the other destinations of a copy to several

    @property
    def destinations(self) -> tuple[str, ...]:
        """Every destination, the first one first."""
        return (self.destination, *self.further)


@dataclass(frozen=True, kw_only=True)
class Limitation(Event):
    """Something that could not be seen or stopped: part of the verdict, never silent.

    `blind` tells that part of the copier's own work was hidden from us (a shared memory mapping, a 32-bit helper), so
    that a scenario without findings proves nothing.
    """

    what: str
    blind: bool = False
