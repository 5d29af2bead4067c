"""Sentences about one copy to several destinations: one of them in trouble, the copier killed, all or none."""

from __future__ import annotations

from enum import Enum

from robot.api.deco import keyword

from ContentionLibrary.checks import destinations
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing
from ContentionLibrary.scenario.plays import several

# As in `readings.Where`, the members have the words of the suites.
Wheres = Enum("Wheres", {"into empty places": False, "over older versions": True})
Wheres.__doc__ = "What is at every destination before the copy."


class SeveralDestinationsKeywords(Playing, ExpectationKeywords):
    """Several destinations."""

    @keyword("Each of three destinations is troubled at every step of a copy ${where}")
    def trouble_each_destination(self, where: Wheres) -> None:
        """For each step fresh runs, each held there: one destination is deleted, replaced by a directory, or locked.

        Its directory is made read-only, too. Root may write there all the same, so for root each step that makes a name
        fails instead, as on a read-only file system. Besides, each step that takes space fails because the disk is full.

        Destinations and troubles take turns from step to step. From the step on that changes the first destination, each
        of the three is replaced by a directory before every change of a name besides, each in a run of its own.

        A copier that takes one destination only is skipped.

        Args:
            where: `into empty places` or `over older versions`.

        Examples:
            | And each of three destinations is troubled at every step of a copy over older versions |
        """
        self._play(several.trouble_each(older=where.value))

    @keyword("The copier is killed at every step of a copy to three destinations ${where}")
    def kill_a_copy_to_several(self, where: Wheres) -> None:
        """For each step a fresh run, killed there, and then the next run, or the profile's recover command.

        The main process alone is killed, and the whole tree, each in a run of its own, if other processes or threads
        take part. Where the profile has a recover command, that and the next run take turns until the first destination
        changes; from there on each of them comes after a kill at every step, in a run of its own.

        Args:
            where: `into empty places` or `over older versions`.

        Examples:
            | When the copier is killed at every step of a copy to three destinations into empty places |
        """
        self._play(several.kill_and_go_on(older=where.value))

    @keyword("All destinations should be new, or all as before, and the exit code should tell which")
    def all_or_none(self) -> None:
        """Success means that all are new, an error that all are as before; after a kill the next run brings about one of the two.

        As before means as the competitor has left it where one was deleted or replaced by the competitor.

        Examples:
            | Then all destinations should be new, or all as before, and the exit code should tell which |
        """
        self._expect(destinations.ALL_OR_NONE)
