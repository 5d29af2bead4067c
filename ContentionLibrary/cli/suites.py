"""Where the suites are and which tests stand in them, as Robot itself reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from robot import running
from robot.api import TestSuiteBuilder
from robot.errors import DataError

from ContentionLibrary.errors import UsageError

EXCLUSIVE_TAG = "pabot:exclusive"


@dataclass(frozen=True)
class SuiteTest:
    """One test of a suite file.

    Args:
        name: Robot's name of it.
        suite: name of the suite that the file makes.
        source: the suite file.
        root: the file or folder that is given to Robot so that this test is run as its authors meant.
        tags: all its tags.
    """

    name: str
    suite: str
    source: Path
    root: Path
    tags: tuple[str, ...]

    @cached_property
    def id(self) -> str:
        """The scenario's id, from the tag `id:...`, or an empty text."""
        return self._tagged("id")

    @cached_property
    def category(self) -> str:
        """The category, from the tag `category:...`, else the folder's name."""
        return self._tagged("category") or self.source.parent.name

    @property
    def title(self) -> str:
        """The name without the id."""
        return self.name.removeprefix(self.id).lstrip()

    @property
    def exclusive(self) -> bool:
        """Whether it must have the machine for itself."""
        return EXCLUSIVE_TAG in self.tags

    def _tagged(self, kind: str) -> str:
        return next((tag.split(":", 1)[1] for tag in self.tags if tag.lower().startswith(f"{kind}:")), "")


def read_tests(root: Path) -> tuple[SuiteTest, ...]:
    """Read the tests of a suite file or of all suites below a folder.

    Args:
        root: absolute path.

    Raises:
        UsageError: Robot cannot read it as a suite.
    """
    try:
        suite = TestSuiteBuilder(allow_empty_suite=True).build(root)
    except DataError as trouble:
        raise UsageError(f"{root} cannot be read as a suite: {trouble.message}") from trouble
    return tuple(_tests(suite, root))


def _tests(suite: running.TestSuite, root: Path) -> Iterator[SuiteTest]:
    for child in suite.suites:
        yield from _tests(child, root)
    for test in suite.tests:
        source = Path(str(suite.source))
        yield SuiteTest(test.name, suite.name, source, root, tuple(str(tag) for tag in test.tags))


def same_word(one: str, other: str) -> bool:
    """Whether two names are the same to a user: `FileBlocking`, `file-blocking` and `file blocking` are."""
    return _letters(one) == _letters(other)


def _letters(text: str) -> str:
    return re.sub(r"[\s_-]", "", text).lower()


def categories(tests: Sequence[SuiteTest]) -> tuple[str, ...]:
    """The categories of some tests, each once, in their order."""
    return tuple(dict.fromkeys(test.category for test in tests))
