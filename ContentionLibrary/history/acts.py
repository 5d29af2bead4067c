"""The facts about competitors: what they did, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ContentionLibrary.content.sighting import Sighting
from ContentionLibrary.history.events import Event


class Answer(StrEnum):
    """How one operation of a competitor ended, as the operating system told it."""

    DONE = "done"
    WAITED = "waited then done"
    REFUSED = "refused"
    ABSENT = "absent"
    HUNG = "hung"


@dataclass(frozen=True, kw_only=True)
class Acted(Event):
    """A competitor did something. `step` is the step at which the copier was held meanwhile, if it was."""

    who: str
    operation: str
    target: str
    step: str | None
    began: float
    ended: float
    answer: Answer
    error: str = ""  # the system's or program's own words when it refused
    sighting: Sighting | None = None


@dataclass(frozen=True, kw_only=True)
class LockMet(Event):
    """Somebody held a lock on a file, and somebody on the other side of the network tried something with that file.

    `answer` is waited if whoever tried had to wait until the holder had agreed. `code` names the refusal in the words of
    whoever refused: an errno of the system, or a status of the server; empty where nobody refused.
    """

    holder: str
    held: str
    who: str
    tried: str
    answer: Answer
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class OpeningsMet(Event):
    """A client had a file or a stream open in one way, and another one tried every way of opening it.

    A way is written like `r/rw`: what one wants, and what others may do meanwhile, of r(ead), w(rite) and d(elete).
    """

    what: str
    held: str
    refused: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """A file was given another name, over whatever had it. Paths are relative to the stage."""

    path: str
    to: str


@dataclass(frozen=True, kw_only=True)
class Renamed(Event):
    """A competitor's renames that happened, in order, all between two steps of the copier or beside a free one.

    Where they stand in a ring they were done at once as far as anybody here can tell; `times` counts the rounds.
    """

    who: str
    step: str | None
    moves: tuple[Move, ...]
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class Rearranged(Event):
    """A competitor has moved or removed a directory of the stage, and perhaps put something in its place.

    Paths are relative to the stage. What was below `moved` is below `to` since then, or gone if `to` is empty; `made` are
    the names that the competitor has made.
    """

    step: str | None
    moved: str
    to: str
    made: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ToldToEnd(Event):
    """Every process of a held copier got a signal, and `grace` seconds before it was to be killed."""

    step: str
    signal: int
    grace: float


@dataclass(frozen=True, kw_only=True)
class Signalled(Event):
    """A held copier got signals, by their numbers, all at one moment: its main process, or `all_processes`.

    `codes` are the exit codes with which it may end for one of them besides 128 and its number, as its profile says;
    `ignored` are those signals at which it says that it goes on.
    """

    step: str
    signals: tuple[int, ...]
    all_processes: bool
    codes: tuple[int, ...] = ()
    ignored: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StoodStill(Event):
    """Every process of a held copier was stopped by SIGSTOP, seen to stand, and continued by SIGCONT."""

    step: str
    processes: int
