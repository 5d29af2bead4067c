"""What a file holds in the model of a disk, and what a power loss may leave of it.

The model knows no bytes. It knows what was below, how much of the source was written over it, and what came of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ContentionLibrary.content.sighting import Kind, Sighting, Span
from ContentionLibrary.history.cast import OLDER, SOURCE


class Base(Enum):
    """What a file held before the copier wrote into it."""

    NOTHING = "nothing"
    OLDER = "the older version"
    SOURCE = "the source"
    OTHER = "something else"
    UNKNOWN = "what was written where nobody has looked"


class Fate(Enum):
    """What has become of the data that a file got since its last flush."""

    WRITTEN = "as it was written"
    EMPTY = "not there"
    HALF = "there by half"
    ZEROED = "zeros in its place"


@dataclass(frozen=True)
class Content:
    """What a file holds.

    Args:
        base: what is below.
        new: bytes of the source that were written over it, from the begin.
        fate: what the power loss has left of these.
        own: it is no copy: a lock file, a journal; of its bytes we know the number only.
    """

    base: Base
    new: int = 0
    fate: Fate = Fate.WRITTEN
    own: bool = False

    @property
    def is_known(self) -> bool:
        """Whether all of it was seen."""
        return self.base is not Base.UNKNOWN

    def sighting(self, size: int) -> Sighting:
        """Return what somebody who reads the file sees.

        Args:
            size: bytes of the source and of the older version.
        """
        ground = {
            Base.OLDER: (Kind.VERSION, OLDER),
            Base.SOURCE: (Kind.VERSION, SOURCE),
            Base.OTHER: (Kind.FOREIGN, None),
            Base.UNKNOWN: (Kind.FOREIGN, None),
        }
        end = 0 if self.fate is Fate.EMPTY else min(self.new, size)
        kind, whose = (Kind.FOREIGN, None) if self.own else (Kind.VERSION, SOURCE)
        if self.fate is Fate.ZEROED:
            kind, whose = Kind.ZERO, None
        spans = [Span(0, end, kind, whose)] if end else []
        if self.base in ground and end < size:
            spans.append(Span(end, size, *ground[self.base]))
        return Sighting(spans[-1].end if spans else 0, tuple(spans))

    def survivors(self, safe: Content) -> tuple[Content, ...]:
        """Return what may be found of this content when the last flush saw another one.

        Args:
            safe: what was flushed.
        """
        if self == safe:
            return (safe,)
        lost = [Content(self.base, 0, Fate.EMPTY, self.own)]
        if self.new and self.base is Base.NOTHING:
            lost += [
                Content(self.base, self.new, Fate.ZEROED, self.own),
                Content(self.base, self.new // 2, Fate.HALF, self.own),
            ]
        elif self.new:
            lost = [Content(self.base, self.new // 2, Fate.HALF, self.own)]
        return tuple(dict.fromkeys([safe, *lost, self]))
