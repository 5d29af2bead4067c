"""Messages between two of our processes: one JSON object a line over a connected stream socket.

A message is a plain dictionary only on the wire; each room turns it into its own small data classes at once.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import time
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

Message = dict[str, Any]


class ChannelClosed(Exception):  # noqa: N818 - the ordinary end of a conversation
    """The process at the other end is gone or has closed its end."""


class Channel:
    """One end of a conversation.

    Args:
        connection: a connected stream socket, owned by the channel from now on.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._begun = bytearray()
        self._lines: deque[bytes] = deque()

    def fileno(self) -> int:
        """Return the descriptor, so that `select` and `poll` can wait for the channel.

        A message that was already received is not seen by them: ask `pending` first, or use `ready`.
        """
        return self._socket.fileno()

    @property
    def pending(self) -> bool:
        """Whether a whole message lies here already, so that `receive` will not wait."""
        return bool(self._lines)

    @property
    def lost(self) -> bool:
        """Whether the other end is gone and nothing is left to read; looks without taking anything away."""
        if self._lines or not readable([self._socket], 0):
            return False
        try:
            return not self._socket.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def send(self, message: Message) -> None:
        """Send one message.

        Raises:
            ChannelClosed: nobody listens any more.
        """
        try:
            self._socket.sendall(json.dumps(message, separators=(",", ":")).encode() + b"\n")
        except OSError as error:
            raise ChannelClosed(str(error)) from error

    def receive(self, timeout: float | None = None) -> Message | None:
        """Wait for the next message.

        Args:
            timeout: seconds to wait; None waits for ever, 0 only looks.

        Returns:
            The message, or None when the time is over.

        Raises:
            ChannelClosed: the other end is gone and nothing is left to read.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self._lines:
            if not readable([self._socket], None if deadline is None else max(0.0, deadline - time.monotonic())):
                return None
            try:
                received = self._socket.recv(1 << 16)
            except OSError as error:
                raise ChannelClosed("the other end was lost") from error
            if not received:
                raise ChannelClosed("the other end has closed")
            self._take(received)
        message: Message = json.loads(self._lines.popleft())
        return message

    def _take(self, received: bytes) -> None:
        if b"\n" not in received:
            self._begun += received
            return
        first, *others, rest = received.split(b"\n")
        self._lines.append(bytes(self._begun + first))
        self._lines.extend(others)
        self._begun = bytearray(rest)

    def hang_up(self) -> None:
        """End the conversation: whoever waits here, in another thread perhaps, is told that it is over."""
        with contextlib.suppress(OSError):  # it was over already
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close this end; the other end sees it at its next look."""
        self._socket.close()


def ready(channels: Sequence[Channel], timeout: float | None = None) -> list[Channel]:
    """Wait until at least one channel has something to receive: a message, a part of one, or its end.

    Args:
        channels: the channels to wait for.
        timeout: seconds to wait; None waits for ever, 0 only looks.

    Returns:
        Those with something to receive, in the given order; an empty list when the time is over.
    """
    pending = [channel for channel in channels if channel.pending]
    if pending:
        return pending
    by_descriptor = {channel.fileno(): channel for channel in channels}
    found = readable(by_descriptor, timeout)
    return [channel for descriptor, channel in by_descriptor.items() if descriptor in found]


def readable(sources: Iterable[socket.socket | int], timeout: float | None) -> set[int]:
    """Wait until a socket or descriptor can be read, or is closed at its other end.

    Args:
        sources: sockets or descriptors.
        timeout: seconds to wait; None waits for ever, 0 only looks.

    Returns:
        The descriptors that can be read; an empty set when the time is over.
    """
    descriptors = [source if isinstance(source, int) else source.fileno() for source in sources]
    if not hasattr(select, "poll"):  # Windows
        return set(select.select(descriptors, [], [], timeout)[0])
    # select() cannot look at descriptors above 1023, and a descriptor limit is one of the things we test.
    poller = select.poll()
    for descriptor in descriptors:
        poller.register(descriptor, select.POLLIN)
    return {descriptor for descriptor, _ in poller.poll(None if timeout is None else timeout * 1000)}
