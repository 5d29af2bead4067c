"""What the suites say, as plays and checks, each category listened to once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ContentionLibrary.keywords.spoken import Spoken, listen

SUITES = Path(__file__).resolve().parents[2] / "suites"


@cache
def scenarios_of(category: str) -> dict[str, Spoken]:
    """Return the scenarios of a category by their ids."""
    return listen(SUITES / category)
