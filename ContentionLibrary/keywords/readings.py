"""Sentences in which others only read the destination, or hold it open."""

from __future__ import annotations

from enum import Enum

from robot.api import logger
from robot.api.deco import keyword

from ContentionLibrary.errors import UsageError
from ContentionLibrary.history.recording import History
from ContentionLibrary.keywords.lifecycle import Lifecycle
from ContentionLibrary.report.chart import charts
from ContentionLibrary.report.story import play_story
from ContentionLibrary.scenario.play import Play
from ContentionLibrary.scenario.plays import overwriting, reading

# The members have the very words of the suites, because Robot lists them to whoever has written other ones.
Where = Enum("Where", {"into an empty place": False, "over an older version": True})
Where.__doc__ = "What is at the destination before the copy."


_MOST_READERS = 50


def _readers(count: int, least: int) -> int:
    if not least <= count <= _MOST_READERS:
        raise UsageError(f"{count} readers cannot read: write a number from {least} to {_MOST_READERS}")
    return count


class Playing(Lifecycle):
    """What all vocabularies share: they play something and tell its story in the log."""

    def _play(self, play: Play) -> History:
        with self._playing() as scenario:
            history = scenario.play(play)
            logger.info(play_story(history), html=True)
            return history

    def _play_drawn(self, play: Play) -> None:
        """Play, and draw what was measured."""
        if drawn := charts(self._play(play)):
            logger.info(drawn, html=True)


class ReadingKeywords(Playing):
    """Readers."""

    @keyword("A reader reads the destination at every step of a copy ${where}")
    def read_at_every_step(self, where: Where) -> None:
        """Holds the copier before each of its steps; a reader opens and reads the whole destination there.

        A second reader opens the file at one step and reads on at the next, so that it stands across the step.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When a reader reads the destination at every step of a copy over an older version |
        """
        self._play(reading.read_at_every_step(older=where.value))

    @keyword("${count} readers read the destination together at every step of a copy ${where}")
    def read_together_at_every_step(self, count: int, where: Where) -> None:
        """Holds the copier before each of its steps; several readers leave one barrier together and read there.

        Args:
            count: number of readers, 2 to 50.
            where: `into an empty place` or `over an older version`.

        Examples:
            | When 5 readers read the destination together at every step of a copy into an empty place |
        """
        self._play(reading.read_together_at_every_step(_readers(count, 2), older=where.value))

    @keyword("${count} readers read the destination in a loop during a free copy ${where}")
    def read_freely(self, count: int, where: Where) -> None:
        """Lets the copier run without holds while several readers read the destination again and again.

        Args:
            count: number of readers, 1 to 50.
            where: `into an empty place` or `over an older version`.

        Examples:
            | And 5 readers read the destination in a loop during a free copy over an older version |
        """
        self._play(reading.read_freely(_readers(count, 1), older=where.value))

    @keyword("A reader holds a shared lock on the destination and stays while the copy starts")
    def stay_with_lock(self) -> None:
        """A reader locks the older version (flock, fcntl and OFD, each once), reads half, and stays.

        It stays 10 s (size quick: 2 s), or until the copier has ended; then it reads its second half and unlocks.

        Examples:
            | When a reader holds a shared lock on the destination and stays while the copy starts |
        """
        self._play(reading.stay_with_lock())

    @keyword("The copier overwrites a file that a reader has read half of")
    def overwrite_under_reader(self) -> None:
        """A reader has read the first half; the copier is held at each step, and the reader looks at the second half.

        Examples:
            | When the copier overwrites a file that a reader has read half of |
        """
        self._play(overwriting.overwrite_under_reader())

    @keyword("A file is deleted under its reader and copied to the same name again")
    def copy_to_deleted_name(self) -> None:
        """A reader has read the first half; the file is deleted, then copied again while the reader reads on.

        Examples:
            | When a file is deleted under its reader and copied to the same name again |
        """
        self._play(overwriting.copy_to_deleted_name())
