"""What became of one thing that was to be ended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ended:
    """One thing that was to be ended.

    Args:
        what: the thing, in words (`directory '/tmp/...'`, `process 12 sleep 60`).
        trouble: why it is still there; empty when it is gone.
    """

    what: str
    trouble: str = ""

    @property
    def gone(self) -> bool:
        """Whether it is there no more."""
        return not self.trouble

    def __str__(self) -> str:
        return f"could not remove {self.what}: {self.trouble}" if self.trouble else f"removed {self.what}"
