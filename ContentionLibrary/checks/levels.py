"""The ten letters in which a copier's guarantees are claimed, measured and shown.

A letter's levels are ordered, weakest first. The strict claim of a letter is what the scenarios demand of a copier
that claims nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Letter:
    """One letter: what it is about, what each level means (weakest first), and the level demanded by default."""

    name: str
    subject: str
    meanings: tuple[str, ...]
    strict: int

    @property
    def best(self) -> int:
        """The highest level of this letter."""
        return len(self.meanings) - 1


LETTERS: dict[str, Letter] = {
    letter.name: letter
    for letter in (
        Letter("R", "readers", ("torn content visible", "old, new or nothing", "always old or new"), 1),
        Letter(
            "W",
            "writers",
            ("mixed content", "whole content of one", "one wins, the others are told"),
            2,
        ),
        Letter(
            "N",
            "names",
            ("temporary files match consumers' patterns", "hidden names only", "never a second name"),
            2,
        ),
        Letter(
            "K",
            "kill",
            (
                "torn under the final name",
                "final name clean, leftovers stay",
                "the next run removes leftovers",
                "nothing left",
            ),
            2,
        ),
        Letter("S", "signals, errors", ("torn or leftovers", "clean"), 1),
        Letter("D", "power loss", ("anything", "old or new", "reported success is durable"), 2),
        Letter("E", "exit code", ("may claim what is not so", "tells the truth"), 1),
        Letter(
            "M",
            "destinations",
            ("each by itself", "all or none on errors", "also after a kill and the next run"),
            2,
        ),
        Letter("L", "locks", ("ignores them", "respects a reader's lock"), 0),
        Letter("T", "time", ("may wait for ever", "every refusal and wait is bounded"), 1),
    )
}


@dataclass(frozen=True, order=True)
class Level:
    """A level of one letter, written like `R1`."""

    letter: str
    rank: int

    def __str__(self) -> str:
        return f"{self.letter}{self.rank}"

    @property
    def meaning(self) -> str:
        """What the level says about a copier, in plain words."""
        return LETTERS[self.letter].meanings[self.rank]


def parse_level(text: str) -> Level:
    """Turn `R1` into a level.

    Raises:
        ValueError: the text is no level; the message lists what would be right.
    """
    match = re.fullmatch(r"([A-Z])(\d)", text.strip())
    letter = LETTERS.get(match[1]) if match else None
    if not match or letter is None:
        raise ValueError(
            f"'{text}' is no level: a level is one of the letters {''.join(LETTERS)} and a number, like R1"
        )
    if int(match[2]) > letter.best:
        raise ValueError(
            f"'{text}' is no level: {letter.name} ({letter.subject}) has {letter.name}0 to {letter.name}{letter.best}"
        )
    return Level(letter.name, int(match[2]))


STRICT: dict[str, Level] = {name: Level(name, letter.strict) for name, letter in LETTERS.items()}
