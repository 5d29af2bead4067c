"""Holds the stored verdicts against Robot's results: the two must say the same about every scenario.

A test that promises a verdict by its tag `id:...` and leaves none has proven nothing, however green it is; a verdict that
Robot contradicts cannot be trusted. Both are errors of the harness, never a pass and never the copier's fault. A test
without that tag may be a plain one, in which nothing is played: then it counts as Robot says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Protocol

from ContentionLibrary.checks.verdict import Finding, ScenarioVerdict, Verdict
from ContentionLibrary.report.evidence import Evidence, Unreadable
from ContentionLibrary.report.facts import KnownFailure
from ContentionLibrary.report.identity import identity, title
from ContentionLibrary.report.plain_tests import suites_fault, verdict_by_robot
from ContentionLibrary.report.robot_results import RobotResult


class ExitCode(IntEnum):
    """How a command ends, for scripts: the worst that happened."""

    PASSED = 0
    COPIER_AT_FAULT = 1
    USAGE = 2
    HARNESS_OR_SYSTEM = 3


class Planned(Protocol):
    """A test that was to be run, as far as results need to know it."""

    @property
    def name(self) -> str:
        """Robot's name of the test."""

    @property
    def source(self) -> Path:
        """The suite file."""

    @property
    def id(self) -> str:
        """The scenario's id as its tag says it, or an empty text."""

    @property
    def title(self) -> str:
        """The name without the id."""


@dataclass(frozen=True)
class Outcome:
    """What is finally said about one scenario.

    Args:
        id: the scenario's id; one made of its name where it has no tag for that.
        title: the name without the id.
        verdict: the final one, which may be an error of the harness though the stored one is not.
        reason: why, in full words.
        stored: the scenario's own verdict, when it left one.
        folder: where that verdict and its history are.
        cut_off: whether the run came to its own end before the scenario did.
    """

    id: str
    title: str
    verdict: Verdict
    reason: str
    stored: ScenarioVerdict | None = None
    folder: Path | None = None
    cut_off: bool = False

    @property
    def first_finding(self) -> Finding | None:
        """The first thing seen that should not have been."""
        return self.stored.findings[0] if self.stored and self.stored.findings else None


@dataclass(frozen=True)
class CopierOutcomes:
    """All outcomes of one copier, and what its profile knows to fail."""

    copier: str
    outcomes: tuple[Outcome, ...]
    known: tuple[KnownFailure, ...] = ()


_ROBOT_STATUS = {Verdict.PASSED: "PASS", Verdict.SKIPPED: "SKIP"}
_SEVERITY = {"PASS": 0, "SKIP": 1, "FAIL": 2}


def id_of(test: Planned) -> str:
    """The id under which a test is told of, which is also that of its verdict if it leaves one."""
    return identity(test.id, test.name, test.source)


def outcome_of(evidence: Evidence) -> Outcome:
    """A stored verdict by itself, before Robot was asked."""
    verdict = evidence.verdict
    return Outcome(verdict.id, verdict.title, verdict.verdict, verdict.reason, verdict, evidence.folder)


def settle(
    planned: Sequence[Planned],
    results: Iterable[RobotResult],
    evidence: Sequence[Evidence | Unreadable],
    *,
    cut_off: str = "",
) -> tuple[Outcome, ...]:
    """Hold plan, Robot's results and verdicts against each other.

    Tests that share an id (rows of a table) are one scenario and are judged together.

    Args:
        planned: what was to be run, in the order to be shown.
        results: Robot's word on each test.
        evidence: the stored verdicts, also those that cannot be read.
        cut_off: why the run ended before all was played; then a missing result is nobody's fault.

    Returns:
        The outcomes in the order of the plan; a scenario with several verdicts has as many.
    """
    by_test = {(result.source.resolve(), result.name): result for result in results}
    scenarios: dict[str, list[Planned]] = {}
    for test in planned:
        scenarios.setdefault(id_of(test), []).append(test)
    outcomes: list[Outcome] = []
    for name, tests in scenarios.items():
        said = [by_test.get((test.source.resolve(), test.name)) for test in tests]
        told = [each for each in evidence if isinstance(each, Evidence) and each.verdict.id == name]
        if cut_off and not all(result and result.whole for result in said):
            begun = bool(told) or any(result and result.begun for result in said)
            outcomes.append(_cut_off(tests[0], begun=begun, why=cut_off))
            continue
        broken = [each for each in evidence if isinstance(each, Unreadable) and each.folder.name == name]
        outcomes += _scenario(name, tests, said, told, broken)
    return tuple(outcomes)


