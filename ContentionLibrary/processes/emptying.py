"""Empties a ledger: ends all that it names, the youngest first, and in the end the ledger itself."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ContentionLibrary.processes.enders import Ended, ender
from ContentionLibrary.processes.ledger import DIRECTORY, Contents, Ledger, read_ledger


def empty(ledger: Path) -> list[Ended]:
    """End all that a ledger names, in reverse order.

    What cannot be ended stays in the ledger, so that a later attempt can find it.

    Args:
        ledger: the ledger's file; one that does not exist is empty already.

    Returns:
        What was ended and what could not be, in the order in which it was tried.

    Raises:
        ValueError: the file is no ledger.
    """
    try:
        contents = read_ledger(ledger)
        writer = Ledger(ledger, contents.token)
    except FileNotFoundError:
        return []
    try:
        if not _ours_alone(writer):
            return [Ended(f"what ledger '{ledger}' names", "another process is emptying it at this moment")]
        ended = []
        for resource in reversed(contents.resources):
            try:
                parts = ender(resource.ender)(resource.facts, contents.token)
            except (ValueError, KeyError, OSError) as error:
                parts = [Ended(f"{resource.ender.rpartition('.')[2]} {dict(resource.facts)}", str(error))]
            ended += parts
            if all(part.gone for part in parts):
                with contextlib.suppress(OSError):  # a full disk: to end once more what is gone would do no harm
                    writer.strike(resource)
        if all(part.gone for part in ended):
            ledger.unlink(missing_ok=True)
            _put_out_the_light(ledger.parent, contents)
        return ended
    finally:
        writer.close()


def _ours_alone(writer: Ledger) -> bool:
    """Two that empty one ledger would report each other's work as trouble; the lock ends with its process."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows, where removing twice fails softly
    except ImportError:
        return True
    try:
        fcntl.flock(writer.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(writer.fileno()).st_nlink > 0


def _put_out_the_light(ledgers: Path, contents: Contents) -> None:
    """Remove the directories that all scenarios of a user share, if this was the last scenario."""
    home = ledgers.parent
    paths = [Path(resource.facts["path"]) for resource in contents.resources if resource.ender == DIRECTORY]
    remove_if_empty(ledgers, home, *(path.parent for path in paths if path.parent.name == home.name))


def remove_if_empty(*directories: Path) -> None:
    """Remove those of these directories that nobody needs any more."""
    for directory in directories:
        with contextlib.suppress(OSError):  # not empty: somebody else still needs it
            directory.rmdir()
