"""What is said to a test that uses a name which nothing has."""

from __future__ import annotations

from collections.abc import Iterable

from ContentionLibrary.copiers.fields import suggestion
from ContentionLibrary.errors import UsageError


def unknown(kind: str, name: str, known: Iterable[str]) -> UsageError:
    """Make the error that lists the names that there are.

    Args:
        kind: what has the names, e.g. `barrier`.
        name: the unknown one.
        known: all that there are.
    """
    names = sorted(known)
    there = f"There are: {', '.join(names)}" if names else f"No {kind} was made in this test yet"
    return UsageError(f"There is no {kind} '{name}'{suggestion(name, names) or '.'} {there}.")
