"""Ends a single file that lies inside a marked directory. A symbolic link is removed, never followed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ContentionLibrary.processes.enders.ended import Ended
from ContentionLibrary.processes.enders.marks import why_not_inside


def end(facts: Mapping[str, str], token: str) -> list[Ended]:
    """Remove the file `facts["path"]`."""
    path = Path(facts["path"])
    what = f"file '{path}'"
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        return [Ended(what, str(error))]
    refusal = why_not_inside(path, token)
    if refusal:
        return [Ended(what, refusal)]
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        return [Ended(what, str(error))]
    return [Ended(what)]
