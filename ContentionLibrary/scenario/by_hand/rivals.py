"""Rival copiers: unmodified programs that a competitor runs, and whose claims are held against what they have left."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ContentionLibrary.competitors.report import Report
from ContentionLibrary.copiers import running
from ContentionLibrary.copiers.profile import Profile
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.copies import Ending
from ContentionLibrary.scenario.by_hand.crew import Order
from ContentionLibrary.scenario.by_hand.files import Files
from ContentionLibrary.scenario.by_hand.outcomes import CompetitorOutcome
from ContentionLibrary.scenario.by_hand.truth import End, Job, Judge
from ContentionLibrary.scenario.by_hand.workplace import Workplace

if TYPE_CHECKING:
    from ContentionLibrary.scenario.scenario import Scenario


class Rivals:
    """Makes the orders of rival copiers.

    Args:
        scenario: knows the copier under test, and where outputs go.
        workplace: for paths.
        files: knows the test files.
        judge: finds the word for a copy's end.
    """

    def __init__(self, scenario: Scenario, workplace: Workplace, files: Files, judge: Judge) -> None:
        self._scenario = scenario
        self._workplace = workplace
        self._files = files
        self._judge = judge

    def order(self, source: Path, destination: Path, copier: str) -> Order:
        """Make the order for a copy.

        Args:
            source: the file to copy.
            destination: the file to make.
            copier: name or path of a profile; empty for the copier under test.

        Raises:
            NotPossibleHere: the copier is not installed.
            UsageError: there is no such copier, or the source is no test file.
        """
        profile = load(copier) if copier else self._scenario.settings.profile
        reason = running.ready(profile)
        if reason:
            raise NotPossibleHere(reason)
        job = self._judge.job(self._workplace.path(source), self._workplace.path(destination))
        root = self._workplace.root
        ours = {**self._scenario.environment(), "LC_ALL": "C.UTF-8"}
        log = self._scenario.log / f"rival-{self._scenario.name_run()}"
        arguments = {
            "command": running.command_line(profile, job.source, [job.destination], root),
            "output": f"{log}.out",
            "errors": f"{log}.err",
            "directory": str(root),
            "environment": running.environment(profile, root, ours),
            "result": str(job.destination),
        }
        did = f"copies '{source}' to '{destination}' with {profile.name}"
        return Order("rival", did, "run_command", arguments, partial(self._outcome, profile, job))

    def _outcome(self, profile: Profile, job: Job, name: str, report: Report) -> CompetitorOutcome:
        end = End(_ending(profile, report), report.message, report.sighting)
        word, why = self._judge.word(job, end)
        content = self._files.words(report.sighting, job.size or None)
        status = report.outcome.exit_code
        return CompetitorOutcome(name, word, why, content, status, (report.ended - report.began) / 1e9)


def _ending(profile: Profile, report: Report) -> Ending:
    status = report.outcome.exit_code
    if report.answer is Answer.HUNG:
        return Ending.HUNG
    if status is None:
        return Ending.ERROR
    if status < 0:
        return Ending.KILLED
    if status in profile.exit_codes.success:
        return Ending.SUCCESS
    return Ending.BUSY if status in profile.exit_codes.busy else Ending.ERROR
