"""Those who have started Robot, and whom it must not outlive: `contention run`, and pabot.

Nobody can end his children when he is killed, and pabot does not even when it is terminated.
"""

from __future__ import annotations

import json
import os

from ContentionLibrary.errors import HarnessError
from ContentionLibrary.processes.table import Identity, Life, identity_of, life_of

STARTED_BY = "STARTED_BY"
"""Name of the Robot variable in which `contention run` says who it is."""


def ourselves() -> str:
    """Return who this process is, as the text of that variable."""
    identity = identity_of(os.getpid())
    return json.dumps(identity.to_wire()) if identity else ""


def masters(started_by: str, pabot: int | None) -> tuple[Identity, ...]:
    """Return the masters, the outermost first.

    Args:
        started_by: what the variable says; empty if `contention run` has not started this Robot.
        pabot: number of the pabot process above this Robot, if there is one.

    Raises:
        HarnessError: the outermost is gone: nobody waits for this Robot any more.
    """
    found = []
    if started_by:
        outermost = Identity.from_wire(json.loads(started_by))
        if life_of(outermost) is Life.GONE:
            raise HarnessError("the command that has started this Robot is gone: no further scenario is played")
        found.append(outermost)
    below = identity_of(pabot) if pabot is not None else None
    return (*found, below) if below else tuple(found)
