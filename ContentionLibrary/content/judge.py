"""Reads a file back and tells, to 8 bytes, which range came from whom. Facts only: it knows no expectation.

At each place the first word names its origin; then memory is compared with what that origin would hold
from there on, whole pieces first and by halves around the first difference. So the cost grows with the
number of ranges, not with the bytes: a clean file costs hardly more than reading it. Only bytes that
nobody wrote are looked at word by word; there, content displaced by a number of bytes that is no
multiple of 8 is recognized within the first 64 bytes.
"""

from __future__ import annotations

import os
from array import array
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.content.reading_at import read_at
from ContentionLibrary.content.sighting import Kind, Sighting, Span, Version
from ContentionLibrary.content.words import NUMBER_BITS, NUMBER_MASK, PIECE, WORD, Pieces

SPAN_LIMIT = 1000  # ranges; more than a person or a check can use, and small enough to store
_BEYOND = 128  # bytes read past a piece, so that a word and its neighbour can be seen together
_PHASES = 64  # bytes of a foreign range in which content displaced by an odd number of bytes is looked for
_ZEROS = bytes(PIECE)
_LAST_PIECE = NUMBER_MASK * WORD // PIECE


@dataclass(frozen=True)
class _Origin:
    """Where a range comes from: enough to predict every byte that follows."""

    kind: Kind
    version: Version | None = None
    shift: int = 0


_ZERO = _Origin(Kind.ZERO)
_FOREIGN = _Origin(Kind.FOREIGN)


