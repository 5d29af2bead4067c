r"""One client of a share: its connection, and the files that it has open, each by its UNC path.

It asks for nothing that a program on Windows could not ask for: how a file is opened says what one wants to do with it
and what others may do meanwhile (its share mode). A stream of a file is called `name:stream`.
"""

from __future__ import annotations

import os
import queue
import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from smbprotocol.connection import Connection
from smbprotocol.create_contexts import (
    CreateContextName,
    LeaseState,
    SMB2CreateContextRequest,
    SMB2CreateRequestLease,
)
from smbprotocol.open import (
    CreateDisposition,
    CreateOptions,
    FileAttributes,
    FilePipePrinterAccessMask,
    ImpersonationLevel,
    LockFlags,
    Open,
    RequestedOplockLevel,
    ShareAccess,
    SMB2LockElement,
)
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

from ContentionLibrary.competitors.dialect.breaks import Requests, acknowledgment

_CONNECT_WITHIN = 10  # seconds; whole ones
_AT_ONCE = 64 << 10  # bytes of one request: as much as one credit of the protocol pays for

WANTS = {
    "read": FilePipePrinterAccessMask.GENERIC_READ,
    "write": FilePipePrinterAccessMask.GENERIC_WRITE,
    "delete": FilePipePrinterAccessMask.DELETE,
}
SHARES = {
    "read": ShareAccess.FILE_SHARE_READ,
    "write": ShareAccess.FILE_SHARE_WRITE,
    "delete": ShareAccess.FILE_SHARE_DELETE,
}
ALL = tuple(SHARES)
"""The share mode in which others may do everything."""
DISPOSITIONS = {
    "open": CreateDisposition.FILE_OPEN,
    "create": CreateDisposition.FILE_CREATE,
    "open or create": CreateDisposition.FILE_OPEN_IF,
    "overwrite or create": CreateDisposition.FILE_OVERWRITE_IF,
}
LEASES = {
    "read": LeaseState.SMB2_LEASE_READ_CACHING,
    "handle": LeaseState.SMB2_LEASE_HANDLE_CACHING,
    "write": LeaseState.SMB2_LEASE_WRITE_CACHING,
}


@dataclass(frozen=True)
class Unc:
    r"""A path as Windows writes it, in its parts: `\\host\share\name`."""

    host: str
    share: str
    name: str


def parse_unc(path: str) -> Unc:
    r"""Take `\\host\share\folder\file` apart.

    Raises:
        ValueError: it is no such path.
    """
    parts = path.split("\\", 4)
    if len(parts) != 5 or parts[:2] != ["", ""] or not all(parts[2:]):
        raise ValueError(f"'{path}' is no path of a share: write \\\\host\\share\\file")
    return Unc(parts[2], parts[3], parts[4])


def _bits(words: Collection[str], known: dict[str, int]) -> int:
    total = 0
    for word in words:
        total |= known[word]
    return total


class OpenFile:
    """A file that a client has open.

    Args:
        opened: what the package makes of it.
        client: who has it open.
        lease: the key of the lease that the client has on it; empty if it has none.
    """

    def __init__(self, opened: Any, client: Client, lease: bytes) -> None:  # noqa: ANN401 - the package has no type hints
        self._opened = opened
        self._client = client
        self._lease = lease

    @property
    def size(self) -> int:
        """Bytes that it had when it was opened."""
        return int(self._opened.end_of_file)

    def read(self, start: int, length: int) -> bytes:
        """Read so many bytes, fewer at the end of the file."""
        pieces = []
        while length > 0:
            piece = self._read_some(start, min(length, _AT_ONCE))
            if not piece:
                break
            pieces.append(piece)
            start, length = start + len(piece), length - len(piece)
        return b"".join(pieces)

    def _read_some(self, start: int, length: int) -> bytes:
        from smbprotocol.exceptions import EndOfFile  # noqa: PLC0415 - beside its only use

        try:
            return bytes(self._opened.read(start, length))
        except EndOfFile:
            return b""

    def write(self, start: int, content: bytes) -> None:
        """Write bytes at a place."""
        for offset in range(0, len(content), _AT_ONCE):
            self._opened.write(content[offset : offset + _AT_ONCE], start + offset)

    def flush(self) -> None:
        """Let the server bring it to its disk."""
        self._opened.flush()

    def lock(self, start: int, length: int, *, exclusive: bool) -> None:
        """Lock a range, or be refused at once."""
        kind = LockFlags.SMB2_LOCKFLAG_EXCLUSIVE_LOCK if exclusive else LockFlags.SMB2_LOCKFLAG_SHARED_LOCK
        self._lock(start, length, kind | LockFlags.SMB2_LOCKFLAG_FAIL_IMMEDIATELY)

    def unlock(self, start: int, length: int) -> None:
        """Free a range."""
        self._lock(start, length, LockFlags.SMB2_LOCKFLAG_UNLOCK)

    def _lock(self, start: int, length: int, flags: int) -> None:
        element = SMB2LockElement()
        element["offset"], element["length"], element["flags"] = start, length, flags
        self._opened.lock([element])

    def agree_to_break(self, timeout: float) -> bool:
        """Wait so many seconds until the server takes the lease back, and agree; returns whether it has."""
        return self._client.agree_to_break(self._lease, timeout)

    def close(self) -> None:
        """Close it, which frees its locks and its share mode, and deletes it if that was asked for."""
        self._opened.close()


