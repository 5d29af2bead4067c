"""Sentences in which a copier is killed, and what must not be left then."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.checks import kills
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.plays import killing
from ContentionLibrary.stepping.plan import Scope


class KillKeywords(Playing, ExpectationKeywords):
    """Kills."""

    @keyword("The whole copier is killed at every step of a copy ${where}")
    def kill_tree(self, where: Where) -> None:
        """For each step a fresh run: all processes of the copier are killed at one moment, then it is run once more.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When the whole copier is killed at every step of a copy over an older version |
        """
        self._play(killing.kill_at_every_step(Scope.TREE, older=where.value))

    @keyword("The main process of the copier is killed at every step of a copy ${where}")
    def kill_main(self, where: Where) -> None:
        """For each step a fresh run: only the main process is killed, and what survives it goes on to its end.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When the main process of the copier is killed at every step of a copy into an empty place |
        """
        self._play(killing.kill_at_every_step(Scope.MAIN, older=where.value))

    @keyword("A killed copy should have left no torn file, and the next one no leftovers, as far as the copier claims")
    def clean_after_kill(self) -> None:
        """The final name holds the old file or the new one, whole; what else is left, the next run removes.

        A leftover that the next run removes is level K2, one that stays K1, a torn or lost file K0.

        Examples:
            | Then a killed copy should have left no torn file, and the next one no leftovers, as far as the copier claims |
        """
        self._expect(kills.CLEAN_AFTER_KILL)

    @keyword("Nothing that a killed copy has left should look like a finished file")
    def leftovers_look_unfinished(self) -> None:
        """A leftover's name begins with a dot, or matches what the profile says of temporary names.

        Examples:
            | And nothing that a killed copy has left should look like a finished file |
        """
        self._expect(kills.LEFTOVERS_LOOK_UNFINISHED)