class _Window:
    """The part of the file that is in memory: `[begin, end)`."""

    def __init__(self, descriptor: int, start: int, stop: int | None) -> None:
        self._descriptor = descriptor
        self._start = start
        self._stop = stop
        self.buffer = bytearray(WORD + PIECE + _BEYOND)
        self.begin = self.end = start
        self.at_end_of_file = False
        self._pieces = Pieces()

    def move(self, position: int) -> None:
        """Read from a word before `position` up to the next piece's begin and a little further."""
        begin = max(self._start, position - WORD)
        wanted = position - begin + PIECE - position % PIECE + _BEYOND
        last = self._stop is not None and begin + wanted >= self._stop
        if self._stop is not None and last:
            wanted = self._stop - begin
        with memoryview(self.buffer) as view:
            got = 0
            while got < wanted:
                count = read_at(self._descriptor, view[got:wanted], begin + got)
                if count == 0:
                    break
                got += count
        self.begin, self.end = begin, begin + got
        self.at_end_of_file = last or got < wanted

    def word(self, position: int) -> int | None:
        """Return the word that begins at any byte, or None when the window ends before."""
        if position + WORD > self.end:
            return None
        offset = position - self.begin
        return int.from_bytes(self.buffer[offset : offset + WORD], "little")

    def origin(self, position: int) -> _Origin:
        """Tell from the word at a byte, and its neighbour, where they come from."""
        word = self.word(position)
        if word is None:
            offset = position - self.begin
            rest = self.buffer[offset : self.end - self.begin]
            return _FOREIGN if any(rest) else _ZERO
        if word == 0:
            return _ZERO
        writer, generation = word >> 56, word >> NUMBER_BITS & 0xFFFF
        if writer == 0:
            return _FOREIGN
        shift = position - (word & NUMBER_MASK) * WORD
        if shift == 0:
            return _Origin(Kind.VERSION, Version(writer, generation))
        # One word alone could be anything; two that follow each other are no accident.
        if self.word(position + WORD) == word + 1:
            return _Origin(Kind.SHIFTED, Version(writer, generation), shift)
        return _FOREIGN

    def same(self, origin: _Origin, position: int) -> int:
        """Return how many bytes from `position` on are just what the origin predicts."""
        total = self.end - position
        same = 0
        while same < total:
            number, offset = divmod(position + same - origin.shift, PIECE)
            if number > _LAST_PIECE:
                break
            length = min(total - same, PIECE - offset)
            content = self._pieces.piece(origin.version, number) if origin.version else _ZEROS
            expected = memoryview(content)[offset : offset + length]
            equal = _equal_bytes(self.buffer, position + same - self.begin, expected)
            same += equal
            if equal < length:
                break
        return same

    def same_before(self, origin: _Origin, position: int, earliest: int) -> int:
        """Return how many bytes just before `position` are the end of the word that the origin has there."""
        assert origin.version is not None
        count = 0
        for place in range(position - 1, max(position - WORD, earliest - 1, self.begin - 1), -1):
            number, offset = divmod(place - origin.shift, PIECE)
            if number < 0 or self._pieces.piece(origin.version, number)[offset] != self.buffer[place - self.begin]:
                break
            count += 1
        return count

    def next_known(self, position: int) -> int:
        """Return the first place after `position` that has a known origin or needs the next window."""
        bytewise_end = min(position + _PHASES, self.end - WORD + 1)
        for place in range(position + 1, bytewise_end):
            origin = self.origin(place)
            if origin is not _FOREIGN and (origin is not _ZERO or place % WORD == 0):
                return place
        first = -(-max(position + 1, bytewise_end) // WORD)
        count = self.end // WORD - first
        if count < 1:
            return self.end
        offset = first * WORD - self.begin
        words = array("Q", bytes(self.buffer[offset : offset + count * WORD]))
        if _BIG_ENDIAN:
            words.byteswap()
        neighbours = zip(words, words[1:], range(first, first + count), strict=False)
        for word, following, number in neighbours:
            if (word == 0 or following - word == 1 or word & NUMBER_MASK == number) and (
                self.origin(number * WORD) is not _FOREIGN
            ):
                return number * WORD
        last = (first + count - 1) * WORD
        return last if not self.at_end_of_file or self.origin(last) is not _FOREIGN else last + WORD


_BIG_ENDIAN = array("H", [1]).tobytes() == b"\0\1"


def _equal_bytes(buffer: bytearray, offset: int, content: memoryview) -> int:
    """Return how many bytes of `content` stand at `offset`; `startswith` compares memory without a copy."""
    if buffer.startswith(content, offset):
        return len(content)
    low, step = 0, WORD
    while step < len(content) and buffer.startswith(content[low : low + step], offset + low):
        low += step
        step *= 2
    high = min(low + step, len(content))
    while high - low > 1:
        middle = (low + high) // 2
        if buffer.startswith(content[low:middle], offset + low):
            low = middle
        else:
            high = middle
    return low


class _Spans:
    """The ranges found so far; neighbours of one origin become one range."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._found: list[tuple[int, int, _Origin]] = []

    def add(self, start: int, end: int, origin: _Origin) -> None:
        """Note a range that begins where the last one ended."""
        if self._found and self._found[-1][2] == origin:
            start = self._found.pop()[0]
        self._found.append((start, end, origin))

    def shorten(self, count: int) -> None:
        """Take from the end of the last range what turned out to belong to the next one."""
        start, end, origin = self._found.pop()
        if end - count > start:
            self._found.append((start, end - count, origin))

    @property
    def last_start(self) -> int:
        return self._found[-1][0]

    @property
    def last_origin(self) -> _Origin | None:
        return self._found[-1][2] if self._found else None

    @property
    def overfull(self) -> bool:
        return len(self._found) > self._limit

    def result(self) -> tuple[Span, ...]:
        return tuple(Span(start, end, o.kind, o.version, o.shift) for start, end, o in self._found[: self._limit])


def judge_descriptor(descriptor: int, start: int = 0, stop: int | None = None, *, limit: int = SPAN_LIMIT) -> Sighting:
    """Judge an open file from a byte on, without moving the descriptor's file offset.

    Args:
        descriptor: open for reading, on something that has positions.
        start: first byte to look at.
        stop: first byte not to look at any more; None is the end of the file.
        limit: most ranges to report; the sighting is marked incomplete when there are more.

    Returns:
        All ranges, with places counted from the begin of the file. A positive `shift` means: so many bytes
        too late in the file.

    Raises:
        OSError: the file cannot be read.
    """
    window = _Window(descriptor, start, stop)
    spans = _Spans(limit)
    window.move(start)
    position = start
    while True:
        if not window.at_end_of_file and window.end - position <= _BEYOND:
            window.move(position)
        if position >= window.end or spans.overfull:
            break
        position = _take_range(window, spans, position)
    while not window.at_end_of_file:
        window.move(window.end)
    # A file that was cut meanwhile ends before what has been seen of it already.
    return Sighting(max(window.end, position) - start, spans.result(), start, not spans.overfull)


def _take_range(window: _Window, spans: _Spans, position: int) -> int:
    """Note the range that begins at a place, as far as the window shows it; return its end."""
    before = known = spans.last_origin
    count = 0 if before in (None, _FOREIGN) else window.same(before, position)
    if count < WORD and position + count < window.end:
        known = window.origin(position)
        count = 0 if known is _FOREIGN else window.same(known, position)
    if known is None or known is _FOREIGN:
        tail = window.end - position < WORD
        end = window.end if tail else window.next_known(position)
        spans.add(position, end, _Origin(Kind.TAIL) if tail else _FOREIGN)
        return end
    end = position + count
    if end < window.end or not window.at_end_of_file:
        # Words of two versions have their low bytes in common: only whole words count.
        whole = (end - known.shift) // WORD * WORD + known.shift
        end = whole if whole > position else end
    begins_inside_a_word = known.shift % WORD or (spans.last_start % WORD if before else 0)
    if before is _FOREIGN and known.version and begins_inside_a_word:
        belonging = window.same_before(known, position, spans.last_start)
        spans.shorten(belonging)
        position -= belonging
    spans.add(position, end, known)
    return end


def judge_file(path: str | Path, *, limit: int = SPAN_LIMIT) -> Sighting:
    """Judge a whole file.

    Args:
        path: the file.
        limit: most ranges to report.

    Returns:
        All that can be seen in it.

    Raises:
        OSError: the file cannot be opened or read.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        return judge_descriptor(descriptor, limit=limit)
    finally:
        os.close(descriptor)
