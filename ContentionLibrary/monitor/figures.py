"""What is read of a program and its stage: the names of the figures, their units, and what reads them."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

Figures = dict[str, float]
"""One look: figures by their names. What could not be read, or was not due, is left out; it is never a zero."""


class Figure(StrEnum):
    """What can be read. Sums are over all processes of the programs under test, whatever they have started too."""

    PROCESSES = "processes"
    THREADS = "threads"
    DESCRIPTORS = "descriptors"
    FILES = "open files"
    PIPES = "pipes"
    SOCKETS = "sockets"
    OTHERS = "other descriptors"  # epoll, inotify, timers ...: the kernel calls them anonymous inodes
    MEMORY = "memory"  # resident; pages that processes share count for each
    SHARED_OUT = "proportional memory"  # a page that n processes share counts as 1/n for each
    PEAK = "peak memory"  # of the process that had most, kept by the kernel, so that none is missed between two looks
    PEAKS = (
        "peak memory of all"  # what all that live have had at most, and the system cannot take back: no mapped files
    )
    MAPPED = "mapped pages of files"  # of the process that has most of them: the system can take them back
    CPU = "processor time"
    READ = "bytes read"
    WRITTEN = "bytes written"
    LOCKS = "locks"
    WAITING = "waiting for locks"
    WATCHES = "watches"
    NAMES = "names on the stage"
    STAGE = "bytes on the stage"
    FREE = "free space"
    INODES = "free inodes"
    SHARED = "names in shared memory"
    HIDDEN = "processes not readable"  # of another user: their descriptors and memory are in no sum


UNITS: dict[str, str] = {
    **dict.fromkeys((Figure.MEMORY, Figure.SHARED_OUT, Figure.PEAK, Figure.PEAKS, Figure.MAPPED), "bytes"),
    **dict.fromkeys((Figure.READ, Figure.WRITTEN, Figure.STAGE, Figure.FREE), "bytes"),
    Figure.CPU: "s",
}
"""Units of those figures that are no plain counts."""


class Reader(Protocol):
    """Reads the figures of all programs that a starter's children have started, and of their stage."""

    def read(self, *, thoroughly: bool = False) -> Figures:
        """Read.

        Args:
            thoroughly: read also what is slow to read, such as the kind of each descriptor.
        """

    def close(self) -> None:
        """Give up what is held open."""
