"""What a starter does beside starting: it watches over Robot, and ends everything when the end has come."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ContentionLibrary.processes import table
from ContentionLibrary.processes.emptying import empty
from ContentionLibrary.processes.table import Identity, Life

_PATIENCE = 10.0
"""Seconds after which a process that cannot be killed (it sleeps in the kernel) is reported instead."""


class Watch:
    """Looks after Robot for as long as a starter lives.

    When one of its masters is gone (`contention run`, or pabot, which leaves its children when it is terminated), those
    below that one are asked to end, Robot among them, and killed when Robot does not do so in time.

    Args:
        robot: the Robot process.
        masters: the processes that Robot must not outlive, the outermost first.
        grace: seconds that Robot has to end by itself.
    """

    def __init__(self, robot: Identity, masters: Sequence[Identity], grace: float) -> None:
        self._robot = robot
        self._chain = (*masters, robot)
        self._grace = grace
        self._kill_at: float | None = None
        self._doomed: tuple[Identity, ...] = ()
        self.descriptors = [opened for who in self._chain if (opened := _open(who)) is not None]

    def close(self) -> None:
        """Close the descriptors that can be waited for."""
        while self.descriptors:
            os.close(self.descriptors.pop())

    @property
    def patience(self) -> float:
        """Seconds until `robot_gone` wants to be asked again, even if no descriptor became readable."""
        return 0.25 if self._kill_at is None else max(0.0, min(0.25, self._kill_at - time.monotonic()))

    def robot_gone(self) -> bool:
        """Do what has to be done, and tell whether Robot is gone."""
        if table.life_of(self._robot) is Life.GONE:
            return True
        if self._kill_at is None:
            gone = next((place for place, who in enumerate(self._chain) if table.life_of(who) is Life.GONE), None)
            if gone is None:
                return False
            self._doomed = self._chain[gone + 1 :]
            self._kill_at = time.monotonic() + self._grace
            self.close()  # they would be readable for ever
            for who in self._doomed:
                table.terminate(who)
        elif time.monotonic() >= self._kill_at:
            for who in self._doomed:
                table.end(who)
        return False


def _open(identity: Identity) -> int | None:
    """Return a descriptor that becomes readable when the process ends, where the system has such a thing."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a kernel before 5.3
            return os.pidfd_open(identity.pid)
    return None


@dataclass(frozen=True)
class Farewell:
    """How everything ended.

    Args:
        survivors: processes that still ran and had to be killed, with number and command.
        removed: what was removed from the ledger.
        troubles: what could not be ended.
    """

    survivors: tuple[str, ...]
    removed: tuple[str, ...]
    troubles: tuple[str, ...]

    def to_wire(self) -> dict[str, Any]:
        """Return the form in which it travels."""
        return {"survivors": self.survivors, "removed": self.removed, "troubles": self.troubles}

    @staticmethod
    def is_one(message: dict[str, Any]) -> bool:
        """Tell whether a message is what `to_wire` gave, and not an answer to something else."""
        return "survivors" in message

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Farewell:
        """Read what `to_wire` gave."""
        return cls(tuple(wire["survivors"]), tuple(wire["removed"]), tuple(wire["troubles"]))


def end_everything(
    ledger: Path,
    describe: Callable[[Identity], str],
    reap: Callable[[], bool],
    bound: Callable[[], list[Identity]] = list,
) -> Farewell:
    """Kill all descendants of this process, then empty the ledger.

    Args:
        ledger: the ledger's file.
        describe: says in words which process one is.
        reap: collects the ended children; returns False when there are no children at all.
        bound: finds descendants that parentage does not tell, where the system knows them in another way.

    Returns:
        How everything ended.
    """
    survivors: dict[Identity, str] = {}
    refused: set[Identity] = set()
    deadline = time.monotonic() + _PATIENCE
    left: list[Identity] = []
    while reap() and time.monotonic() < deadline:
        left = list(dict.fromkeys([*table.descendants(os.getpid()), *bound()]))
        for who in left:
            survivors.setdefault(who, describe(who))
            try:
                table.end(who)
            except PermissionError:
                refused.add(who)
        if left and refused.issuperset(left):
            break
        time.sleep(0.001)
    else:
        left = []
    os.chdir(os.path.abspath(os.sep))  # noqa: PTH100 - a workspace in use cannot be removed on every system
    ended = empty(ledger)
    return Farewell(
        tuple(survivors.values()) + tuple(part.what for part in ended if part.what.startswith("process ")),
        tuple(part.what for part in ended if part.gone),
        tuple(f"process {survivors[who]}: it was killed, yet does not end" for who in left)
        + tuple(str(part) for part in ended if not part.gone),
    )
