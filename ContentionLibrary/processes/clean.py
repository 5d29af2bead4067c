"""Removes what scenarios left behind whose processes are all gone; `contention clean` calls it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ContentionLibrary.processes import places
from ContentionLibrary.processes.emptying import empty, remove_if_empty
from ContentionLibrary.processes.ledger import UNFINISHED, Contents, read_ledger
from ContentionLibrary.processes.table import Life, describe, identity_of, life_of


def clean_abandoned() -> list[str]:
    """Empty every ledger of this user whose owner and watcher are gone.

    Returns:
        One sentence for each thing that was removed, could not be removed, or was left alone and why.
    """
    directory = places.ledgers()
    told: list[str] = []
    if not directory.is_dir():
        return told
    for path in sorted(directory.glob("*.jsonl")):
        told += _clean(path)
    for path in directory.glob(f"*{UNFINISHED}"):
        maker = path.name.partition("-")[0]
        # Nothing is made before its ledger has an owner: such a file stands for itself alone.
        if maker.isdecimal() and identity_of(int(maker)) is None:
            path.unlink(missing_ok=True)
    remove_if_empty(directory, places.home())
    return told


def _clean(path: Path) -> list[str]:
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != os.getuid()):
            return [f"left alone: '{path}' is no ledger of this user"]
        contents = read_ledger(path)
    except FileNotFoundError:
        return []
    except (ValueError, OSError) as error:
        return [f"left alone: {error}"]
    for owner in contents.owners:
        life = life_of(owner)
        if life is Life.ALIVE:
            return [f"left alone: {_paths(contents)} belongs to process {describe(owner)}, which still runs"]
        if life is Life.ELSEWHERE:
            return [
                f"left alone: {_paths(contents)} belongs to process {owner.pid} of another container "
                f"or machine; clean there, or remove '{path}' and the directory by hand"
            ]
    ended = empty(path)
    return [f"left alone: this line of '{path}' cannot be read: {line}" for line in contents.broken[:-1]] + [
        str(part) for part in ended
    ]


def _paths(contents: Contents) -> str:
    paths = [f"'{resource.facts['path']}'" for resource in contents.resources if "path" in resource.facts]
    return ", ".join(paths) or "a ledger without directories"
