"""Sentences in which the memory of copiers is measured, and those that judge it."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.checks import memory
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing
from ContentionLibrary.scenario.plays import memory as plays


class MemoryKeywords(Playing, ExpectationKeywords):
    """Memory."""

    @keyword("Files of several sizes are copied and the memory is measured at every step")
    def copy_several_sizes(self) -> None:
        """Copies files of five sizes, each twice in turns, holds each copy at every step, and asks the kernel for its peaks.

        The sizes are 4 to 20 MiB (quick), 16 to 64 MiB (standard) or 16 to 278 MiB (full).

        Examples:
            | When files of several sizes are copied and the memory is measured at every step |
        """
        self._play_drawn(plays.several_sizes())

    @keyword("A copy has more and more rivals for its destination")
    def many_rivals(self) -> None:
        """Starts a copy with 0, 1, 3 and 5 rivals, and 10 unless the size is quick; all stand before their last bytes, or wait, while they are measured.

        Examples:
            | And a copy has more and more rivals for its destination |
        """
        self._play_drawn(plays.many_rivals())

    @keyword("More and more copies are made beside each other")
    def many_beside(self) -> None:
        """Starts a copy beside as many others to other destinations, and measures them before their last bytes.

        Examples:
            | And more and more copies are made beside each other |
        """
        self._play_drawn(plays.many_beside())

    @keyword("Memory should not have grown with the size of the file")
    def not_with_size(self) -> None:
        """A line through the peaks of all copies must not rise, nor that through the larger half of the sizes.

        Examples:
            | Then memory should not have grown with the size of the file |
        """
        self._expect(memory.MEMORY_AND_SIZE)

    @keyword("The memory of each copier should not have grown with the number of its competitors")
    def not_with_competitors(self) -> None:
        """All copiers together may take as much more as there are more of them, and no more than that.

        Examples:
            | And the memory of each copier should not have grown with the number of its competitors |
        """
        self._expect(memory.MEMORY_AND_COMPETITORS)

    @keyword("All memory should have been given back")
    def given_back(self) -> None:
        """After each copy, its processes have ended, or end within 2 seconds, and their memory is free.

        Examples:
            | And all memory should have been given back |
        """
        self._expect(memory.MEMORY_RETURNS)
