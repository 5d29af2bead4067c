"""Ends the loop devices of a disk image that lies inside a marked directory.

They are attached so that the kernel detaches them with their last user; this is for those whose user lives on.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Mapping
from pathlib import Path

from ContentionLibrary.processes.enders.ended import Ended
from ContentionLibrary.processes.enders.marks import why_not_inside

_DETACH = 0x4C01  # LOOP_CLR_FD of loop(4)
_WITHIN = 5.0
_DELETED = " (deleted)"


def end(facts: Mapping[str, str], token: str) -> list[Ended]:
    """Detach every loop device whose file is `facts["path"]`."""
    path = Path(facts["path"])
    devices = _devices_of(path)
    if not devices:
        return []
    refusal = why_not_inside(path, token)
    if refusal:
        return [Ended(f"loop device of '{path}'", refusal)]
    return [Ended(f"loop device '{device}'", _detach(device, path)) for device in devices]


def _devices_of(path: Path) -> list[str]:
    found = []
    for backing in sorted(Path("/sys/block").glob("loop*/loop/backing_file")):
        try:
            image = backing.read_text(encoding="utf-8", errors="surrogateescape").rstrip("\n")
        except OSError:
            continue  # detached meanwhile
        if image.removesuffix(_DELETED) == str(path):
            found.append(f"/dev/{backing.parent.parent.name}")
    return found


def _detach(device: str, path: Path) -> str:
    """Detach one device; returns the trouble, empty if it worked."""
    deadline = time.monotonic() + _WITHIN
    while device in _devices_of(path):
        try:
            descriptor = os.open(device, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            return str(error)
        try:
            fcntl.ioctl(descriptor, _DETACH)
        except OSError as error:
            if error.errno not in (errno.ENXIO, errno.EBUSY):
                return str(error)
        finally:
            os.close(descriptor)
        if time.monotonic() > deadline:
            return "it is still in use"
        time.sleep(0.002)
    return ""
