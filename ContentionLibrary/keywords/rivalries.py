"""Sentences in which several copiers want one destination."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.errors import UsageError
from ContentionLibrary.history.cast import COPIERS
from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.plays import racing, rivalry
from ContentionLibrary.scenario.plays.rivalry import Job


class RivalryKeywords(Playing):
    """Rivals."""

    @keyword("A second copier runs whole at every step of a copy ${where}")
    def overlap(self, where: Where) -> None:
        """Holds copier A before each of its steps, runs copier B with another source to its end, lets A go.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When a second copier runs whole at every step of a copy into an empty place |
        """
        self._play(rivalry.overlap(older=where.value))

    @keyword("A second copier with a source of equal size and time runs whole at every step of a copy ${where}")
    def overlap_of_twins(self, where: Where) -> None:
        """Like the sentence without "of equal size and time": who tells files apart by these two is deceived.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And a second copier with a source of equal size and time runs whole at every step of a copy into an empty place |
        """
        self._play(rivalry.overlap(older=where.value, job=Job.TWIN))

    @keyword("The very same copy is made by a second copier at every step of a copy ${where}")
    def overlap_of_same(self, where: Where) -> None:
        """Holds copier A before each of its steps, and runs copier B with the same source; both may report success.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And the very same copy is made by a second copier at every step of a copy into an empty place |
        """
        self._play(rivalry.overlap(older=where.value, job=Job.SAME))

    @keyword("A second copier is killed at every step while a copy ${where} is held, and the other way round")
    def kill_rival(self, where: Where) -> None:
        """Copier B is killed in its middle while A is held at each step, and at each step while A is held in its middle.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And a second copier is killed at every step while a copy into an empty place is held, and the other way round |
        """
        self._play(rivalry.kill_rival(older=where.value))

    @keyword("Two copiers are held at their first and last steps and let go in both orders ${where}")
    def hold_both(self, where: Where) -> None:
        """Both copiers are held before a first or last step, all four pairs; then one runs to its end, then the other.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And two copiers are held at their first and last steps and let go in both orders into an empty place |
        """
        self._play(rivalry.hold_both(older=where.value))

    @keyword("Two copiers race freely for one destination ${where}")
    def race(self, where: Where) -> None:
        """Two copiers meet at their first file operation, are let go together and run freely, several rounds.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And two copiers race freely for one destination over an older version |
        """
        self._play(racing.race(2, older=where.value))

    @keyword("${count} copiers leave one barrier for one destination ${where}")
    def race_of_many(self, count: int, where: Where) -> None:
        """Several copiers, each with its own source, meet at their first file operation and run freely, many rounds.

        The log says in how many of the rounds they truly met, and within which limits that share lies.

        Args:
            count: number of copiers, 3 to 11.
            where: `into an empty place` or `over an older version`.

        Examples:
            | And 5 copiers leave one barrier for one destination into an empty place |
        """
        if not 2 < count <= len(COPIERS):
            raise UsageError(f"{count} copiers cannot race: write a number from 3 to {len(COPIERS)}")
        self._play(racing.race(count, older=where.value))
