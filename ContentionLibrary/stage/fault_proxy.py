"""A link to a server that fails when it is told to: the role of a process that passes bytes on, or does not.

It listens on 127.0.0.1. For each connection it starts the server as inetd does, with the connection as its standard input
and output (`sshd -i`), so no port of the server has to be free, and killing the server is killing what was started here.
What happens to the bytes is decided between two reads: they are late, slow, held up, or never come. A cut comes after an
exact number of bytes.

Why not the kernel's own netem: it needs rights on a network interface, and hits everybody who uses it. What TCP makes of
lost packets is a pause until the segment is sent again, and that is how a loss shows here: at fixed places of the stream.
"""

from __future__ import annotations

import contextlib
import os
import random
import select
import socket
import struct
import subprocess
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.channel import Channel, Message
from ContentionLibrary.processes.namespaces import seclude_mounts
from ContentionLibrary.stage.mounting import mount

_PIECE = 16 << 10  # bytes that are read at once
_WAITING = 256 << 10  # bytes that may wait in one direction before the sender has to
_NOW = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST
_PRIVILEGE_SEPARATION = Path("/run/sshd")


@dataclass
class _Shape:
    """How bytes are passed on; see `link.Weather` for the words."""

    latency: float = 0.0
    jitter: float = 0.0
    rate: int = 0
    loss_each: int = 0
    loss_takes: float = 0.0
    reset_after: int = 0
    resets: int = 0


@dataclass
class _Way:
    """One direction of one connection."""

    source: socket.socket
    target: socket.socket
    waiting: deque[tuple[float, bytes]] = field(default_factory=deque)
    held: int = 0  # bytes in it
    taken: int = 0  # bytes that have been read
    passed: int = 0  # bytes that have been passed on
    last: float = 0.0  # when its last byte is due
    over: bool = False  # the source has closed

    def take(self, shape: _Shape, random_: random.Random) -> bool:
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
        due = now + shape.latency + shape.jitter * random_.random()
        if shape.rate:
            due = max(due, self.last) + len(piece) / shape.rate
        if shape.loss_each and self.taken // shape.loss_each != (self.taken + len(piece)) // shape.loss_each:
            due += shape.loss_takes
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
class _Connection:
    """A client's connection, and the server that was started for it."""

    client: socket.socket
    server: socket.socket
    program: subprocess.Popen[bytes]
    passed_before: int = 0  # bytes from the client until the link was last given a new shape

    def __post_init__(self) -> None:
        for one in (self.client, self.server):
            one.setblocking(False)
        self.up, self.down = _Way(self.client, self.server), _Way(self.server, self.client)

    @property
    def over(self) -> bool:
        """Whether both ends have closed, and all has been passed on."""
        return all(way.over and not way.waiting for way in (self.up, self.down))

    def close(self, *, reset: bool = False) -> None:
        """Close both ends; the client sees an orderly end, or a reset."""
        with contextlib.suppress(OSError):
            if reset:
                self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NOW)
        self.client.close()
        self.server.close()

    def kill_server(self) -> None:
        """Kill the server; its helpers end when they find their pipes closed."""
        self.program.kill()


