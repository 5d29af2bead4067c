"""A small tmpfs without root: in a user namespace of its own, which lives as long as the process that has made it.

The process plays the role that stands here. We look at its files through its root directory in /proc; a copier that is to
use them enters its namespaces, so that for it they lie where they are mounted.
"""

from __future__ import annotations

from pathlib import Path

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.channel import Channel, Message
from ContentionLibrary.processes.namespaces import seclude, window
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.stage.memory import mount_memory
from ContentionLibrary.stage.stage import Reality, Stage

_MOUNTED_WITHIN = 10.0  # seconds


class Secluded(Stage):
    """A tmpfs that only processes see which have entered its namespace.

    Args:
        directory: where the mount point lies; inside a marked directory.
        starter: starts the process that keeps it, and ends that process whatever happens to us.
        room: bytes that fit.

    Raises:
        NotPossibleHere: there are no user namespaces for this user, or nothing may be mounted in them.
    """

    def __init__(self, directory: Path, starter: Starter, room: int) -> None:
        self._mount_point = directory / "tmpfs"
        self._mount_point.mkdir(parents=True)
        self._starter = starter
        self._keeper = starter.start(__name__, {"point": str(self._mount_point), "room": room})
        told = self._keeper.receive(_MOUNTED_WITHIN)
        if told != {"mounted": True}:
            self.end()
            reason = told["refused"] if told else f"no answer within {_MOUNTED_WITHIN:g} s"
            raise NotPossibleHere(f"without root: {reason}")
        self.root.mkdir()

    @property
    def within(self) -> int:
        """The process whose namespaces somebody has to enter who is to see it where it is mounted."""
        return self._keeper.pid

    @property
    def root(self) -> Path:
        """An empty directory on it, as it is seen from outside."""
        return Path(f"{window(self._keeper.pid)}{self._mount_point}/stage")

    @property
    def name(self) -> str:
        """How a verdict calls it."""
        return "a real tmpfs in a user namespace"

    @property
    def reality(self) -> Reality:
        """It is the system's own implementation."""
        return Reality.NATIVE

    def flush(self) -> None:
        """Do nothing: there is no disk below it."""

    def let_go(self) -> None:
        """Keep nothing open."""

    def end(self) -> None:
        """End the process that keeps it, and with it the namespace."""
        self._starter.kill(self._keeper)
        self._starter.ending(self._keeper)
        self._mount_point.rmdir()


def main(channel: Channel, request: Message) -> None:
    """Keep a tmpfs; the role that a starter's child plays."""
    try:
        seclude()
        mount_memory(Path(request["point"]), request["room"])
    except NotPossibleHere as reason:
        channel.send({"refused": str(reason)})
        return
    channel.send({"mounted": True})
    while channel.receive() is not None:
        pass
