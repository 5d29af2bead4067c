"""Those who give things other names."""

from __future__ import annotations

import os

from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.report import Outcome
from ContentionLibrary.history.acts import Answer


def rename(hands: Hands, path: str, to: str) -> Outcome:
    """Rename a file or directory, over what has the new name already where the system allows that."""
    os.replace(path, to)  # noqa: PTH105 - like rename(2) on every system
    return Outcome()


def rename_ring(hands: Hands, paths: list[str], spare: str) -> Outcome:
    """Give each file the name of the next one, and the last one that of the first; nothing is done if one is missing.

    Args:
        hands: the worker's.
        paths: two or more files of one directory.
        spare: a name that is free; the first file has it for a moment.
    """
    for path in paths:
        os.lstat(path)
    os.rename(paths[-1], spare)  # noqa: PTH104
    for source, target in zip(reversed(paths[:-1]), reversed(paths[1:]), strict=True):
        os.rename(source, target)  # noqa: PTH104
    os.rename(spare, paths[0])  # noqa: PTH104
    return Outcome()


def loop_renaming_ring(hands: Hands, paths: list[str], spare: str) -> Outcome:
    """Rename files in a ring again and again until told to stop, or one is missing; the total counts the rounds.

    Args:
        hands: the worker's.
        paths: as for `rename_ring`.
        spare: likewise.
    """
    total = 0
    while True:
        try:
            rename_ring(hands, paths, spare)
        except FileNotFoundError as missing:
            return Outcome(Answer.ABSENT, str(missing), total=total)
        total += 1
        if hands.asked_to_stop():
            return Outcome(total=total)


OPERATIONS = (rename, rename_ring, loop_renaming_ring)
