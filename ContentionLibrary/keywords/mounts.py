"""Sentences in which a copier works on one mount of a network file system, and everybody else on another one."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.keywords.readings import Playing
from ContentionLibrary.scenario.plays import mounts


class MountKeywords(Playing):
    """Two mounts. All of it happens in a Linux guest with a real NFS server and two clients (NFS 4.2)."""

    @keyword("A reader on another mount has read half of the file that the copier overwrites")
    def overwrite_under_reader_on_other_mount(self) -> None:
        """The file stays open on the reader's client, whatever becomes of it on the server.

        Another reader opens the destination at each step; its client remembers names and attributes of what it has seen before.

        Examples:
            | And a reader on another mount has read half of the file that the copier overwrites |
        """
        self._play(mounts.overwrite_under_reader())

    @keyword("A reader on another mount holds a shared lock on the destination and stays while the copy starts")
    def lock_through_other_mount(self) -> None:
        """Once with flock, fcntl and OFD locks each; a lock counts only if it reaches the server.

        Examples:
            | And a reader on another mount holds a shared lock on the destination and stays while the copy starts |
        """
        self._play(mounts.stay_with_lock())

    @keyword("The destination is deleted through another mount at the telling steps of a copy over an older version")
    def delete_through_other_mount(self) -> None:
        """The copier is held before its first step, its first lock, its last data, and each new name; the file is read and deleted.

        The copier's client may still show what is not there any more.

        Examples:
            | And the destination is deleted through another mount at the telling steps of a copy over an older version |
        """
        self._play(mounts.delete_destination())

    @keyword("A second copier on another mount runs whole at the telling steps of a copy over an older version")
    def overlap_through_other_mount(self) -> None:
        """Holds copier A before its first step, its first lock, its last data, and each new name, and runs copier B to its end.

        Examples:
            | And a second copier on another mount runs whole at the telling steps of a copy over an older version |
        """
        self._play(mounts.overlap())
