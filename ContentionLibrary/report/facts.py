"""What is known of a run before and after it, and stands in no verdict: the copier's version, the machine, the plan.

`contention run` stores it as `run.json` in the output directory, so that a report can be made again from files alone.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.checks.levels import Level
from ContentionLibrary.errors import HarnessError
from ContentionLibrary.report.stored import Mismatch, typed

FACTS_FILE = "run.json"
COPIERS_FILE = "copiers.json"
"""In an output directory of several copiers: the names of their folders, in order."""


@dataclass(frozen=True)
class PlannedTest:
    """A test that was to be run."""

    name: str
    file: str
    id: str
    title: str
    category: str
    priority: str

    @property
    def source(self) -> Path:
        """The suite file."""
        return Path(self.file)


@dataclass(frozen=True)
class KnownFailure:
    """A scenario that the copier's profile knows to fail, and why."""

    id: str
    reason: str


@dataclass(frozen=True)
class RunFacts:
    """One run of one copier.

    Args:
        copier: its profile's name.
        description: one line from its profile.
        version: the first line that it says of its version; empty if unknown.
        claims: the levels that it claims.
        notes: what its profile tells of it.
        platform: system, release, machine and Python.
        began: moment in UTC, such as `2026-01-31T12:00:00Z`.
        ended: likewise; empty while it runs, and when it was stopped.
        peak_memory: bytes of the largest process that Robot and its children had; None where the system does not tell.
        tests: what was to be run.
        known_failures: what the copier's profile knows to fail.
        stopped: what has stopped it before its end, such as `Ctrl-C`; empty if nothing has, or nobody could note it.
    """

    copier: str
    description: str
    version: str
    claims: tuple[Level, ...]
    notes: str
    platform: str
    began: str
    ended: str
    peak_memory: int | None
    tests: tuple[PlannedTest, ...]
    known_failures: tuple[KnownFailure, ...] = ()
    stopped: str = ""

    @property
    def cut_off(self) -> str:
        """Why the run did not come to its end; empty if it did."""
        if self.ended:
            return ""
        return f"the run was stopped by {self.stopped}" if self.stopped else "the run has not come to its end"


def store_facts(facts: RunFacts, directory: Path) -> None:
    """Write the facts into an output directory."""
    text = json.dumps(dataclasses.asdict(facts), indent=1)
    (directory / FACTS_FILE).write_text(text + "\n", encoding="ascii")


def load_facts(directory: Path) -> RunFacts:
    """Read the facts of a run.

    Raises:
        HarnessError: the file cannot be read, or has not the form of facts.
    """
    path = directory / FACTS_FILE
    try:
        facts = typed(RunFacts, json.loads(path.read_text(encoding="ascii")), "")
    except (OSError, ValueError, Mismatch) as trouble:
        raise HarnessError(f"The facts of the run in {path} cannot be read: {trouble}") from trouble
    assert isinstance(facts, RunFacts)
    return facts
