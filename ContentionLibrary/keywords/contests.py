"""Sentences in which equal copiers want the same again and again, and those that judge how fair that is."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.checks import fairness
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing
from ContentionLibrary.scenario.plays import contesting


class ContestKeywords(Playing, ExpectationKeywords):
    """Fairness."""

    @keyword("Equal copiers want one destination again and again")
    def one_destination(self) -> None:
        """Five copiers (quick: three) with a source each copy to one destination, and begin again as soon as they have succeeded.

        Whoever is refused asks again when another one has succeeded, the longest refused first. This goes on until Jain's index is
        0.9, or so many copies have succeeded that chance cannot explain a lower one.

        Examples:
            | When equal copiers want one destination again and again |
        """
        self._play(contesting.one_destination())

    @keyword("Equal copiers want one directory again and again")
    def one_directory(self) -> None:
        """The same, but each copier has a name of its own in the directory.

        Examples:
            | And equal copiers want one directory again and again |
        """
        self._play(contesting.one_directory())

    @keyword("Newcomers come while a copier waits for another one")
    def one_queue(self) -> None:
        """A copier comes while another one is held before its last bytes, and waits 3 seconds, unless it is refused or needs no turn.

        Then the other one ends, the waiting one has its way free for a second, and five newcomers come one after the other.

        Examples:
            | And newcomers come while a copier waits for another one |
        """
        self._play(contesting.one_queue())

    @keyword("A reader asks for a lock at every step of a copy over an older version")
    def one_lock(self) -> None:
        """Holds the copier before each of its steps; a reader tries to take a shared lock there (flock, OFD), and gives it back.

        Examples:
            | And a reader asks for a lock at every step of a copy over an older version |
        """
        self._play(contesting.one_lock())

    @keyword("All copiers should have had a fair share")
    def fair_shares(self) -> None:
        """Jain's index of the numbers of copies that succeeded must be 0.9 at least: 1 is all equal, 1/n is one has all.

        Examples:
            | Then all copiers should have had a fair share |
        """
        self._expect(fairness.FAIR_SHARES)

    @keyword("No copier should have starved")
    def nobody_starves(self) -> None:
        """Each copier must have succeeded within every 23 copies of others (five copiers: 42): drawing lots would bring it that far.

        One that waits, and has its way free, must not be passed by five that came later.

        Examples:
            | And no copier should have starved |
        """
        self._expect(fairness.NOBODY_STARVES)

    @keyword("Readers should have come to their lock while data were written")
    def readers_come_to_their_lock(self) -> None:
        """A reader may be refused for the moment of the change, but not at every step in the midst of the data.

        Examples:
            | And readers should have come to their lock while data were written |
        """
        self._expect(fairness.READERS_COME_TO_THEIR_LOCK)
