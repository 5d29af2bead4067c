"""`contention report`: makes page, JSON and badge of a run again, from the files that the run has left."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ContentionLibrary.cli.catalogue import known_scenarios
from ContentionLibrary.cli.screen import say, width
from ContentionLibrary.errors import UsageError
from ContentionLibrary.report.making import make_report
from ContentionLibrary.report.terminal import card_table, count_line, cut_off_lines, plain

EXAMPLES = """examples:
  contention report            the page of the last run in the folder results
  contention report nightly    the page of another run, also one that robot or pabot made
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which arguments the command has."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    directory = "output directory of contention run, robot or pabot (default: results)"
    parser.add_argument("directory", nargs="?", type=Path, default=Path("results"), metavar="DIR", help=directory)


def run(arguments: argparse.Namespace) -> int:
    """Make the report, and show the guarantee card of each copier.

    Returns:
        The exit code: a report that could be made is a success, whatever it says.

    Raises:
        UsageError: there is no such directory, or nothing of a run is in it.
        HarnessError: what is in it cannot be read.
    """
    directory = arguments.directory.absolute()
    if not os.path.isdir(directory):  # noqa: PTH112 - unlike pathlib it has an answer also where one may not look
        raise UsageError(f"{arguments.directory} is no folder: name the output directory of a run")
    if not os.access(directory, os.R_OK | os.W_OK | os.X_OK):
        raise UsageError(
            f"{arguments.directory} cannot be read and written by you, and the page goes there: copy it to a folder of yours"
        )
    made = make_report(directory, known_scenarios())
    for each in made.runs:
        outcomes = each.as_outcomes.outcomes
        count = [count_line(outcomes), *map(plain, cut_off_lines(outcomes))]
        say(f"Copier: {plain(each.facts.copier)}", "", *card_table(each.card, width()), "", *count, "")
    say(*(str(path) for path in made.files))
    return 0
