"""Locks on POSIX systems; OFD locks only on Linux."""

from __future__ import annotations

import errno
import fcntl
import os
import struct

from ContentionLibrary.competitors.operations.locks.lock import Lock

_FLOCK = "hh0qqqi0q"
"""struct flock of a 64-bit system: type, whence, start, length, pid (which must be 0 for OFD locks)."""


def acquire(descriptor: int, lock: Lock, *, wait: bool) -> bool:
    """Take a lock.

    Args:
        descriptor: open file; for writing if the lock is exclusive and not flock's.
        lock: which one.
        wait: wait until it is free.

    Returns:
        Whether it was taken; False only if we did not wait and somebody else holds it.

    Raises:
        OSError: this kind of lock does not exist here, or the system refuses it.
    """
    operation = fcntl.LOCK_SH if lock.mode == "shared" else fcntl.LOCK_EX
    try:
        if lock.kind == "flock":
            fcntl.flock(descriptor, operation | (0 if wait else fcntl.LOCK_NB))
        elif lock.kind == "posix":
            fcntl.lockf(descriptor, operation | (0 if wait else fcntl.LOCK_NB), lock.length, lock.start)
        else:
            _ofd(descriptor, fcntl.F_RDLCK if lock.mode == "shared" else fcntl.F_WRLCK, lock, wait=wait)
    except OSError as error:
        # POSIX leaves open which of the two says that the lock is held.
        if not wait and error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True


def release(descriptor: int, lock: Lock) -> None:
    """Free a lock; its mode does not matter."""
    if lock.kind == "flock":
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    elif lock.kind == "posix":
        fcntl.lockf(descriptor, fcntl.LOCK_UN, lock.length, lock.start)
    else:
        _ofd(descriptor, fcntl.F_UNLCK, lock, wait=False)


def _ofd(descriptor: int, kind: int, lock: Lock, *, wait: bool) -> None:
    command = getattr(fcntl, "F_OFD_SETLKW" if wait else "F_OFD_SETLK", None)
    if command is None:
        raise OSError(errno.ENOSYS, "this system has no OFD locks")
    fcntl.fcntl(descriptor, command, struct.pack(_FLOCK, kind, os.SEEK_SET, lock.start, lock.length, 0))
