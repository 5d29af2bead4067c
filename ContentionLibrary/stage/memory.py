"""A small file system in memory (tmpfs): as large as we say, for as many names as we say."""

from __future__ import annotations

from pathlib import Path

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.ledger import MOUNT, Ledger
from ContentionLibrary.stage.mounted import Mounted
from ContentionLibrary.stage.mounting import mount, unmount

_NAMES = 64
"""So many files and directories fit: a run and its copiers need a dozen, and filling up the rest must not take long."""


def mount_memory(point: Path, room: int, names: int = _NAMES) -> None:
    """Mount a tmpfs into which so many bytes fit, and so many files and directories.

    Raises:
        NotPossibleHere: this user cannot.
    """
    mount("none", point, "tmpfs", f"size={room},nr_inodes={names},mode=0755")


class Memory(Mounted):
    """A tmpfs of our own.

    Args:
        directory: where the mount point lies; inside a marked directory.
        ledger: what must not be left behind.
        room: bytes that fit.
        names: files and directories that fit.

    Raises:
        NotPossibleHere: it cannot be mounted here.
    """

    def __init__(self, directory: Path, ledger: Ledger, room: int, names: int = _NAMES) -> None:
        super().__init__(directory / "tmpfs", ledger)
        self._mount_point.mkdir(parents=True)
        self._written = ledger.write(MOUNT, path=str(self._mount_point))
        try:
            mount_memory(self._mount_point, room, names)
        except NotPossibleHere:
            self._mount_point.rmdir()
            ledger.strike(self._written)
            raise
        self.root.mkdir()

    @property
    def name(self) -> str:
        """How a verdict calls it."""
        return "a real tmpfs"

    def end(self) -> None:
        """Unmount it."""
        unmount(self._mount_point, self.name)
        self._mount_point.rmdir()
        self._ledger.strike(self._written)
