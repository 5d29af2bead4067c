"""Robot's side of a starter: a small process that starts a scenario's children and cleans up behind it.

Robot is never forked (its children would corrupt its output) and its children never inherit its outputs
(pabot would wait for them). The starter outlives Robot: however Robot ends, it kills what is left and empties
the ledger.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from ContentionLibrary.errors import HarnessError, SystemTrouble
from ContentionLibrary.processes.channel import Channel, ChannelClosed, Message
from ContentionLibrary.processes.emptying import empty
from ContentionLibrary.processes.ledger import Ledger
from ContentionLibrary.processes.link_portable import PortableLink
from ContentionLibrary.processes.link_posix import PosixLink
from ContentionLibrary.processes.table import Identity, identity_of
from ContentionLibrary.processes.watching import Farewell
from ContentionLibrary.processes.workspace import Workspace

BARRIERS_VARIABLE = "CONTENTION_BARRIERS"
"""Environment variable that tells foreign programs where the barriers of their scenario are."""

_LOG = "starter.log"
_ANSWER = 10.0
"""Seconds in which a starter answers whatever it is asked."""
_FIRST_ANSWER = 30.0
"""The same for the first question: it imports all roles before, from a cold disk perhaps, on a slow machine."""


class Link(Protocol):
    """The connection to a starter."""

    process: subprocess.Popen[bytes]

    def exchange(self, request: Message, timeout: float) -> Message | None:
        """Ask for something, and return the answer."""

    def hear(self, timeout: float) -> Message | None:
        """Return the next answer."""

    def start(self, request: Message, timeout: float) -> tuple[Message, Channel | None] | None:
        """Ask for a child, and return the answer and the child's channel."""

    def close(self) -> None:
        """Close our end."""


def best_link() -> type[PosixLink] | type[PortableLink]:
    """Choose how to speak with a starter on this system."""
    return PortableLink if sys.platform == "win32" else PosixLink


@dataclass(frozen=True)
class Child:
    """A process that plays a role for us.

    Args:
        pid: its number, which is also the number of its process group.
        role: dotted name of the module whose `main` it runs.
        channel: the conversation with it.
    """

    pid: int
    role: str
    channel: Channel

    def receive(self, timeout: float | None) -> Message | None:
        """Wait for its next message, as `Channel.receive` does.

        Raises:
            HarnessError: it met something that its program did not expect; the message holds its traceback.
            ChannelClosed: it is gone.
        """
        message = self.channel.receive(timeout)
        if message is not None and "error" in message:
            raise HarnessError(f"The process {self.pid} ({self.role}) broke:\n{message['error']}")
        return message


