"""Moving the bytes and proving that they arrived: bounded memory, one pass over the source, then a comparison."""

from __future__ import annotations

import errno
import os
import stat

from ContentionLibrary.reference_copier.failures import ExitCode, Refusal, blaming, close_quietly, reason
from ContentionLibrary.reference_copier.identity import Identity
from ContentionLibrary.reference_copier.records import NamedTuple
from ContentionLibrary.reference_copier.waiting import Check

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CHUNK = 8 << 20  # so much is moved between two looks for signals
_BLOCK = 1 << 20  # so much of a file is held in memory
_NOT_IN_KERNEL = {errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM, errno.ETXTBSY}
_PERMISSIONS = 0o777


class Source(NamedTuple):
    """The open file that is copied, and its state when it was opened."""

    path: str
    descriptor: int
    status: os.stat_result

    @property
    def mode(self) -> int:
        """Permission bits; never set-user-id and its kind."""
        return stat.S_IMODE(self.status.st_mode) & _PERMISSIONS


class Outlet(NamedTuple):
    """An open file that is to become a copy, the path by which the user knows it, and what may help when writing is refused."""

    path: str
    descriptor: int
    hold_alone: Callable[[], None] | None = None


def open_source(path: str) -> Source:
    """Open the file that is to be copied.

    Raises:
        Refusal: it cannot be read or is no regular file.
    """
    with blaming(path):
        # Without O_NONBLOCK the open of a named pipe would wait for ever for a writer.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        close_quietly(descriptor)
        what = "is a directory" if stat.S_ISDIR(status.st_mode) else "is not a regular file"
        raise Refusal(ExitCode.FAILED, path, what, "only regular files are copied, nothing was changed")
    return Source(path, descriptor, status)


def copy(source: Source, outlets: Sequence[Outlet], check: Check) -> None:
    """Move all bytes of the source into every outlet.

    Raises:
        Refusal: a file could not be read or written, or the source became shorter.
        Stopped: a signal has come.
    """
    done = _copy_in_kernel(source, outlets[0], check) if len(outlets) == 1 else 0
    size = source.status.st_size
    while done < size:
        check()
        with blaming(source.path):
            block = os.read(source.descriptor, min(_BLOCK, size - done))
        if not block:
            raise changed(source)
        for outlet in outlets:
            with blaming(outlet.path):
                _write(outlet, block)
        done += len(block)


def _copy_in_kernel(source: Source, outlet: Outlet, check: Check) -> int:
    """Let the kernel copy as far as it can; returns the bytes done, and both file offsets stand there."""
    if not hasattr(os, "copy_file_range"):
        return 0
    size, done = source.status.st_size, 0
    while done < size:
        check()
        try:
            count = os.copy_file_range(source.descriptor, outlet.descriptor, min(_CHUNK, size - done))
        except OSError as error:
            if error.errno in _NOT_IN_KERNEL:
                break
            what = f"{reason(error)} (while {source.path} was copied to it)"
            raise Refusal(ExitCode.FAILED, outlet.path, what) from error
        if not count:  # the end, or a file system that cannot: reading will tell
            break
        done += count
    return done


def _write(outlet: Outlet, block: bytes) -> None:
    """Write a block; a first refusal may be about how the file is locked. What was written of it before is found by `verify`."""
    try:
        write_all(outlet.descriptor, block)
    except PermissionError:
        if outlet.hold_alone is None:
            raise
        outlet.hold_alone()
        write_all(outlet.descriptor, block)


def write_all(descriptor: int, block: bytes) -> None:
    """Write all of a block, in as many calls as it takes.

    Raises:
        OSError: it could not be written.
    """
    rest = memoryview(block)
    while rest:
        count = os.write(descriptor, rest)
        if not count:
            raise OSError(errno.EIO, "nothing could be written")
        rest = rest[count:]


def verify(source: Source, outlets: Sequence[Outlet], check: Check) -> None:
    """Read everything back and compare it with the source, which must be as it was when it was opened.

    A source that was removed or replaced under its name is still whole behind our descriptor, and a link or a rename changes
    only its ctime: size, time of change and content decide.

    Raises:
        Refusal: content differs or the source was changed.
        Stopped: a signal has come.
    """
    for descriptor, path in [(source.descriptor, source.path), *((o.descriptor, o.path) for o in outlets)]:
        with blaming(path):
            os.lseek(descriptor, 0, os.SEEK_SET)
    size = source.status.st_size
    for start in range(0, size, _BLOCK):
        check()
        length = min(_BLOCK, size - start)
        with blaming(source.path):
            expected = _read_fully(source.descriptor, length)
        for outlet in outlets:
            with blaming(outlet.path):
                same = _read_fully(outlet.descriptor, length) == expected
            if not same:
                raise _differs(source, outlet)
    for outlet in outlets:
        with blaming(outlet.path):
            if os.fstat(outlet.descriptor).st_size != size:
                raise _differs(source, outlet)
    if not _is_unchanged(source):
        raise changed(source)


def _read_fully(descriptor: int, length: int) -> bytes:
    block = os.read(descriptor, length)
    while len(block) < length:
        more = os.read(descriptor, length - len(block))
        if not more:
            break
        block += more
    return block


def _is_unchanged(source: Source) -> bool:
    with blaming(source.path):
        return Identity.of(source.status).is_same_version(Identity.of(os.fstat(source.descriptor)))


def _differs(source: Source, outlet: Outlet) -> Refusal:
    if not _is_unchanged(source):
        return changed(source)
    what = f"what was read back differs from {source.path}"
    return Refusal(
        ExitCode.FAILED, outlet.path, what, "the source changed or the storage is faulty; nothing was changed"
    )


def changed(source: Source) -> Refusal:
    """Make the refusal for a source that does not hold still."""
    return Refusal(
        ExitCode.FAILED, source.path, "the source changed while it was copied", "nothing was changed; copy again"
    )
