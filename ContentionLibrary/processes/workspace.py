"""The private directory of one scenario: everything that the scenario makes lies in it."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.errors import SystemTrouble
from ContentionLibrary.processes import places
from ContentionLibrary.processes.emptying import empty
from ContentionLibrary.processes.enders.marks import set_mark
from ContentionLibrary.processes.ledger import DIRECTORY, PROCESSES, Ledger, open_ledger
from ContentionLibrary.processes.spreading import spread

_ATTEMPTS = 20
"""The last of our neighbours removes the common directory when it leaves, perhaps just before we enter."""


@dataclass(frozen=True)
class Workspace:
    """A private directory. Paths are absolute and free of symbolic links.

    Args:
        path: the directory itself; it carries our mark.
        token: token of the ledger that it is written in.
    """

    path: Path
    token: str

    @property
    def stage(self) -> Path:
        """Where copiers and competitors work."""
        return self.path / "stage"

    @property
    def log(self) -> Path:
        """Where the outputs of our processes go."""
        return self.path / "log"

    @property
    def run(self) -> Path:
        """Where our processes meet: sockets, barriers."""
        return self.path / "run"

    @property
    def barriers(self) -> Path:
        """Where foreign programs find the barriers that they can wait at."""
        return self.run / "barriers"


def open_workspace(scenario: str, root: Path | None = None) -> tuple[Workspace, Ledger]:
    """Make a workspace of its own for a scenario, and the ledger that it is written in.

    Args:
        scenario: name of the scenario; it becomes part of the directory's name.
        root: directory in which to work; None means the system's directory for temporary files.

    Returns:
        The workspace and its ledger. Whoever asked for it ends it with `Starter.stop` or `emptying.empty`.

    Raises:
        SystemTrouble: the directories cannot be made.
    """
    ledger = _ledger()
    try:
        return _make(scenario, root, ledger), ledger
    except SystemTrouble:
        ledger.close()
        empty(ledger.path)
        raise


def open_annex(scenario: str, root: Path | None, ledger: Ledger) -> Workspace:
    """Make one more workspace for a scenario, elsewhere, in the same ledger: it ends with the first one.

    Args:
        scenario: name of the scenario; it becomes part of the directory's name.
        root: directory in which to work; None means the system's directory for temporary files.
        ledger: the scenario's ledger.

    Raises:
        SystemTrouble: the directories cannot be made.
    """
    return _make(scenario, root, ledger)


def _make(scenario: str, root: Path | None, ledger: Ledger) -> Workspace:
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", scenario).strip("-.")[:60] or "scenario"
    home = places.home(root)
    path = home / f"{name}-{secrets.token_hex(4)}"
    ledger.write(DIRECTORY, path=str(path))
    ledger.write(PROCESSES)
    for _ in range(_ATTEMPTS):
        try:
            places.make_home(root)
            path.mkdir(mode=0o700)
            break
        except FileNotFoundError:
            continue
        except OSError as error:
            raise SystemTrouble(f"Cannot make the workspace: {error}. Choose another root.") from error
    else:
        raise SystemTrouble(f"Cannot make the workspace: '{home}' vanishes again and again.")
    workspace = Workspace(path, ledger.token)
    try:
        set_mark(path, ledger.token)
        for directory in (workspace.stage, workspace.log, workspace.run, workspace.barriers):
            directory.mkdir()
        spread(workspace.stage)
    except OSError as error:
        raise SystemTrouble(f"Cannot make the workspace: {error}. Choose another root.") from error
    return workspace


def _ledger() -> Ledger:
    for _ in range(_ATTEMPTS):
        try:
            places.make_home()
            places.make_private(places.ledgers(), 0o700)
            return open_ledger(places.ledgers())
        except FileNotFoundError:
            continue
    raise SystemTrouble(f"Cannot make a ledger: '{places.ledgers()}' vanishes again and again.")
