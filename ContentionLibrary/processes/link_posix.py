"""How Robot speaks with a starter that forks: over a socket pair that passes each child's channel."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from ContentionLibrary.processes.channel import Channel, ChannelClosed, Message, readable
from ContentionLibrary.processes.launching import command

_PROGRAM = "ContentionLibrary.processes.starter_posix"


class PosixLink:
    """The connection to one starter; see `link_portable.PortableLink` for the other way.

    Args:
        environment: environment of the starter.
        ledger: the ledger that it empties in the end.
        log: file for the starter's outputs.
        directory: where the starter works.
    """

    def __init__(self, environment: Mapping[str, str], ledger: Path, log: Path, directory: Path) -> None:
        self._connection, theirs = socket.socketpair()
        try:
            with log.open("ab") as output:
                self.process = subprocess.Popen(
                    command(_PROGRAM, theirs.fileno(), str(ledger)),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                    env=environment,
                    cwd=directory,
                )
        except OSError:
            self._connection.close()
            raise
        finally:
            theirs.close()
        self._channel = Channel(self._connection)

    def exchange(self, request: Message, timeout: float) -> Message | None:
        """Ask the starter for something.

        Returns:
            Its answer, or None when the time is over.

        Raises:
            ChannelClosed: the starter is gone.
        """
        self._channel.send(request)
        return self.hear(timeout)

    def hear(self, timeout: float) -> Message | None:
        """Return the next answer, or None when the time is over.

        Raises:
            ChannelClosed: the starter is gone.
        """
        return self._channel.receive(timeout)

    def start(self, request: Message, timeout: float) -> tuple[Message, Channel | None] | None:
        """Ask the starter for a child.

        Returns:
            Its answer, with the channel to the child if there is one; None when the time is over.

        Raises:
            ChannelClosed: the starter is gone.
        """
        self._channel.send(request)
        deadline = time.monotonic() + timeout
        received, descriptors = b"", []
        try:
            while not received.endswith(b"\n"):
                if not readable([self._connection], max(0.0, deadline - time.monotonic())):
                    return None
                part, passed, _, _ = socket.recv_fds(self._connection, 1 << 16, 1)
                if not part:
                    raise ChannelClosed("the starter has ended")
                received += part
                descriptors += passed
        except OSError as error:
            raise ChannelClosed(str(error)) from error
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)
        answer: Message = json.loads(received)
        return answer, Channel(socket.socket(fileno=descriptors[0])) if descriptors else None

    def close(self) -> None:
        """Close our end; a starter that still runs takes it as Robot's end."""
        self._channel.close()
