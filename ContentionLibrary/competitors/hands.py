"""What a worker keeps from one operation to the next: open files with their locks, watched directories, connections."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from ContentionLibrary.competitors.directories import Watch

if TYPE_CHECKING:
    from ContentionLibrary.competitors.dialect.client import Client, OpenFile


class Hands:
    """The open files of a worker, each under a name of its own.

    Args:
        asked_to_stop: tells whether somebody wants an operation that goes on and on to end.
    """

    def __init__(self, asked_to_stop: Callable[[], bool]) -> None:
        self.asked_to_stop = asked_to_stop
        self.watch: Watch | None = None
        self._held: dict[str, tuple[int, str]] = {}
        self.clients: dict[tuple[str, str, int], Client] = {}
        """Connections to servers, by host, share and port."""
        self.opened: dict[str, OpenFile] = {}
        """Files of a share that are open, each under a name of its own."""

    def stop_watching(self) -> None:
        """End the watch, if there is one."""
        if self.watch is not None:
            self.watch.close()
            self.watch = None

    def hold(self, handle: str, descriptor: int, path: str) -> None:
        """Keep an open file; one that was kept under this name before is closed."""
        self.drop(handle)
        self._held[handle] = descriptor, path

    def holds(self, handle: str, path: str) -> bool:
        """Tell whether just this path is kept under this name."""
        return handle in self._held and self._held[handle][1] == path

    def held(self, handle: str) -> tuple[int, str]:
        """Return descriptor and path of a file that is kept.

        Raises:
            LookupError: nothing is kept under this name, which is a mistake in the scenario and not an outcome.
        """
        if handle not in self._held:
            raise LookupError(f"no open file is kept as '{handle}': open or lock it first")
        return self._held[handle]

    def drop(self, handle: str) -> None:
        """Close a file that is kept, which also frees its locks; nothing happens if there is none."""
        if handle in self._held:
            os.close(self._held.pop(handle)[0])
