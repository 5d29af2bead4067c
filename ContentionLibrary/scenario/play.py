"""What a play is: something that can be done with any copier, and what the scenario has to know about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ContentionLibrary.scenario.lane import Lane

Enough = Callable[[], bool]
"""Tells a play that it may stop early, because what it was played for has been seen."""


@dataclass(frozen=True)
class Play:
    """Something that can be done with any copier.

    Args:
        name: its name in the history; two plays of one scenario have different names.
        kind: what is done, for the choice of control copiers.
        title: how a sentence refers to it.
        act: does it, run by run, until `enough` says that it may stop.
        older: whether an older version is at the destination.
        stepped: whether the copier has to be held for the play to prove anything.
        interferes: whether a competitor has to act for the play to prove anything.
        fresh: whether it needs a fresh run for each step.
        destinations: how many destinations one copy has.
        at_most: bytes of each content at most, where nothing depends on its size; 0 for no such bound.
        competitors: how many competitors there are, where their number is a choice; else 0.
        repeats: it is an earlier play in another place, so that no control is made in it.
        with_competitors: makes the same play with another number of them.
        connecting: what is played in its place with a copier that connects to a server by itself; None if there is no such play.
        copies: whether a copier takes part; else it says nothing about one.
        free: its runs are rounds of one race in which nobody is held: what one of them shows another one may show instead.
    """

    name: str
    kind: str
    title: str
    act: Callable[[Lane, Enough], None]
    older: bool = False
    stepped: bool = True
    interferes: bool = True
    fresh: bool = False
    destinations: int = 1
    at_most: int = 0
    competitors: int = 0
    repeats: bool = False
    with_competitors: Callable[[int], Play] | None = None
    connecting: Play | None = None
    copies: bool = True
    free: bool = False
