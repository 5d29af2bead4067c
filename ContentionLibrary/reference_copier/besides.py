"""What a file holds besides its content and is not copied: streams of NTFS, and attributes that somebody has put there.

A copy of the content is a whole copy for most, so it is made; but whoever deletes the original must have been told.
"""

from __future__ import annotations

import os

_STREAMS = "ntfs.streams.list"  # of ntfs-3g: the names of all streams but the first, with zeros between them
_PUT_BY_USERS = "user."


def besides(descriptor: int) -> list[str]:
    """Name what an open file holds besides its content; nothing where the system, or the file system, knows no such things."""
    if not hasattr(os, "getxattr"):
        return []
    found: list[str] = []
    try:
        found += [f"attribute {name}" for name in os.listxattr(descriptor) if name.startswith(_PUT_BY_USERS)]
    except OSError:  # there are none on this file system
        pass
    try:
        names = os.getxattr(descriptor, _STREAMS).split(b"\0")
    except OSError:
        return found
    return found + [f"stream {os.fsdecode(name)}" for name in names if name]
