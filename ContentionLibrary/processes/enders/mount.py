"""Ends a mount whose mount point lies inside a marked directory."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ContentionLibrary.processes.enders.ended import Ended
from ContentionLibrary.processes.enders.marks import why_not_inside
from ContentionLibrary.processes.mounts import mounts_below

_FORCE, _DETACH, _NO_FOLLOW = 1, 2, 8  # of umount2(2)
_STACKED = 16
"""So many mounts may lie upon each other on one mount point before we give up."""


def end(facts: Mapping[str, str], token: str) -> list[Ended]:
    """Unmount `facts["path"]`, and what is mounted below it."""
    path = Path(facts["path"])
    if not mounts_below(path):
        return []
    refusal = why_not_inside(path, token)
    if refusal:
        return [Ended(f"mount '{path}'", refusal)]
    ended: list[Ended] = []
    for _ in range(_STACKED):
        mounts = mounts_below(path)
        if not mounts:
            return ended
        trouble = _unmount(mounts[-1])
        ended.append(Ended(f"mount '{mounts[-1]}'", trouble))
        if trouble:
            return ended
    return [*ended, Ended(f"mount '{path}'", "something mounts it again and again")]


def _unmount(path: Path) -> str:
    """Unmount one mount point; returns the trouble, empty if it worked.

    A mount that is busy, or whose server is gone, is detached: it vanishes now, and ends with its last user.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for flags in (_NO_FOLLOW, _NO_FOLLOW | _DETACH | _FORCE, _NO_FOLLOW | _DETACH):
        if libc.umount2(os.fsencode(path), flags) == 0:
            return ""
    trouble = os.strerror(ctypes.get_errno())
    for name in ("fusermount3", "fusermount"):  # what an ordinary user may unmount
        program = shutil.which(name)
        if program:
            done = subprocess.run(
                [program, "-u", "-z", "--", str(path)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=20,
            )
            if done.returncode == 0:
                return ""
            trouble = done.stderr.decode(errors="replace").strip() or trouble
    return trouble
