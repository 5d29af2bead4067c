"""Those who give things other names."""

from __future__ import annotations

import os

from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.report import Outcome


def rename(hands: Hands, path: str, to: str) -> Outcome:
    """Rename a file or directory, over what has the new name already where the system allows that."""
    os.replace(path, to)  # noqa: PTH105 - like rename(2) on every system
    return Outcome()


def rename_ring(hands: Hands, paths: list[str], spare: str) -> Outcome:
    """Give each file the name of the next one, and the last one that of the first.

    Args:
        hands: the worker's.
        paths: two or more files of one directory.
        spare: a name that is free; the first file has it for a moment.
    """
    os.rename(paths[-1], spare)  # noqa: PTH104
    for source, target in zip(reversed(paths[:-1]), reversed(paths[1:]), strict=True):
        os.rename(source, target)  # noqa: PTH104
    os.rename(spare, paths[0])  # noqa: PTH104
    return Outcome()


OPERATIONS = (rename, rename_ring)
