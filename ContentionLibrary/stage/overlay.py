"""An overlay of two directories, as containers have it: what is written goes into the upper one, here a tmpfs of our own."""

from __future__ import annotations

from pathlib import Path

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.ledger import MOUNT, Ledger
from ContentionLibrary.stage.memory import Memory
from ContentionLibrary.stage.mounted import Mounted
from ContentionLibrary.stage.mounting import mount, unmount

_NAMES = 4096
_SPECIAL = ",:\\"
"""What separates directories and options: no path with these can be given to the kernel here."""


class Overlay(Mounted):
    """An overlay of our own.

    Args:
        directory: where the mount points lie; inside a marked directory.
        ledger: what must not be left behind.
        room: bytes that fit.

    Raises:
        NotPossibleHere: it cannot be mounted here.
    """

    def __init__(self, directory: Path, ledger: Ledger, room: int) -> None:
        if any(letter in str(directory) for letter in _SPECIAL):
            raise NotPossibleHere(f"no overlay can be mounted below '{directory}': choose a path without {_SPECIAL}")
        super().__init__(directory / "overlay", ledger)
        self._memory = Memory(directory / "upper", ledger, room, _NAMES)
        self._mount_point.mkdir()
        lower, upper, work = (self._memory.root / name for name in ("lower", "upper", "work"))
        for layer in (lower, upper, work):
            layer.mkdir()
        self._written = ledger.write(MOUNT, path=str(self._mount_point))
        try:
            mount("overlay", self._mount_point, "overlay", f"lowerdir={lower},upperdir={upper},workdir={work}")
        except NotPossibleHere:
            ledger.strike(self._written)
            self._memory.end()
            raise
        self.root.mkdir()

    @property
    def name(self) -> str:
        """How a verdict calls it."""
        return "a real overlay"

    def end(self) -> None:
        """Unmount it, and what is below it."""
        unmount(self._mount_point, self.name)
        self._ledger.strike(self._written)
        self._mount_point.rmdir()
        self._memory.end()
