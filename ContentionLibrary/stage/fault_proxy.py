"""A link to a server that fails when it is told to: the role of a process that passes bytes on, or does not.

It listens on 127.0.0.1. For each connection it starts the server as inetd does, with the connection as its standard input
and output (`sshd -i`), so no port of the server has to be free, and killing the server is killing what was started here.
What happens to the bytes is decided between two reads: they are late, slow, held up, or never come. A cut comes after an
exact number of bytes, and so does a dam: nothing more goes to the server until whoever has it built does something else.

Why not the kernel's own netem: it needs rights on a network interface, and hits everybody who uses it. What TCP makes of
lost packets is a pause until the segment is sent again, and that is how a loss shows here: at fixed places of the stream.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import select
import socket
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.channel import Channel, Message
from ContentionLibrary.processes.namespaces import seclude_mounts
from ContentionLibrary.stage.connection import NOW, WAITING, Connection, Way, is_still_open
from ContentionLibrary.stage.mounting import mount
from ContentionLibrary.stage.weather import Weather

_PR_SET_CHILD_SUBREAPER = 36
_PRIVILEGE_SEPARATION = Path("/run/sshd")


class _Proxy:
    """The link, and all that goes over it."""

    def __init__(self, server: list[str], log: str, environment: dict[str, str]) -> None:
        self._server, self._log, self._environment = server, log, environment
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.setblocking(False)
        self.port: int = self._listening.getsockname()[1]
        self._connections: list[Connection] = []
        self._closed: list[socket.socket] = []  # we have closed them in good order, their clients have not yet
        self._weather = Weather()
        self._silent = self._refusing = False
        self._room: int | None = None  # bytes that may still go to servers; None for any number
        self._accepted = self._up = self._down = self._reset = 0
        self._random = random.Random(1)  # the same weather each time

    # -- what it is told ------------------------------------------------------------------------------------------

    def obey(self, request: Message) -> dict[str, Any]:
        """Do what was asked for, and say how things are."""
        do = request["do"]
        if do in ("cut", "restart", "back"):
            self._room = None
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
        elif do == "weather":
            self._weather = Weather(**request["weather"])
            for one in self._connections:
                one.passed_before = one.up.passed
        elif do == "dam":
            self._room = request["after"]
        self._reap()
        up, down = (sum(way.passed for way in ways) for ways in self._ways())
        return {
            "connections": len(self._connections),
            "accepted": self._accepted,
            "up": self._up + up,
            "down": self._down + down,
            "resets": self._reset,
            "dammed": self._room == 0,
        }

    def _ways(self) -> tuple[list[Way], list[Way]]:
        return [one.up for one in self._connections], [one.down for one in self._connections]

    def _cut(self, *, reset: bool) -> None:
        for one in list(self._connections):
            if not reset:
                self._closed.append(one.part())
            self._drop(one, reset=reset)

    def _drop(self, connection: Connection, *, reset: bool = False) -> None:
        connection.close(reset=reset)
        self._up += connection.up.passed
        self._down += connection.down.passed
        self._connections.remove(connection)

    @staticmethod
    def _reap() -> None:
        """Let go of ended servers, and of what they have left behind: as its subreaper we are its parent then."""
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass

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
            self._closed = [one for one in self._closed if one.fileno() not in events or is_still_open(one)]
            for one in list(self._connections):
                if self._silent:
                    self._notice_end(one, events)
                else:
                    self._move(one, events)
            if self._listening.fileno() in events:
                self._accept()

    def _notice_end(self, one: Connection, events: dict[int, int]) -> None:
        """While the link is silent, only see whether a client gives up; its end comes after all that it has sent."""
        if events.get(one.client.fileno()) and (not one.up.take(self._weather, self._random) or one.up.over):
            self._drop(one)  # what was on its way is lost

    def _watch(self, poller: select.poll) -> float | None:
        """Ask for what each connection waits for; returns milliseconds until the next byte is due."""
        for closed in self._closed:
            poller.register(closed, select.POLLIN)
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
                if not way.over and way.held < WAITING:
                    wanted[way.source.fileno()] |= select.POLLIN
                if way is one.up and self._room == 0:
                    continue
                if way.waiting and way.waiting[0][0] <= now:
                    wanted[way.target.fileno()] |= select.POLLOUT
                elif way.waiting:
                    dues.append(way.waiting[0][0])
            for descriptor, events in wanted.items():
                if events:
                    poller.register(descriptor, events)
        return max(0.0, (min(dues) - now) * 1000) if dues else None

    def _move(self, one: Connection, events: dict[int, int]) -> None:
        for way in (one.up, one.down):
            came = events.get(way.source.fileno(), 0) & ~select.POLLOUT
            if came and not way.over and not way.take(self._weather, self._random):
                self._drop(one, reset=True)
                return
            before = way.passed
            alive = way.give(self._most(one, way))
            if way is one.up and self._room is not None:
                self._room -= way.passed - before
            if not alive:
                self._drop(one, reset=True)
                return
        if self._weather.reset_after and one.up.passed >= self._limit(one):
            self._reset += 1
            left = self._weather.resets - 1
            self._weather = replace(self._weather, resets=left, reset_after=self._weather.reset_after if left else 0)
            self._drop(one, reset=True)
        elif one.over:
            self._drop(one)

    def _most(self, one: Connection, way: Way) -> int:
        if way is one.down:
            return WAITING
        limit = self._limit(one) - way.passed if self._weather.reset_after else WAITING
        return limit if self._room is None else min(limit, self._room)

    def _limit(self, one: Connection) -> int:
        return one.passed_before + self._weather.reset_after

    def _accept(self) -> None:
        try:
            client, _ = self._listening.accept()
        except BlockingIOError:
            return
        if self._refusing:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
            client.close()
            return
        self._accepted += 1
        ours, theirs = socket.socketpair()
        with theirs, Path(self._log).open("ab") as log:
            program = subprocess.Popen(
                self._server, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=log, env=self._environment
            )
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connections.append(Connection(client, ours, program))


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
    # What a server leaves behind becomes our child, so that it can be seen whether its clients are served still.
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    proxy = _Proxy(request["server"], request["log"], dict(os.environ))
    channel.send({"port": proxy.port})
    proxy.serve(channel)
