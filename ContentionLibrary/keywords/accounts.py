"""Sentences in which a service and an interactive process copy to the same place, and what must come of it."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.checks import accounts as checks
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.parties import INTERACTIVE, SERVICE
from ContentionLibrary.scenario.plays import accounts


class AccountKeywords(Playing, ExpectationKeywords):
    """Two accounts."""

    @keyword("A service is held at every step of a copy ${where} while an interactive process copies too")
    def hold_service(self, where: Where) -> None:
        """The service has no terminal and another account; its files may be read by nobody else.

        The interactive process has a terminal, at which somebody answers `n`, and shares a group and the directory with the
        service. Whatever is at the destination belongs to it.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When a service is held at every step of a copy into an empty place while an interactive process copies too |
        """
        self._play(accounts.hold(SERVICE, older=where.value))

    @keyword("An interactive process is held at every step of a copy ${where} while a service copies too")
    def hold_interactive(self, where: Where) -> None:
        """The same the other way round. Whatever is at the destination belongs to the service.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And an interactive process is held at every step of a copy into an empty place while a service copies too |
        """
        self._play(accounts.hold(INTERACTIVE, older=where.value))

    @keyword("A service is killed at every step of a copy, and an interactive process copies next")
    def kill_service(self) -> None:
        """After the next copy somebody with the rights of the interactive process removes what the service has left.

        Examples:
            | And a service is killed at every step of a copy, and an interactive process copies next |
        """
        self._play(accounts.kill(SERVICE))

    @keyword("An interactive process is killed at every step of a copy, and a service copies next")
    def kill_interactive(self) -> None:
        """The same the other way round.

        Examples:
            | And an interactive process is killed at every step of a copy, and a service copies next |
        """
        self._play(accounts.kill(INTERACTIVE))

    @keyword("The file should belong to the one that has won")
    def belongs_to_winner(self) -> None:
        """Owner and permissions must be those that the winner's copy leaves when nobody disturbs it.

        Examples:
            | And the file should belong to the one that has won |
        """
        self._expect(checks.WHOSE_FILE_IT_IS)

    @keyword("Neither account should stand in the other one's way for good")
    def nobody_in_the_way(self) -> None:
        """After a kill the other account can copy, at the latest when it has removed what was left, which it must be able to.

        Examples:
            | And neither account should stand in the other one's way for good |
        """
        self._expect(checks.NOBODY_IN_THE_WAY)
