"""A barrier that competitors leave together, with the true start of each; the history states the skew that was reached.

It has two phases. First every member is armed: it has its order and waits asleep. Then all are told to go, and meet
in the shared memory of `gate`, which makes the start independent of how long the system takes to wake them.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ContentionLibrary.competitors.gate import Gate, size_of
from ContentionLibrary.competitors.pool import Competitor
from ContentionLibrary.errors import HarnessError, UsageError
from ContentionLibrary.processes.channel import ChannelClosed, ready


@dataclass(frozen=True)
class Departure:
    """How the members of a barrier left.

    Args:
        starts: for each member, in the barrier's order, when it left, in nanoseconds of the monotonic clock.
    """

    starts: tuple[int, ...]

    @property
    def skew(self) -> int:
        """Nanoseconds between the first and the last."""
        return max(self.starts) - min(self.starts)


class Barrier:
    """Lets competitors begin an operation at the same moment, round after round.

    Args:
        directory: where its shared memory lies: the `run` directory of the workspace.
        members: who takes part, 1 to 250.

    Raises:
        UsageError: there are too few or too many members.
    """

    _numbers = itertools.count(1)

    def __init__(self, directory: Path, members: Sequence[Competitor]) -> None:
        if not 1 <= len(members) <= 250:
            raise UsageError(f"A barrier has 1 to 250 members, not {len(members)}.")
        self._members = tuple(members)
        self._path = directory / f"barrier-{os.getpid()}-{next(self._numbers)}"
        self._path.write_bytes(bytes(size_of(len(members))))
        self._gate = Gate(str(self._path), len(members))
        self._turn = 0
        self._armed: set[Competitor] = set()

    def arm(self, member: Competitor, operation: str, **arguments: Any) -> None:  # noqa: ANN401
        """Tell a member what it shall begin when the barrier opens.

        Args:
            member: one of the barrier's.
            operation: as for `Competitor.do`.
            arguments: as for `Competitor.do`.

        Raises:
            UsageError: it is no member, or is busy.
            HarnessError: its process was lost.
        """
        if member not in self._members:
            raise UsageError(f"{member.name} is no member of this barrier.")
        order = {
            "path": str(self._path),
            "members": len(self._members),
            "seat": self._members.index(member),
            "turn": self._turn % 255 + 1,
        }
        member.arm(operation, order, **arguments)
        self._armed.add(member)

    def release(self, timeout: float = 10.0) -> Departure:
        """Let all members go; their operations are under way when this returns, and each has a `result`.

        Args:
            timeout: seconds in which all must have come.

        Raises:
            HarnessError: not all came, were armed, or lived; the message names who did not. The barrier can be used
                again; members that had been armed have new processes.
        """
        deadline = time.monotonic() + timeout
        self._turn = self._turn % 255 + 1
        missing = [member.name for member in self._members if member not in self._armed]
        if missing:
            self._break("was not told what to do", missing)
        self._gather(deadline)
        self._gate.clear()
        for member in self._members:
            try:
                member.channel.send({"go": max(0.0, deadline - time.monotonic())})
            except ChannelClosed:
                self._break("was lost", [member.name])
        self._see_them_leave(deadline)
        self._armed.clear()
        return Departure(tuple(self._gate.times()))

    def _gather(self, deadline: float) -> None:
        """Wait until every member says that it is armed."""
        waiting = {member.channel: member for member in self._members}
        while waiting:
            awake = ready(list(waiting), max(0.0, deadline - time.monotonic()))
            if not awake:
                self._break("did not come in time", [member.name for member in waiting.values()])
            for channel in awake:
                try:
                    word = channel.receive(0)
                except ChannelClosed:
                    self._break("was lost", [waiting[channel].name])
                if word is not None and "armed" not in word:
                    self._break(f"broke ({word.get('error', word)})", [waiting[channel].name])
                if word is not None:
                    del waiting[channel]

    def _see_them_leave(self, deadline: float) -> None:
        """Wait until every member has noted when it left."""
        look_for_the_lost = time.monotonic() + 0.05
        while not all(self._gate.times()):
            now = time.monotonic()
            if now < look_for_the_lost:
                time.sleep(0.0003)
                continue
            absent = [self._members[seat] for seat in self._gate.absent(self._turn)]
            lost = [member.name for member in absent if member.channel.lost]
            if lost or now > deadline:
                self._break("was lost" if lost else "did not come in time", lost or [member.name for member in absent])
            look_for_the_lost = now + 0.02
            time.sleep(0.0005)

    def _break(self, why: str, names: list[str]) -> None:
        """Give the round up: free those who wait, and give them new processes."""
        self._gate.give_up(self._turn)
        for member in self._armed:
            member.replace()
        self._armed.clear()
        came = len(self._members) - len(names)
        raise HarnessError(f"The barrier broke, {came} of {len(self._members)} members came: {', '.join(names)} {why}.")

    def close(self) -> None:
        """Remove its shared memory; members that still map it are not disturbed."""
        self._gate.close()
        try:
            self._path.unlink(missing_ok=True)
        except PermissionError:
            if sys.platform != "win32":  # where a file that somebody maps cannot be removed: it ends with the workspace
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
