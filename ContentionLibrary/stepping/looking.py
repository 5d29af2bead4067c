"""Lists a stage again and again, and keeps each different state once.

The stage is small (a source, a destination, a few temporary files), so all of it is listed; a look costs some ten
microseconds per directory.
"""

from __future__ import annotations

import os
import re
import time
from typing import Any

Entry = tuple[str, str, int, int]
View = tuple[Entry, ...]


def view_of(stage: str, own_names: re.Pattern[str]) -> View:
    """List every name below a directory as (path relative to it, kind, size in bytes, inode), sorted.

    What the program keeps for itself is left out, and what vanishes while we look; a directory that cannot be read is listed
    without its content.
    """
    found: list[Entry] = []
    waiting = [stage]
    skip = len(stage) + 1
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if own_names.match(entry.name):
                        continue
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except OSError:
                        continue
                    kind = _kind(entry)
                    found.append((entry.path[skip:], kind, status.st_size if kind == "file" else 0, status.st_ino))
                    if kind == "directory":
                        waiting.append(entry.path)
        except OSError:
            continue
    found.sort()
    return tuple(found)


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "symlink"
    if entry.is_dir(follow_symlinks=False):
        return "directory"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


class Observer:
    """Looks at a stage at given moments and remembers what was there.

    Args:
        stage: absolute directory.
        own_names: regular expression of names that are left out.
    """

    def __init__(self, stage: str, own_names: str) -> None:
        self._stage = stage
        self._own_names = re.compile(own_names)
        self._views: dict[View, int] = {}
        self._looks: list[tuple[str, str, int, int]] = []

    def look(self, step: str, call: str) -> None:
        """List the stage now.

        Args:
            step: the step that the program stands before; empty after its end.
            call: how the moment is known.
        """
        view = view_of(self._stage, self._own_names)
        number = self._views.setdefault(view, len(self._views))
        self._looks.append((step, call, time.monotonic_ns(), number))

    def batch(self) -> dict[str, Any]:
        """Return everything that was seen, for the wire: the different views, and which one each look has shown."""
        return {"views": list(self._views), "looks": self._looks}
