"""What a file system can do for copiers, tried on it: locks, files without a name, renames, clones, attributes, times.

Sources: flock(2), fcntl_locking(2), fcntl(2), open(2), rename(2), ioctl_ficlone(2), fallocate(2), xattr(7), utimensat(2).
Nothing here waits for anybody, and no signal is provoked: a lease is taken and given back.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_FICLONE = 0x40049409
_NOREPLACE, _EXCHANGE = 1, 2
_PUNCH_HOLE, _KEEP_SIZE = 2, 1
_FLOCK = "hhqqi4x"  # struct flock: type, whence, start, length, pid
_LARGE = 5000  # bytes of an attribute that no inode of ext4 has room for
_TIME = 1_000_000_000 * 10**9 + 123_456_789  # nanoseconds
_BLOCK = 64 * 1024

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Feature:
    """One ability of a file system.

    Args:
        name: what it is.
        able: whether it is there, and works.
        told: what the system has said, or what was seen instead; empty if nothing is to be said.
    """

    name: str
    able: bool
    told: str = ""


class _OtherwiseError(Exception):
    """It was tried and did something else than it should."""


def features_of(directory: Path) -> tuple[Feature, ...]:
    """Try everything in a directory; it is empty again afterwards.

    Args:
        directory: an empty one on the file system.
    """
    found = []
    for number, (name, attempt) in enumerate(_ATTEMPTS.items()):
        bench = directory / f"try {number}"
        bench.mkdir()
        try:
            attempt(bench)
            found.append(Feature(name, True))
        except OSError as error:
            found.append(Feature(name, False, os.strerror(error.errno or 0)))
        except _OtherwiseError as error:
            found.append(Feature(name, False, str(error)))
        for path in bench.iterdir():
            path.unlink()
        bench.rmdir()
    return tuple(found)


def _file(bench: Path, name: str = "file") -> int:
    descriptor = os.open(bench / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.pwrite(descriptor, b"x" * _BLOCK, 0)
    return descriptor


def _whole_flock(bench: Path) -> None:
    one, other = _file(bench), _file(bench)
    try:
        fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _refused(lambda: fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB))
    finally:
        os.close(one)
        os.close(other)


def _record_lock(kind: int, bench: Path) -> None:
    """Take a lock of this kind, and see that an OFD lock of somebody else is refused."""
    wanted = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    one, other = _file(bench), _file(bench)
    try:
        fcntl.fcntl(one, kind, wanted)
        _refused(lambda: fcntl.fcntl(other, fcntl.F_OFD_SETLK, wanted))
    finally:
        os.close(one)
        os.close(other)


def _refused(second: Callable[[], object]) -> None:
    try:
        second()
    except BlockingIOError:
        return
    raise _OtherwiseError("two hold it at once")


def _lease(bench: Path) -> None:
    descriptor = _file(bench)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    finally:
        os.close(descriptor)


def _unnamed(bench: Path) -> None:
    directory = os.open(bench, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        descriptor = os.open(bench, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            # With a directory given, Python asks the system to follow the link.
            os.link(f"/proc/self/fd/{descriptor}", "named", dst_dir_fd=directory, follow_symlinks=True)
        finally:
            os.close(descriptor)
    finally:
        os.close(directory)


def _rename(one: Path, other: Path, flags: int) -> None:
    here = -100  # AT_FDCWD
    if _libc.renameat2(here, os.fsencode(one), here, os.fsencode(other), flags):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _keeps_what_is_there(bench: Path) -> None:
    for name in ("one", "other"):
        os.close(_file(bench, name))
    try:
        _rename(bench / "one", bench / "other", _NOREPLACE)
    except FileExistsError:
        return
    raise _OtherwiseError("it has replaced the file")


def _exchange(bench: Path) -> None:
    for name in ("one", "other"):
        os.close(_file(bench, name))
    before = (bench / "one").stat().st_ino
    _rename(bench / "one", bench / "other", _EXCHANGE)
    if (bench / "other").stat().st_ino != before:
        raise _OtherwiseError("the names have the files of before")


def _clone(bench: Path) -> None:
    one, other = _file(bench, "one"), _file(bench, "other")
    try:
        fcntl.ioctl(other, _FICLONE, one)
    finally:
        os.close(one)
        os.close(other)


def _reserve(bench: Path) -> None:
    descriptor = _file(bench)
    try:
        if _libc.fallocate(descriptor, 0, ctypes.c_long(0), ctypes.c_long(4 * _BLOCK)):
            raise OSError(ctypes.get_errno(), "")
    finally:
        os.close(descriptor)


def _punch(bench: Path) -> None:
    descriptor = _file(bench)
    try:
        if _libc.fallocate(descriptor, _PUNCH_HOLE | _KEEP_SIZE, ctypes.c_long(0), ctypes.c_long(_BLOCK // 2)):
            raise OSError(ctypes.get_errno(), "")
    finally:
        os.close(descriptor)


def _attribute(size: int, bench: Path) -> None:
    descriptor = _file(bench)
    try:
        os.setxattr(descriptor, "user.contention", b"x" * size)
    finally:
        os.close(descriptor)


def _hard_link(bench: Path) -> None:
    os.close(_file(bench))
    os.link(bench / "file", bench / "second")


def _time(bench: Path) -> None:
    os.close(_file(bench))
    os.utime(bench / "file", ns=(_TIME, _TIME))
    kept = (bench / "file").stat().st_mtime_ns
    if kept != _TIME:
        raise _OtherwiseError(f"off by {abs(kept - _TIME)} ns")


def _mode(bench: Path) -> None:
    os.close(_file(bench))
    (bench / "file").chmod(0o640)
    kept = (bench / "file").stat().st_mode & 0o777
    if kept != 0o640:
        raise _OtherwiseError(f"they stay {kept:03o}")


def _two_cases(bench: Path) -> None:
    for name in ("case", "CASE"):
        os.close(_file(bench, name))
    if len(list(bench.iterdir())) == 1:
        raise _OtherwiseError("they are one")


_ATTEMPTS: dict[str, Callable[[Path], None]] = {
    "flock": _whole_flock,
    "fcntl locks": lambda bench: _record_lock(fcntl.F_SETLK, bench),
    "OFD locks": lambda bench: _record_lock(fcntl.F_OFD_SETLK, bench),
    "leases": _lease,
    "files without a name (O_TMPFILE)": _unnamed,
    "hard links": _hard_link,
    "rename that keeps what is there (NOREPLACE)": _keeps_what_is_there,
    "exchange of two names (EXCHANGE)": _exchange,
    "clones (FICLONE)": _clone,
    "space reserved (fallocate)": _reserve,
    "holes punched": _punch,
    "attributes (user.*)": lambda bench: _attribute(5, bench),
    f"attributes of {_LARGE:,} bytes": lambda bench: _attribute(_LARGE, bench),
    "times to the nanosecond": _time,
    "permissions": _mode,
    "names that differ in case": _two_cases,
}
