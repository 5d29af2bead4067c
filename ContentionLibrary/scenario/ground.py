"""A directory that other accounts of this machine can reach, and nobody can list the way to."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.ledger import Ledger
from ContentionLibrary.processes.workspace import Workspace, open_annex

_MAY_ENTER = 0o011  # group and others may pass, and see no names


def open_ground(workspace: Workspace, ledger: Ledger) -> Path:
    """Open the workspace's stage to others, or make an annex in the system's directory for temporary files.

    Raises:
        NotPossibleHere: a closed directory is on the way to either.
    """
    if _closed_above(workspace.path) is not None:
        root = Path(tempfile.gettempdir())
        closed = _closed_above(root.resolve() / "any")
        if closed is not None:
            raise NotPossibleHere(
                f"another account may not enter '{closed}', below which temporary files lie: "
                "set TMPDIR to a directory that everybody may enter"
            )
        workspace = open_annex(f"{workspace.path.name}-ground", root, ledger)
    let_pass(workspace)
    return workspace.stage


def let_pass(workspace: Workspace) -> None:
    """Let others pass through a workspace to its stage."""
    for directory in (workspace.path, workspace.stage):
        directory.chmod(directory.stat().st_mode | _MAY_ENTER)


def _closed_above(path: Path) -> Path | None:
    return next((above for above in reversed(path.parents) if not above.stat().st_mode & 0o001), None)