class Starter:
    """Starts the children of one scenario, and ends everything with it. May be used from several threads.

    Args:
        workspace: the scenario's workspace.
        ledger: the scenario's ledger.
        roles: dotted names of modules that children will play; imported once, ahead.
        masters: processes that Robot must not outlive, the outermost first (`contention run`, pabot); when one is gone,
            those below it and Robot are asked to end, and then killed.
        grace: seconds that Robot has to end by itself then.
        link: how to speak with it; None chooses the best of this system.

    Raises:
        HarnessError: it does not come up.
        SystemTrouble: the system can start no further process.
    """

    def __init__(
        self,
        workspace: Workspace,
        ledger: Ledger,
        roles: Sequence[str] = (),
        *,
        masters: Sequence[Identity] = (),
        grace: float = 5.0,
        link: type[PosixLink] | type[PortableLink] | None = None,
    ) -> None:
        self._workspace = workspace
        self._ledger = ledger
        self._turn = threading.Lock()
        self._children: list[Child] = []
        self._hung_up = False
        self._farewell: Farewell | None = None
        environment = {**ledger.environment(), BARRIERS_VARIABLE: str(workspace.barriers)}
        robot = identity_of(os.getpid())
        try:
            self._link: Link = (link or best_link())(environment, ledger.path, workspace.log / _LOG, workspace.path)
        except OSError as error:
            raise SystemTrouble(f"Cannot start the process that starts others: {error}.") from error
        except ChannelClosed as error:
            raise HarnessError(f"The starter does not come up: {error}.{self._last_words()}") from error
        watcher = identity_of(self._link.process.pid)
        if watcher:
            ledger.add_owner(watcher)
        try:
            self._ask(
                {
                    "roles": list(roles),
                    "robot": robot.to_wire() if robot else None,
                    "masters": [master.to_wire() for master in masters],
                    "grace": grace,
                },
                _FIRST_ANSWER,
            )
        except HarnessError:
            self._link.close()  # which ends the starter, and with it everything
            try:
                self._link.process.wait(_ANSWER)
            except subprocess.TimeoutExpired:  # it is still busy with what it was asked for first
                self._link.process.kill()
                self._link.process.wait()
                ledger.close()
                empty(ledger.path)
            raise

    @property
    def pid(self) -> int:
        """Number of the starter's process."""
        return self._link.process.pid

    def start(self, role: str, request: Message | None = None, timeout: float = _ANSWER) -> Child:
        """Start a process that plays a role.

        Args:
            role: dotted name of a module with a function `main(channel, request)`.
            request: what `main` gets beside the channel; `role` is added.
            timeout: seconds to wait for it.

        Raises:
            HarnessError: the starter does not answer, or is gone.
            SystemTrouble: the system can start no further process.
        """
        with self._turn:
            self.see_that_it_runs()
            try:
                answer = self._link.start({"do": "start", "request": {**(request or {}), "role": role}}, timeout)
            except ChannelClosed as error:
                raise HarnessError(f"The starter is gone ({error}).{self._last_words()}") from error
            if answer is None:
                raise HarnessError(f"No process for '{role}' within {timeout:g} s.{self._last_words()}")
            told, channel = answer
            if channel is None:
                raise SystemTrouble(f"No process for '{role}': {told.get('error', 'no reason was given')}.")
            child = Child(told["pid"], role, channel)
            self._children.append(child)
            return child

    def prepare(self, module: str) -> None:
        """Import a module that takes long, so that children started from now on have it already.

        Raises:
            HarnessError: it cannot be imported, or the starter is gone.
        """
        self._ask({"do": "import", "module": module})

    def kill(self, child: Child) -> None:
        """Kill a child and its process group; nothing happens when it is gone already."""
        self._ask({"do": "kill", "pid": child.pid})
        self.release(child)

    def release(self, child: Child) -> None:
        """Close the conversation with a child, which ends it if it waits for us."""
        child.channel.close()
        with self._turn:
            if child in self._children:
                self._children.remove(child)

    def ending(self, child: Child, timeout: float = 1.0) -> int | None:
        """Return how a child ended.

        Args:
            child: the child.
            timeout: seconds to wait for its end, at most 5.

        Returns:
            Its exit code, or the negative number of the signal that ended it; None when it still runs.
        """
        status: int | None = self._ask({"do": "ending", "pid": child.pid, "timeout": min(timeout, 5.0)})["status"]
        return status

    def hang_up(self) -> None:
        """End the conversations with all children, and start no further ones; only `stop` serves after this.

        Whoever waits for a child in another thread is told that it is gone, and can come to an end.
        """
        with self._turn:
            self._hung_up = True
            for child in self._children:
                child.channel.hang_up()

    def stop(self, grace: float = 1.0, timeout: float = 30.0) -> Farewell:
        """End everything: the children, whatever they left running, and all that the ledger names.

        Args:
            grace: seconds that the children have to end by themselves, now that nobody speaks to them any
                more.
            timeout: seconds to wait for the end of everything.

        Returns:
            Which processes had to be killed, what was removed, and what could not be. Asked again: the same.

        Raises:
            HarnessError: the starter was lost or did not finish in time. Everything was ended from here then.
        """
        with self._turn:
            if self._farewell is not None:
                return self._farewell
            for child in self._children:
                child.channel.close()
            self._children.clear()
            lost = ""
            try:
                deadline = time.monotonic() + timeout
                answer = self._link.exchange({"do": "stop", "grace": grace}, timeout)
                while answer is not None and not Farewell.is_one(answer):
                    # It answers a question that a signal has broken off before the answer was heard.
                    answer = self._link.hear(max(0.0, deadline - time.monotonic()))
                if answer is None:
                    lost = f"did not finish within {timeout:g} s"
            except ChannelClosed as error:
                answer, lost = None, f"was lost ({error})"
            words = self._last_words()
            self._link.close()
            if answer is None:
                self._link.process.kill()
            try:
                self._link.process.wait(5.0)
            except subprocess.TimeoutExpired:
                self._link.process.kill()
                self._link.process.wait()
            self._ledger.close()
            if answer is not None:
                self._farewell = Farewell.from_wire(answer)
                return self._farewell
            ended = empty(self._ledger.path)
            self._farewell = Farewell(
                tuple(part.what for part in ended if part.what.startswith("process ")),
                tuple(part.what for part in ended if part.gone),
                tuple(str(part) for part in ended if not part.gone),
            )
            raise HarnessError(f"The starter {lost}. Ended from here instead: {self._farewell}.{words}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _ask(self, request: Message, within: float = _ANSWER) -> Message:
        with self._turn:
            self.see_that_it_runs()
            try:
                answer = self._link.exchange(request, within)
            except ChannelClosed as error:
                raise HarnessError(f"The starter is gone ({error}).{self._last_words()}") from error
        if answer is None:
            raise HarnessError(f"The starter did not answer within {within:g} s.{self._last_words()}")
        if "error" in answer:
            raise HarnessError(f"The starter does not come up:\n{answer['error']}")
        return answer

    def see_that_it_runs(self) -> None:
        """Look whether it is there: who ends everything must not be missing.

        Raises:
            HarnessError: it was stopped, or is gone.
        """
        if self._hung_up or self._farewell is not None:
            raise HarnessError("This starter was stopped; a scenario that goes on needs a new one.")
        if self._link.process.poll() is not None:
            raise HarnessError(f"The starter is gone.{self._last_words()}")

    def _last_words(self) -> str:
        """Return the end of the starter's log, for an error message."""
        try:
            words = (self._workspace.log / _LOG).read_bytes()[-2000:].decode(errors="replace").strip()
        except OSError:
            return ""
        return f" Its last words:\n{words}" if words else ""
