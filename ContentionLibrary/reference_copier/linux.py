"""What Linux alone can do with names and locks. `posix` has the same functions for everybody else; `kernel` chooses."""

# pathlib would cost a tenth of the start-up.
# ruff: noqa: PTH123

from __future__ import annotations

import errno
import fcntl
import os
import struct
import sys

from ContentionLibrary.reference_copier.identity import Identity

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from ContentionLibrary.reference_copier.draft import Location

assert sys.platform == "linux"

_DESCRIPTORS = "/proc/self/fd"
_RENAME_NOREPLACE, _RENAME_EXCHANGE = 1, 2
_NO_UNNAMED_FILES = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL}
_FLAG_UNKNOWN = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP}
_FLOCK = "hhqqi"  # struct flock: type, whence, start, length, pid


def open_unnamed(directory: int) -> int | None:
    """Open a new file that has no name and vanishes with its last descriptor.

    Returns:
        The descriptor, or None where the file system has no such files, or where there is no `/proc` by which to name them
        later (it may also be closed to a process that has changed its user without an exec).

    Raises:
        OSError: the directory is gone, full or not ours to write.
    """
    if not os.access(_DESCRIPTORS, os.X_OK):
        return None
    try:
        return os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600, dir_fd=directory)
    except OSError as error:
        if error.errno in _NO_UNNAMED_FILES:
            return None
        raise


def reopen_unnamed(descriptor: int) -> int:
    """Open a file without a name once more, for reading."""
    return os.open(f"{_DESCRIPTORS}/{descriptor}", os.O_RDONLY)


def give_name(descriptor: int, to: Location) -> None:
    """Give an unnamed file its first name, in one step, never over an existing one.

    Raises:
        FileExistsError: the name is taken.
    """
    os.link(f"{_DESCRIPTORS}/{descriptor}", to.name, dst_dir_fd=to.directory, follow_symlinks=True)


def _rename(one: Location, other: Location, flags: int) -> bool:
    import ctypes  # noqa: PLC0415 - slow to import, and most copies need no such rename

    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):  # glibc before 2.28
        return False
    names = [os.fsencode(location.name) for location in (one, other)]
    if library.renameat2(one.directory, names[0], other.directory, names[1], flags) == 0:
        return True
    number = ctypes.get_errno()
    if number in _FLAG_UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), one.name, None, other.name)


def exchange(one: Location, other: Location) -> bool:
    """Let two names change files in one step; returns False where the file system cannot.

    Raises:
        FileNotFoundError: one of the names is gone.
    """
    return _rename(one, other, _RENAME_EXCHANGE)


def rename_to_free_name(one: Location, other: Location) -> bool:
    """Rename unless the new name is taken, in one step; returns False where the file system cannot.

    Raises:
        FileExistsError: the new name is taken.
    """
    return _rename(one, other, _RENAME_NOREPLACE)


def is_same_mount(one: int, other: int) -> bool:
    """Tell whether two open directories are in one mount: a rename between two mounts fails even on one file system."""
    return _mount(one) == _mount(other)


def _mount(descriptor: int) -> bytes:
    try:
        with open(f"/proc/self/fdinfo/{descriptor}", "rb") as lines:
            return next((line for line in lines if line.startswith(b"mnt_id:")), b"")
    except OSError:
        return b""


def is_range_locked(descriptor: int) -> bool:
    """Tell whether another process holds an fcntl lock, or another open file an OFD lock, anywhere in the file."""
    wanted = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    try:
        answer = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, wanted)
    except OSError:  # the file system has no such locks
        return False
    return bool(struct.unpack(_FLOCK, answer)[0] != fcntl.F_UNLCK)


def lock_holders(identity: Identity) -> list[int]:
    """List the processes that hold a lock on a file, by the kernel's table; -1 stands for one that cannot be told."""
    file = f"{os.major(identity.device):02x}:{os.minor(identity.device):02x}:{identity.inode}".encode()
    holders = []
    try:
        with open("/proc/locks", "rb") as table:
            for line in table:
                words = line.split()
                if len(words) > 5 and words[1] != b"->" and words[5] == file:
                    holders.append(int(words[4]))
    except OSError:  # no /proc, or no descriptor left to read it
        pass
    return holders
