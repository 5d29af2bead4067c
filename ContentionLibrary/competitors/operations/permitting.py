"""Those who change what others are allowed to do."""

from __future__ import annotations

import os

from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.report import Outcome


def chmod(hands: Hands, path: str, mode: int) -> Outcome:
    """Set the permissions of a file or directory, as a number (0o444 is 292 on the wire)."""
    os.chmod(path, mode)  # noqa: PTH101
    return Outcome()


OPERATIONS = (chmod,)
