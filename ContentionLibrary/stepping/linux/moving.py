"""Does part of a call that moves data, on the program's own open files, so that it can be stopped in between."""

from __future__ import annotations

import mmap
import os
import stat
import struct
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ContentionLibrary.stepping.linux.calls import Call
from ContentionLibrary.stepping.linux.memory import CannotBorrow, borrowed, peek, poke, read_offset, read_vector
from ContentionLibrary.stepping.linux.seccomp import Notification

_PIECE = 1 << 20


@cache
def _buffer() -> memoryview:
    """Return memory that begins at a page, because a file that is open for direct I/O takes no other."""
    return memoryview(mmap.mmap(-1, _PIECE))


def _ends(call: Call, notification: Notification) -> tuple[int, int, tuple[int, int]]:
    """Return the descriptors from and to which a bulk call moves, and where in memory its offsets are."""
    arguments = notification.arguments
    if call.name == "copy_file_range":
        return arguments[0], arguments[2], (arguments[1], arguments[3])
    return arguments[1], arguments[0], (arguments[2], 0)


def finds_the_end(call: Call, notification: Notification) -> bool:
    """Tell whether a bulk call is going to move nothing, because all of its source was read: programs ask until that."""
    thread = notification.thread
    source, _, pointers = _ends(call, notification)
    try:
        status = os.stat(f"/proc/{thread}/fd/{source & 0xFFFFFFFF}")  # noqa: PTH116
        offset = read_offset(thread, pointers[0])
        if offset is None:
            told = Path(f"/proc/{thread}/fdinfo/{source & 0xFFFFFFFF}").read_text()
            offset = int(told.partition("pos:")[2].split()[0])
    except OSError:
        return False  # the call fails by itself
    return stat.S_ISREG(status.st_mode) and offset >= status.st_size


def move_bulk(call: Call, notification: Notification, size: int) -> int:
    """Do the first `size` bytes of `copy_file_range` or `sendfile`; return the bytes moved (0 at the end of the file).

    The program gets a short count, which both calls may return at any time, and calls again for the rest.

    Raises:
        CannotBorrow: the system does not let us; nothing was moved.
        OSError: the call does not work for these files (`EXDEV` across file systems); nothing was moved.
    """
    thread = notification.thread
    source, target, pointers = _ends(call, notification)
    offsets = [read_offset(thread, pointer) for pointer in pointers]
    moved = 0
    with borrowed(thread, source, target) as (reading, writing):
        while moved < size:
            at = [None if offset is None else offset + moved for offset in offsets]
            try:
                if call.name == "copy_file_range":
                    count = os.copy_file_range(reading, writing, size - moved, at[0], at[1])
                else:
                    count = os.sendfile(writing, reading, at[0], size - moved)
            except OSError:
                if moved:
                    break
                raise
            if not count:
                break
            moved += count
    for pointer, offset in zip(pointers, offsets, strict=True):
        if pointer and offset is not None:
            poke(thread, pointer, struct.pack("<q", offset + moved))
    return moved


class SplitCall(ABC):
    """A call that reads or writes, in one of its plain, positioned and vector forms, done piece by piece.

    The program gets the full count in the end: many programs take a short one for an error.

    Attributes:
        done: bytes of the call that were moved.
    """

    def __init__(self, call: Call, notification: Notification) -> None:
        self._thread, arguments = notification.thread, notification.arguments
        self._file = arguments[0]
        positioned = call.name.startswith("p") and arguments[3] != (1 << 64) - 1
        self._position = arguments[3] if positioned else None
        if call.name.rstrip("2").endswith("v"):
            self._parts = read_vector(self._thread, arguments[1], arguments[2] & 0xFFFFFFFF)
        else:
            self._parts = [(arguments[1], arguments[2])]
        self.done = 0

    def _places(self, size: int) -> Iterator[tuple[int, int]]:
        """Tell where in the program's memory the next bytes are: addresses and lengths."""
        skip = self.done
        for address, length in self._parts:
            if skip >= length:
                skip -= length
                continue
            here = min(length - skip, size)
            yield address + skip, here
            skip, size = 0, size - here
            if not size:
                return

    def move(self, until: int) -> None:
        """Move the bytes from where we are up to `until` (counted within the call), or to the end of the file.

        Raises:
            CannotBorrow: the system does not let us; nothing was moved.
            OSError: the call failed; `done` tells how far it came.
        """
        with borrowed(self._thread, self._file) as (file,):
            while self.done < until:
                at = None if self._position is None else self._position + self.done
                count = self._move_piece(file, min(_PIECE, until - self.done), at)
                if not count:
                    return
                self.done += count

    @abstractmethod
    def _move_piece(self, file: int, size: int, position: int | None) -> int:
        """Move up to `size` bytes, at a position of the file or at its offset; return how many."""


class SplitWrite(SplitCall):
    """A `write` and its kin."""

    def _move_piece(self, file: int, size: int, position: int | None) -> int:
        try:
            piece = b"".join(peek(self._thread, address, length) for address, length in self._places(size))
        except PermissionError as error:
            raise CannotBorrow(f"its memory cannot be read ({error.strerror})") from error
        ready = _buffer()[: len(piece)]
        ready[:] = piece
        return os.write(file, ready) if position is None else os.pwrite(file, ready, position)


class SplitRead(SplitCall):
    """A `read` and its kin."""

    def _move_piece(self, file: int, size: int, position: int | None) -> int:
        ready = _buffer()[:size]
        count = os.readv(file, [ready]) if position is None else os.preadv(file, [ready], position)
        given = 0
        for address, length in self._places(count) if count else ():
            poke(self._thread, address, bytes(ready[given : given + length]))
            given += length
        return count