class Client:
    """A client of one share.

    Args:
        host: name or address of the server.
        share: name of the share.
        port: where it listens.
        user: who we are.
        password: how we prove it.

    Raises:
        OSError: the server cannot be reached.
    """

    def __init__(self, host: str, share: str, port: int, user: str, password: str) -> None:
        self._connection = Connection(uuid.uuid4(), host, port)
        self._connection.connect(timeout=_CONNECT_WITHIN)
        self._session = Session(self._connection, user, password, require_encryption=False)
        self._session.connect()
        self._tree = TreeConnect(self._session, f"\\\\{host}\\{share}")
        self._tree.connect()
        self._requests = Requests(self._connection.outstanding_requests)
        self._connection.outstanding_requests = self._requests

    def open(
        self,
        name: str,
        *,
        wants: Collection[str] = ("read",),
        shares: Collection[str] = ALL,
        disposition: str = "open",
        delete_on_close: bool = False,
        lease: Collection[str] = (),
    ) -> OpenFile:
        """Open a file or one of its streams.

        Args:
            name: the file, as the share calls it.
            wants: what we want to do with it: read, write, delete.
            shares: what others may do with it meanwhile, likewise.
            disposition: a key of `DISPOSITIONS`.
            delete_on_close: it is deleted when the last one who has it open closes it.
            lease: what we want to keep to ourselves until somebody else comes: read, handle, write.
        """
        opened = Open(self._tree, name)
        options = CreateOptions.FILE_NON_DIRECTORY_FILE
        if delete_on_close:
            options |= CreateOptions.FILE_DELETE_ON_CLOSE
        key = os.urandom(16) if lease else b""
        opened.create(
            ImpersonationLevel.Impersonation,
            _bits(wants, WANTS),
            FileAttributes.FILE_ATTRIBUTE_NORMAL,
            _bits(shares, SHARES),
            DISPOSITIONS[disposition],
            options,
            [_lease_wanted(key, lease)] if lease else None,
            RequestedOplockLevel.SMB2_OPLOCK_LEVEL_LEASE if lease else RequestedOplockLevel.SMB2_OPLOCK_LEVEL_NONE,
        )
        return OpenFile(opened, self, key)

    def agree_to_break(self, lease: bytes, timeout: float) -> bool:
        """Wait until the server takes a lease back for somebody who waits, and agree.

        Args:
            lease: the lease's key.
            timeout: seconds to wait.

        Returns:
            Whether it has.
        """
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            try:
                broken = self._requests.breaks.get(timeout=left)
            except queue.Empty:
                break
            if broken.key == lease and broken.is_waited_for:
                self._connection.send(acknowledgment(broken), self._session.session_id, self._tree.tree_connect_id)
                return True
        return False


def _lease_wanted(key: bytes, states: Collection[str]) -> Any:  # noqa: ANN401 - the package has no type hints
    wanted = SMB2CreateRequestLease()
    wanted["lease_key"] = key
    wanted["lease_state"] = _bits(states, LEASES)
    context = SMB2CreateContextRequest()
    context["buffer_name"] = CreateContextName.SMB2_CREATE_REQUEST_LEASE
    context["buffer_data"] = wanted
    return context
