"""Sentences in which something is deleted or changed under the copier's hands."""

from __future__ import annotations

from typing import Literal

from robot.api.deco import keyword

from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.plays import disturbing

How = Literal["deleted", "cut to half", "replaced", "rewritten"]


class DisturbanceKeywords(Playing):
    """Disturbances."""

    @keyword("The destination is deleted at every step of a copy ${where}")
    def delete_destination(self, where: Where) -> None:
        """For each step a fresh run: the copier is held before it, the destination is deleted, the copier goes on.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When the destination is deleted at every step of a copy over an older version |
        """
        self._play(disturbing.delete_destination(older=where.value))

    @keyword("The source is ${how} at every step of a copy")
    def change_source(self, how: How) -> None:
        """For each step a fresh run: the copier is held before it, the source is changed, the copier goes on.

        Args:
            how: `deleted`, `cut to half`, `replaced` (by rename, with other content) or `rewritten` (in place).

        Examples:
            | When the source is rewritten at every step of a copy |
        """
        self._play(disturbing.change_source(how))
