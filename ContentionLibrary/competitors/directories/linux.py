"""Watching by the kernel's own events: inotify, which misses no name, however short its life.

Source: inotify(7). Events that are not fetched wait in a queue of `fs.inotify.max_queued_events` (16,384 by default);
when it is full the kernel says so once and drops the rest, which is told as `lost`.

A file without a name (`O_TMPFILE`) is told of too when it is closed, as `#` and its inode number, which is what the
kernel calls it among its own. No directory lists that name and nobody can open it, so it is left out; a file that is
really called so was there when the watch began, or has been created or moved since.
"""

from __future__ import annotations

import ctypes
import os
import re
import select
import struct
from collections.abc import Sequence

from ContentionLibrary.competitors.directories.sign import Sign, What

_CLOSE_WRITE, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x8, 0x40, 0x80, 0x100, 0x200
_QUEUE_OVERFLOW, _ONLY_DIRECTORY = 0x4000, 0x01000000
_MEANINGS = {
    _CREATE: What.CREATED,
    _MOVED_TO: What.MOVED_HERE,
    _CLOSE_WRITE: What.CLOSED,
    _MOVED_FROM: What.GONE,
    _DELETE: What.GONE,
}
_HEAD = struct.Struct("iIII")  # watch, mask, cookie, length of the name
_UNNAMED = re.compile(r"#\d+")
_ROOM = 256 * 1024  # bytes; some thousand events at a time


class KernelWatch:
    """A `Watch` by inotify.

    Args:
        directories: absolute paths.

    Raises:
        OSError: a directory is not there, or the user has too many watches already.
    """

    gapless = True

    def __init__(self, directories: Sequence[str]) -> None:
        self.lost = False
        library = ctypes.CDLL(None, use_errno=True)
        self._descriptor: int = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._descriptor < 0:
            raise _trouble("inotify")
        self._directories: dict[int, str] = {}
        mask = sum(_MEANINGS) | _ONLY_DIRECTORY
        for directory in directories:
            number = library.inotify_add_watch(self._descriptor, os.fsencode(directory), mask)
            if number < 0:
                trouble = _trouble(directory)
                self.close()
                raise trouble
            self._directories[number] = directory
        self._named = {(directory, name) for directory in directories for name in os.listdir(directory)}  # noqa: PTH208

    def signs(self) -> list[Sign]:
        """Return what has happened since it was last asked, in order."""
        found: list[Sign] = []
        while True:
            try:
                told = os.read(self._descriptor, _ROOM)
            except BlockingIOError:
                return found
            position = 0
            while position < len(told):
                number, mask, _, length = _HEAD.unpack_from(told, position)
                start = position + _HEAD.size
                position = start + length
                self.lost = self.lost or bool(mask & _QUEUE_OVERFLOW)
                name = os.fsdecode(told[start:position].rstrip(b"\0"))
                if number in self._directories:
                    found += self._meaning(self._directories[number], name, mask)

    def _meaning(self, directory: str, name: str, mask: int) -> list[Sign]:
        """Return what one event says; nothing if it is about a file that has no name."""
        if mask & (_CREATE | _MOVED_TO):
            self._named.add((directory, name))
        if _UNNAMED.fullmatch(name) and (directory, name) not in self._named:
            return []
        return [Sign(directory, name, what) for bit, what in _MEANINGS.items() if mask & bit]

    def wait(self, seconds: float) -> None:
        """Wait until there is something to tell, or the time is over."""
        select.select([self._descriptor], [], [], seconds)

    def close(self) -> None:
        """End it, with all that is still in its queue."""
        os.close(self._descriptor)


def _trouble(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number), what)
