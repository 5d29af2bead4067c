"""How these tests look at processes and directories."""

from __future__ import annotations

import os
import time
from pathlib import Path

from ContentionLibrary.processes.table import identity_of


def until(condition, seconds=10.0):
    """Wait until a condition holds; tells whether it did in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def gone(pid):
    return identity_of(pid) is None


def zombies_below(pid):
    """Numbers of zombie children of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if fields[0] == "Z" and int(fields[1]) == pid:
                found.append(int(entry.name))
    return found


def left_in(directory):
    """Names of all that is left below a directory; what vanishes meanwhile is not left."""
    return sorted(
        os.path.relpath(os.path.join(place, name), directory)  # noqa: PTH118
        for place, directories, files in os.walk(directory)
        for name in directories + files
    )


is_root = hasattr(os, "geteuid") and os.geteuid() == 0
