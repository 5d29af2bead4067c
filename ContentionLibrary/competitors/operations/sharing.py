r"""Clients of a file server: what a program on Windows does with a file of a share, by its UNC path.

Each operation that names a path also names the account to come with; the connection is made at the first and kept. A
client that is refused tells the server's own status, e.g. `STATUS_SHARING_VIOLATION`. What waits for others may wait
long; whoever asks for it bounds that.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection
from functools import wraps
from typing import TYPE_CHECKING, Any

from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.report import Outcome
from ContentionLibrary.content.judge import judge_descriptor
from ContentionLibrary.content.sighting import Sighting, Version
from ContentionLibrary.content.words import blocks
from ContentionLibrary.history.acts import Answer

if TYPE_CHECKING:
    from ContentionLibrary.competitors.dialect.client import Client, OpenFile

_ALL = ("read", "write", "delete")
_STATUS = {
    0xC0000022: "STATUS_ACCESS_DENIED",
    0xC0000033: "STATUS_OBJECT_NAME_INVALID",
    0xC0000034: "STATUS_OBJECT_NAME_NOT_FOUND",
    0xC0000035: "STATUS_OBJECT_NAME_COLLISION",
    0xC000003A: "STATUS_OBJECT_PATH_NOT_FOUND",
    0xC0000043: "STATUS_SHARING_VIOLATION",
    0xC0000054: "STATUS_FILE_LOCK_CONFLICT",
    0xC0000055: "STATUS_LOCK_NOT_GRANTED",
    0xC0000056: "STATUS_DELETE_PENDING",
    0xC000007F: "STATUS_DISK_FULL",
    0xC0000128: "STATUS_FILE_CLOSED",
}
"""Names of the answers that competitors have met, by MS-ERREF 2.3; others are told by their number."""
_LOOK_AGAIN = 0.01  # seconds after which a client that waits for the server asks whether it is to stop
_ABSENT = (0xC0000034, 0xC000003A)

Operation = Callable[..., Outcome]


def _told(operation: Operation) -> Operation:
    """Let the server's refusals be outcomes."""

    @wraps(operation)
    def told(hands: Hands, **arguments: Any) -> Outcome:  # noqa: ANN401 - whatever the operation needs
        from smbprotocol.exceptions import SMBResponseException  # noqa: PLC0415 - see the package `dialect`

        try:
            return operation(hands, **arguments)
        except SMBResponseException as refusal:
            status = int(refusal.status) & 0xFFFFFFFF
            name = _STATUS.get(status, f"status 0x{status:08X}")
            answer = Answer.ABSENT if status in _ABSENT else Answer.REFUSED
            return Outcome(answer, f"{name}: '{arguments.get('path', arguments.get('handle', 'file'))}'", name)

    return told


def _client(hands: Hands, path: str, account: dict[str, Any]) -> tuple[Client, str]:
    """Return the client for a path, and what its share calls the file."""
    from ContentionLibrary.competitors.dialect.client import Client, parse_unc  # noqa: PLC0415 - see the package

    unc = parse_unc(path)
    key = unc.host, unc.share, int(account["port"])
    if key not in hands.clients:
        hands.clients[key] = Client(unc.host, unc.share, int(account["port"]), account["user"], account["password"])
    return hands.clients[key], unc.name


def _open(hands: Hands, path: str, account: dict[str, Any], **how: Any) -> OpenFile:  # noqa: ANN401 - see `Client.open`
    client, name = _client(hands, path, account)
    return client.open(name, **how)


def _judged(file: OpenFile, start: int = 0, length: int | None = None) -> Sighting:
    """Read from a place on and judge what was read; its places count from the file's begin."""
    content = file.read(start, (1 << 62) if length is None else length)
    with tempfile.TemporaryFile() as copy:
        copy.truncate(start)
        copy.seek(start)
        copy.write(content)
        copy.flush()
        return judge_descriptor(copy.fileno(), start)


@_told
def share_open(
    hands: Hands,
    path: str,
    account: dict[str, Any],
    *,
    wants: Collection[str] = ("read",),
    shares: Collection[str] = _ALL,
    disposition: str = "open",
    lease: Collection[str] = (),
    delete_on_close: bool = False,
    handle: str = "file",
) -> Outcome:
    """Open a file of the share, or a stream of one, and keep it open.

    Args:
        hands: the worker's.
        path: its UNC path.
        account: port, user and password.
        wants: what the client wants to do with it: read, write, delete.
        shares: what others may do with it meanwhile, likewise.
        disposition: `open`, `create`, `open or create`, or `overwrite or create`.
        lease: what the client wants to keep to itself until somebody else comes: read, handle, write.
        delete_on_close: it is deleted when the last who has it open closes it.
        handle: name under which it is kept; one that was kept under it before is closed.
    """
    if handle in hands.opened:
        hands.opened.pop(handle).close()
    how = {"wants": wants, "shares": shares, "disposition": disposition, "lease": lease}
    hands.opened[handle] = _open(hands, path, account, delete_on_close=delete_on_close, **how)
    return Outcome()


@_told
def share_read(hands: Hands, path: str, account: dict[str, Any]) -> Outcome:
    """Open a file of the share for reading, with all rights for others, read all of it, judge it, and close it."""
    file = _open(hands, path, account)
    try:
        return Outcome(sighting=_judged(file))
    finally:
        file.close()


