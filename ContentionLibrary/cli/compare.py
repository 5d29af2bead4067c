"""`contention compare`: the same scenarios on several copiers, set side by side, with the reasons for each difference.

The copiers come one after another. Each one's suites go side by side on all processors as it is, so that two copiers
at once would gain nothing, and would disturb each other where a scenario must have the machine for itself.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ContentionLibrary import copiers
from ContentionLibrary.cli.run import add_options, run_on
from ContentionLibrary.cli.selection import select
from ContentionLibrary.cli.subjects import subjects
from ContentionLibrary.errors import UsageError

EXAMPLES = """examples:
  contention compare cp rsync reference                  every scenario on three copiers
  contention compare cp rsync reference FileBlocking     one category
  contention compare ./mine.yaml cp FRS-001 --size quick one scenario, on a copier of your own and on cp

The exit code is that of `contention run`: 0 only if every copier has passed everything.
"""
_PROFILES = (".yaml", ".yml")


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which arguments the command has."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    words = "copiers (profiles by name or path), then categories, scenario ids or paths of suites; none means all"
    parser.add_argument("words", nargs="+", metavar="COPIER|CATEGORY|ID|SUITE_PATH", help=words)
    add_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say.

    Returns:
        The exit code.

    Raises:
        UsageError: something in the arguments is wrong; nothing was run.
        HarnessError: Robot's results cannot be written.
    """
    shipped = copiers.available()
    names, what = divide(arguments.words, shipped)
    # First of all: a misspelt copier is neither a scenario nor counted.
    tests = select(what, arguments.include, arguments.exclude, copiers=shipped)
    if len(names) + bool(arguments.copier_command) < 2:
        known = ", ".join(name for name in shipped if "/" not in name)
        raise UsageError(
            f"compare wants two copiers or more, there is {len(names)}: name profiles; shipped are {known}"
        )
    chosen = subjects(names, arguments.copier_command)
    return run_on(chosen, tests, arguments)


def divide(words: Sequence[str], shipped: Sequence[str]) -> tuple[list[str], list[str]]:
    """Tell copiers from scenarios: a copier is a shipped profile, or a file of YAML.

    Args:
        words: as they were given.
        shipped: the names of the shipped profiles.

    Returns:
        The copiers, and what is left.
    """
    names = [word for word in words if word in shipped or word.endswith(_PROFILES)]
    return names, [word for word in words if word not in names]
