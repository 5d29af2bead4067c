"""Where each scenario stands on the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ContentionLibrary.report.gathering import CopierRun, Told


@dataclass(frozen=True)
class Place:
    """A scenario of one copier, and its anchor on the page."""

    told: Told
    anchor: str


def places_of(run: CopierRun, *, alone: bool) -> tuple[Place, ...]:
    """Give each scenario an anchor of its own; `alone` tells that the page has one copier only."""
    prefix = "" if alone else f"{anchor_of(run)}-"
    seen: dict[str, int] = {}
    found = []
    for told in run.scenarios:
        name = _plain(told.outcome.id)
        seen[name] = seen.get(name, 0) + 1
        found.append(Place(told, f"{prefix}{name}{f'-{seen[name]}' if seen[name] > 1 else ''}"))
    return tuple(found)


def anchor_of(run: CopierRun) -> str:
    """The anchor of a copier's part of the page."""
    return f"copier-{_plain(run.facts.copier)}"


def by_id(places: Sequence[Place]) -> dict[str, Place]:
    """The first place of each id."""
    return {place.told.outcome.id: place for place in reversed(places)}


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "-", text) or "-"
