"""`contention list`: scenarios, also those of the catalogue without a suite yet, copiers, tags, fields of a profile."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence

from ContentionLibrary import copiers
from ContentionLibrary.cli.catalogue import ALL_IDS, place
from ContentionLibrary.cli.screen import say
from ContentionLibrary.cli.suites import SuiteTest, read_tests
from ContentionLibrary.copiers import Profile, reading
from ContentionLibrary.errors import UsageError
from ContentionLibrary.locations import folder, told
from ContentionLibrary.report.terminal import plain, table

EXAMPLES = """examples:
  contention list                  scenarios and copiers
  contention list tags             by which tags scenarios can be chosen, and how many have each
  contention list copiers --all    also the copiers that were made to prove the checks
  contention list fields           what may stand in the profile of a copier
  contention list --json           all of it, for programs
"""
SCENARIOS, COPIERS, TAGS, FIELDS = "scenarios", "copiers", "tags", "fields"


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which arguments the command has."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    what = "only these; without it, scenarios and copiers"
    parser.add_argument("what", nargs="?", choices=(SCENARIOS, COPIERS, TAGS, FIELDS), help=what)
    everything = "also the copiers that were made to prove the checks"
    parser.add_argument("--all", action="store_true", help=everything)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the lists.

    Returns:
        The exit code.

    Raises:
        UsageError: a shipped suite cannot be read.
    """
    suites = folder("suites")
    tests = sorted(read_tests(suites) if suites.is_dir() else (), key=lambda test: place(test.id))
    if arguments.json:
        wanted = (arguments.what,) if arguments.what else (SCENARIOS, COPIERS, TAGS, FIELDS)
        say(json.dumps({what: part for what, part in _plain(tests, arguments.all).items() if what in wanted}, indent=1))
        return 0
    parts: list[list[str]] = []
    if arguments.what in (None, SCENARIOS):
        parts.append(_scenarios(tests))
    if arguments.what in (None, COPIERS):
        parts.append(_copiers(arguments.all))
    if arguments.what == TAGS:
        parts.append(table(("TAG", "TESTS"), [(plain(tag), str(len(ids))) for tag, ids in _tagged(tests).items()]))
    if arguments.what == FIELDS:
        parts.append(
            table(("FIELD", "EXAMPLE", "WHAT IT SAYS"), [(n, f.example, f.meaning) for n, f in reading.FIELDS.items()])
        )
    say("\n\n".join("\n".join(part) for part in parts))
    return 0


def _scenarios(tests: Sequence[SuiteTest]) -> list[str]:
    rows = [
        (plain(test.id or "-"), plain(test.title), plain(test.category), plain(", ".join(_other_tags(test))))
        for test in tests
    ]
    lines = table(("ID", "TITLE", "CATEGORY", "TAGS"), rows)
    without = _without_suite(tests)
    return [*lines, "", f"in the catalogue, without a suite yet: {', '.join(without)}"] if without else lines


def _without_suite(tests: Sequence[SuiteTest]) -> list[str]:
    there = {test.id for test in tests}
    return [each for each in ALL_IDS if each not in there]


def _other_tags(test: SuiteTest) -> list[str]:
    """The tags that the other columns do not show."""
    return [tag for tag in test.tags if not tag.lower().startswith(("id:", "category:"))]


def _tagged(tests: Sequence[SuiteTest]) -> dict[str, list[str]]:
    """By tag, the ids of the tests that have it; ids are no choice of several, so they are left out."""
    found: dict[str, list[str]] = {}
    for test in tests:
        for tag in test.tags:
            if not tag.lower().startswith("id:"):
                found.setdefault(tag, []).append(test.id or test.name)
    return dict(sorted(found.items()))


def _shown(everything: bool) -> list[str]:
    return [name for name in copiers.available() if everything or "/" not in name]


def _copiers(everything: bool) -> list[str]:
    shown = _shown(everything)
    lines = table(("COPIER", "DESCRIPTION"), [(plain(name), plain(_description(name))) for name in shown])
    made = len(copiers.available()) - len(shown)
    note = f"and {made} that were made to prove the checks: `contention list copiers --all`"
    return [*lines, "", note] if made else lines


def _profile(name: str) -> Profile | str:
    """A profile, or why it cannot be used."""
    try:
        return copiers.load(name)
    except UsageError as mistake:
        return f"cannot be used: {mistake}"


def _description(name: str) -> str:
    profile = _profile(name)
    return profile if isinstance(profile, str) else profile.description


def _plain(tests: Sequence[SuiteTest], everything: bool) -> Mapping[str, object]:
    there: list[dict[str, object]] = [
        {"id": test.id, "title": test.title, "category": test.category, "suite": told(test.source)}
        | {"tags": list(test.tags)}
        for test in tests
    ]
    missing: list[dict[str, object]] = [
        {"id": each, "title": "", "category": "", "suite": None, "tags": []} for each in _without_suite(tests)
    ]
    return {
        SCENARIOS: there + missing,
        COPIERS: [_plain_copier(name) for name in _shown(everything)],
        TAGS: _tagged(tests),
        FIELDS: {name: {"example": one.example, "meaning": one.meaning} for name, one in reading.FIELDS.items()},
    }


def _plain_copier(name: str) -> Mapping[str, object]:
    profile = _profile(name)
    if isinstance(profile, str):
        return {"name": name, "description": "", "claims": [], "why": profile}
    claims = [str(level) for level in profile.claims]
    return {"name": name, "description": profile.description, "claims": claims, "why": copiers.ready(profile) or ""}
