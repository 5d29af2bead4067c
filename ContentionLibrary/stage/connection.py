"""One connection over a link: its two ways, and how bytes are passed on by them; see `fault_proxy`."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import subprocess
import time
from collections import deque
from dataclasses import dataclass, field

from ContentionLibrary.stage.weather import Weather

_PIECE = 16 << 10  # bytes that are read at once
WAITING = 256 << 10
"""Bytes that may wait in one direction before the sender has to."""
NOW = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends RST."""


@dataclass
class Way:
    """One direction of one connection."""

    source: socket.socket
    target: socket.socket
    waiting: deque[tuple[float, bytes]] = field(default_factory=deque)
    held: int = 0  # bytes in it
    taken: int = 0  # bytes that have been read
    passed: int = 0  # bytes that have been passed on
    last: float = 0.0  # when its last byte is due
    over: bool = False  # the source has closed

    def take(self, weather: Weather, random_: random.Random) -> bool:
        """Read what has come, and say when it is due; False when the source is lost."""
        try:
            piece = self.source.recv(_PIECE)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not piece:
            self.over = True
            return True
        now = time.monotonic()
        due = now + weather.latency + weather.jitter * random_.random()
        if weather.rate:
            due = max(due, self.last) + len(piece) / weather.rate
        if weather.loss_each and self.taken // weather.loss_each != (self.taken + len(piece)) // weather.loss_each:
            due += weather.loss_takes
        self.last = max(due, self.last)  # TCP keeps the order
        self.taken += len(piece)
        self.held += len(piece)
        self.waiting.append((self.last, piece))
        return True

    def give(self, most: int) -> bool:
        """Pass on what is due, and so many bytes at most; False when the target is lost."""
        while self.waiting and self.waiting[0][0] <= time.monotonic() and most > 0:
            due, piece = self.waiting.popleft()
            try:
                sent = self.target.send(piece[:most])
            except BlockingIOError:
                sent = 0
            except OSError:
                return False
            self.passed += sent
            self.held -= sent
            most -= sent
            if sent < len(piece):
                self.waiting.appendleft((due, piece[sent:]))
                if not sent:
                    return True
        if self.over and not self.waiting:
            with contextlib.suppress(OSError):
                self.target.shutdown(socket.SHUT_WR)
        return True


@dataclass
class Connection:
    """A client's connection, and the server that was started for it."""

    client: socket.socket
    server: socket.socket
    program: subprocess.Popen[bytes]
    passed_before: int = 0  # bytes from the client until the link last got new weather

    def __post_init__(self) -> None:
        for one in (self.client, self.server):
            one.setblocking(False)
        self.up, self.down = Way(self.client, self.server), Way(self.server, self.client)

    @property
    def over(self) -> bool:
        """Whether both ends have closed, and all has been passed on."""
        return all(way.over and not way.waiting for way in (self.up, self.down))

    def part(self) -> socket.socket:
        """Tell the client that nothing more comes, and return its socket, to be read until it has closed too.

        To close a socket from which not all has been read is a reset for the other end, however it was meant.
        """
        client = self.client.dup()
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_WR)
        return client

    def close(self, *, reset: bool = False) -> None:
        """Close both ends; the client sees an orderly end, or a reset."""
        with contextlib.suppress(OSError):
            if reset:
                self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
        self.client.close()
        self.server.close()

    def kill_server(self) -> None:
        """Kill the server; its helpers end when they find their pipes closed."""
        self.program.kill()


def is_still_open(client: socket.socket) -> bool:
    """Read what still comes from a client, for nobody; False, and closed, when it has ended."""
    with contextlib.suppress(BlockingIOError):
        try:
            if client.recv(_PIECE):
                return True
        except ConnectionError:
            pass
        client.close()
        return False
    return True
