"""The facts about disks: what was done to one, what may be left after a power loss, what a file system can."""

from __future__ import annotations

from dataclasses import dataclass

from ContentionLibrary.history.events import Event


@dataclass(frozen=True)
class Name:
    """A name in a view: `path` relative to the stage; `kind` as in `Entry`."""

    path: str
    kind: str
    inode: int


@dataclass(frozen=True)
class DiskOperation:
    """One operation on the stage, or several that moved data into one file one after the other.

    `verb` is what it does (`write`, `sync`, `rename`; of an open that changes something its manner: `create`, `empty`, `unnamed` ...) and `call`
    the system call; `inode` the file or directory that it is about (0: one that
    is not there yet, or lies on another file system). `bytes` is how much data the file had
    got when it was over, for `truncate` its new length. `synchronous` tells that each write went to the disk at once.
    `view` numbers the names that there were just before it. `back` is how many more operations had begun when a flush
    came back; None when it failed, or was still under way at the end.
    """

    step: str
    verb: str
    call: str
    inode: int
    bytes: int
    synchronous: bool
    view: int
    back: int | None = 0


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
