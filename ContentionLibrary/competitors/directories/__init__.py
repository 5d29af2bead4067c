"""Watching directories, by the best means of this system: `open_watch`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ContentionLibrary.competitors.directories.portable import Comparison
from ContentionLibrary.competitors.directories.sign import Sign, Watch, What

__all__ = ["Sign", "Watch", "What", "open_watch"]


def open_watch(directories: Sequence[str]) -> Watch:
    """Begin to watch directories; what is below them is not watched.

    Raises:
        OSError: one is not there, or the system has no watch to spare.
    """
    if sys.platform == "linux":
        from ContentionLibrary.competitors.directories.linux import KernelWatch  # noqa: PLC0415 - exists on Linux only

        return KernelWatch(directories)
    return Comparison(directories)
