"""Whether the processes below one have done all that they can do for now.

Bytes that have arrived at a server are on their way still: from one of its processes to the next, and to the disk. Nobody
tells when they are there. But a process that has something to do is no longer asleep from the moment at which it was
woken, and one that has slept again in the meantime has been counted by the system. So if all sleep in two looks, and none
has run between them, there is nothing on its way.
"""

from __future__ import annotations

import re
from pathlib import Path

from ContentionLibrary.processes.table import descendants

_ASLEEP = "S"
_STATE = re.compile(r"^State:\s+(\w)", re.MULTILINE)
_SWITCHES = re.compile(r"^\w*voluntary_ctxt_switches:\s+(\d+)", re.MULTILINE)

Look = frozenset[tuple[int, int]]


def look_below(pid: int) -> Look | None:
    """Look at all processes below one; two equal looks mean that none has run between them.

    Returns:
        Each of them with the number of times that it has stopped to run; None if one of them was not asleep.
    """
    found = set()
    for one in descendants(pid):
        try:
            text = Path(f"/proc/{one.pid}/status").read_text(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return None  # it has just ended
        state = _STATE.search(text)
        if state is None or state[1] != _ASLEEP:
            return None
        found.add((one.pid, sum(map(int, _SWITCHES.findall(text)))))
    return frozenset(found)
