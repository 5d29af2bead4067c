"""What lies around the programs: the names and bytes on the stage, free space, and the system's shared memory."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from ContentionLibrary.monitor.figures import Figure, Figures

NOTHING_LEFT_OUT = "(?!)"
"""A regular expression that matches no name."""
_SHARED_MEMORY = Path("/dev/shm")

FileId = tuple[tuple[int, int], int]
"""Device (major, minor) and inode."""


class Surroundings:
    """Looks around.

    Args:
        stage: directory below which names and bytes are counted.
        own_names: regular expression of the names that are left out.
    """

    def __init__(self, stage: str, own_names: str = NOTHING_LEFT_OUT) -> None:
        self._stage = stage
        self._own_names = re.compile(own_names)
        self.files: set[FileId] = set()

    def space(self) -> Figures:
        """Read the free space, and the free inodes where there are such."""
        try:
            if not hasattr(os, "statvfs"):
                return {Figure.FREE: shutil.disk_usage(self._stage).free}
            told = os.statvfs(self._stage)
        except FileNotFoundError:
            return {}
        return {Figure.FREE: told.f_bavail * told.f_frsize, Figure.INODES: told.f_favail}

    def names(self) -> Figures:
        """Count names and bytes on the stage, and remember which files they are; names in shared memory too."""
        names = size = 0
        files: set[FileId] = set()
        waiting = [self._stage]
        while waiting:
            try:
                listed = list(os.scandir(waiting.pop()))
            except OSError:
                continue  # removed meanwhile, or made unreadable by a play
            for entry in listed:
                if self._own_names.match(entry.name):
                    continue
                names += 1
                try:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                        continue
                    status = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                size += status.st_size
                device = (os.major(status.st_dev), os.minor(status.st_dev)) if hasattr(os, "major") else (0, 0)
                files.add((device, status.st_ino))
        self.files = files
        return {Figure.NAMES: names, Figure.STAGE: size, **_shared_memory()}


def _shared_memory() -> Figures:
    """Count the names in shared memory that belong to us: those of other users are no concern of the copier."""
    if not hasattr(os, "getuid"):
        return {}
    user, count = os.getuid(), 0
    try:
        listed = list(os.scandir(_SHARED_MEMORY))
    except OSError:
        return {}
    for entry in listed:
        try:
            count += entry.stat(follow_symlinks=False).st_uid == user
        except OSError:
            continue
    return {Figure.SHARED: count}
