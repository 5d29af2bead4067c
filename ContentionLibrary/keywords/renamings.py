"""Sentences in which files of the destination's directory are renamed, and the one that judges what the names hold then."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.checks import renames
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.plays import renaming


class RenamingKeywords(Playing, ExpectationKeywords):
    """Renamers."""

    @keyword("The destination and its neighbours are renamed in a ring at every step of a copy")
    def ring_at_every_step(self) -> None:
        """For each step a fresh run over an older version: the copier is held, each file gets the next one's name.

        Examples:
            | When the destination and its neighbours are renamed in a ring at every step of a copy |
        """
        self._play(renaming.ring_at_every_step())

    @keyword("A neighbour is renamed onto the destination at every step of a copy ${where}")
    def onto_destination(self, where: Where) -> None:
        """For each step a fresh run: the copier is held, another file is renamed onto the destination.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And a neighbour is renamed onto the destination at every step of a copy over an older version |
        """
        self._play(renaming.onto_destination_at_every_step(older=where.value))

    @keyword("A neighbour is renamed onto the temporary name, and the temporary file away, wherever it is seen")
    def onto_temporary_name(self) -> None:
        """For each step at which the directory shows a second name of the copier: two fresh runs, one for each deed.

        A copier that shows none cannot be disturbed in this way; the log says at how many steps there was one.

        Examples:
            | And a neighbour is renamed onto the temporary name, and the temporary file away, wherever it is seen |
        """
        self._play(renaming.onto_temporary_name())

    @keyword("The neighbours are renamed in a ring all the time during a free copy")
    def ring_freely(self) -> None:
        """Lets the copier run without holds while the other files of the directory change their names.

        Examples:
            | And the neighbours are renamed in a ring all the time during a free copy |
        """
        self._play(renaming.ring_freely())

    @keyword("Every name should hold a whole file, as if all had happened in some order")
    def renames_in_some_order(self) -> None:
        """What all names hold in the end must be explained by some order of the renames and the copy.

        A copy that has refused may be missing in that order. What the copier does with a file that was put in the
        place of its own temporary one is its own matter, as long as it does not call it a success.

        Examples:
            | Then every name should hold a whole file, as if all had happened in some order |
        """
        self._expect(renames.RENAMES_IN_SOME_ORDER)
