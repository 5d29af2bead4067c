"""Brings together what a run has left in files: its facts, Robot's results, the verdicts and the histories."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.errors import UsageError
from ContentionLibrary.history.recording import History, load_history
from ContentionLibrary.report.changes import Changes, load_changes
from ContentionLibrary.report.evidence import PHASES, Evidence, Unreadable, read_evidence, verdict_files
from ContentionLibrary.report.facts import COPIERS_FILE, FACTS_FILE, PlannedTest, RunFacts, load_facts
from ContentionLibrary.report.guarantees import Guarantee, guarantee_card
from ContentionLibrary.report.identity import tagged
from ContentionLibrary.report.outcomes import CopierOutcomes, Outcome, id_of, settle
from ContentionLibrary.report.progress import ProgressReader
from ContentionLibrary.report.robot_results import BY_SIGNAL, RobotResult, read_robot_results
from ContentionLibrary.report.stored import HISTORY_FILE

_OUTPUTS = ("output.xml", "output.json")
UNSORTED = "Others"
"""The category of a test that belongs to none."""


@dataclass(frozen=True)
class Told:
    """One scenario of a run: its outcome, where it belongs, and the way to its history."""

    outcome: Outcome
    category: str
    priority: str

    @cached_property
    def history(self) -> History | None:
        """The stored history; None when there is none.

        Raises:
            UsageError: it cannot be read.
        """
        path = self.history_file
        return load_history(path) if path else None

    @property
    def history_file(self) -> Path | None:
        """Where the history is; None when there is none."""
        path = self.outcome.folder / HISTORY_FILE if self.outcome.folder else None
        return path if path and path.is_file() else None


@dataclass(frozen=True)
class CopierRun:
    """All that one output directory says of one copier."""

    directory: Path
    facts: RunFacts
    scenarios: tuple[Told, ...]
    changes: Changes | None = None

    @cached_property
    def card(self) -> tuple[Guarantee, ...]:
        """The copier's guarantee card."""
        return guarantee_card(told.outcome for told in self.scenarios)

    @property
    def as_outcomes(self) -> CopierOutcomes:
        """The outcomes alone."""
        return CopierOutcomes(
            self.facts.copier, tuple(told.outcome for told in self.scenarios), self.facts.known_failures
        )

    def count(self, *verdicts: Verdict) -> int:
        """How many scenarios have one of these verdicts."""
        return sum(told.outcome.verdict in verdicts for told in self.scenarios)


def gather_all(directory: Path) -> tuple[CopierRun, ...]:
    """Read the output directory of one run, or of a run with several copiers.

    Raises:
        UsageError: nothing of a run is there.
        HarnessError: what is there cannot be read.
    """
    folders = directory / COPIERS_FILE
    if not folders.is_file():
        return (gather(directory),)
    begun = [directory / name for name in json.loads(folders.read_text(encoding="utf-8"))]
    # A run that was stopped never came to its last copiers.
    begun = [folder for folder in begun if any((folder / name).is_file() for name in (FACTS_FILE, *_OUTPUTS))]
    return tuple(gather(folder) for folder in begun) or (gather(directory),)


def gather(directory: Path) -> CopierRun:
    """Read the output directory of one copier; also that of a plain robot or pabot, which has no stored facts.

    Raises:
        UsageError: nothing of a run is there.
        HarnessError: what is there cannot be read.
    """
    output = next((directory / name for name in _OUTPUTS if (directory / name).is_file()), None)
    results = read_robot_results(output) if output else ()
    evidence = [
        read_evidence(path)
        for folder in (directory, *(directory / phase for phase in PHASES))
        for path in verdict_files(folder)
    ]
    cut_off = ""
    if (directory / FACTS_FILE).is_file():
        facts = load_facts(directory)
        cut_off = facts.cut_off
        if cut_off and not output:
            results = _results_so_far(directory)
    elif results:
        facts = _facts_from(results, evidence)
    else:
        raise UsageError(
            f"{directory} holds no run: name the output directory of contention run, robot or pabot "
            f"(with {FACTS_FILE}, {COPIERS_FILE}, or {_OUTPUTS[0]})"
        )
    outcomes = settle(facts.tests, results, evidence, cut_off=cut_off)
    return CopierRun(directory, facts, tuple(_told(facts, outcomes)), load_changes(directory))


def _results_so_far(directory: Path) -> tuple[RobotResult, ...]:
    """What the listeners have told of the tests of a run without an end: Robot's own results may be missing or broken."""
    moments = [moment for phase in PHASES for _, moment in ProgressReader(directory / phase).news()]
    latest = {(moment.source, moment.name): moment for moment in moments}
    return tuple(
        RobotResult(each.name, Path(each.source), each.status or "FAIL", each.message if each.status else BY_SIGNAL)
        for each in latest.values()
    )


def _told(facts: RunFacts, outcomes: Sequence[Outcome]) -> Iterator[Told]:
    by_name = {id_of(test): test for test in facts.tests}
    for outcome in outcomes:
        test = by_name.get(outcome.id)
        category = test.category if test else ""
        if not category and outcome.stored:
            category = outcome.stored.category
        yield Told(outcome, category or UNSORTED, test.priority if test else "")


def _facts_from(results: Sequence[RobotResult], evidence: Sequence[Evidence | Unreadable]) -> RunFacts:
    verdict = next((each.verdict for each in evidence if isinstance(each, Evidence)), None)
    began = min((each.began for each in results if each.began), default=None)
    ended = max((each.ended for each in results if each.ended), default=None)
    return RunFacts(
        copier=verdict.copier if verdict else "the copier",
        description="",
        version="",
        claims=verdict.claims if verdict else (),
        notes="",
        platform="",
        began=in_utc(began),
        ended=in_utc(ended),
        peak_memory=None,
        tests=tuple(_planned(each) for each in results),
    )


def in_utc(moment: datetime | None) -> str:
    """Write a moment in UTC as in all our files; nothing when there is none."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def _planned(result: RobotResult) -> PlannedTest:
    scenario = tagged(result.tags, "id")
    title = result.name.removeprefix(scenario).lstrip()
    category = tagged(result.tags, "category")
    return PlannedTest(result.name, str(result.source), scenario, title, category, tagged(result.tags, "priority"))