class _Proxy:
    """The link, and all that goes over it."""

    def __init__(self, server: list[str], log: str, environment: dict[str, str]) -> None:
        self._server, self._log, self._environment = server, log, environment
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.setblocking(False)
        self.port: int = self._listening.getsockname()[1]
        self._connections: list[_Connection] = []
        self._ended: list[subprocess.Popen[bytes]] = []
        self._shape = _Shape()
        self._silent = self._refusing = False
        self._accepted = self._up = self._down = 0
        self._random = random.Random(1)  # the same weather each time

    # -- what it is told ------------------------------------------------------------------------------------------

    def obey(self, request: Message) -> dict[str, Any]:
        """Do what was asked for, and say how things are."""
        do = request["do"]
        if do == "cut":
            self._silent = request["how"] == "silent"
            self._refusing = request["for good"] and not self._silent
            if not self._silent:
                self._cut(reset=request["how"] == "reset")
        elif do == "restart":
            for one in self._connections:
                one.kill_server()
            self._cut(reset=True)
        elif do == "back":
            self._silent = self._refusing = False
        elif do == "shape":
            self._shape = _Shape(**request["shape"])
            for one in self._connections:
                one.passed_before = one.up.passed
        self._reap()
        up, down = (sum(way.passed for way in ways) for ways in self._ways())
        return {
            "connections": len(self._connections),
            "accepted": self._accepted,
            "up": self._up + up,
            "down": self._down + down,
        }

    def _ways(self) -> tuple[list[_Way], list[_Way]]:
        return [one.up for one in self._connections], [one.down for one in self._connections]

    def _cut(self, *, reset: bool) -> None:
        for one in list(self._connections):
            self._drop(one, reset=reset)

    def _drop(self, connection: _Connection, *, reset: bool = False) -> None:
        connection.close(reset=reset)
        self._up += connection.up.passed
        self._down += connection.down.passed
        self._connections.remove(connection)
        self._ended.append(connection.program)

    def _reap(self) -> None:
        self._ended = [program for program in self._ended if program.poll() is None]

    # -- passing on -----------------------------------------------------------------------------------------------

    def serve(self, channel: Channel) -> None:
        """Pass on until nobody tells us anything any more."""
        while True:
            poller = select.poll()
            poller.register(channel, select.POLLIN)
            events = dict(poller.poll(self._watch(poller)))
            if channel.fileno() in events:
                while (request := channel.receive(0)) is not None:
                    channel.send(self.obey(request))
                continue  # sockets may be closed by now, and their numbers have new owners
            for one in list(self._connections):
                if self._silent:
                    self._notice_end(one, events)
                else:
                    self._move(one, events)
            if self._listening.fileno() in events:
                self._accept()

    def _notice_end(self, one: _Connection, events: dict[int, int]) -> None:
        """While the link is silent, only see whether a client gives up; its end comes after all that it has sent."""
        if events.get(one.client.fileno()) and (not one.up.take(self._shape, self._random) or one.up.over):
            self._drop(one)  # what was on its way is lost

    def _watch(self, poller: select.poll) -> float | None:
        """Ask for what each connection waits for; returns milliseconds until the next byte is due."""
        if self._silent:
            for one in self._connections:
                poller.register(one.client, select.POLLIN)
            return None
        poller.register(self._listening, select.POLLIN)
        dues = []
        now = time.monotonic()
        for one in self._connections:
            wanted = {one.client.fileno(): 0, one.server.fileno(): 0}
            for way in (one.up, one.down):
                if not way.over and way.held < _WAITING:
                    wanted[way.source.fileno()] |= select.POLLIN
                if way.waiting and way.waiting[0][0] <= now:
                    wanted[way.target.fileno()] |= select.POLLOUT
                elif way.waiting:
                    dues.append(way.waiting[0][0])
            for descriptor, events in wanted.items():
                if events:
                    poller.register(descriptor, events)
        return max(0.0, (min(dues) - now) * 1000) if dues else None

    def _move(self, one: _Connection, events: dict[int, int]) -> None:
        for way in (one.up, one.down):
            came = events.get(way.source.fileno(), 0) & ~select.POLLOUT
            if (came and not way.over and not way.take(self._shape, self._random)) or not way.give(
                self._most(one, way)
            ):
                self._drop(one, reset=True)
                return
        if self._shape.reset_after and one.up.passed >= self._limit(one):
            self._shape.resets -= 1
            if not self._shape.resets:
                self._shape.reset_after = 0
            self._drop(one, reset=True)
        elif one.over:
            self._drop(one)

    def _most(self, one: _Connection, way: _Way) -> int:
        if self._shape.reset_after and way is one.up:
            return self._limit(one) - way.passed
        return _WAITING

    def _limit(self, one: _Connection) -> int:
        return one.passed_before + self._shape.reset_after

    def _accept(self) -> None:
        try:
            client, _ = self._listening.accept()
        except BlockingIOError:
            return
        if self._refusing:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NOW)
            client.close()
            return
        self._accepted += 1
        ours, theirs = socket.socketpair()
        with theirs, Path(self._log).open("ab") as log:
            program = subprocess.Popen(
                self._server, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=log, env=self._environment
            )
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connections.append(_Connection(client, ours, program))


def _give_private_directory() -> None:
    """Give sshd of root the directory that it insists on, for us alone: the system's may not be there."""
    if os.geteuid() == 0 and not _PRIVILEGE_SEPARATION.is_dir():
        seclude_mounts()
        mount("none", _PRIVILEGE_SEPARATION.parent, "tmpfs", "mode=0755")
        _PRIVILEGE_SEPARATION.mkdir(mode=0o755)


def main(channel: Channel, request: Message) -> None:
    """Be the link; the role that a starter's child plays."""
    try:
        _give_private_directory()
    except NotPossibleHere as reason:
        channel.send({"impossible": str(reason)})
        return
    proxy = _Proxy(request["server"], request["log"], dict(os.environ))
    channel.send({"port": proxy.port})
    proxy.serve(channel)
