"""Those who put something else in a thing's place: a symbolic link, a directory, a file."""

from __future__ import annotations

import os

from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.report import Outcome


def swap_for_symlink(hands: Hands, path: str, to: str, aside: str) -> Outcome:
    """Move a file or directory aside, and put a symbolic link in its place.

    Args:
        hands: the worker's.
        path: what is swapped.
        to: where the link points to.
        aside: the name under which what was there goes on.
    """
    os.rename(path, aside)  # noqa: PTH104
    os.symlink(to, path)  # noqa: PTH211
    return Outcome()


def swap_for_directory(hands: Hands, path: str, aside: str) -> Outcome:
    """Move a file aside, and put an empty directory in its place; likewise where nothing was."""
    if os.path.lexists(path):
        os.rename(path, aside)  # noqa: PTH104
    os.mkdir(path)  # noqa: PTH102
    return Outcome()


def put_directory(hands: Hands, path: str) -> Outcome:
    """Delete a file, if there is one, and put an empty directory in its place."""
    if os.path.lexists(path):
        os.unlink(path)  # noqa: PTH108
    os.mkdir(path)  # noqa: PTH102
    return Outcome()


def swap_for_file(hands: Hands, path: str, aside: str) -> Outcome:
    """Move a directory aside, and put an empty file in its place."""
    os.rename(path, aside)  # noqa: PTH104
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
    return Outcome()


def renew_directory(hands: Hands, path: str) -> Outcome:
    """Remove a directory with all that is in it, and make an empty one of the same name."""
    import shutil  # noqa: PLC0415 - slow to import, and seldom wanted

    shutil.rmtree(path)
    os.mkdir(path)  # noqa: PTH102
    return Outcome()


def make_directory(hands: Hands, path: str) -> Outcome:
    """Make a directory; refused when the name is taken."""
    os.mkdir(path)  # noqa: PTH102
    return Outcome()


OPERATIONS = (swap_for_symlink, swap_for_directory, put_directory, swap_for_file, renew_directory, make_directory)
