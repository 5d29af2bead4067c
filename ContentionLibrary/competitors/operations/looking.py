"""Those who look at names without opening anything."""

from __future__ import annotations

import os

from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.report import Outcome


def list_directory(hands: Hands, path: str) -> Outcome:
    """List the names in a directory, hidden ones too."""
    return Outcome(names=tuple(sorted(os.listdir(path))))  # noqa: PTH208


OPERATIONS = (list_directory,)
