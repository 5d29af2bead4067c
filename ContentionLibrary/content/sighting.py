"""What somebody saw in a file: a run list of byte ranges and whose they are. Facts only; judging them is for `checks`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, order=True)
class Version:
    """One content of one size that a test made: who wrote it (1-255) and in which generation (0-65535)."""

    writer: int
    generation: int = 0


class Kind(StrEnum):
    """What a range of bytes is."""

    VERSION = "version"  # words of a version, each in its own place
    SHIFTED = "shifted"  # words of a version, all displaced by the same number of bytes
    ZERO = "zero"  # nothing but zero bytes
    FOREIGN = "foreign"  # bytes that no version has
    TAIL = "tail"  # fewer than 8 bytes at the end that match no version


@dataclass(frozen=True)
class Span:
    """A half-open range of bytes `[start, end)` that all came from one place.

    `version` is set for the kinds VERSION and SHIFTED; `shift` is the displacement in bytes (0 unless SHIFTED).
    """

    start: int
    end: int
    kind: Kind
    version: Version | None = None
    shift: int = 0


@dataclass(frozen=True)
class Sighting:
    """All that one look at a file has shown.

    Args:
        size: bytes that could be read, from `start`.
        spans: the ranges in order, without gaps; empty for an empty file.
        start: first byte that was looked at (a reader that continues in the middle starts there).
        complete: False when so many ranges were found that the list was cut off.
    """

    size: int
    spans: tuple[Span, ...]
    start: int = 0
    complete: bool = True

    @property
    def single_version(self) -> Version | None:
        """The version that every byte comes from, or None when there is no byte or there are several origins."""
        if len(self.spans) == 1 and self.spans[0].kind is Kind.VERSION:
            return self.spans[0].version
        return None

    def is_whole(self, version: Version, size: int) -> bool:
        """Tell whether this is all of `version` from `start` up to a file size of `size` bytes, and nothing else."""
        return self.start + self.size == size and self.single_version == version
