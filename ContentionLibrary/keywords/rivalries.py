"""Sentences in which two copiers want one destination."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.plays import rivalry


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

    @keyword("Two copiers race freely for one destination ${where}")
    def race(self, where: Where) -> None:
        """Two copiers meet at their first file operation, are let go together and run freely, several rounds.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And two copiers race freely for one destination over an older version |
        """
        self._play(rivalry.race(older=where.value))
