"""The folder in which scenarios make theirs: looked at before anything runs, for there each scenario would fail by itself."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.errors import UsageError
from ContentionLibrary.scenario.settings import parse_size_name

_FILES = 4
"""Nearly every scenario has as many files at once: source, older version, destination, and what is not published yet."""
_MIB = 1 << 20


def see_that_it_is_utf8(option: str, path: Path) -> None:
    """Look at the name of a folder that Robot will be told.

    Raises:
        UsageError: it holds bytes that are no characters; Robot, its variables and its results are made of characters.
    """
    try:
        str(path.absolute()).encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError(
            f"{option} {path}: the name is no UTF-8, and Robot writes nothing there: name another"
        ) from error


def workspace(directory: Path | None, size: str | None = None) -> str:
    """Check the folder in which scenarios shall make theirs.

    Args:
        directory: the folder, or None for the system's own for temporary files.
        size: of the copied files, if that much room must be there.

    Returns:
        Its absolute path; an empty text where none was named.

    Raises:
        UsageError: it is not there, nothing can be made in it, or it has too little room.
    """
    if directory is not None:
        _see_that_it_can_be_used(directory)
    if size is not None:
        _see_that_there_is_room(directory, size)
    return "" if directory is None else str(directory.resolve())


def _see_that_it_can_be_used(directory: Path) -> None:
    see_that_it_is_utf8("--workspace", directory)
    try:
        if not directory.is_dir():
            raise UsageError(f"--workspace {directory} is no folder: make it, or name one that exists")
        # Only trying tells: in /proc, and on a file system without room for names, every permission is there.
        with tempfile.TemporaryDirectory(prefix="contention-try-", dir=directory):
            pass
    except OSError as error:
        raise UsageError(
            f"--workspace {directory} cannot be written by you: {error.strerror}; name another folder"
        ) from error


def _see_that_there_is_room(directory: Path | None, size: str) -> None:
    where = directory or Path(tempfile.gettempdir())
    there, needed = shutil.disk_usage(where), _FILES * parse_size_name(size).value.content
    if there.total and there.free < needed:  # some servers do not tell
        smaller = "" if size == "quick" else ", or a smaller --size"
        told = f"--workspace {where}" if directory else f"{where}, where scenarios are played without --workspace,"
        raise UsageError(
            f"{told} has {format_size(there.free // _MIB * _MIB)} of room, and scenarios of the size {size} need "
            f"{format_size(needed)} and more: make room, or name another folder by --workspace{smaller}"
        )
