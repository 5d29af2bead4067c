"""The facts that a look at the stage gives: names, contents, locks, owners."""

from __future__ import annotations

from dataclasses import dataclass

from ContentionLibrary.content.sighting import Sighting
from ContentionLibrary.history.events import Event


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
    repaired (after the recover command was run), or recovered (after the same copy was run again without contention); or
    passing: the names were others than at the look
    before, and then `step` is the last step that the copier had come to. `before here` and `after here` are looks at the
    copier's own side only, when it copies to a server.

    `temporary` is what lay in the copier's own directory for temporary files (TMPDIR), before and in the end; paths are
    relative to that.
    """

    moment: str
    step: str | None
    entries: tuple[Entry, ...]
    destination: Sighting | None = None
    further: tuple[Sighting | None, ...] = ()
    contents: tuple[Content, ...] = ()
    temporary: tuple[Entry, ...] = ()

    @property
    def destinations(self) -> tuple[Sighting | None, ...]:
        """The content of every destination, the first one first."""
        return (self.destination, *self.further)


@dataclass(frozen=True, kw_only=True)
class SourceSeen(Event):
    """A source was read when its copiers had ended, because it was not the file any more that it was when the run began.

    Another inode, size or time says so; a source that has none of them changed is not read. `path` is relative to the stage.
    """

    path: str
    sighting: Sighting


@dataclass(frozen=True, kw_only=True)
class Appeared(Event):
    """Something became of a name in a watched directory, as the system itself has told; `path` is relative to the stage.

    `step` is the last step that a held copier had been let into before; empty before its first one, and in a free run.
    """

    path: str
    what: str
    step: str


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
class Sized(Event):
    """The contents of this run are of another size than those of the play."""

    size: int


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
