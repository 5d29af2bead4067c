"""What can be learned of a watched directory, however that is done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class What(StrEnum):
    """What has become of a name."""

    CREATED = "created"
    MOVED_HERE = "moved here"
    CLOSED = "closed after writing"
    GONE = "gone"


COMPLETE = (What.MOVED_HERE, What.CLOSED)
"""What consumers take for the sign that a file is complete."""


@dataclass(frozen=True)
class Sign:
    """Something has become of one name."""

    directory: str
    name: str
    what: What


class Watch(Protocol):
    """Watches directories from the moment at which it was made.

    Attributes:
        gapless: it tells of every change, however short.
        lost: changes were lost, because too many came before they were asked for.
    """

    gapless: bool
    lost: bool

    def signs(self) -> list[Sign]:
        """Return what has happened since it was last asked, in order."""

    def wait(self, seconds: float) -> None:
        """Wait until there may be something to tell, or the time is over."""

    def close(self) -> None:
        """End it."""
