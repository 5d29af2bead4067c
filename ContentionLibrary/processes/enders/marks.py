"""The mark by which a directory is known as ours, and whether something lies inside such a one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

MARKER = ".contention-workspace"


def set_mark(directory: Path, token: str) -> None:
    """Mark a directory as belonging to the ledger with this token."""
    descriptor = os.open(directory / MARKER, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, token.encode())
    finally:
        os.close(descriptor)


def has_mark(directory: Path, token: str) -> bool:
    """Tell whether a directory carries the mark of this token, in a plain file that is no symbolic link."""
    try:
        descriptor = os.open(
            directory / MARKER, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
    except OSError:
        return False
    try:
        return stat.S_ISREG(os.fstat(descriptor).st_mode) and os.read(descriptor, 200) == token.encode()
    finally:
        os.close(descriptor)


def why_not_inside(path: Path, token: str) -> str:
    """Say why something may not be touched.

    Args:
        path: what is to be touched; itself it may be a symbolic link, its parents may not.
        token: token of the ledger that asks for it.

    Returns:
        The reason, or an empty text when it lies inside a directory that carries our mark.
    """
    if not path.is_absolute() or ".." in path.parts:
        return "its path is not absolute"
    if Path(os.path.realpath(path.parent)) != path.parent:
        return "a symbolic link leads to it"
    if not any(has_mark(parent, token) for parent in path.parents):
        return "it lies in no directory that carries the mark of this ledger"
    return ""
