"""Where a test works by hand: a directory of the stage, below which all its relative paths are."""

from __future__ import annotations

import os
from pathlib import Path

from ContentionLibrary.errors import UsageError


class Workplace:
    """Turns the paths of a test into absolute ones, and back into short ones for messages.

    Args:
        root: the directory; it is made.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(exist_ok=True)

    def path(self, given: Path) -> Path:
        """Return the absolute path that a test means.

        Args:
            given: relative to the workplace, or absolute; only an absolute path can leave the workplace.

        Raises:
            UsageError: a relative path leads out of the workplace.
        """
        path = Path(os.path.normpath(self.root / given))
        if not given.is_absolute() and not self.owns(path):
            raise UsageError(
                f"'{given}' leads out of the workspace: give a relative path that stays in it, or an absolute one "
                "if you really mean a place outside"
            )
        return path

    def owns(self, path: Path) -> bool:
        """Tell whether an absolute path lies in the workplace, or is the workplace itself."""
        return path.is_relative_to(self.root)

    def told(self, path: Path) -> str:
        """Write a path as the test would: relative if it is in the workplace."""
        return path.relative_to(self.root).as_posix() if self.owns(path) else str(path)

    def shortened(self, words: str) -> str:
        """Write the paths in what somebody has said as the test would."""
        return words.replace(f"{self.root}{os.sep}", "")
