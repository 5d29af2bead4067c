"""A file system that runs full when we want: how much room it has, for bytes and for names, is ours to say.

Whatever its size, it is filled up until it takes nothing more, and then so much is given back as is wanted. So the room is
what a copier can really get, whatever the file system keeps for itself: reserved blocks, space for its own books.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.stage.stage import Flushable

_SETTLED_WITHIN = 1.0  # seconds in which a file system gives back what was deleted; xfs does it in the background
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Space:
    """What there is on a file system.

    Args:
        free: bytes that are not taken.
        names: files and directories that there are, also those without a name that are open still.
    """

    free: int
    names: int


class SmallDisk:
    """A stage that runs full.

    Args:
        stage: the file system.
        grain: bytes that it may need for its own books when a file was made and removed again: a directory never
            shrinks, and files are counted in groups. More than that is space that somebody has not given back.
        within: the process whose namespaces a copier has to enter to see it; 0 if everybody sees it.
    """

    def __init__(self, stage: Flushable, grain: int, within: int = 0) -> None:
        self._stage = stage
        self.grain = grain
        self.within = within
        self._ballast = stage.root.parent / "ballast"
        self._names = stage.root.parent / "names"

    @property
    def root(self) -> Path:
        """An empty directory on it."""
        return self._stage.root

    @property
    def name(self) -> str:
        """How a verdict calls it."""
        return self._stage.name

    @property
    def block(self) -> int:
        """Bytes of its smallest piece."""
        return os.statvfs(self.root).f_frsize

    def leave(self, room: int) -> None:
        """Fill it up, so that no more than this many bytes can be written."""
        self._stage.flush()
        # Not for appending: where a file system cannot reserve space, the C library writes instead, at places of its own.
        descriptor = os.open(self._ballast, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            size = _fill(descriptor, self.block)
            os.ftruncate(descriptor, max(0, size - room))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._stage.flush()

    def leave_no_names(self) -> None:
        """Fill it with empty files until no further one can be made."""
        self._names.mkdir()
        for number in range(os.statvfs(self.root).f_ffree + 1):
            try:
                (self._names / str(number)).touch()
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                return

    def give_back(self) -> None:
        """Remove what it was filled with."""
        self._ballast.unlink(missing_ok=True)
        if self._names.exists():
            for path in self._names.iterdir():
                path.unlink()
            self._names.rmdir()
        self._stage.flush()

    def space(self) -> Space:
        """Count what there is by now."""
        self._stage.flush()
        counted = os.statvfs(self.root)
        return Space(counted.f_bfree * counted.f_frsize, counted.f_files - counted.f_ffree)

    def space_when(self, enough: Callable[[Space], bool]) -> Space:
        """Count what there is as soon as it is enough, or when a file system has surely given back what was deleted.

        One that keeps no books of its own, as tmpfs, gives everything back at once.
        """
        deadline = time.monotonic() + (_SETTLED_WITHIN if self.grain else 0.0)
        while not enough(space := self.space()) and time.monotonic() < deadline:
            time.sleep(0.01)
        return space

    def let_go(self) -> None:
        """Keep nothing open: whoever empties the ledger ends the rest."""
        self._stage.let_go()

    def end(self) -> None:
        """Give everything back."""
        self._stage.end()


def _fill(descriptor: int, block: int) -> int:
    """Let a file grow until not one block more can be had; returns its size."""
    size = os.fstat(descriptor).st_size
    piece = os.fstatvfs(descriptor).f_bfree * block
    while piece >= block:
        try:
            os.posix_fallocate(descriptor, size, piece)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            piece = piece // 2 // block * block
        else:
            size += piece
    return size
