"""Which reader this system gets: the one place where that is decided."""

from __future__ import annotations

import sys

from ContentionLibrary.monitor.figures import Reader
from ContentionLibrary.monitor.surroundings import Surroundings


def best_reader(root: int, surroundings: Surroundings) -> Reader:
    """Return the best reader of this system.

    Args:
        root: process id of the starter whose programs are read.
        surroundings: looks at the stage.
    """
    if sys.platform.startswith("linux"):
        from ContentionLibrary.monitor.linux import LinuxReader, raise_own_limit  # noqa: PLC0415 - Linux only

        raise_own_limit()
        return LinuxReader(root, surroundings)
    from ContentionLibrary.monitor.portable import PortableReader  # noqa: PLC0415 - psutil is slow to import

    return PortableReader(root, surroundings)
