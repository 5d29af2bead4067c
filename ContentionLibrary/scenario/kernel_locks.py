"""The kernel's table of locks, for everything that lies in one place.

Method: /proc/locks names device and inode of each locked file. The device is the file system's own, as in
/proc/self/mountinfo; `stat` gives another one on file systems with subvolumes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from ContentionLibrary.history.looks import Entry

_TABLE = Path("/proc/locks")


def locks_on(root: Path, entries: Iterable[Entry]) -> tuple[str, ...] | None:
    """List all locks on a directory and on what lies below it.

    Args:
        root: the directory.
        entries: what lies below it.

    Returns:
        Each lock in words; None if this system does not tell.
    """
    if sys.platform != "linux" or not _TABLE.exists():
        return None
    device = _device_of(root)
    paths = {entry.inode: entry.path for entry in entries} | {root.stat().st_ino: "the stage itself"}
    found = []
    for line in _TABLE.read_text(encoding="ascii", errors="replace").splitlines():
        words = line.split()
        waits = "->" in words
        if waits:
            words.remove("->")
        if len(words) < 6 or waits:
            continue
        place, _, inode = words[5].rpartition(":")
        if place == device and int(inode) in paths:
            found.append(f"{words[1]} {words[3]} on {paths[int(inode)]} by process {words[4]}")
    return tuple(found)


def _device_of(path: Path) -> str:
    """Return the device of a path's file system, as /proc/locks writes it."""
    longest, found = -1, (os.major(path.stat().st_dev), os.minor(path.stat().st_dev))
    real = os.path.realpath(path)
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        words = line.split()
        place = words[4].encode().decode("unicode_escape")
        if (place == "/" or f"{real}/".startswith(f"{place}/")) and len(place) >= longest:
            major, _, minor = words[2].partition(":")
            longest, found = len(place), (int(major), int(minor))
    return f"{found[0]:02x}:{found[1]:02x}"
