"""From the words that a user gives to the tests that are meant: categories, ids, suite paths and tags."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from pathlib import Path

from robot.model import TagPatterns

from ContentionLibrary.cli.catalogue import ALL_IDS, CATALOGUE, place
from ContentionLibrary.cli.suites import SuiteTest, categories, read_tests, same_word
from ContentionLibrary.errors import UsageError
from ContentionLibrary.locations import folder

_ID = re.compile(r"[A-Za-z]{2,4}-\d{1,4}")


def select(
    words: Sequence[str], include: Sequence[str], exclude: Sequence[str], *, copiers: Sequence[str] = ()
) -> tuple[SuiteTest, ...]:
    """Find the tests that the words mean.

    Args:
        words: categories, ids and paths of suites; none means all scenarios that are shipped.
        include: tag patterns as Robot understands them, of which a test must match one, if there are any.
        exclude: tag patterns of which a test must match none.
        copiers: names of copiers, if a word may also have been meant for one.

    Returns:
        The tests, each once, in the order of the catalogue; at least one.

    Raises:
        UsageError: a word means nothing, or no test is left.
    """
    root = folder("suites")
    shipped = read_tests(root) if root.is_dir() else ()
    if not words and not shipped:
        raise UsageError(f"There are no suites in {root}: name a suite file or folder of your own")
    chosen = [test for word in words for test in _meant(word, shipped, root, copiers)] if words else list(shipped)
    ordered = _each_once(chosen)
    ordered.sort(key=lambda test: place(test.id))
    left = [test for test in ordered if _wanted(test, include, exclude)]
    if not left:
        raise UsageError(_nothing_left(ordered, include, exclude))
    return tuple(left)


def _each_once(tests: Sequence[SuiteTest]) -> list[SuiteTest]:
    """A file that was named by itself and also by its folder is run once, as a part of the folder."""
    outermost: dict[tuple[Path, str], SuiteTest] = {}
    for test in tests:
        known = outermost.setdefault((test.source, test.name), test)
        if len(test.root.parts) < len(known.root.parts):
            outermost[test.source, test.name] = test
    return list(outermost.values())


def _wanted(test: SuiteTest, include: Sequence[str], exclude: Sequence[str]) -> bool:
    included = not include or TagPatterns(include).match(test.tags)
    return included and not (exclude and TagPatterns(exclude).match(test.tags))


def _meant(word: str, shipped: Sequence[SuiteTest], root: Path, copiers: Sequence[str]) -> list[SuiteTest]:
    in_category = [test for test in shipped if same_word(test.category, word)]
    if in_category:
        return in_category
    with_id = [test for test in shipped if test.id and test.id.lower() == word.lower()]
    if with_id:
        return with_id
    if word.upper() in ALL_IDS:
        raise UsageError(
            f"{word.upper()} is in the catalogue, but has no suite yet; `contention list` shows what has one"
        )
    if empty := next((category for category in CATALOGUE if same_word(category, word)), ""):
        raise UsageError(f"{empty} is in the catalogue, but has no suites yet; `contention list` shows what has one")
    path = Path(word)
    try:
        there = path.exists()
    except OSError as trouble:
        raise UsageError(f"{word} cannot be read by you: {trouble.strerror}") from trouble
    if there:
        return _at_path(path.resolve(), shipped, root)
    raise UsageError(_unknown(word, shipped, copiers))


def _at_path(path: Path, shipped: Sequence[SuiteTest], root: Path) -> list[SuiteTest]:
    """A path among the shipped suites is a part of them, so that what their folders set up is set up here too."""
    if path.is_relative_to(root.resolve()):
        tests = [test for test in shipped if test.source.resolve().is_relative_to(path)]
    else:
        tests = list(read_tests(path))
    if not tests:
        raise UsageError(f"There are no tests in {path}: a suite is a .robot file, or a folder that holds some")
    return tests


def _unknown(word: str, shipped: Sequence[SuiteTest], copiers: Sequence[str]) -> str:
    if "/" in word or "\\" in word or word.endswith(".robot"):
        return f"There is no file or folder {word} (looked for from {Path.cwd()})"
    known = [*dict.fromkeys([*categories(shipped), *CATALOGUE]), *dict.fromkeys([*(t.id for t in shipped), *ALL_IDS])]
    known += copiers
    other = "no copier, " if copiers else ""
    folded = {each.lower(): each for each in known if each}
    near = [folded[each] for each in difflib.get_close_matches(word.lower(), folded, n=3, cutoff=0.6)]
    kind = (
        "no scenario has this id" if _ID.fullmatch(word) else f"it is {other}no category, no id and no path of a suite"
    )
    advice = f"did you mean {' or '.join(near)}?" if near else "`contention list` shows what there is"
    return f"'{word}' is unknown: {kind}; {advice}"


def _nothing_left(chosen: Sequence[SuiteTest], include: Sequence[str], exclude: Sequence[str]) -> str:
    asked = [*(f"--include {tag}" for tag in include), *(f"--exclude {tag}" for tag in exclude)]
    tags = ", ".join(sorted({tag for test in chosen for tag in test.tags}))
    count = f"{len(chosen)} test{'' if len(chosen) == 1 else 's'}"
    return f"Nothing is selected: of {count}, {' '.join(asked)} leaves none. Their tags are: {tags or 'none at all'}"
