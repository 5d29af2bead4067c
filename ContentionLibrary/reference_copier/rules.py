"""What goes into a delivery and what comes out of a recovery, alike on all systems."""

from __future__ import annotations

from ContentionLibrary.reference_copier.identity import Destination
from ContentionLibrary.reference_copier.records import NamedTuple


class Rules(NamedTuple):
    """The manner of a copy.

    Args:
        create_new: refuse when a destination exists.
        wait: seconds that locks of rivals and readers are waited for.
        durable: wait until the disk has everything before success is reported.
    """

    create_new: bool = False
    wait: float = 5.0
    durable: bool = True


class Recovered(NamedTuple):
    """What recovery has done.

    Args:
        destinations: the given ones, with the identity that they have now if recovery has changed it.
        actions: what was done, one sentence for each.
    """

    destinations: tuple[Destination, ...]
    actions: tuple[str, ...]
