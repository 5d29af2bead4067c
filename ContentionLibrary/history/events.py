"""The facts that a history is made of: who, what, when begun, when ended, with which outcome.

Times are seconds since the scenario began (monotonic). `subject` tells whose play an event belongs to: the
copier under test, or a control copier that was made to have a fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ContentionLibrary.content.sighting import Sighting


class Answer(StrEnum):
    """How one operation of a competitor ended, as the operating system told it."""

    DONE = "done"
    WAITED = "waited then done"
    REFUSED = "refused"
    ABSENT = "absent"
    HUNG = "hung"


class Ending(StrEnum):
    """How one run of a copier ended, in the terms of its profile."""

    SUCCESS = "success"
    BUSY = "busy"  # refused with an exit code that the profile calls busy
    ERROR = "error"  # any other exit code
    KILLED = "killed"  # by a signal, ours or another's
    HUNG = "hung"  # still running when its time limit was over; we ended it


class Way(StrEnum):
    """How exactly a copier could be stopped where we wanted, best first."""

    EXACT = "exact"
    SAMPLED = "sampled"
    TIMED = "timed"


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
    `temporary_files` are the patterns of the names that it says to use while it works.
    """

    title: str
    size: int
    older: bool
    destination: str  # relative to the stage of a run
    source: str  # likewise
    stepped: bool = True
    interferes: bool = True
    replaces: bool = True
    temporary_files: tuple[str, ...] = ()
    further: tuple[str, ...] = ()  # the other destinations of a copy to several

    @property
    def destinations(self) -> tuple[str, ...]:
        """Every destination, the first one first."""
        return (self.destination, *self.further)


@dataclass(frozen=True, kw_only=True)
class CopyBegan(Event):
    """A copier was started. `who` tells copiers of one run apart (`the copier`, `copier A`, `copier B`)."""

    who: str
    command: tuple[str, ...]
    way: Way
    source: str
    destinations: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StepReached(Event):
    """A copier came to a step and was held just before it."""

    who: str
    step: str
    call: str  # the system call, or how the sampled way saw the moment
    written: int  # bytes written so far to the file that the step is about
    settled: bool  # every other thread and process of the copier was asleep too
    pid: int


KILLED = "killed"
"""How `StepLeft.how` begins when the copier was killed in a hold."""


@dataclass(frozen=True, kw_only=True)
class StepLeft(Event):
    """What was done with a held copier: let go, failed with an errno, cut short, or killed."""

    who: str
    step: str
    how: str
    held: float  # seconds


@dataclass(frozen=True, kw_only=True)
class StepMissed(Event):
    """A step that was asked for was never reached in this run: nothing is proven about it."""

    who: str
    step: str
    reason: str


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
class CopyEnded(Event):
    """A copier ended."""

    who: str
    ending: Ending
    exit_code: int | None
    signal: int | None
    message: str  # the end of its standard error
    began: float
    ended: float
    peak_memory: int  # bytes of resident memory of its largest process
    steps: tuple[str, ...] = ()  # every step that it came to, held or not
    step_times: tuple[float, ...] = ()  # when it came to each of them, if anybody watched
    survivors: tuple[str, ...] = ()  # processes of its tree that outlived it, as `pid name`


@dataclass(frozen=True, kw_only=True)
class SurvivorsEnded(Event):
    """What had outlived a copier was let go on, and is gone now. `by_force` had to be killed, as `pid name`."""

    who: str
    by_force: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LocksSeen(Event):
    """The kernel was asked for its locks on everything that lies on the stage.

    `moment` is held, killed (what survived has had its time to end), or after (nobody lives who may hold one).
    Each lock is told in words, e.g. `FLOCK WRITE on destination/slide.bin by process 71`.
    """

    moment: str
    step: str | None
    locks: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One name on the stage. `path` is relative to the stage; `kind` is file, directory, symlink or other."""

    path: str
    kind: str
    size: int
    inode: int


@dataclass(frozen=True)
class FileSeen:
    """A file on the stage, and what it held. `path` is relative to the stage."""

    path: str
    content: Sighting


@dataclass(frozen=True, kw_only=True)
class Looked(Event):
    """The stage was looked at: every name on it, and the content of the destination if it was read.

    `further` is the content of the other destinations, in order, of a copy to several.
    `files` are the contents of the destination's whole directory, where a play is about its other files too.

    `moment` is before, held, killed (what outlived the copier has been stopped and not yet been let go on), after, or
    recovered (after the same copy was run again without contention).
    """

    moment: str
    step: str | None
    entries: tuple[Entry, ...]
    destination: Sighting | None = None
    further: tuple[Sighting | None, ...] = ()
    files: tuple[FileSeen, ...] = ()

    @property
    def destinations(self) -> tuple[Sighting | None, ...]:
        """The content of every destination, the first one first."""
        return (self.destination, *self.further)


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
class Measured(Event):
    """A figure that states how well the interference landed, e.g. the skew of a barrier."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, kw_only=True)
class Limitation(Event):
    """Something that could not be seen or stopped: part of the verdict, never silent.

    `blind` tells that part of the copier's own work was hidden from us (a shared memory mapping, a 32-bit helper), so
    that a scenario without findings proves nothing.
    """

    what: str
    blind: bool = False
