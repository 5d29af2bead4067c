"""Sentences in which a copier works on one mount of a network file system, and everybody else on another one."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.plays import mounts


class MountKeywords(Playing):
    """Two mounts. All of it happens in a Linux guest with a real NFS server and two clients (NFS 4.2)."""

    @keyword("A reader on another mount reads the destination at every step of a copy ${where}")
    def read_through_other_mount(self, where: Where) -> None:
        """The reader's client remembers names and attributes of what it has seen a moment ago.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When a reader on another mount reads the destination at every step of a copy over an older version |
        """
        self._play(mounts.read_at_every_step(older=where.value))

    @keyword("A reader on another mount has read half of the file that the copier overwrites")
    def overwrite_under_reader_on_other_mount(self) -> None:
        """The file stays open on the reader's client, whatever becomes of it on the server.

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

    @keyword("The destination is deleted through another mount at every step of a copy ${where}")
    def delete_through_other_mount(self, where: Where) -> None:
        """For each step a fresh run; the copier's client may still show what is not there any more.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And the destination is deleted through another mount at every step of a copy over an older version |
        """
        self._play(mounts.delete_destination(older=where.value))

    @keyword("A second copier on another mount runs whole at every step of a copy ${where}")
    def overlap_through_other_mount(self, where: Where) -> None:
        """Holds copier A before each of its steps, runs copier B with another source to its end, lets A go.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And a second copier on another mount runs whole at every step of a copy into an empty place |
        """
        self._play(mounts.overlap(older=where.value))
