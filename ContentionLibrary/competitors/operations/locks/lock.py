"""Which lock is meant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lock:
    """A lock on a file or a range of it.

    Args:
        kind: `flock`, `posix` or `ofd`.
        mode: `shared` or `exclusive`.
        start: first byte; without meaning for flock.
        length: bytes; 0 is up to the end, wherever that will be.
    """

    kind: str
    mode: str
    start: int = 0
    length: int = 0

    def __post_init__(self) -> None:
        if self.kind not in ("flock", "posix", "ofd") or self.mode not in ("shared", "exclusive"):
            raise ValueError(
                f"there is no lock '{self.kind}' '{self.mode}': it is one of flock, posix, ofd and shared or exclusive"
            )
