"""Which file system a path is on, and where there is another one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ContentionLibrary.errors import NotPossibleHere


def another_file_system(path: Path) -> Path:
    """Return a directory on another file system in which this user may write.

    Raises:
        NotPossibleHere: there is none.
    """
    here = path.stat().st_dev
    for root in (Path("/dev/shm"), Path(tempfile.gettempdir()), Path("/var/tmp"), Path.home()):
        if root.is_dir() and root.stat().st_dev != here and os.access(root, os.W_OK):
            return root
    raise NotPossibleHere(
        "this copier needs a source on another file system, and there is none that can be written to: "
        "mount one at /dev/shm, or choose another WORKSPACE_ROOT"
    )


def file_system_of(path: Path) -> str:
    """Return the type of the file system that a path is on, e.g. `ext4`."""
    longest, found = -1, "an unknown file system"
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return found
    for line in mounts:
        place, kind = line.split()[1:3]
        if (place == "/" or f"{path}/".startswith(f"{place}/")) and len(place) > longest:
            longest, found = len(place), kind
    return found
