"""What a client in a guest does with a server that does not answer."""

from __future__ import annotations

from enum import Enum


class Patience(Enum):
    """Whether those who use a mount are told; the value says it of the mount."""

    GIVES_UP = "gives up"  # a call to the server fails after a time (soft)
    WAITS = "waits"  # calls wait until it answers again, however long that takes (hard)
