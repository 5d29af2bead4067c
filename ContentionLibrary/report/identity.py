"""The id of a scenario: from its tag, else made of its name, so that whoever writes one need not know of tags."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from pathlib import Path

_LIKE_ONE = re.compile(r"[A-Z]{2,6}-\d{1,4}")
_LONGEST = 48  # characters that a name gives to the id: it is a column of tables, and the name of a folder


def tagged(tags: Sequence[str], kind: str) -> str:
    """The value of a tag such as `priority:critical`; empty when there is none."""
    return next((tag.split(":", 1)[1] for tag in tags if tag.lower().startswith(f"{kind}:")), "")


def identity(tagged: str, name: str, source: Path) -> str:
    """Return the id of a test.

    Args:
        tagged: what its tag `id:...` says; empty if it has none.
        name: the test's name. A first word like RDW-001 is its id; else all words are, after the name of the suite file.
        source: the suite file, because tests of two files may have one name.
    """
    if tagged:
        return tagged
    first = name.split(maxsplit=1)[0] if name.strip() else ""
    return first if _LIKE_ONE.fullmatch(first) else f"{_word(source.stem)}.{_word(name)}"


def title(identity: str, name: str) -> str:
    """Return what a test is called beside its id."""
    return name.removeprefix(identity).strip() or name


def _word(name: str) -> str:
    """Turn a name into one word; a long one is cut, and a number tells it from others that begin alike."""
    word = re.sub(r"\W+", "-", name.casefold()).strip("-")
    return (
        word
        if 0 < len(word) <= _LONGEST
        else f"{word[:_LONGEST].rstrip('-')}-{zlib.crc32(name.encode()):08x}".strip("-")
    )
