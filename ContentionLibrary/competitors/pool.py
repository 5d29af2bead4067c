"""Competitors: workers under names of their own, started ahead so that they are there when they are needed."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Self

from ContentionLibrary.competitors.operations import OPERATIONS
from ContentionLibrary.competitors.report import Outcome, Report, outcome_from_wire
from ContentionLibrary.errors import HarnessError, UsageError
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.processes.channel import Channel, ChannelClosed, Message
from ContentionLibrary.processes.starter import Child, Starter

WORKER = "ContentionLibrary.competitors.worker"
"""The role that a starter should import ahead for a pool."""

_PATIENCE = 30.0
"""Seconds after which an operation counts as hung where nothing else was said."""


@dataclass(frozen=True)
class Meeting:
    """A barrier with a name, at which a competitor waits.

    Args:
        name: the barrier's.
        directory: where the barriers are.
        timeout: seconds to wait.
    """

    name: str
    directory: str
    timeout: float


class KeptAway(HarnessError):  # noqa: N818 - it is told as what happened, like its siblings
    """A competitor did not begin, because the barrier broke that it was to leave."""


class Competitor:
    """A process of ours that works against the copier, one operation at a time.

    Args:
        name: how it is called in findings.
        pool: where its process comes from.
        child: its process.
    """

    def __init__(self, name: str, pool: Pool, child: Child) -> None:
        self.name = name
        self._pool = pool
        self._child = child
        self._doing: tuple[str, str, int] | None = None  # operation, target, when it was ordered

    @property
    def pid(self) -> int:
        """Number of its process; another one after it hung or was lost."""
        return self._child.pid

    @property
    def channel(self) -> Channel:
        """The conversation with it, to be waited for among others."""
        return self._child.channel

    def do(self, operation: str, timeout: float = _PATIENCE, **arguments: Any) -> Report:  # noqa: ANN401
        """Do something and wait for its end.

        Args:
            operation: name of one of `competitors.operations.OPERATIONS`.
            timeout: seconds after which it counts as hung.
            arguments: those of the operation; paths are absolute.

        Returns:
            What became of it. An operation that hangs is one of the outcomes; its process is killed and replaced, so
            that files and locks that it kept are free.

        Raises:
            HarnessError: its process was lost or broke.
            UsageError: there is no such operation, or the competitor is busy.
        """
        self.begin(operation, **arguments)
        return self.result(timeout)

    def begin(self, operation: str, **arguments: Any) -> None:  # noqa: ANN401
        """Begin to do something, and return at once; `result` waits for its end. Raises as `do`."""
        self._order(operation, arguments, {})

    def arm(self, operation: str, barrier: Message, **arguments: Any) -> None:  # noqa: ANN401
        """Prepare to do something as soon as a barrier opens; only `Barrier` calls this. Raises as `do`."""
        self._order(operation, arguments, {"barrier": barrier})

    def meet(self, operation: str, meeting: Meeting, /, **arguments: Any) -> None:  # noqa: ANN401
        """Wait at a barrier with a name (`competitors.foreign`), then do something; `result` waits for its end.

        Args:
            operation: as for `do`.
            meeting: at which barrier.
            arguments: as for `do`.

        Raises:
            HarnessError: its process was lost.
            UsageError: there is no such operation, or the competitor is busy.
        """
        self._order(operation, arguments, {"meeting": asdict(meeting)})

    def _order(self, operation: str, arguments: dict[str, Any], more: Message) -> None:
        if self._doing:
            raise UsageError(f"{self.name} is still busy with '{self._doing[0]}': ask for its result first")
        if operation not in OPERATIONS:
            raise UsageError(f"There is no operation '{operation}'; there are {', '.join(sorted(OPERATIONS))}.")
        target = _target(arguments)
        try:
            self.channel.send({"operation": operation, "target": target, "arguments": arguments, **more})
        except ChannelClosed as error:
            raise self._lost(operation, error) from error
        self._doing = operation, target, time.monotonic_ns()

    def result(self, timeout: float = _PATIENCE) -> Report:
        """Wait for the end of what was begun.

        Args:
            timeout: seconds from now after which it counts as hung.

        Returns:
            What became of it, as from `do`.

        Raises:
            HarnessError: its process was lost or broke, or the barrier broke that it was to leave.
            UsageError: nothing was begun.
        """
        if self._doing is None:
            raise UsageError(f"{self.name} does nothing that could have a result: begin something first.")
        operation, target, ordered = self._doing
        try:
            answer = self._child.receive(timeout)
        except ChannelClosed as error:
            raise self._lost(operation, error) from error
        except HarnessError:
            self.replace()
            raise
        if answer is None:
            self.replace()
            words = f"no answer to '{operation}' within {timeout:g} s: '{target}'"
            return Report(self.name, operation, target, ordered, time.monotonic_ns(), Outcome(Answer.HUNG, words))
        self._doing = None
        if "kept away" in answer:
            raise KeptAway(f"{self.name} did not begin '{operation}': {answer['kept away']}")
        if "outcome" not in answer:
            raise HarnessError(f"{self.name} was not ready to report '{operation}', but said {answer}.")
        return Report(
            self.name, operation, target, answer["began"], answer["ended"], outcome_from_wire(answer["outcome"])
        )

    def stop(self, timeout: float = _PATIENCE) -> Report:
        """End an operation that goes on until it is told to stop, and return its report; raises as `result`."""
        try:
            self.channel.send({"stop": True})
        except ChannelClosed as error:
            raise self._lost("stop", error) from error
        return self.result(timeout)

    def replace(self) -> None:
        """Kill its process with all that it started, and go on with a fresh one."""
        self._doing = None
        self._child = self._pool.exchange(self._child)

    def leave(self) -> None:
        """End its process, with all locks and files that it keeps; the competitor cannot be used any more."""
        self._doing = None
        self._pool.dismiss(self, self._child)

    def _lost(self, operation: str, error: ChannelClosed) -> HarnessError:
        lost = self._child
        ending = self._pool.ending(lost)
        self.replace()
        return HarnessError(f"{self.name} (process {lost.pid}) was lost during '{operation}': {error}; {ending}.")


class Pool:
    """Workers that wait for something to do.

    Args:
        starter: who starts them; it should import `WORKER` ahead.
        size: how many to start ahead; more are started when they are needed.

    Raises:
        HarnessError: the starter is gone.
        SystemTrouble: the system can start no further process.
    """

    def __init__(self, starter: Starter, size: int = 0) -> None:
        self._starter = starter
        self._idle: deque[Child] = deque(starter.start(WORKER) for _ in range(size))
        self._taken: list[Competitor] = []

    def take(self, name: str) -> Competitor:
        """Give a waiting worker a name.

        Args:
            name: how it is called in findings.

        Raises:
            HarnessError: the starter is gone.
            SystemTrouble: the system can start no further process.
        """
        competitor = Competitor(name, self, self._fresh())
        self._taken.append(competitor)
        return competitor

    def exchange(self, child: Child) -> Child:
        """Kill a worker, wait until it is gone with all locks that it held, and return a fresh one."""
        self._starter.kill(child)
        self._starter.ending(child)
        return self._fresh()

    def dismiss(self, competitor: Competitor, child: Child) -> None:
        """End a worker in peace; returns when it is gone, so that its locks are free."""
        if competitor in self._taken:
            self._taken.remove(competitor)
            self._starter.release(child)
            if self._starter.ending(child) is None:
                self._starter.kill(child)

    def ending(self, child: Child) -> str:
        """Say in words how a worker ended."""
        code = self._starter.ending(child)
        if code is None:
            return "it still runs"
        return f"it was ended by signal {-code}" if code < 0 else f"its exit code was {code}"

    def close(self) -> None:
        """End all workers, those that were taken too."""
        for competitor in list(self._taken):
            competitor.leave()
        while self._idle:
            self._starter.release(self._idle.popleft())

    def _fresh(self) -> Child:
        return self._idle.popleft() if self._idle else self._starter.start(WORKER)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _target(arguments: dict[str, Any]) -> str:
    """Return what an operation is about, in words."""
    for name in ("path", "handle"):
        if name in arguments:
            return str(arguments[name])
    for name in ("command", "paths"):
        if name in arguments:
            return " ".join(arguments[name])
    return "file"
