"""The file systems on which one scenario is played, each made or found once, and all ended with the scenario."""

from __future__ import annotations

import os
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.ledger import Ledger
from ContentionLibrary.processes.workspace import Workspace, open_annex
from ContentionLibrary.scenario.file_systems import file_system_of
from ContentionLibrary.stage.making import make_local
from ContentionLibrary.stage.stage import Flushable, Reality


@dataclass(frozen=True)
class Found:
    """A directory of ours on a file system that is there anyway; it ends with the ledger."""

    root: Path
    name: str

    @property
    def reality(self) -> Reality:
        """It is the system's own implementation."""
        return Reality.NATIVE

    def flush(self) -> None:
        """Do nothing: nobody takes its power away."""

    def let_go(self) -> None:
        """Keep nothing open."""

    def end(self) -> None:
        """Leave it to the ledger."""


class LocalStages:
    """Gives a file system of each kind: one of our own where we may make it, else one that is there.

    Args:
        workspace: the scenario's.
        ledger: the scenario's.
    """

    def __init__(self, workspace: Workspace, ledger: Ledger) -> None:
        self._workspace = workspace
        self._ledger = ledger
        self._turn = threading.Lock()
        self._stages: dict[str, Flushable | NotPossibleHere] = {}

    def get(self, kind: str, room: int) -> Flushable:
        """Return the file system of a kind.

        Args:
            kind: e.g. `ext4`.
            room: bytes that fit at least, if it is made now.

        Raises:
            NotPossibleHere: it can be neither made nor found; with the remedy.
        """
        with self._turn:
            if kind not in self._stages:
                self._stages[kind] = self._make_or_find(kind, room)
            stage = self._stages[kind]
        if isinstance(stage, NotPossibleHere):
            raise stage
        return stage

    def own(self) -> Flushable:
        """Return the workspace's own one."""
        stage = self._workspace.stage
        return Found(stage, f"the {file_system_of(stage)} of the workspace")

    def none_of(self, kinds: tuple[str, ...]) -> bool:
        """Tell whether each of these kinds was asked for, and none can be had."""
        return all(isinstance(self._stages.get(kind), NotPossibleHere) for kind in kinds)

    def _make_or_find(self, kind: str, room: int) -> Flushable | NotPossibleHere:
        try:
            return make_local(kind, self._workspace.path / "disks" / f"local {kind}", self._ledger, room)
        except NotPossibleHere as reason:
            root = find_file_system(kind, self._workspace.path)
            if root is None:
                return reason
        if root == self._workspace.path:
            return self.own()
        annex = open_annex(f"on-{kind}", root, self._ledger)
        return Found(annex.stage, f"the {kind} at {root}")

    def end(self) -> None:
        """Give all of them back; nobody uses one any more."""
        for stage in self._stages.values():
            if not isinstance(stage, NotPossibleHere):
                stage.end()
        self._stages.clear()

    def let_go(self) -> None:
        """Keep nothing open; the ledger ends what there is."""
        for stage in self._stages.values():
            if not isinstance(stage, NotPossibleHere):
                stage.let_go()


def find_file_system(kind: str, workspace: Path) -> Path | None:
    """Return a directory on a file system of a kind in which this user may write; None if there is none.

    Args:
        kind: e.g. `ext4`.
        workspace: the first place to look at.
    """
    places = (workspace, Path("/dev/shm"), Path(tempfile.gettempdir()), Path("/var/tmp"), Path.home())
    found = (place for place in places if place.is_dir() and os.access(place, os.W_OK | os.X_OK))
    return next((place for place in found if file_system_of(place) == kind), None)
