"""What the descriptors of a process lead to, read from /proc: slow, so that it is done only when there is reason to."""

from __future__ import annotations

import contextlib
import os
import stat

from ContentionLibrary.monitor.figures import Figure
from ContentionLibrary.monitor.surroundings import FileId

_KINDS = ((b"pipe:", Figure.PIPES), (b"socket:", Figure.SOCKETS), (b"anon_inode:", Figure.OTHERS))
_MEMORY_FILE = b"/memfd:"
_BLOCK = 512  # bytes that stat counts in
_WATCHED_BY = b"anon_inode:inotify"
_GONE = (FileNotFoundError, ProcessLookupError)


def kinds_of(process: int) -> tuple[dict[str, int], set[FileId]]:
    """Count the descriptors of a process by kind, and the inotify watches behind them; and tell which files it has open."""
    counted: dict[str, int] = {}
    files: set[FileId] = set()
    directory = f"/proc/{process}/fd".encode()
    for name in os.listdir(directory):  # noqa: PTH208 - hot
        try:
            leads_to = os.readlink(directory + b"/" + name)  # noqa: PTH115 - hot
        except FileNotFoundError:
            continue  # closed meanwhile
        kind = next((kind for start, kind in _KINDS if leads_to.startswith(start)), Figure.FILES)
        counted[kind] = counted.get(kind, 0) + 1
        if kind is Figure.FILES:
            with contextlib.suppress(OSError):  # closed meanwhile, or lost with its server
                status = os.stat(directory + b"/" + name)  # noqa: PTH116 - hot
                if stat.S_ISREG(status.st_mode):
                    files.add(((os.major(status.st_dev), os.minor(status.st_dev)), status.st_ino))
        if leads_to == _WATCHED_BY:
            watches = content(f"/proc/{process}/fdinfo/{name.decode()}").count(b"inotify wd:")
            counted[Figure.WATCHES] = counted.get(Figure.WATCHES, 0) + watches
    return counted, files


def memory_files_of(process: int) -> dict[FileId, int]:
    """Return how many bytes of memory each file without a disk takes that a process has open (memfd_create).

    Unless it is mapped too, such memory is in nobody's resident pages.
    """
    found: dict[FileId, int] = {}
    directory = f"/proc/{process}/fd".encode()
    try:
        names = os.listdir(directory)  # noqa: PTH208 - hot
    except (*_GONE, PermissionError):
        return found
    for name in names:
        with contextlib.suppress(OSError):  # closed meanwhile
            if os.readlink(directory + b"/" + name).startswith(_MEMORY_FILE):  # noqa: PTH115 - hot
                status = os.stat(directory + b"/" + name)  # noqa: PTH116 - hot
                device = os.major(status.st_dev), os.minor(status.st_dev)
                found[device, status.st_ino] = status.st_blocks * _BLOCK
    return found


def content(path: str) -> bytes:
    """Read a file of /proc; empty when the process has ended or may not be looked at."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (*_GONE, PermissionError):
        return b""
    try:
        return os.read(descriptor, 1 << 16)
    except (*_GONE, PermissionError):
        return b""
    finally:
        os.close(descriptor)
