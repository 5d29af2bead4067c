"""What a whole run has measured of a copier, letter by letter, beside what the copier claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ContentionLibrary.checks.levels import LETTERS, Level
from ContentionLibrary.checks.verdict import ScenarioVerdict


@dataclass(frozen=True)
class Guarantee:
    """One letter: the weakest level that any scenario measured, and what was demanded of it."""

    measured: Level
    claimed: Level

    @property
    def kept(self) -> bool:
        """Whether the copier gives at least what it claims."""
        return self.measured.rank >= self.claimed.rank


def guarantees(verdicts: Iterable[ScenarioVerdict]) -> tuple[Guarantee, ...]:
    """Put the measured levels of several scenarios together; a chain is as strong as its weakest link.

    Args:
        verdicts: verdicts on one and the same copier.

    Returns:
        One entry for each letter that was measured, in the usual order of the letters. A letter without a claim is
        held against the strict one.
    """
    measured: dict[str, Level] = {}
    claimed: dict[str, Level] = {}
    for verdict in verdicts:
        for level in verdict.measured:
            weakest = measured.get(level.letter, level)
            measured[level.letter] = level if level.rank < weakest.rank else weakest
        claimed |= {level.letter: level for level in verdict.claims}
    return tuple(
        Guarantee(measured[name], claimed.get(name, Level(name, letter.strict)))
        for name, letter in LETTERS.items()
        if name in measured
    )
