"""Sentences about the directory of the destination: who swaps it, who watches it, and what must not be seen there."""

from __future__ import annotations

from typing import Literal

from robot.api.deco import keyword

from ContentionLibrary.checks import names, swaps
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.plays import swapping, watching

Change = Literal[
    "renamed away",
    "renamed away and made anew",
    "replaced by a link",
    "replaced by a file",
    "removed with its content",
    "removed and made anew",
    "removed when it is empty",
]


class DirectoryKeywords(Playing, ExpectationKeywords):
    """Directories."""

    @keyword("The directory of the destination is ${change} at every step of a copy ${where}")
    def swap_directory(self, change: Change, where: Where) -> None:
        """For each step a fresh run: the copier is held before it, the directory is swapped, the copier goes on.

        Args:
            change: `renamed away`, `renamed away and made anew` (an empty directory is in its place), `replaced by a link`
                (to an empty directory elsewhere), `replaced by a file`, `removed with its content`, `removed and made anew`,
                or `removed when it is empty` (refused at steps where it is not).
            where: `into an empty place` or `over an older version`.

        Examples:
            | When the directory of the destination is renamed away at every step of a copy into an empty place |
        """
        self._play(swapping.swap_directory(change, older=where.value))

    @keyword("Nothing should have landed where nobody has named it")
    def lands_where_named(self) -> None:
        """All names and contents of the stage are compared: success means that the copy is in the directory that was named.

        A whole file in a new directory of the same name is a good end, and so is an error after which nothing is left
        anywhere: neither in the moved directory nor behind a link.

        Examples:
            | Then nothing should have landed where nobody has named it |
        """
        self._expect(swaps.LANDS_WHERE_NAMED)

    @keyword("Consumers watch the directory of the destination at every step of a copy ${where}")
    def watch_at_every_step(self, where: Where) -> None:
        """Holds the copier before each of its steps; consumers pick up there what they find, by patterns and by events.

        No name stays unseen: the system tells of each, and the directory is listed before every single operation.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When consumers watch the directory of the destination at every step of a copy into an empty place |
        """
        self._play(watching.watch_at_every_step(older=where.value))

    @keyword("Consumers watch the directory of the destination during a free copy ${where}")
    def watch_freely(self, where: Where) -> None:
        """Lets the copier run without holds, while consumers pick up what they find as fast as they can.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And consumers watch the directory of the destination during a free copy over an older version |
        """
        self._play(watching.watch_freely(older=where.value))

    @keyword("No consumer should have picked up part of a file")
    def consumers_get_whole_files(self) -> None:
        """Whatever a consumer has picked up, under the final name or another, must be all of one version.

        Examples:
            | Then no consumer should have picked up part of a file |
        """
        self._expect(names.CONSUMERS_GET_WHOLE_FILES)

    @keyword("No second name should have been seen, as far as the copier claims")
    def names_stay_hidden(self) -> None:
        """Nothing but the final name may be seen in the directory; `N1` allows hidden names that the profile speaks of.

        Examples:
            | And no second name should have been seen, as far as the copier claims |
        """
        self._expect(names.NAMES_STAY_HIDDEN)
