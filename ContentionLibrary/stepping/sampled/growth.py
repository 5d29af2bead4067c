"""How much of the data has arrived: new bytes in the destinations' directories, by looking from outside."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from ContentionLibrary.stepping.plan import Watch

_BLOCK = 512  # unit of `st_blocks`, whatever the file system's own block is (stat(2))


@dataclass(frozen=True)
class _File:
    size: int
    changed: int

    @staticmethod
    def of(status: os.stat_result) -> _File:
        return _File(status.st_size, status.st_mtime_ns)


class Growth:
    """Counts the bytes that have appeared since it was made.

    Files are told apart by inode, so that a temporary file that gets its final name is counted once.

    Args:
        watch: whose destinations' directories are looked at. A directory that is not there yet counts as empty.

    Attributes:
        blind: why the bytes do not tell how far the copy has come; empty as long as they do.
    """

    def __init__(self, watch: Watch) -> None:
        self._directories = sorted({os.path.dirname(path) for path in watch.destinations})  # noqa: PTH120 - hot
        self._source = watch.source
        self.total = watch.size * max(1, len(watch.destinations))
        self.blind = ""
        self._emptied: set[tuple[int, int]] = set()
        self._before: dict[tuple[int, int], _File] = {}
        for directory in self._directories:
            for status in self._files(directory):
                self._before[status.st_dev, status.st_ino] = _File.of(status)
        self._blocks_count = self._has_blocks()

    def bytes_there(self) -> int:
        """Look, and return how many bytes of the data are there."""
        return sum(self._new_bytes(status) for directory in self._directories for status in self._files(directory))

    def _files(self, directory: str) -> list[os.stat_result]:
        found = []
        try:
            with os.scandir(directory) as entries:
                for entry in entries:
                    try:
                        # `DirEntry.stat` is not enough: on Windows it tells neither inode nor the present size
                        if entry.is_file(follow_symlinks=False) and entry.path != self._source:
                            found.append(os.stat(entry.path))  # noqa: PTH116 - hot
                    except OSError:
                        continue  # renamed or deleted meanwhile
        except OSError:
            pass  # not there yet, or not any more
        return found

    def _new_bytes(self, status: os.stat_result) -> int:
        identity = (status.st_dev, status.st_ino)
        before = self._before.get(identity)
        if before is None or identity in self._emptied:
            return self._filled(status)
        if status.st_size < before.size:
            self._emptied.add(identity)
            return self._filled(status)
        if status.st_size > before.size:  # written over and beyond, or emptied and filled between two looks
            return status.st_size
        if status.st_mtime_ns != before.changed:
            self.blind = "old data is written over in place, so the length does not tell how far it has come"
            return 1
        return 0

    def _filled(self, status: os.stat_result) -> int:
        """Return the bytes of a new file; where the length was set ahead, those that have a place on the disk."""
        if sys.platform == "win32" or not self._blocks_count:
            return status.st_size
        return min(status.st_size, status.st_blocks * _BLOCK)

    def _has_blocks(self) -> bool:
        """Tell whether the file system counts the blocks of a file as it grows; seen on the source."""
        if sys.platform == "win32":
            return False
        try:
            source = os.stat(self._source)  # noqa: PTH116
            there = os.stat(self._directories[0])  # noqa: PTH116
        except (OSError, IndexError):
            return False
        return source.st_dev == there.st_dev and source.st_blocks * _BLOCK >= source.st_size
