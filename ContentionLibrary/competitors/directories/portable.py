"""Watching by comparing listings: works everywhere, and misses what comes and goes between two of them."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from ContentionLibrary.competitors.directories.sign import Sign, What

_State = tuple[int, int, int]
_PAUSE = 0.001  # seconds between two looks of somebody who waits


class Comparison:
    """A `Watch` that lists the directories whenever it is asked.

    Args:
        directories: absolute paths.

    Raises:
        OSError: a directory is not there.
    """

    gapless = False
    lost = False

    def __init__(self, directories: Sequence[str]) -> None:
        self._known = {directory: _states(directory) for directory in directories}

    def signs(self) -> list[Sign]:
        """Return what is different since it was last asked; a file that has changed counts as closed after writing."""
        found: list[Sign] = []
        for directory, known in self._known.items():
            try:
                now = _states(directory)
            except FileNotFoundError:
                now = {}
            for name, state in now.items():
                if name not in known:
                    found.append(Sign(directory, name, What.CREATED))
                if known.get(name) != state:
                    found.append(Sign(directory, name, What.CLOSED))
            found += [Sign(directory, name, What.GONE) for name in known if name not in now]
            self._known[directory] = now
        return found

    def wait(self, seconds: float) -> None:
        """Wait a moment: nothing tells when there is something new."""
        time.sleep(min(seconds, _PAUSE))

    def close(self) -> None:
        """End it; nothing was opened."""


def _states(directory: str) -> dict[str, _State]:
    states = {}
    with os.scandir(directory) as entries:
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            states[entry.name] = (status.st_ino, status.st_size, status.st_mtime_ns)
    return states
