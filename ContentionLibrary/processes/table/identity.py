"""What tells one process from every other that had, or will have, the same number."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Life(StrEnum):
    """Whether a process still runs."""

    ALIVE = "alive"
    GONE = "gone"
    ELSEWHERE = "elsewhere"  # it belongs to another container or machine: nothing can be said about it here


@dataclass(frozen=True)
class Identity:
    """One process.

    Args:
        pid: its number.
        started: when it was started, as an opaque text of the system; the pair never comes again on one
            machine.
        boot: which start of which machine it ran under.
        space: which table of processes its number belongs to (containers have their own).
    """

    pid: int
    started: str
    boot: str
    space: str

    def to_wire(self) -> dict[str, Any]:
        """Return the form that ledgers and messages hold."""
        return asdict(self)

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Identity:
        """Read what `to_wire` gave.

        Raises:
            KeyError: it is not the form of an identity.
        """
        return cls(int(wire["pid"]), str(wire["started"]), str(wire["boot"]), str(wire["space"]))
