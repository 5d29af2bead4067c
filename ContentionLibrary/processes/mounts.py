"""What is mounted where, as this process sees it."""

from __future__ import annotations

import os
import re
from pathlib import Path


def mounts_below(path: Path) -> list[Path]:
    """Return all mount points at or below `path`, in the order in which they were mounted.

    Args:
        path: absolute and without symbolic links.

    Returns:
        The mount points, the same one several times if mounts lie upon each other; an empty list on systems
        that do not tell.
    """
    try:
        lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return []
    points = [
        os.fsdecode(re.sub(rb"\\(\d{3})", lambda code: bytes([int(code[1], 8)]), line.split()[4])) for line in lines
    ]
    return [Path(point) for point in points if Path(point).is_relative_to(path)]
