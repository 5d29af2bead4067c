"""Telling whether a file is still the one that was seen before, and where a destination's path leads."""

# pathlib would cost a tenth of the start-up.
# ruff: noqa: PTH116,PTH118,PTH119,PTH120

from __future__ import annotations

import os
import stat

from ContentionLibrary.reference_copier.failures import ExitCode, Refusal, blaming
from ContentionLibrary.reference_copier.records import NamedTuple


class Identity(NamedTuple):
    """Which file it is and in which state. Equal identities mean: nobody has touched it between two looks."""

    device: int
    inode: int
    kind: int  # the file type bits of the mode
    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Identity:
        """Take the identity from what `stat` tells."""
        return cls(
            status.st_dev,
            status.st_ino,
            stat.S_IFMT(status.st_mode),
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
        )

    def is_same_file(self, other: Identity | None) -> bool:
        """Tell whether both are one inode, whatever has happened to it."""
        return other is not None and self[:3] == other[:3]

    def is_same_version(self, other: Identity | None) -> bool:
        """Tell whether both are one inode with the same content as far as size and time of change can tell.

        Renaming and linking a file change its ctime and nothing else.
        """
        return other is not None and self[:5] == other[:5]

    def looks_like(self, other: Identity | None) -> bool:
        """Tell whether both are of one kind, size and time of change.

        That is all that can be told of two names where each name has a number of its own: sshfs and other file systems of
        a network know no inodes.
        """
        return other is not None and self[2:5] == other[2:5]


def identity_at(name: str, directory: int | None = None) -> Identity | None:
    """Look at a name without following a symbolic link; None if there is nothing.

    Args:
        name: a path, or a name in `directory`.
        directory: an open directory.
    """
    try:
        return Identity.of(os.stat(name, dir_fd=directory, follow_symlinks=False))
    except (FileNotFoundError, NotADirectoryError):
        return None


class Destination(NamedTuple):
    """A destination as it was found at the very beginning.

    Args:
        given: the path as the user wrote it.
        directory: absolute path, without symbolic links, of the directory in which the file is to be made.
        name: the file's name in it.
        is_link: the user's path is a symbolic link, and the file that it leads to is meant.
        home: identity of the directory.
        found: identity of the file that was there; None if there was none.
    """

    given: str
    directory: str
    name: str
    is_link: bool
    home: Identity
    found: Identity | None

    @property
    def path(self) -> str:
        """Absolute path without symbolic links."""
        return os.path.join(self.directory, self.name)

    def leads_home(self) -> bool:
        """Tell whether the user's path still leads to the directory that was noted, by the same way."""
        try:
            way = os.path.realpath(self.given) if self.is_link else _beside(self.given)
            return way == self.path and self.home.is_same_file(Identity.of(os.stat(self.directory)))
        except (FileNotFoundError, NotADirectoryError):
            return False


def _beside(given: str) -> str:
    return os.path.join(os.path.realpath(os.path.dirname(given) or os.curdir), os.path.basename(given))


def note(given: str) -> Destination:
    """Remember how a destination is now: whoever changes it from here on is a rival.

    Raises:
        Refusal: nothing can be made there.
    """
    with blaming(given):
        found = identity_at(given)
        is_link = found is not None and stat.S_ISLNK(found.kind)
        if is_link:
            path = os.path.realpath(given)
            found = identity_at(path)
        else:
            path = _beside(given)
        directory, name = os.path.split(path)
        home = Identity.of(os.stat(directory))
    if (found is not None and stat.S_ISDIR(found.kind)) or name in ("", os.curdir, os.pardir):
        raise Refusal(ExitCode.FAILED, given, "is a directory", "name the file that is to be made in it")
    if found is not None and stat.S_ISLNK(found.kind):
        raise Refusal(ExitCode.FAILED, given, "symbolic links that lead in a circle", "name the file itself")
    if found is not None and not stat.S_ISREG(found.kind):
        raise Refusal(ExitCode.FAILED, given, "is not a regular file", "only regular files are replaced")
    if not stat.S_ISDIR(home.kind):
        raise Refusal(ExitCode.FAILED, given, "its parent is not a directory", "name a file in a directory")
    return Destination(given, directory, name, is_link, home, found)
