"""What a stage is: a directory on some file system that was made for the scenario, and that ends with it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Reality(StrEnum):
    """How real a stage is."""

    NATIVE = "native"  # the system's own implementation of that file system, on this machine
    SERVER = "real server"  # a server that people run, on this machine, spoken to by its own protocol
    EMULATED = "emulated"  # something that behaves like it


class Stage(Protocol):
    """One stage. Whoever makes it writes everything into the ledger first, so that it ends even if `end` is never called."""

    @property
    def root(self) -> Path:
        """An empty directory on it, in which the runs have their places."""

    @property
    def name(self) -> str:
        """How a verdict calls it, e.g. `ext4 on a loop device`."""

    @property
    def reality(self) -> Reality:
        """How real it is."""

    def let_go(self) -> None:
        """Keep nothing open: whoever empties the ledger ends the rest."""

    def end(self) -> None:
        """Give everything back."""


class Flushable(Stage, Protocol):
    """A stage that can be asked to bring everything to its disk."""

    def flush(self) -> None:
        """Bring everything to the disk."""
