"""Ends a directory that carries the ledger's mark, with all that is in it, locked or not.

Symbolic links are removed and never followed: every directory is opened from its parent's descriptor, and
only if it is a directory itself. Another filesystem that is mounted inside is left alone and reported.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from ContentionLibrary.processes.enders.ended import Ended
from ContentionLibrary.processes.enders.marks import MARKER, has_mark
from ContentionLibrary.processes.mounts import mounts_below


def end(facts: Mapping[str, str], token: str) -> list[Ended]:
    """Remove the directory `facts["path"]` if it is marked as ours, or if it is empty."""
    path = Path(facts["path"])
    what = f"directory '{path}'"
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return []
    refusal = _why_not(path, found, token)
    if refusal:
        return [Ended(what, refusal)]
    try:
        _remove(path)
    except OSError as error:
        return [Ended(what, str(error))]
    return [Ended(what)]


def _why_not(path: Path, found: os.stat_result, token: str) -> str:
    if not path.is_absolute() or Path(os.path.realpath(path)) != path:
        return "its path is not absolute, or a symbolic link leads to it"
    if not stat.S_ISDIR(found.st_mode):
        return "it is no directory"
    if path.parent == path:
        return "it is a root directory"
    mounted = mounts_below(path)
    if mounted:
        return f"something is mounted at '{mounted[0]}'"
    if hasattr(os, "geteuid") and found.st_uid == os.geteuid() and not found.st_mode & stat.S_IXUSR:
        path.chmod(0o700)  # locked by ourselves: look for the mark behind the lock
    if not has_mark(path, token) and next(os.scandir(path), None) is not None:
        return f"it does not carry the mark of this ledger ('{MARKER}')"
    return ""


def _remove(path: Path) -> None:
    """Remove a marked directory; its mark goes last, so that an interrupted clean-up can go on."""
    if os.open not in os.supports_dir_fd:  # Windows
        import shutil  # noqa: PLC0415 - slow to import, and only wanted there

        for entry in os.scandir(path):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            elif entry.name != MARKER:
                Path(entry.path).unlink()
        (path / MARKER).unlink(missing_ok=True)
        path.rmdir()
        return
    descriptor = _open_directory(str(path), None)
    try:
        _remove_entries(descriptor, os.fstat(descriptor).st_dev, keep=MARKER)
        if MARKER in os.listdir(descriptor):  # noqa: PTH208
            os.unlink(MARKER, dir_fd=descriptor)
    finally:
        os.close(descriptor)
    path.rmdir()


def _open_directory(name: str, parent: int | None) -> int:
    """Open a directory, after unlocking it where needed; a symbolic link in its place is an error."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    if os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode & 0o700 != 0o700:
        _unlock(name, parent)
    return os.open(name, flags, dir_fd=parent)


def _unlock(name: str, parent: int | None) -> None:
    if sys.platform == "linux":
        # chmod by name would follow a symbolic link that was put there meanwhile.
        place = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
        try:
            os.chmod(f"/proc/self/fd/{place}", 0o700)  # noqa: PTH101 - a descriptor, no path
        finally:
            os.close(place)
    else:
        os.chmod(name, 0o700, dir_fd=parent, follow_symlinks=False)


def _remove_entries(directory: int, device: int, keep: str = "") -> None:
    """Remove all that is in an open directory but the name `keep`.

    Raises:
        OSError: something cannot be removed; all that can be removed is removed nevertheless.
    """
    trouble: OSError | None = None
    with os.scandir(directory) as entries:
        names = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries if entry.name != keep]
    for name, is_directory in names:
        try:
            if is_directory:
                inner = _open_directory(name, directory)
                try:
                    if os.fstat(inner).st_dev != device:
                        raise OSError(f"another filesystem is mounted at '{name}'")
                    _remove_entries(inner, device)
                finally:
                    os.close(inner)
                os.rmdir(name, dir_fd=directory)
            else:
                os.unlink(name, dir_fd=directory)
        except FileNotFoundError:
            continue
        except OSError as error:
            trouble = error
    if trouble:
        raise trouble
