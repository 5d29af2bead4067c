"""`contention list`: the scenarios that have a suite, those of the catalogue that have none yet, and the copiers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ContentionLibrary import copiers
from ContentionLibrary.cli.catalogue import ALL_IDS, place
from ContentionLibrary.cli.suites import SuiteTest, read_tests
from ContentionLibrary.errors import UsageError
from ContentionLibrary.locations import folder
from ContentionLibrary.report.terminal import plain, table


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which arguments the command has."""
    parser.add_argument("what", nargs="?", choices=("scenarios", "copiers"), help="only these; without it, both")
    everything = "also the copiers that were made to prove the checks"
    parser.add_argument("--all", action="store_true", help=everything)


def run(arguments: argparse.Namespace) -> int:
    """Print the lists.

    Returns:
        The exit code.

    Raises:
        UsageError: a shipped suite cannot be read.
    """
    lines: list[str] = []
    if arguments.what != "copiers":
        suites = folder("suites")
        lines += _scenarios(read_tests(suites) if suites.is_dir() else ())
    if arguments.what is None:
        lines.append("")
    if arguments.what != "scenarios":
        lines += _copiers(arguments.all)
    print(*lines, sep="\n")
    return 0


def _scenarios(tests: Sequence[SuiteTest]) -> list[str]:
    rows = [
        (plain(test.id or "-"), plain(test.title), plain(test.category), plain(_tags(test)))
        for test in sorted(tests, key=lambda test: place(test.id))
    ]
    lines = table(("ID", "TITLE", "CATEGORY", "TAGS"), rows)
    without = [each for each in ALL_IDS if each not in {test.id for test in tests}]
    return [*lines, "", f"in the catalogue, without a suite yet: {', '.join(without)}"] if without else lines


def _tags(test: SuiteTest) -> str:
    """The tags that the other columns do not show."""
    return ", ".join(tag for tag in test.tags if not tag.lower().startswith(("id:", "category:")))


def _copiers(everything: bool) -> list[str]:
    names = copiers.available()
    real = [name for name in names if "/" not in name]
    shown = names if everything else real
    lines = table(("COPIER", "DESCRIPTION"), [(plain(name), plain(_description(name))) for name in shown])
    made = len(names) - len(shown)
    return (
        [*lines, "", f"and {made} that were made to prove the checks: `contention list copiers --all`"]
        if made
        else lines
    )


def _description(name: str) -> str:
    try:
        return copiers.load(name).description
    except UsageError as mistake:
        return f"cannot be used: {mistake}"
