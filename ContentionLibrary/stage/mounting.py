"""Mounting and unmounting by the system's own calls; whoever does it has written it into the ledger before."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path

from ContentionLibrary.errors import HarnessError, NotPossibleHere

_NOSUID, _NODEV = 2, 4
_UNMOUNT_WITHIN = 10.0  # seconds that killed processes get to let go of their files

_libc = ctypes.CDLL(None, use_errno=True)


def mount(what: str, point: Path, kind: str, options: str = "") -> None:
    """Mount a file system.

    Args:
        what: the device, or whatever stands for it.
        point: an empty directory.
        kind: the kind of file system.
        options: as `mount -o` takes them for this kind.

    Raises:
        NotPossibleHere: this user, or this system, cannot.
    """
    if _libc.mount(os.fsencode(what), os.fsencode(point), kind.encode(), _NOSUID | _NODEV, options.encode()):
        number = ctypes.get_errno()
        raise NotPossibleHere(f"it cannot be mounted here: {os.strerror(number)}; run with CAP_SYS_ADMIN")


def unmount(point: Path, name: str) -> None:
    """Unmount it, as soon as the processes that have just ended have let go of it.

    Args:
        point: where it is mounted.
        name: how messages call it.

    Raises:
        HarnessError: somebody keeps it busy.
    """
    deadline = time.monotonic() + _UNMOUNT_WITHIN
    while _libc.umount2(os.fsencode(point), 0):
        if time.monotonic() > deadline:
            raise HarnessError(f"{name} at '{point}' cannot be unmounted: {os.strerror(ctypes.get_errno())}")
        time.sleep(0.002)  # an ended process lets go of its files a moment after its end was told


def flush(directory: Path) -> int:
    """Bring everything that is on the file system of a directory to the disk; returns the errno, 0 if it worked."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        return ctypes.get_errno() if _libc.syncfs(descriptor) else 0
    finally:
        os.close(descriptor)
