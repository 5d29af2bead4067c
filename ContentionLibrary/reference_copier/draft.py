"""The new version while nobody may see it: a file without a name, or with a hidden one where there are no such files."""

from __future__ import annotations

import fcntl
import os
import sys

from ContentionLibrary.reference_copier import kernel
from ContentionLibrary.reference_copier.failures import close_quietly
from ContentionLibrary.reference_copier.flock import try_lock, unlock
from ContentionLibrary.reference_copier.identity import Identity, identity_at
from ContentionLibrary.reference_copier.records import NamedTuple

assert sys.platform != "win32"

_NAME_ROOM = 200  # bytes of the destination's name that go into a hidden name of at most 255


class Location(NamedTuple):
    """A name in an open directory."""

    directory: int
    name: str

    def look(self) -> Identity | None:
        """Return what is there, None if nothing is."""
        return identity_at(self.name, self.directory)

    def remove(self) -> None:
        """Remove the name if it is still there."""
        if self.look() is not None:
            try:
                os.unlink(self.name, dir_fd=self.directory)
            except FileNotFoundError:
                pass

    def rename(self, to: Location) -> None:
        """Rename, over whatever file is at the new name."""
        os.rename(self.name, to.name, src_dir_fd=self.directory, dst_dir_fd=to.directory)

    def link(self, to: Location) -> None:
        """Give the file a second name, never over an existing one."""
        os.link(self.name, to.name, src_dir_fd=self.directory, dst_dir_fd=to.directory, follow_symlinks=False)

    def shows_links(self, before: Identity) -> bool:
        """Tell whether a link to the file that is here has changed it, as it does wherever files have inodes.

        Args:
            before: the file before it was linked.

        Raises:
            FileNotFoundError: nothing is here any more.
        """
        status = os.stat(self.name, dir_fd=self.directory, follow_symlinks=False)
        return status.st_nlink > 1 or status.st_ctime_ns != before.ctime_ns


class Draft:
    """The new version of one destination.

    Args:
        descriptor: the open file, owned from now on; -1 for one that an earlier run has left, known by its name only.
        location: its present name; None while it has none.
        identity: the finished file; until `seal` it is not known.
    """

    def __init__(self, descriptor: int, location: Location | None, identity: Identity | None = None) -> None:
        self.descriptor = descriptor
        self.location = location
        self._identity = identity

    @property
    def identity(self) -> Identity:
        """The finished file."""
        assert self._identity is not None
        return self._identity

    def seal(self, mode: int, times: tuple[int, int], durable: bool) -> None:
        """Finish the file: permissions, times, everything on disk, and closed for writing.

        Closing comes before publishing, because some file systems report a failed write only then.

        Args:
            mode: permission bits.
            times: of last access and change, in nanoseconds.
            durable: wait until the disk has it.

        Raises:
            OSError: the disk is full or broken; the file is worth nothing.
        """
        is_held = True
        if self.location is None:
            reader = kernel.reopen_unnamed(self.descriptor)
        else:
            reader = os.open(self.location.name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=self.location.directory)
            is_held = try_lock(reader, fcntl.LOCK_SH)
        writer, self.descriptor = self.descriptor, reader
        try:
            os.fchmod(writer, mode)
            os.utime(writer, ns=times)
            if durable:
                os.fsync(writer)
        finally:
            os.close(writer)
        if not is_held:  # it was held alone
            self.hold()
        self._identity = Identity.of(os.fstat(reader))

    def hold(self) -> None:
        """Show others that the file's owner lives: see `staging.is_dead`."""
        if self.descriptor >= 0:
            try_lock(self.descriptor, fcntl.LOCK_SH)

    def hold_alone(self) -> None:
        """Keep everybody else out: beside a shared lock an SMB server lets nobody write, not even who has it.

        Nor does it make another lock of that one, so that for a moment there is none.
        """
        if self.location is not None:
            unlock(self.descriptor)
            try_lock(self.descriptor, fcntl.LOCK_EX)

    def follow(self, to: Location) -> bool:
        """Go on with a second name that the file has just got, and remove the first one.

        The file is closed before that. Where a file that is open is deleted, NFS and FUSE keep it under a hidden name until it
        is closed, and if the server is lost meanwhile nobody ever removes that one.

        Returns:
            False if somebody else's file is at the second name by now; then nothing is done.
        """
        assert self.location is not None
        reader = os.open(to.name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=to.directory)
        shown = Identity.of(os.fstat(reader))
        is_ours = shown.is_same_file(self.identity) or (
            shown.looks_like(self.identity) and not self.location.shows_links(self.identity)
        )
        if not is_ours:
            close_quietly(reader)
            return False
        try_lock(reader, fcntl.LOCK_SH)
        close_quietly(self.descriptor)
        self.descriptor, self._identity = reader, shown
        self.location.remove()
        self.location = None
        return True

    def discard(self) -> None:
        """Give the space back, and the name if the file has a hidden one; see `follow` for the order."""
        location, self.location = self.location, None
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            close_quietly(descriptor)
        if location is not None:
            location.remove()


def hidden_prefix(name: str) -> str:
    """Return how the hidden names begin that drafts of a destination get where files without a name do not exist."""
    return f".{os.fsdecode(os.fsencode(name)[:_NAME_ROOM])}.contention-copy-"


def begin(directory: int, name: str) -> Draft:
    """Open a new empty file for one destination.

    Raises:
        OSError: the directory is gone, full or not ours to write.
    """
    descriptor = kernel.open_unnamed(directory)
    if descriptor is not None:
        return Draft(descriptor, None)
    while True:
        location = Location(directory, f"{hidden_prefix(name)}{os.urandom(4).hex()}.tmp")
        try:
            descriptor = os.open(location.name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=directory)
        except FileExistsError:
            continue
        draft = Draft(descriptor, location)
        try:
            draft.hold()
        except OSError:
            draft.discard()
            raise
        if Identity.of(os.fstat(descriptor)).is_same_file(location.look()):
            return draft
        close_quietly(descriptor)  # a rival took it for a leftover before it was locked
