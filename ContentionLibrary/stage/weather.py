"""How bytes fare on a link to a server: alike for whoever makes the weather, and for the process that passes them on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Weather:
    """How a link passes bytes on.

    Args:
        latency: seconds that each byte takes at least, in each direction.
        jitter: seconds that it may take longer.
        rate: bytes per second; 0 for as fast as it goes.
        loss_each: bytes after which a segment is lost, again and again; 0 for never.
        loss_takes: seconds until a lost segment has been sent again.
        reset_after: bytes from the client after which a connection is reset; 0 for never.
        resets: so many connections are reset like that; 0 for all.
    """

    latency: float = 0.0
    jitter: float = 0.0
    rate: int = 0
    loss_each: int = 0
    loss_takes: float = 0.0
    reset_after: int = 0
    resets: int = 0
