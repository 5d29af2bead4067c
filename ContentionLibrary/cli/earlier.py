"""A run and its past: what it is compared with, what has changed, and that it is remembered itself."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.cli.memory import from_directory, memory_of, recall, remember
from ContentionLibrary.cli.subjects import Subject
from ContentionLibrary.errors import UsageError
from ContentionLibrary.report.changes import ALARMING, Changes, Past, changes, record_all, store_changes
from ContentionLibrary.report.facts import load_facts
from ContentionLibrary.report.outcomes import CopierOutcomes

LAST = "last"
FAIL_ON = ("any", "new")


@dataclass(frozen=True)
class Earlier:
    """What a copier's run will be compared with.

    Args:
        against: `last`, or a directory, as the user said it.
        runs: oldest first.
        memory: the file in which this run will be remembered; None if it shall not be, or where there is no place.
        asked: whether the user has asked for the comparison.
    """

    against: str
    runs: tuple[Past, ...]
    memory: Path | None
    asked: bool


def add_options(parser: argparse.ArgumentParser) -> None:
    """Say which options have to do with earlier runs."""
    against = "compare with an earlier run: its output directory, or 'last' for the last ones on this machine"
    parser.add_argument("--against", metavar="DIR|last", help=against)
    fail_on = "new: fail only for what is worse than in the earlier run (default: any)"
    parser.add_argument("--forget", action="store_true", help="do not remember this run for later ones")
    parser.add_argument("--fail-on", choices=FAIL_ON, default=FAIL_ON[0], help=fail_on)


def earlier(subject: Subject, arguments: argparse.Namespace) -> Earlier:
    """Read what a copier will be compared with; before anything runs, because the output directory may be its place.

    Raises:
        UsageError: what was asked for is not there.
        HarnessError: what is there cannot be read.
    """
    elsewhere = arguments.against not in (None, LAST)
    asked = arguments.against is not None or arguments.fail_on == "new"
    memory: Path | None = None
    runs: tuple[Past, ...] = ()
    try:
        memory = memory_of(subject, arguments.size or "")
        runs = recall(memory)
    except UsageError as trouble:
        if asked and not elsewhere:
            raise
        print(f"Earlier runs are not known: {trouble}", file=sys.stderr)
    if elsewhere:
        runs = _run_in(Path(arguments.against), subject)
    return Earlier(arguments.against or LAST, runs, None if arguments.forget else memory, asked)


def _run_in(directory: Path, subject: Subject) -> tuple[Past, ...]:
    if not os.access(directory, os.R_OK | os.X_OK) or not directory.is_dir():
        raise UsageError(
            f"--against {directory} is no folder that you can read: name the output directory of a run, or '{LAST}'"
        )
    return from_directory(directory.absolute(), subject.name)


def compare_and_remember(of: CopierOutcomes, before: Earlier, directory: Path) -> Changes:
    """Say what has changed, store it with the run, and remember the run for later ones.

    Args:
        of: the run's outcomes.
        before: what it is compared with.
        directory: the run's output directory.
    """
    facts = load_facts(directory)
    now = Past(facts.began, facts.version, record_all(of.outcomes))
    known = {each.id for each in of.known}
    there = {name for run in before.runs for name in run.scenarios}
    found = tuple(
        change
        for change in changes(now, before.runs)
        # Nobody who has not asked wants to read that a first run is a first one.
        if (before.asked or change.id in there) and not (change.kind in ALARMING and change.id in known)
    )
    told = Changes(before.against, before.asked, found)
    store_changes(told, directory)
    if before.memory is None:
        return told
    try:
        remember(before.memory, now)
    except (OSError, UsageError) as trouble:
        print(f"This run is not remembered: {trouble}", file=sys.stderr)
    return told
