"""Those who delete: a file, an empty directory, a directory with all that is in it."""

from __future__ import annotations

import os

from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.report import Outcome


def delete(hands: Hands, path: str) -> Outcome:
    """Delete a file, or a symbolic link without following it."""
    os.unlink(path)  # noqa: PTH108 - pathlib adds nothing here but its import
    return Outcome()


def remove_directory(hands: Hands, path: str) -> Outcome:
    """Remove an empty directory; refused when something is in it."""
    os.rmdir(path)  # noqa: PTH106
    return Outcome()


def remove_tree(hands: Hands, path: str) -> Outcome:
    """Remove a directory with all that is in it; symbolic links are not followed."""
    import shutil  # noqa: PLC0415 - slow to import, and seldom wanted

    shutil.rmtree(path)
    return Outcome()


OPERATIONS = (delete, remove_directory, remove_tree)
