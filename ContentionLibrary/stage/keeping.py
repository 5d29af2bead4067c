"""A program that runs in the foreground for a stage: kept by a child of the starter, and killed with its process group."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

from ContentionLibrary.processes.channel import Channel, ChannelClosed, Message, readable
from ContentionLibrary.processes.starter import Starter


class Kept:
    """A program that is kept.

    Args:
        starter: starts the process that keeps it.
        command: the program and its arguments.
        log: gets what it says.
    """

    def __init__(self, starter: Starter, command: list[str], log: Path) -> None:
        self._starter = starter
        self._child = starter.start(__name__, {"command": command, "log": str(log)})
        self._over = False

    def has_ended(self, within: float = 0.0) -> bool:
        """Tell whether it has ended by itself.

        Args:
            within: seconds to wait for that.
        """
        if not self._over:
            try:
                self._over = self._child.receive(within) is not None
            except ChannelClosed:
                self._over = True
        return self._over

    def end(self) -> None:
        """Kill it, if it still runs."""
        self._starter.kill(self._child)
        self._starter.ending(self._child)


def main(channel: Channel, request: Message) -> None:
    """Keep a program; the role that a starter's child plays."""
    with Path(request["log"]).open("ab") as log:
        program = subprocess.Popen(request["command"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    watched = os.pidfd_open(program.pid)
    try:
        while watched not in readable([channel.fileno(), watched], None):
            channel.receive(0)  # raises when nobody wants it any more
        with contextlib.suppress(ChannelClosed):
            channel.send({"ended": program.wait()})
    finally:
        program.kill()
        program.wait()
