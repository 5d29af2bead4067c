"""Answers a server that takes back a lease which it has given to a client (MS-SMB2 2.2.23 and 2.2.24).

smbprotocol (1.17) knows no message that nobody has asked for: its receiving thread looks for the request to which such a
message belongs, and dies of a KeyError. So the table of requests gets an entry for what the server says unasked.
"""

from __future__ import annotations

import queue
import struct
import threading
from collections import OrderedDict
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from smbprotocol.header import Commands
from smbprotocol.structure import BytesField, IntField, Structure

_UNASKED = (1 << 64) - 1
"""The number of a message that answers no request."""
_NOTICE = struct.Struct("<HHI16sII")  # size, epoch, flags, key, state now, state that is left
_ACKNOWLEDGMENT_WANTED = 1
_ACKNOWLEDGMENT_SIZE = 36


@dataclass(frozen=True)
class Break:
    """A lease that the server takes back.

    Args:
        key: the lease's.
        left: the state that the client may keep.
        is_waited_for: somebody waits until the client has agreed.
    """

    key: bytes
    left: int
    is_waited_for: bool


class Acknowledgment(Structure):  # type: ignore[misc] # the package has no type hints
    """What a client answers: the lease is what is left of it."""

    COMMAND = Commands.SMB2_OPLOCK_BREAK

    def __init__(self) -> None:
        self.fields = OrderedDict(
            [
                ("structure_size", IntField(size=2, default=_ACKNOWLEDGMENT_SIZE)),
                ("reserved", IntField(size=2)),
                ("flags", IntField(size=4)),
                ("lease_key", BytesField(size=16)),
                ("lease_state", IntField(size=4)),
                ("lease_duration", IntField(size=8)),
            ]
        )
        super().__init__()


def acknowledgment(broken: Break) -> Acknowledgment:
    """Make the answer to a break."""
    answer = Acknowledgment()
    answer["lease_key"] = broken.key
    answer["lease_state"] = broken.left
    return answer


class Requests(dict[int, Any]):
    """The requests of a connection that wait for an answer, and a place for what the server says unasked.

    Args:
        waiting: the table that the connection has made for itself.
    """

    def __init__(self, waiting: dict[int, Any]) -> None:
        super().__init__(waiting)
        self.breaks: queue.SimpleQueue[Break] = queue.SimpleQueue()

    def __missing__(self, number: int) -> Any:  # noqa: ANN401 - a request, or what stands for one
        if number != _UNASKED:
            raise KeyError(number)
        return _Unasked(self.breaks)


class _Unasked:
    """Looks like a request to the receiving thread; what it gets as its response is put into a queue."""

    def __init__(self, breaks: queue.SimpleQueue[Break]) -> None:
        self._breaks = breaks
        self.session_id = None
        self.async_id: bytes | None = None
        self.response_event_lock = threading.RLock()
        self.response_event = threading.Event()
        self.message = {"reserved": SimpleNamespace(get_value=lambda: 0)}

    @property
    def response(self) -> None:
        """Nobody asks for it."""

    @response.setter
    def response(self, header: Any) -> None:  # noqa: ANN401 - the package has no type hints
        told = header["data"].get_value()
        if len(told) < _NOTICE.size:  # an oplock of the older kind, which our clients never ask for
            return
        _, _, flags, key, _, left = _NOTICE.unpack_from(told)
        self._breaks.put(Break(key, left, bool(flags & _ACKNOWLEDGMENT_WANTED)))
