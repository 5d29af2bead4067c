"""The user's terminal: how wide it is, and lines to it."""

from __future__ import annotations

import shutil
import sys


def width() -> int:
    """The width of the user's terminal; generous where there is none, because nothing is wrapped later."""
    return shutil.get_terminal_size((120, 24)).columns


def say(*lines: str) -> None:
    """Print lines, at once."""
    print(*lines, sep="\n")
    sys.stdout.flush()
