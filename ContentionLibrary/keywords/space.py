"""Sentences in which space, names or a quota run out, for real where we may make file systems, and what must hold then."""

from __future__ import annotations

from typing import Literal

from robot.api.deco import keyword

from ContentionLibrary.checks import space
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.keywords.several import Wheres
from ContentionLibrary.scenario.plays import filling

Trouble = Literal["a full disk", "a quota that is used up", "a disk with errors"]


class SpaceKeywords(Playing, ExpectationKeywords):
    """Space that runs out."""

    @keyword("A real ${kind} runs full in the middle of a copy ${where}")
    def run_full(self, kind: filling.FileSystem, where: Where) -> None:
        """Makes a small file system, fills it up to a part of the file's size, and lets the copier run into it.

        There is room for nothing, a quarter, half, or all but one block of the file, each in a run of its own (ext4 and xfs:
        a quarter and all but one block). Then room is made, and the same copy is run again. The files are 16 MiB large at most.

        Args:
            kind: `tmpfs`, `ext4` or `xfs`. The last two need root and loop devices; where one cannot be made, the verdict
                says so, and what the other sentences have shown stands alone.
            where: `into an empty place` or `over an older version`.

        Examples:
            | When a real tmpfs runs full in the middle of a copy over an older version |
        """
        self._play(filling.run_full(kind, older=where.value))

    @keyword("A file system has no room for one more name during a copy ${where}")
    def run_out_of_names(self, where: Where) -> None:
        """Fills a small tmpfs with empty files until it takes no further one, however much space for data there is.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And a file system has no room for one more name during a copy into an empty place |
        """
        self._play(filling.run_out_of_names(older=where.value))

    @keyword("Each call of a copy ${where} is answered by ${trouble}")
    def fail_each_call(self, where: Where, trouble: Trouble) -> None:
        """Lets each write, flush, close, link and rename of a copy fail, each in a run of its own, by answering the call.

        This is emulated, and the verdict says so: the call never reaches the file system. A full disk and a quota stay
        as they are for whatever needs space afterwards; an error of a disk is a single event.

        Args:
            where: `into an empty place` or `over an older version`.
            trouble: `a full disk` (ENOSPC), `a quota that is used up` (EDQUOT) or `a disk with errors` (EIO).

        Examples:
            | And each call of a copy over an older version is answered by a full disk |
        """
        self._play(filling.fail_each_call(trouble, older=where.value))

    @keyword("One of three destinations, each in turn, is on a full file system during a copy ${where}")
    def run_full_at_one(self, where: Wheres) -> None:
        """Lets one of three destinations lie on a small tmpfs that has room for half of the file.

        A copier that takes one destination only is skipped.

        Args:
            where: `into empty places` or `over older versions`.

        Examples:
            | When one of three destinations, each in turn, is on a full file system during a copy into empty places |
        """
        self._play(filling.run_full_at_one(older=where.value))

    @keyword("All space should have been given back")
    def space_given_back(self) -> None:
        """A copy that fails must take no space, and no file, when it has ended: also none that has been deleted and is open.

        What a file system keeps for its own books is not counted: nothing on tmpfs, 16 KiB on ext4, 64 KiB on xfs.

        Examples:
            | And all space should have been given back |
        """
        self._expect(space.SPACE_GIVEN_BACK)

    @keyword("The copier should have said that space was wanting")
    def full_disk_named(self) -> None:
        """A copy that fails for want of space must say so, in the system's words or its own.

        Examples:
            | Then the copier should have said that space was wanting |
        """
        self._expect(space.FULL_DISK_IS_NAMED)

    @keyword("The copier should have named the destination that was full")
    def full_target_named(self) -> None:
        """One line of the message must name the full destination, and no other one, and say that space was wanting.

        Examples:
            | Then the copier should have named the destination that was full |
        """
        self._expect(space.FULL_TARGET_IS_NAMED)
