"""The facts about copiers: when they were started, to which steps they came, and how they ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ContentionLibrary.history.events import Event


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
FAILED = "failed"
"""How `StepLeft.how` begins when the step was made to fail."""
BARRED = "been barred"
"""How it begins when the step was made to fail, and nothing could be changed or removed any more."""


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
    processor: float = 0.0  # seconds of processor time of its processes; 0 where the system does not tell
    read: int = 0  # bytes that they have read, from files or elsewhere; likewise
    written: int = 0  # bytes that they have written; likewise
    unseen: bool = False  # it was watched for data, and was not seen to bring any to its destinations
    unread: bool = False  # it was watched for reads, and was not seen to read the source in any way
    refused: tuple[str, ...] = ()  # what it was told that this kernel lacks, because nobody could see it at work there


@dataclass(frozen=True, kw_only=True)
class SurvivorsEnded(Event):
    """What had outlived a copier was let go on, and is gone now. `by_force` had to be killed, as `pid name`."""

    who: str
    by_force: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StartedAs(Event):
    """As whom, and in which surroundings, a copier runs; seen when it was held, alone, earlier in the play.

    `party` is what it is called in messages, such as `the service`; `umask` is told in octal digits.
    """

    who: str
    party: str
    user: int
    umask: str
    terminal: bool
