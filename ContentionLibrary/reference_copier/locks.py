"""Locks: one rival at a time in a directory, and respect for those who read the version that is to be replaced.

A lock of ours never outlives us (see `flock`), so nobody ever waits for a dead copier.
"""

from __future__ import annotations

import os

from ContentionLibrary.reference_copier import kernel
from ContentionLibrary.reference_copier.failures import NOTHING_CHANGED, ExitCode, Refusal, blaming
from ContentionLibrary.reference_copier.flock import attempt, try_lock, unlock
from ContentionLibrary.reference_copier.identity import Identity
from ContentionLibrary.reference_copier.waiting import Patience
from ContentionLibrary.reference_copier.workplace import Workplace

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable

_PAUSE_FOR_RIVALS = 0.005  # seconds; they hold the directory for a few milliseconds
_PAUSE_FOR_READERS = 0.05


def lock_directories(workplaces: Iterable[Workplace], patience: Patience) -> None:
    """Lock each distinct directory once, in one order for all copiers so that two never wait for each other.

    The locks end with the descriptors, at the latest with the process.

    Raises:
        Refusal: another copier still had one when the time was over.
        Stopped: a signal has come.
    """
    distinct = {place.destination.home[:2]: place for place in workplaces}
    for _, place in sorted(distinct.items()):
        with blaming(place.destination.given):
            while not try_lock(place.directory):
                if not patience.pause(_PAUSE_FOR_RIVALS):
                    raise _busy(place, "its directory is locked by another copier", place.destination.home, patience)


def wait_for_readers(place: Workplace, patience: Patience) -> None:
    """Wait until nobody holds a lock on the version that is to be replaced, and hold none on it either.

    Whoever waits here has not locked the directory yet, so others can go on in it. For the same reason no lock is kept:
    two copies to the same files in opposite order would each keep what the other one waits for.

    Raises:
        Refusal: somebody still had a lock when the time was over.
        Stopped: a signal has come.
    """
    keep_readers_out(place, patience)
    if place.is_old_locked:
        with blaming(place.destination.given):
            unlock(place.old)
        place.is_old_locked = False


def keep_readers_out(place: Workplace, patience: Patience) -> None:
    """Wait until nobody holds a lock on the version that is to be replaced, and keep new readers out with one of ours.

    Only for those who have the destination's directory locked, which is the one order in which all copiers take locks.

    Raises:
        Refusal: somebody still had a lock when the time was over.
        Stopped: a signal has come.
    """
    found = place.destination.found
    if found is None:
        return
    with blaming(place.destination.given):
        while _is_locked(place, found):
            if not patience.pause(_PAUSE_FOR_READERS):
                raise _busy(place, "is locked by another process", found, patience)


def _is_locked(place: Workplace, found: Identity) -> bool:
    if place.old < 0:  # not ours to read: the kernel's table is all that can be asked
        # A file that was deleted leaves its number to the next one, which may be our own draft.
        return any(holder != os.getpid() for holder in kernel.lock_holders(found))
    if place.is_old_locked:
        return False
    if kernel.is_range_locked(place.old):  # looked at first: on a file server a lock of ours is one of ranges too
        return True
    locked = attempt(place.old)
    if locked is None and place.reopen_old():
        locked = attempt(place.old)
    place.is_old_locked = locked is not False
    return not place.is_old_locked


def _busy(place: Workplace, what: str, locked: Identity, patience: Patience) -> Refusal:
    known = sorted({f"pid {holder}" for holder in kernel.lock_holders(locked) if holder > 0})
    return Refusal(
        ExitCode.BUSY,
        place.destination.given,
        what + (f" ({', '.join(known)})" if known else ""),
        f"waited {patience.seconds:g} s, {NOTHING_CHANGED}; try again or raise --wait",
    )
