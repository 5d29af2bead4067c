"""How Robot speaks with a starter that cannot fork: over loopback connections, each with a secret.

Other users of the machine can connect to a loopback port as well; who does not bring the secret is sent away.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from ContentionLibrary.processes.channel import Channel, ChannelClosed, Message, readable
from ContentionLibrary.processes.launching import command

_PROGRAM = "ContentionLibrary.processes.starter_portable"
_START_TIMEOUT = 20.0


class PortableLink:
    """The connection to one starter; the same interface as `link_posix.PosixLink`.

    Args:
        environment: environment of the starter.
        ledger: the ledger that it empties in the end.
        log: file for the starter's outputs.
        directory: where the starter works.
    """

    def __init__(self, environment: Mapping[str, str], ledger: Path, log: Path, directory: Path) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port = self._listener.getsockname()[1]
        secret = secrets.token_hex(16)
        try:
            with log.open("ab") as output:
                self.process = subprocess.Popen(
                    command(_PROGRAM, self._port, str(ledger)),
                    stdin=subprocess.PIPE,  # the secret is not for the list of processes
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                    creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                    env=environment,
                    cwd=directory,
                )
            if self.process.stdin:
                self.process.stdin.write(secret.encode() + b"\n")
                self.process.stdin.close()
            channel = self._accept(secret, _START_TIMEOUT)
        except OSError:
            self._listener.close()
            raise
        if channel is None:
            self.process.kill()
            self.process.wait()
            self._listener.close()
            raise ChannelClosed(f"the starter did not report within {_START_TIMEOUT:.0f} s")
        self._channel = channel

    def _accept(self, secret: str, timeout: float) -> Channel | None:
        deadline = time.monotonic() + timeout
        while readable([self._listener], max(0.0, min(0.1, deadline - time.monotonic()))) or (
            time.monotonic() < deadline and self.process.poll() is None
        ):
            self._listener.settimeout(0.0)
            try:
                connection, _ = self._listener.accept()
            except BlockingIOError:
                continue
            connection.setblocking(True)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            channel = Channel(connection)
            try:
                greeting = channel.receive(1.0)
            except (ChannelClosed, json.JSONDecodeError):
                greeting = None
            if isinstance(greeting, dict) and secrets.compare_digest(str(greeting.get("secret")), secret):
                return channel
            channel.close()
        return None

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
        secret = secrets.token_hex(16)
        deadline = time.monotonic() + timeout
        answer = self.exchange({**request, "port": self._port, "secret": secret}, timeout)
        if answer is None or "pid" not in answer:
            return None if answer is None else (answer, None)
        channel = self._accept(secret, max(0.0, deadline - time.monotonic()))
        return (answer, channel) if channel else None

    def close(self) -> None:
        """Close our end; a starter that still runs takes it as Robot's end."""
        self._channel.close()
        self._listener.close()


def join(port: int, secret: str) -> socket.socket:
    """Connect to Robot from one of our processes, and show the secret."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.settimeout(None)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(json.dumps({"secret": secret, "pid": os.getpid()}).encode() + b"\n")
    return connection