def _cut_off(test: Planned, *, begun: bool, why: str) -> Outcome:
    name = id_of(test)
    reason = f"{'not finished' if begun else 'not run'}: {why}"
    return Outcome(name, title(name, test.name), Verdict.SKIPPED, reason, cut_off=True)


def plain_outcome(test: Planned, status: str, message: str, troubles: Sequence[str] = ()) -> Outcome:
    """What is said of a test that has left no verdict, and needs none."""
    name = id_of(test)
    return Outcome(name, title(name, test.name), *verdict_by_robot(status, message, troubles))


def promises_verdict(test: Planned, status: str, message: str) -> bool:
    """Whether a test that has ended so should have left a verdict: one that was skipped, or cannot be run, has none."""
    return bool(test.id) and status != "SKIP" and not suites_fault(message)


def _scenario(
    name: str,
    tests: list[Planned],
    said: list[RobotResult | None],
    told: list[Evidence],
    broken: list[Unreadable],
) -> list[Outcome]:
    called = title(name, tests[0].name)
    stored = [outcome_of(each) for each in told]
    missing = [test.name for test, result in zip(tests, said, strict=True) if result is None]
    if broken:
        why = broken[0].why
    elif missing:
        verdict = f"; its verdict was '{stored[0].verdict}'" if stored else ""
        why = f"Robot has no result of '{missing[0]}': it was not run to its end{verdict}"
    else:
        worst = max((result for result in said if result), key=lambda result: _SEVERITY[result.status])
        if not stored and not promises_verdict(tests[0], worst.status, worst.message):
            each_by_itself = [(test, result) for test, result in zip(tests, said, strict=True) if result]
            plain = [(tests[0], worst)] if tests[0].id else each_by_itself
            return [plain_outcome(test, one.status, one.message, one.troubles) for test, one in plain]
        why = _contradiction(tests, worst, stored)
    return [_harness_error(name, called, stored, why)] if why else stored


def _contradiction(tests: list[Planned], worst: RobotResult, stored: list[Outcome]) -> str:
    """Say in which way Robot and the verdicts differ; nothing when they agree."""
    robot = f"Robot says {worst.status}: {worst.message}" if worst.message else f"Robot says {worst.status}"
    if not stored:
        hint = f"a plain test, in which no sentence plays anything, needs no tag id:{tests[0].id}"
        return f"it left no verdict, so nothing was proven; {robot} ({hint})"
    if len(stored) < len(tests):
        return f"it has {len(tests)} tests, but left only {len(stored)} of their verdicts; {robot}"
    expected = max((_ROBOT_STATUS.get(each.verdict, "FAIL") for each in stored), key=_SEVERITY.__getitem__)
    if expected == worst.status:
        return ""
    words = ", ".join(sorted({str(each.verdict) for each in stored}))
    return f"its verdict is '{words}', but {robot}"


def _harness_error(name: str, called: str, stored: list[Outcome], why: str) -> Outcome:
    verdict, folder = (stored[0].stored, stored[0].folder) if stored else (None, None)
    return Outcome(name, called, Verdict.HARNESS_ERROR, why, verdict, folder)


_EXIT_CODES = {
    Verdict.PASSED: ExitCode.PASSED,
    Verdict.SKIPPED: ExitCode.PASSED,
    Verdict.FAILED: ExitCode.COPIER_AT_FAULT,
    Verdict.NOT_PROVEN: ExitCode.COPIER_AT_FAULT,
    Verdict.HARNESS_ERROR: ExitCode.HARNESS_OR_SYSTEM,
    Verdict.SYSTEM_ERROR: ExitCode.HARNESS_OR_SYSTEM,
}


def exit_code(outcomes: Iterable[Outcome]) -> ExitCode:
    """The worst of all outcomes: trouble of ours outweighs a copier's fault, because it may hide or cause one."""
    return max((_EXIT_CODES[outcome.verdict] for outcome in outcomes), default=ExitCode.PASSED)
