"""Asks ext4 to spread a directory's subdirectories over the disk, as it does with those of its root.

All new files of one directory come from one group of inodes, and ext4 takes none of those that were deleted in the last minutes:
it looks at each of them, for each new file, which takes its time where thousands of files are made and deleted.
"""

from __future__ import annotations

import array
import contextlib
import os
import sys
from pathlib import Path

if sys.platform == "linux":
    import fcntl

    _GET_FLAGS, _SET_FLAGS = 0x80086601, 0x40086602  # FS_IOC_GETFLAGS, FS_IOC_SETFLAGS (linux/fs.h)
    _TOP_OF_HIERARCHY = 0x20000  # FS_TOPDIR_FL: what chattr(1) calls T

    def spread(directory: Path) -> None:
        """Let subdirectories lie apart from each other; nothing happens on a file system that knows no such wish."""
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            with contextlib.suppress(OSError):
                flags = array.array("l", [0])
                fcntl.ioctl(descriptor, _GET_FLAGS, flags)
                flags[0] |= _TOP_OF_HIERARCHY
                fcntl.ioctl(descriptor, _SET_FLAGS, flags)
        finally:
            os.close(descriptor)

else:

    def spread(directory: Path) -> None:
        """Do nothing: this is about a file system of Linux."""
