"""Writes self-describing content: each little-endian 8-byte word is `writer:8 | generation:16 | number:40`.

Each word says who wrote it, in which generation and where it belongs, so that torn, mixed, displaced,
stale, zeroed and foreign bytes are told apart exactly. A writer is never 0: a word of zeros is never
content.

Plain Python is enough: a piece of 512 KiB holds 65536 words, so the two low bytes of its words are the
same in every piece, and only the others are rewritten, each with one strided assignment. 278 MiB are
made and written in about 0.15 s: there is nothing that numpy could add but its import, which every
worker would pay for.
"""

from __future__ import annotations

import mmap
import sys
from array import array
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ContentionLibrary.content.sighting import Version
from ContentionLibrary.errors import UsageError

WORD = 8  # bytes
NUMBER_BITS = 40
NUMBER_MASK = (1 << NUMBER_BITS) - 1
PIECE_WORDS = 1 << 16
PIECE = PIECE_WORDS * WORD  # bytes: 512 KiB


@lru_cache(maxsize=1)
def _low_bytes() -> bytes:
    words = array("Q", range(PIECE_WORDS))
    if sys.byteorder == "big":
        words.byteswap()
    return words.tobytes()


@lru_cache(maxsize=4)
def _template(version: Version) -> bytes:
    """Make the first piece of a version."""
    if not (1 <= version.writer <= 255 and 0 <= version.generation <= 65535):
        raise UsageError(f"{version} cannot be written: a writer is 1 to 255, a generation is 0 to 65535")
    words = bytearray(_low_bytes())
    tag = (version.writer << 16 | version.generation).to_bytes(3, "little")
    for place, byte in enumerate(tag, 5):
        if byte:
            words[place::WORD] = bytes([byte]) * PIECE_WORDS
    return bytes(words)


_SMALL = 8
"""Pieces of a small file: those of quick runs are judged again and again, by many processes."""

_prepared: dict[tuple[Version, int], memoryview] = {}


def prepare(*versions: Version) -> None:
    """Make all small files of some versions now: who forks afterwards shares them with all its children.

    They lie in memory that is shared by its nature, so that a fork costs no more than without them.
    """
    places = [(version, number) for version in versions for number in range(_SMALL)]
    memory = mmap.mmap(-1, len(places) * PIECE)
    for place, (version, number) in enumerate(places):
        memory[place * PIECE : (place + 1) * PIECE] = _make(version, number)
        _prepared[version, number] = memoryview(memory).toreadonly()[place * PIECE : (place + 1) * PIECE]


def piece(version: Version, number: int) -> bytes | memoryview:
    """Make one aligned piece of a version's content.

    Args:
        version: whose content.
        number: which piece of `PIECE` bytes, from 0.

    Returns:
        `PIECE` bytes, kept for the next call where possible.

    Raises:
        UsageError: the version cannot be written in a word.
    """
    return _prepared.get((version, number)) or (_kept if number < _SMALL else _passing)(version, number)


class Pieces:
    """The pieces of versions for whoever looks at one of each at a time, as who judges a large file does.

    A piece that is not kept is turned into the next one in place: memory that is taken anew for each, and zeroed by
    the system, would cost more than all the comparing.
    """

    def __init__(self) -> None:
        self._turned: dict[Version, tuple[int, bytearray]] = {}

    def piece(self, version: Version, number: int) -> bytes | bytearray | memoryview:
        """Return one aligned piece, which holds until another one of its version is asked for; see `piece`."""
        if number < _SMALL:
            return piece(version, number)
        shown, words = self._turned.get(version) or (0, bytearray(piece(version, 0)))
        before = shown.to_bytes(3, "little")
        for place, byte in enumerate(number.to_bytes(3, "little")):
            if byte != before[place]:
                words[place + 2 :: WORD] = bytes([byte]) * PIECE_WORDS
        self._turned[version] = number, words
        return words


@lru_cache(maxsize=_SMALL)
def _kept(version: Version, number: int) -> bytes:
    return _make(version, number)


@lru_cache(maxsize=2)  # a large file is read once from its begin to its end, and two may be mixed in it
def _passing(version: Version, number: int) -> bytes:
    return _make(version, number)


def _make(version: Version, number: int) -> bytes:
    template = _template(version)
    if number == 0:
        return template
    words = bytearray(template)
    for place, byte in enumerate(number.to_bytes(3, "little"), 2):
        if byte:
            words[place::WORD] = bytes([byte]) * PIECE_WORDS
    return bytes(words)


def blocks(version: Version, size: int, chunk: int = PIECE, start: int = 0) -> Iterator[memoryview]:
    """Yield a part of a version's content, block by block.

    Args:
        version: whose content.
        size: bytes to yield in all.
        chunk: bytes of each block; the last one may be shorter.
        start: first byte, from the begin of the content.

    Yields:
        Read-only views that stay valid.

    Raises:
        UsageError: the version cannot be written in a word.
    """
    position, end = start, start + size
    while position < end:
        stop = min(position + chunk, end)
        views = []
        while position < stop:
            number, offset = divmod(position, PIECE)
            length = min(stop - position, PIECE - offset)
            views.append(memoryview(piece(version, number))[offset : offset + length])
            position += length
        yield views[0] if len(views) == 1 else memoryview(b"".join(views))


def write_file(path: str | Path, version: Version, size: int, *, exclusive: bool = False) -> None:
    """Write a file of one version.

    Args:
        path: the file; what it holds already is lost.
        version: whose content.
        size: bytes.
        exclusive: refuse when the file is there already.

    Raises:
        FileExistsError: `exclusive` was asked for and the file is there.
        OSError: the file cannot be written.
        UsageError: the version cannot be written in a word.
    """
    with Path(path).open("xb" if exclusive else "wb", buffering=0) as file:
        for block in blocks(version, size):
            rest = block
            while rest:
                rest = rest[file.write(rest) :]
