"""The one lock that the copier uses: it belongs to an open file, and the kernel frees it when the owner dies."""

from __future__ import annotations

import errno
import fcntl

_NO_FLOCK = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF, errno.EINVAL}


def try_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Lock an open file without waiting; True as well where the file system has no such locks.

    Without locks the copier still notices rivals by what they have changed.

    Raises:
        OSError: the system failed.
    """
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _NO_FLOCK:
            raise
    return True


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
