"""The system's table of processes: who is alive, who descends from whom, who carries a ledger's token."""

from __future__ import annotations

import sys

from ContentionLibrary.processes.table.identity import Identity, Life

if sys.platform.startswith("linux"):
    from ContentionLibrary.processes.table.linux import (
        carriers,
        descendants,
        describe,
        end,
        identity_of,
        life_of,
        terminate,
    )
else:
    from ContentionLibrary.processes.table.portable import (
        carriers,
        descendants,
        describe,
        end,
        identity_of,
        life_of,
        terminate,
    )

__all__ = [
    "Identity",
    "Life",
    "carriers",
    "descendants",
    "describe",
    "end",
    "identity_of",
    "life_of",
    "terminate",
]
