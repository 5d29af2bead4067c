"""Sentences about copies between NTFS and the file systems of Linux, and what must not get lost on the way."""

from __future__ import annotations

from robot.api import logger
from robot.api.deco import keyword

from ContentionLibrary.checks import losses
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing
from ContentionLibrary.report.file_systems import abilities_table, arrivals_table
from ContentionLibrary.scenario.plays import crossing, disturbing, reading, rivalry


class CrossingKeywords(Playing, ExpectationKeywords):
    """Copies between NTFS and Linux.

    The NTFS is a real one in a file, served by ntfs-3g with streams and names as Windows has them. The other side is an ext4 of our own
    (root), or what the workspace is on.
    """

    @keyword("Files with all that a file can have are copied both ways between NTFS and Linux")
    def cross_with_all(self) -> None:
        """A file has a stream (on NTFS) or an attribute (on Linux), and a time to the nanosecond; others are very small.

        The log shows what has arrived, and what the two file systems can do.

        Examples:
            | When files with all that a file can have are copied both ways between NTFS and Linux |
        """
        self._play(crossing.carry("to NTFS"))
        self._play(crossing.carry("from NTFS"))
        with self._playing() as scenario:
            played = scenario.played()
            logger.info(abilities_table(played) + arrivals_table(played), html=True)

    @keyword("Copies both ways are asked for names that the other side cannot have")
    def cross_to_forbidden_names(self) -> None:
        """NTFS has no `sli?de.bin`, no `CON` and no name that ends with a dot; ext4 has no name of more than 255 bytes.

        Examples:
            | And copies both ways are asked for names that the other side cannot have |
        """
        self._play(crossing.ask_for_forbidden_names("to NTFS"))
        self._play(crossing.ask_for_forbidden_names("from NTFS"))

    @keyword("A real NTFS runs full in the middle of a copy over an older version")
    def cross_to_full_ntfs(self) -> None:
        """A small NTFS has room for half of the file; afterwards there is room, and the same copy is run again.

        Examples:
            | And a real NTFS runs full in the middle of a copy over an older version |
        """
        self._play(crossing.run_full())

    @keyword("A reader holds a shared lock on a file on NTFS and stays while a copy to it starts")
    def cross_under_lock(self) -> None:
        """A reader locks the older version (flock, fcntl and OFD, each once), reads half, and stays.

        Examples:
            | And a reader holds a shared lock on a file on NTFS and stays while a copy to it starts |
        """
        self._play(crossing.crossing("to NTFS", reading.stay_with_lock()))

    @keyword("The source on NTFS is deleted at the steps of a copy from NTFS at which names change or the data ends")
    def cross_and_lose_source(self) -> None:
        """For each such step a fresh run: the copier is held before it, and the source is deleted.

        Examples:
            | And the source on NTFS is deleted at the steps of a copy from NTFS at which names change or the data ends |
        """
        self._play(crossing.crossing("from NTFS", disturbing.delete_source_around_names()))

    @keyword("The file on NTFS is deleted at the steps of a copy to NTFS at which names change or the data ends")
    def cross_and_lose_destination(self) -> None:
        """For each such step a fresh run: the copier is held before it, and the destination is deleted.

        Examples:
            | And the file on NTFS is deleted at the steps of a copy to NTFS at which names change or the data ends |
        """
        self._play(crossing.crossing("to NTFS", disturbing.delete_destination_around_names(older=True)))

    @keyword("A second copier runs whole at the steps of a copy to NTFS at which names change or the data ends")
    def cross_with_rival(self) -> None:
        """Holds copier A before each such step, runs copier B with another source whole, and lets A go.

        Examples:
            | And a second copier runs whole at the steps of a copy to NTFS at which names change or the data ends |
        """
        self._play(crossing.crossing("to NTFS", rivalry.overlap_around_names(older=True)))

    @keyword("A reader reads the file on NTFS at every step of a copy to NTFS over an older version")
    def cross_and_be_read(self) -> None:
        """Holds the copier before each of its steps; a reader opens and reads the whole destination there.

        Examples:
            | And a reader reads the file on NTFS at every step of a copy to NTFS over an older version |
        """
        self._play(crossing.crossing("to NTFS", reading.read_at_every_step(older=True)))

    @keyword("What a copy has lost should have been told")
    def losses_told(self) -> None:
        """A copier that succeeds and leaves a stream or an attribute behind must name it; times and permissions do not count.

        Examples:
            | Then what a copy has lost should have been told |
        """
        self._expect(losses.LOSSES_ARE_TOLD)
