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
    `replaces` whether the copier replaces an older version, or refuses a destination that is there already.
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
    processor: float = 0.0  # seconds of processor time of its processes; 0 where the system does not tell
    read: int = 0  # bytes that they have read, from files or elsewhere; likewise
    written: int = 0  # bytes that they have written; likewise


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
class Entry:
    """One name on the stage. `path` is relative to the stage; `kind` is file, directory, symlink or other."""

    path: str
    kind: str
    size: int
    inode: int


@dataclass(frozen=True)
class Content:
    """What one file on the stage holds. `path` is relative to the stage."""

    path: str
    sighting: Sighting


@dataclass(frozen=True, kw_only=True)
class Looked(Event):
    """The stage was looked at: every name on it, and the content of the destination if it was read.

    `further` is the content of the other destinations, in order, of a copy to several. `contents` tells of every file,
    where a play wants to know what has landed where.

    `moment` is before, held, killed (what outlived the copier has been stopped and not yet been let go on), after, or
    recovered (after the same copy was run again without contention); or passing: the names were others than at the look
    before, and then `step` is the last step that the copier had come to. `before here` and `after here` are looks at the
    copier's own side only, when it copies to a server.
    """

    moment: str
    step: str | None
    entries: tuple[Entry, ...]
    destination: Sighting | None = None
    further: tuple[Sighting | None, ...] = ()
    contents: tuple[Content, ...] = ()

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
class Appeared(Event):
    """Something became of a name in a watched directory, as the system itself has told; `path` is relative to the stage.

    `step` is the last step that a held copier had been let into before; empty before its first one, and in a free run.
    """

    path: str
    what: str
    step: str


@dataclass(frozen=True)
class Name:
    """A name in a view: `path` relative to the stage; `kind` as in `Entry`."""

    path: str
    kind: str
    inode: int


@dataclass(frozen=True)
class DiskOperation:
    """One operation on the stage, or several that moved data into one file one after the other.

    `verb` is what it does (`write`, `sync`, `rename`; of an open its manner: `create`, `empty`, `unnamed` ...) and `call`
    the system call; `inode` the file or directory that it is about (0: one that
    is not there yet, or lies on another file system). `bytes` is how much data the file had
    got when it was over, for `truncate` its new length. `synchronous` tells that each write went to the disk at once.
    `view` numbers the names that there were just before it.
    """

    step: str
    verb: str
    call: str
    inode: int
    bytes: int
    synchronous: bool
    view: int


@dataclass(frozen=True, kw_only=True)
class Recorded(Event):
    """All that a copier did to the disk in one run, in order. `root` is the inode of the stage, `end` the last view."""

    who: str
    root: int
    views: tuple[tuple[Name, ...], ...]
    operations: tuple[DiskOperation, ...]
    end: int


@dataclass(frozen=True, kw_only=True)
class LaidOut(Event):
    """A state that a disk may hold after a power loss was made on the stage, for the same copy to be run from it."""

    step: str  # before which step the power was lost; empty: after the end
    state: tuple[str, ...]  # one line for each name, in words


@dataclass(frozen=True, kw_only=True)
class PowerLost(Event):
    """The power of a real file system was cut, and it was brought up again.

    `flushed` tells whether another program had flushed a file of its own just before, which takes along what the journal
    holds of everybody, as the file system itself does every few seconds.
    """

    step: str  # before which step of the copier; empty: after it had ended
    file_system: str
    flushed: bool
    took: float  # seconds from the cut to the next look


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


@dataclass(frozen=True)
class Ability:
    """What a file system can do, or what it has said instead."""

    name: str
    able: bool
    told: str


@dataclass(frozen=True, kw_only=True)
class OnFileSystem(Event):
    """All runs of the play are on this file system. `reality` is native or emulated; `abilities` were tried on it."""

    file_system: str
    name: str
    reality: str
    abilities: tuple[Ability, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Arrived(Event):
    """What has become of something that the source had besides its content, when the copy had ended.

    `counts` tells that somebody has put it there, so that its loss has to be told; `word` is what names it.
    """

    what: str
    word: str
    kept: bool
    told: str
    counts: bool


@dataclass(frozen=True, kw_only=True)
class SpaceCounted(Event):
    """What was free on a file system that was made to run full: before a copy, and when the copier had ended.

    `names` is how many files and directories there were, also those without a name that somebody had open. `grain` is what
    the file system may keep for its own books after a file was made and removed. `destination` is a number from 0.
    """

    moment: str  # before, or after
    file_system: str
    destination: int
    free: int  # bytes
    names: int
    grain: int  # bytes


@dataclass(frozen=True, kw_only=True)
class Sized(Event):
    """The contents of this run are of another size than those of the play."""

    size: int


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


@dataclass(frozen=True, kw_only=True)
class OwnerSeen(Event):
    """Whose the destination was, and what others might do with it.

    `moment` is alone (as a copier leaves it that nobody disturbs; `party` tells which), or after. `mode` is told in octal
    digits.
    """

    moment: str
    party: str
    user: int
    mode: str


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


@dataclass(frozen=True, kw_only=True)
class Limitation(Event):
    """Something that could not be seen or stopped: part of the verdict, never silent.

    `blind` tells that part of the copier's own work was hidden from us (a shared memory mapping, a 32-bit helper), so
    that a scenario without findings proves nothing.
    """

    what: str
    blind: bool = False
