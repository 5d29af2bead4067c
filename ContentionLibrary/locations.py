"""Where suites, resources and variables are: in the checkout beside the package, else inside the installed package."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = PACKAGE.parent


def folder(name: Literal["suites", "resources", "variables"]) -> Path:
    """Return one of the folders that are shipped with the package.

    Args:
        name: which one.

    Returns:
        The checkout's folder when the package is used from a checkout, else the installed copy. It may be absent in
        a damaged installation.
    """
    # Another project's `variables` may lie beside an installed package: only a checkout has the build file too.
    if (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / name).is_dir():
        return _CHECKOUT / name
    return PACKAGE / "shipped" / name


def state_folder() -> Path:
    """Return where this user's programs keep what they remember, by the custom of the system; it need not be there.

    Raises:
        RuntimeError: this user has no home, as may be in a container.
    """
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "contention"
    # A relative path is invalid by the specification of this variable, and to be ignored.
    named = Path(os.environ.get("XDG_STATE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".local" / "state") / "contention"


def told(path: Path) -> str:
    """Write a path as short as it stays clear: relative to the checkout or the shipped folder where it lies in one."""
    for root in (_CHECKOUT, PACKAGE / "shipped"):
        if root == _CHECKOUT and not (_CHECKOUT / "pyproject.toml").is_file():
            continue
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return str(path)
