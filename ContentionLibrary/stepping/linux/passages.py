"""Ways through closed directories, for one process alone: another account can run a program that lies below /root.

A closed directory on the way is covered, in a mount namespace of the process's own, by an empty one in which nothing
stands but what is needed. Nothing changes for anybody else, and all is gone with the process. Source: mount_namespaces(7).
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

_NEW_MOUNTS = 0x00020000  # CLONE_NEWNS
_BIND, _RECURSIVE, _PRIVATE = 4096, 16384, 1 << 18  # of mount(2)
_ALL_MAY_ENTER = 0o001

_libc = ctypes.CDLL(None, use_errno=True)


def open_passages(paths: Iterable[str]) -> None:
    """Let these files and directories be reached by everybody in the calling process, which is root and has one thread.

    Raises:
        OSError: the system forbids it.
    """
    closed: dict[Path, list[Path]] = {}
    for path in _without_nested(paths):
        barrier = next((above for above in reversed(path.parents) if not _is_open(above)), None)
        if barrier is not None:
            closed.setdefault(barrier, []).append(path)
    if not closed:
        return
    _demand(_libc.unshare(_NEW_MOUNTS))
    _mount("none", "/", "", _RECURSIVE | _PRIVATE)
    for barrier, needed in closed.items():
        _cover(barrier, needed)


def _without_nested(paths: Iterable[str]) -> list[Path]:
    """Resolve the paths, keep links by their names too, and leave out what lies below another one of them."""
    named = {Path(os.path.abspath(path)) for path in paths}  # noqa: PTH100 - a link is needed as well as what it leads to
    every = sorted(path for path in named | {path.resolve() for path in named} if path.exists())
    return [path for path in every if not any(above in every for above in path.parents)]


def _is_open(directory: Path) -> bool:
    return bool(directory.stat().st_mode & _ALL_MAY_ENTER)


def _cover(barrier: Path, needed: list[Path]) -> None:
    opened = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in needed}
    _mount("none", str(barrier), "tmpfs", 0, "mode=0755,size=1m")
    for path, descriptor in opened.items():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        for above in path.parents:
            if above == barrier:
                break
            above.chmod(0o755)
        source = Path(f"/proc/self/fd/{descriptor}")
        if source.is_dir():
            path.mkdir(exist_ok=True)
        else:
            path.touch()
        _mount(str(source), str(path), "", _BIND | _RECURSIVE)
        os.close(descriptor)


def _mount(source: str, point: str, kind: str, flags: int, options: str = "") -> None:
    words = [os.fsencode(word) for word in (source, point, kind, options)]
    _demand(_libc.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3]))


def _demand(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
