"""The one lock that the copier uses: it belongs to an open file, and the kernel frees it when the owner dies."""

from __future__ import annotations

import errno
import fcntl
import os

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable

_NO_FLOCK = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF, errno.EINVAL}


def attempt(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool | None:
    """Try to lock an open file without waiting.

    Returns:
        Whether it was locked; True as well where the file system has no such locks: without them the copier still notices
        rivals by what they have changed. None for NFS, which makes a lock of byte ranges of it, and whose server gives one
        exclusively only to who has the file open for writing.

    Raises:
        OSError: the system failed.
    """
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno == errno.EACCES:  # what the client of an SMB server says of another one's lock
            return False
        if error.errno not in _NO_FLOCK:
            raise
        return None if error.errno == errno.EBADF else True
    return True


def try_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Lock an open file without waiting; True as well where it cannot be locked at all.

    Raises:
        OSError: the system failed.
    """
    return attempt(descriptor, kind) is not False


def is_locked(descriptor: int, open_for_writing: Callable[[], int]) -> bool:
    """Tell whether anybody else has a lock on an open file; False where the file system has no such locks.

    Args:
        descriptor: open for reading.
        open_for_writing: opens the same file once more, where that is needed.

    Raises:
        OSError: the system failed.
    """
    locked = attempt(descriptor)
    if locked is not None:
        return not locked
    try:
        writable = open_for_writing()
    except FileNotFoundError:
        return False
    except PermissionError:
        return True  # nobody can tell, so it may be
    try:
        return not try_lock(writable)
    finally:
        os.close(writable)


def unlock(descriptor: int) -> None:
    """Give the lock up, and keep the file open.

    Raises:
        OSError: the system failed.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    except OSError as error:
        if error.errno not in _NO_FLOCK:
            raise
