"""A link to a server, as whoever makes it fail sees it; the bytes go through `fault_proxy`, a process of its own."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from ContentionLibrary.errors import HarnessError, NotPossibleHere
from ContentionLibrary.processes.channel import Message
from ContentionLibrary.processes.starter import Starter

_ANSWERS_WITHIN = 10.0  # seconds
_ROLE = "ContentionLibrary.stage.fault_proxy"


class Cut(StrEnum):
    """How a link ends, as its client sees it."""

    CLOSED = "closed"  # the connection ends in good order (FIN)
    RESET = "reset"  # it is torn down (RST)
    SILENT = "silent"  # nothing comes any more, and nobody says so


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


@dataclass(frozen=True)
class Traffic:
    """What has gone over a link: bytes from the client and to it, and connections: those that are, and all there were."""

    up: int
    down: int
    connections: int
    accepted: int


class Link:
    """A link; everything passes until something else is said.

    Args:
        starter: starts its process.
        server: the command of a server that serves one connection on its standard input and output.
        log: gets what the server says.

    Raises:
        NotPossibleHere: the server cannot be given what it needs.
    """

    def __init__(self, starter: Starter, server: list[str], log: Path) -> None:
        self._starter = starter
        self._child = starter.start(_ROLE, {"server": server, "log": str(log)})
        told = self._hear()
        if "impossible" in told:
            raise NotPossibleHere(str(told["impossible"]))
        self.port: int = told["port"]

    def _hear(self) -> Message:
        told = self._child.receive(_ANSWERS_WITHIN)
        if told is None:
            raise HarnessError(f"the process of a link did not answer within {_ANSWERS_WITHIN:g} s")
        return told

    def _ask(self, **request: object) -> Traffic:
        self._child.channel.send(dict(request))
        return Traffic(**self._hear())

    def traffic(self) -> Traffic:
        """Say what has gone over it."""
        return self._ask(do="look")

    def cut(self, how: Cut, *, for_good: bool) -> None:
        """End every connection.

        Args:
            how: what the client sees.
            for_good: refuse new ones too, until `come_back`. A silent link takes no new ones in any case.
        """
        self._ask(do="cut", how=how.value, **{"for good": for_good})

    def restart_server(self) -> None:
        """Kill the server, also what it runs for its clients; the next connection finds a new one."""
        self._ask(do="restart")

    def come_back(self) -> None:
        """Let everything pass again. What a silent link has held up arrives, unless its client has given up."""
        self._ask(do="back")

    def shape(self, weather: Weather) -> None:
        """Pass bytes on like this from now on."""
        self._ask(do="shape", shape=asdict(weather))

    def end(self) -> None:
        """End the process, and with it every connection and server."""
        self._starter.kill(self._child)
        self._starter.ending(self._child)
