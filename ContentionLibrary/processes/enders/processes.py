"""Ends every process that carries the ledger's token in its environment, wherever it hides.

The token is inherited by all descendants, also those that were adopted by init or began a session of their
own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from ContentionLibrary.processes import table
from ContentionLibrary.processes.enders.ended import Ended
from ContentionLibrary.processes.ledger import TOKEN_VARIABLE

_PATIENCE = 10.0
"""Seconds after which a process that cannot be killed (it sleeps in the kernel) is reported instead."""


def end(facts: Mapping[str, str], token: str) -> list[Ended]:
    """Kill all carriers of the token but this process, again and again until none is left.

    A process that is ending gives back its environment, and with it the token, before it closes its files: so all
    that were seen are waited for, or a mount could still be in use when its turn comes.
    """
    seen: dict[table.Identity, str] = {}
    troubles: dict[table.Identity, str] = {}
    deadline = time.monotonic() + _PATIENCE
    while True:
        left = {who for who in table.carriers(TOKEN_VARIABLE, token) if who.pid != os.getpid()}
        left.update(who for who in seen if table.life_of(who) is table.Life.ALIVE)
        if not left or time.monotonic() > deadline:
            break
        for who in left:
            if who not in seen:
                seen[who] = f"process {table.describe(who)}"
            try:
                table.end(who)
            except PermissionError as error:
                troubles[who] = str(error)
        if all(who in troubles for who in left):
            break
        time.sleep(0.002)
    return [
        Ended(what, troubles.get(who, "it was killed, yet does not end") if who in left else "")
        for who, what in seen.items()
    ]
