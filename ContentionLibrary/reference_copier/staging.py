"""Second names: where a new version stands just before it replaces an old one, and whose they are.

They are needed for a rename and for what must survive a kill. They stand in the directory above the destination's one where that is
possible, so that nobody who lists the directory ever sees them, else hidden in the directory itself. The names are
fixed, so the next run finds them without listing anything. Whoever lives has a shared lock on the files behind them.
"""

# pathlib would cost a tenth of the start-up.
# ruff: noqa: PTH119,PTH120

from __future__ import annotations

import errno
import os
import sys

from ContentionLibrary.reference_copier import kernel
from ContentionLibrary.reference_copier.draft import Location, hidden_prefix
from ContentionLibrary.reference_copier.failures import ExitCode, Refusal, close_quietly
from ContentionLibrary.reference_copier.flock import is_locked
from ContentionLibrary.reference_copier.identity import Destination, identity_at
from ContentionLibrary.reference_copier.records import NamedTuple

assert sys.platform != "win32"

NEW, OLD, JOURNAL, JOURNAL_DRAFT = "new", "old", "journal", "journal-draft"
_KINDS = (JOURNAL, JOURNAL_DRAFT, NEW, OLD)
_NOT_THERE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EXDEV, errno.ENOENT}


class Place(NamedTuple):
    """A directory in which the second names of one destination may stand."""

    directory: int
    path: str
    mark: str

    def location(self, kind: str) -> Location:
        """Return the second name of a kind."""
        return Location(self.directory, _name(self.mark, kind))


def _name(mark: str, kind: str) -> str:
    return f".contention-copy.{mark}.{kind}"


def _mark(*names: str) -> str:
    """Shorten names to 12 hexadecimal digits (FNV-1a: no secret is kept by it, and it costs no import)."""
    value = 0xCBF29CE484222325
    for byte in os.fsencode("/".join(names)):
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value & 0xFFFFFFFFFFFF:012x}"


def mark_above(destination: Destination) -> str:
    """Return the mark of a destination in the directory above."""
    return _mark(os.path.basename(destination.directory), destination.name)


def mark_beside(destination: Destination) -> str:
    """Return the mark of a destination in its own directory."""
    return _mark(destination.name)


def open_above(destination: Destination, directory: int) -> Place | None:
    """Open the directory above, if files can be renamed from there to the destination."""
    try:
        above = os.open("..", os.O_RDONLY | os.O_DIRECTORY, dir_fd=directory)
    except PermissionError:
        return None
    status = os.fstat(above)
    if (
        status.st_dev != destination.home.device
        or status.st_ino == destination.home.inode
        or not kernel.is_same_mount(above, directory)
        or not os.access("..", os.W_OK | os.X_OK, dir_fd=directory, effective_ids=True)
    ):
        close_quietly(above)
        return None
    return Place(above, os.path.dirname(destination.directory), mark_above(destination))


def open_place(destination: Destination, directory: int, path: str, mark: str) -> Place:
    """Open the directory that an earlier run has chosen for second names.

    Raises:
        OSError: it cannot be opened.
    """
    if path == destination.directory:
        return Place(directory, path, mark)
    return Place(os.open(path, os.O_RDONLY | os.O_DIRECTORY), path, mark)


def peek(destination: Destination, directory: int) -> list[str]:
    """List the second names of a destination that exist, relative to its directory, without opening anything."""
    names = [f"../{_name(mark_above(destination), kind)}" for kind in _KINDS]
    names += [_name(mark_beside(destination), kind) for kind in _KINDS]
    return [name for name in names if identity_at(name, directory) is not None]


def is_impossible_there(error: OSError) -> bool:
    """Tell whether an error means that a name cannot stand in one directory, yet perhaps in another."""
    return error.errno in _NOT_THERE


def has_living_owner(location: Location) -> bool:
    """Tell whether the run that has made a second name still lives; False as well when nothing is there.

    Raises:
        OSError: the system failed.
    """
    found = location.look()
    if found is None:
        return False
    try:
        descriptor = os.open(location.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=location.directory)
    except FileNotFoundError:
        return False
    except PermissionError:
        return bool(kernel.lock_holders(found))
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        return is_locked(descriptor, lambda: os.open(location.name, flags, dir_fd=location.directory))
    finally:
        close_quietly(descriptor)


def remove_if_dead(location: Location) -> bool:
    """Remove a second name that a killed run has left; returns False when its owner lives.

    Only for those who have the destination's directory locked, or whose names nobody makes twice.

    Raises:
        OSError: it is not ours to remove.
    """
    if has_living_owner(location):
        return False
    location.remove()
    return True


def sweep_hidden(directory: int, name: str) -> list[str]:
    """Remove the hidden drafts that killed runs have left where files without a name do not exist; returns their names."""
    prefix = hidden_prefix(name)
    found = [entry for entry in os.listdir(directory) if entry.startswith(prefix) and entry.endswith(".tmp")]
    return [entry for entry in found if remove_if_dead(Location(directory, entry))]


def taken(destination: Destination) -> Refusal:
    """Make the refusal for a second name whose owner lives."""
    what = "another copier is just putting a file there"
    return Refusal(ExitCode.BUSY, destination.given, what, "nothing was changed; try again")
