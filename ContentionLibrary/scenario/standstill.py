"""Whether a program stands still because it was stopped, as Linux shows it in /proc."""

from __future__ import annotations

import time
from pathlib import Path

from ContentionLibrary.processes.table import descendants

_STOPPED = "Tt"
_NAP = 0.0005  # seconds between two looks


def standing(main: int | None, within: float) -> int:
    """Wait until each thread of each process of a program is stopped.

    Args:
        main: its main process.
        within: seconds to wait at most.

    Returns:
        How many processes stand still; 0 if one still ran when the time was over, or if the program has ended.
    """
    deadline = time.monotonic() + within
    while main is not None:
        processes = [main, *(one.pid for one in descendants(main))]
        states = [state for process in processes for state in _states(process)]
        if states and all(state in _STOPPED for state in states):
            return len(processes)
        if time.monotonic() > deadline or not _states(main):
            return 0
        time.sleep(_NAP)
    return 0


def _states(process: int) -> list[str]:
    """Return the state of each thread, in the letters of ps(1); none when the process has ended."""
    found = []
    try:
        for thread in Path(f"/proc/{process}/task").iterdir():
            found.append((thread / "stat").read_text(errors="replace").rpartition(") ")[2][:1])
    except (FileNotFoundError, ProcessLookupError):
        return found  # it, or this thread, has ended meanwhile
    return found
