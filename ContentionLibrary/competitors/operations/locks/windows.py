"""Locks on Windows: of the kinds that we know it has none but the exclusive lock on a range of bytes."""

from __future__ import annotations

import errno

from ContentionLibrary.competitors.operations.locks.lock import Lock


def acquire(descriptor: int, lock: Lock, *, wait: bool) -> bool:
    """Refuse: the locks of POSIX do not exist here.

    Raises:
        OSError: always; its words say which lock is missing.
    """
    raise OSError(errno.ENOSYS, f"Windows has no {lock.kind} locks")


def release(descriptor: int, lock: Lock) -> None:
    """Refuse, as `acquire` does."""
    raise OSError(errno.ENOSYS, f"Windows has no {lock.kind} locks")