@_told
def share_read_half(hands: Hands, handle: str = "file") -> Outcome:
    """Read the first half of the file that is open, in whole words; the sighting is of that alone."""
    file = hands.opened[handle]
    return Outcome(sighting=_judged(file, 0, file.size // 16 * 8))


@_told
def share_read_rest(hands: Hands, handle: str = "file") -> Outcome:
    """Read the second half, counted from the size at the moment of opening, through the file that is open."""
    file = hands.opened[handle]
    return Outcome(sighting=_judged(file, file.size // 16 * 8))


@_told
def share_write(
    hands: Hands,
    writer: int,
    generation: int,
    *,
    start: int = 0,
    length: int,
    handle: str = "file",
) -> Outcome:
    """Write a part of a version through the file that is open.

    Args:
        hands: the worker's.
        writer: whose content.
        generation: of which generation.
        start: the first byte to be written.
        length: bytes to be written.
        handle: the open file.
    """
    file = hands.opened[handle]
    for block in blocks(Version(writer, generation), length, start=start):
        file.write(start, bytes(block))
        start += len(block)
    return Outcome()


@_told
def share_copy(
    hands: Hands, path: str, account: dict[str, Any], *, writer: int, generation: int, length: int
) -> Outcome:
    """Copy a version to a file of the share, as Windows does: emptied, shared with nobody, written, and closed."""
    file = _open(hands, path, account, wants=("write",), shares=(), disposition="overwrite or create")
    try:
        start = 0
        for block in blocks(Version(writer, generation), length):
            file.write(start, bytes(block))
            start += len(block)
    finally:
        file.close()
    return Outcome()


@_told
def share_fetch(hands: Hands, *, start: int = 0, length: int = 1, handle: str = "file") -> Outcome:
    """Read so many bytes at a place through the file that is open."""
    return Outcome(sighting=_judged(hands.opened[handle], start, length))


@_told
def share_lock(
    hands: Hands, *, start: int = 0, length: int = 1 << 40, exclusive: bool = True, handle: str = "file"
) -> Outcome:
    """Lock a range of the file that is open, or be refused at once."""
    hands.opened[handle].lock(start, length, exclusive=exclusive)
    return Outcome()


@_told
def share_unlock(hands: Hands, *, start: int = 0, length: int = 1 << 40, handle: str = "file") -> Outcome:
    """Free a range of the file that is open."""
    hands.opened[handle].unlock(start, length)
    return Outcome()


@_told
def share_close(hands: Hands, handle: str = "file") -> Outcome:
    """Close the file that is open, with all that it has locked."""
    hands.opened.pop(handle).close()
    return Outcome()


@_told
def share_close_all(hands: Hands) -> Outcome:
    """Close whatever files of shares are open."""
    while hands.opened:
        hands.opened.popitem()[1].close()
    return Outcome()


@_told
def share_delete(hands: Hands, path: str, account: dict[str, Any]) -> Outcome:
    """Delete a file of the share, as Windows does: it is opened for that, and goes when the last has closed it."""
    _open(hands, path, account, wants=("delete",), delete_on_close=True).close()
    return Outcome()


@_told
def share_try_openings(
    hands: Hands, path: str, account: dict[str, Any], *, ways: list[dict[str, list[str]]]
) -> Outcome:
    """Try to open a file in each of many ways; what can be opened is closed at once.

    Args:
        hands: the worker's.
        path: its UNC path.
        account: port, user and password.
        ways: what is wanted and shared in each, as for `share_open`.

    Returns:
        For each way, in order, the status of the refusal among the names; an empty text where there was none.
    """
    told = []
    for way in ways:
        told.append(share_open(hands, path=path, account=account, **way, handle="tried").error)
        if not told[-1]:
            share_close(hands, handle="tried")
    return Outcome(names=tuple(told), total=len(ways))


@_told
def share_copy_with_streams(
    hands: Hands, path: str, account: dict[str, Any], *, streams: list[str], to: str = ".copy"
) -> Outcome:
    """Copy a file with its streams to one beside it, as Windows does; nothing is left of it where it is refused.

    Args:
        hands: the worker's.
        path: its UNC path.
        account: port, user and password.
        streams: the streams, as `:name`.
        to: what is added to the file's name.
    """
    copied = path + to
    try:
        for stream in ("", *streams):
            source = _open(hands, path + stream, account)
            try:
                content = source.read(0, source.size)
            finally:
                source.close()
            target = _open(
                hands, copied + stream, account, wants=("write",), shares=(), disposition="overwrite or create"
            )
            try:
                target.write(0, content)
            finally:
                target.close()
    except Exception:
        share_delete(hands, path=copied, account=account)
        raise
    return Outcome()


@_told
def share_agree(hands: Hands, *, handle: str = "file") -> Outcome:
    """Agree whenever the server takes back the lease on the file that is open, until told to stop; the total counts."""
    total = 0
    while not hands.asked_to_stop():
        total += hands.opened[handle].agree_to_break(_LOOK_AGAIN)
    return Outcome(total=total)


OPERATIONS: tuple[Operation, ...] = (
    share_open,
    share_read,
    share_read_half,
    share_read_rest,
    share_write,
    share_copy,
    share_fetch,
    share_lock,
    share_unlock,
    share_close,
    share_close_all,
    share_delete,
    share_try_openings,
    share_copy_with_streams,
    share_agree,
)
