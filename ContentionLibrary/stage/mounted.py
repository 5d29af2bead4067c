"""What the file systems of our own have in common: a mount point, and a directory on it that the runs share."""

from __future__ import annotations

from pathlib import Path

from ContentionLibrary.processes.ledger import Ledger
from ContentionLibrary.stage.stage import Flushable, Reality


class Mounted(Flushable):
    """A file system that this system itself mounts.

    Args:
        mount_point: where.
        ledger: what must not be left behind.
    """

    def __init__(self, mount_point: Path, ledger: Ledger) -> None:
        self._mount_point = mount_point
        self._ledger = ledger

    @property
    def root(self) -> Path:
        """An empty directory on it."""
        return self._mount_point / "stage"

    @property
    def reality(self) -> Reality:
        """It is the system's own implementation."""
        return Reality.NATIVE

    def flush(self) -> None:
        """Do nothing: there is no disk below it."""

    def let_go(self) -> None:
        """Keep nothing open: whoever empties the ledger unmounts it."""
