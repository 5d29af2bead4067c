"""Sentences in which the same happens on file systems of several kinds, and what must hold on each."""

from __future__ import annotations

from robot.api import logger
from robot.api.deco import keyword

from ContentionLibrary.checks import file_systems
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing
from ContentionLibrary.report.file_systems import abilities_table
from ContentionLibrary.scenario.play import Play
from ContentionLibrary.scenario.plays import disturbing, on_file_systems, reading, rivalry


class FileSystemKeywords(Playing, ExpectationKeywords):
    """File systems: tmpfs, ext4, xfs, btrfs and overlay.

    Each is made for the scenario where we may (root, loop devices); else one that is there is used (`/dev/shm`, the workspace's
    own). One that can be neither made nor found is left out, and the verdict says so.
    """

    def _play_on_each(self, play: Play) -> None:
        for one in on_file_systems.on_each(play):
            self._play(one)

    @keyword("What each file system can do is tried, and a copy is made on it undisturbed")
    def copy_undisturbed(self) -> None:
        """Tries locks, files without a name, renames, clones, attributes and more, and lets the copier make one copy.

        The log shows a table of what the file systems have in common and where they differ.

        Examples:
            | When what each file system can do is tried, and a copy is made on it undisturbed |
        """
        self._play_on_each(on_file_systems.copy_undisturbed())
        with self._playing() as scenario:
            logger.info(abilities_table(scenario.played()), html=True)

    @keyword("On each file system a reader reads the destination at every step of a copy over an older version")
    def read_on_each(self) -> None:
        """Holds the copier before each of its steps; a reader opens and reads the whole destination there.

        Examples:
            | And on each file system a reader reads the destination at every step of a copy over an older version |
        """
        self._play_on_each(reading.read_at_every_step(older=True))

    @keyword(
        "On each file system the destination is deleted at the steps of a copy at which names change or the data ends"
    )
    def delete_on_each(self) -> None:
        """For each such step, and the last one, a fresh run: the copier is held before it, and the file is deleted.

        Examples:
            | And on each file system the destination is deleted at the steps of a copy at which names change or the data ends |
        """
        self._play_on_each(disturbing.delete_destination_around_names(older=True))

    @keyword(
        "On each file system a second copier runs whole at the steps of a copy at which names change or the data ends"
    )
    def overlap_on_each(self) -> None:
        """Holds copier A before each such step, and the last one, runs copier B whole, and lets A go.

        Examples:
            | And on each file system a second copier runs whole at the steps of a copy at which names change or the data ends |
        """
        self._play_on_each(rivalry.overlap_around_names(older=True))

    @keyword("On each file system a reader holds a shared lock on the destination and stays while the copy starts")
    def lock_on_each(self) -> None:
        """A reader locks the older version (flock, fcntl and OFD, each once), reads half, and stays.

        Examples:
            | And on each file system a reader holds a shared lock on the destination and stays while the copy starts |
        """
        self._play_on_each(reading.stay_with_lock())

    @keyword("An undisturbed copy should have succeeded on each file system")
    def works_on_each(self) -> None:
        """What a file system cannot do, such as clones on ext4, must not make a copy fail.

        Examples:
            | Then an undisturbed copy should have succeeded on each file system |
        """
        self._expect(file_systems.WORKS_ON_EACH)
