"""Which names programs pick up that watch a directory: usual patterns, matched as a shell matches them."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

USUAL = ("*", "*.*", "*.bin", "slide*", "slide.bin*")
"""What consumers look for, from everything to one kind of file; it does not depend on the copier."""


def matching(name: str, patterns: Iterable[str]) -> tuple[str, ...]:
    """Return the patterns that a name matches. A name that begins with a dot is matched by patterns that do so too."""
    return tuple(
        pattern
        for pattern in patterns
        if fnmatchcase(name, pattern) and (not name.startswith(".") or pattern.startswith("."))
    )
