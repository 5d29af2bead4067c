"""A link to a server, as whoever makes it fail sees it; the bytes go through `fault_proxy`, a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from ContentionLibrary.errors import HarnessError, NotPossibleHere
from ContentionLibrary.processes.channel import Message
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.table import descendants
from ContentionLibrary.stage.quiet import look_below
from ContentionLibrary.stage.weather import Weather

_ANSWERS_WITHIN = 10.0  # seconds
_SETTLES_WITHIN = 20.0  # seconds
_ENDS_WITHIN = 5.0  # seconds; a server that is still there then stays
_LOOK_EACH = 0.01  # seconds
_ROLE = "ContentionLibrary.stage.fault_proxy"


class Cut(StrEnum):
    """How a link ends, as its client sees it."""

    CLOSED = "closed"  # the connection ends in good order (FIN)
    RESET = "reset"  # it is torn down (RST)
    SILENT = "silent"  # nothing comes any more, and nobody says so


@dataclass(frozen=True)
class Traffic:
    """What has gone over a link.

    Args:
        up: bytes from clients.
        down: bytes to them.
        connections: how many there are.
        accepted: how many there have been.
        resets: how many of them the weather has reset.
        dammed: whether a dam has filled: nothing more goes up.
    """

    up: int
    down: int
    connections: int
    accepted: int
    resets: int
    dammed: bool


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
        self._ask(do="weather", weather=asdict(weather))

    def dam(self, after: int) -> None:
        """Let so many bytes more go to servers, and then none, until it is cut or comes back."""
        self._ask(do="dam", after=after)

    def settle(self) -> None:
        """Wait until servers have done all that they can do with what has come."""
        before = None

        def has_settled() -> bool:
            nonlocal before
            now = look_below(self._child.pid)
            same, before = now is not None and now == before, now
            return same

        if not self._wait(has_settled, _SETTLES_WITHIN):
            raise HarnessError(f"a server has not come to rest within {_SETTLES_WITHIN:g} s")

    def come_to_rest(self) -> None:
        """Wait until every connection is over, and all that servers do when they find it so, cleaning up for instance."""
        self._wait(lambda: not self.traffic().connections and not descendants(self._child.pid), _ENDS_WITHIN)

    @staticmethod
    def _wait(condition: Callable[[], bool], within: float) -> bool:
        deadline = time.monotonic() + within
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOOK_EACH)
        return True

    def end(self) -> None:
        """End the process, and with it every connection and server."""
        self._starter.kill(self._child)
        self._starter.ending(self._child)
