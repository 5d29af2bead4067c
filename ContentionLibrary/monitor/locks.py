"""The kernel's table of file locks, read exactly: who holds, who waits, of which kind, on which file.

Format: Documentation/filesystems/proc.rst and `lock_get_status` of fs/locks.c in the Linux sources, for example
`1: POSIX  ADVISORY  WRITE 4711 fd:01:131 0 EOF`, and `1: -> POSIX ...` for one that waits for it. The number of a process is
-1 for locks that belong to an open file (OFD), 0 for a holder in another process namespace; a flock shows who has taken it,
who may have ended since while a child still holds it. So the file, by device and inode, tells more than the process.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass

_WAITS = b"->"


@dataclass(frozen=True)
class Lock:
    """One lock of the table.

    Args:
        kind: FLOCK, POSIX, OFDLCK, LEASE ... as the kernel writes it.
        mode: READ or WRITE (RW for some leases).
        process: who has taken it, as far as the kernel tells; see above.
        waits: it is not held yet.
        device: major and minor number of the file's device.
        inode: the file.
        first: first byte.
        last: last byte; None is the end of the file, however long it gets.
    """

    kind: str
    mode: str
    process: int
    waits: bool
    device: tuple[int, int]
    inode: int
    first: int
    last: int | None


def parse_locks(table: bytes, wanted: Callable[[int, tuple[int, int], int], bool] | None = None) -> list[Lock]:
    """Read the table.

    Args:
        table: the content of /proc/locks.
        wanted: chooses by process, device and inode; all locks by default.
    """
    found = []
    for line in table.splitlines():
        fields = line.split()[1:]
        waits = fields[:1] == [_WAITS]
        if waits:
            fields = fields[1:]
        kind, _, mode, process, file, first, last = fields[:7]
        major, minor, inode = file.split(b":")
        device = int(major, 16), int(minor, 16)
        if wanted is not None and not wanted(int(process), device, int(inode)):
            continue
        end = None if last == b"EOF" else int(last)
        found.append(Lock(kind.decode(), mode.decode(), int(process), waits, device, int(inode), int(first), end))
    return found


def locks_of(table: int, processes: Collection[int], files: Collection[tuple[tuple[int, int], int]]) -> list[Lock]:
    """Return the locks that some processes hold or wait for, and all locks on some files, whoever has them.

    Args:
        table: descriptor of /proc/locks, which is read from its beginning.
        processes: by their numbers.
        files: by device and inode.
    """
    os.lseek(table, 0, os.SEEK_SET)
    parts = []
    while part := os.read(table, 1 << 16):
        parts.append(part)
    return parse_locks(b"".join(parts), lambda process, device, inode: process in processes or (device, inode) in files)
