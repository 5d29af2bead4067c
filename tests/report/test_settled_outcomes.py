from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.report.evidence import Evidence, Unreadable
from ContentionLibrary.report.outcomes import ExitCode, Outcome, exit_code, settle
from ContentionLibrary.report.robot_results import RobotResult

SUITE = Path("/suites/a.robot")


@dataclass(frozen=True)
class Test:
    __test__ = False

    name: str = "RDW-001 Reader Opens"
    source: Path = SUITE
    id: str = "RDW-001"
    title: str = "Reader Opens"


def said(status, message="", name="RDW-001 Reader Opens"):
    return RobotResult(name, SUITE, status, message)


def told(verdict, word, **changes):
    return Evidence(verdict(verdict=word, **changes), Path("/out/contention/RDW-001"))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        (Verdict.PASSED, "PASS"),
        (Verdict.FAILED, "FAIL"),
        (Verdict.NOT_PROVEN, "FAIL"),
        (Verdict.SKIPPED, "SKIP"),
        (Verdict.HARNESS_ERROR, "FAIL"),
        (Verdict.SYSTEM_ERROR, "FAIL"),
    ],
)
def test_only_the_matching_status_confirms_a_verdict(verdict, word, status):
    for robot in ("PASS", "FAIL", "SKIP"):
        (outcome,) = settle([Test()], [said(robot)], [told(verdict, word)])
        assert outcome.verdict is (word if robot == status else Verdict.HARNESS_ERROR)
        assert outcome.stored is not None
        if robot != status:
            assert outcome.reason == f"its verdict is '{word}', but Robot says {robot}"


def test_a_test_without_a_verdict_has_proven_nothing():
    for robot in ("PASS", "FAIL"):
        (outcome,) = settle([Test()], [said(robot, "so it is")], [])
        assert outcome.verdict is Verdict.HARNESS_ERROR
        assert outcome.reason == f"it left no verdict, so nothing was proven; Robot says {robot}: so it is"
    (outcome,) = settle([Test()], [said("SKIP", "no mount")], [])
    assert (outcome.verdict, outcome.reason) == (Verdict.SKIPPED, "no mount")


def test_a_test_without_a_result_was_not_run_to_its_end(verdict):
    (outcome,) = settle([Test()], [], [told(verdict, Verdict.PASSED)])
    assert outcome.verdict is Verdict.HARNESS_ERROR
    assert outcome.reason.endswith("it was not run to its end; its verdict was 'passed'")


def test_the_verdict_of_another_scenario_does_not_count(verdict):
    (outcome,) = settle([Test()], [said("PASS")], [told(verdict, Verdict.PASSED, id="RDW-002")])
    assert outcome.verdict is Verdict.HARNESS_ERROR


def test_a_broken_verdict_is_an_error_of_its_scenario():
    broken = Unreadable(Path("/out/contention/RDW-001"), "it cannot be read")
    (outcome,) = settle([Test()], [said("PASS")], [broken])
    assert (outcome.verdict, outcome.reason) == (Verdict.HARNESS_ERROR, "it cannot be read")


def test_rows_of_a_table_each_need_a_verdict_and_are_judged_together(verdict):
    rows = [Test("RDW-001 One"), Test("RDW-001 Two")]
    results = [said("PASS", name="RDW-001 One"), said("FAIL", "torn", name="RDW-001 Two")]
    good, bad = told(verdict, Verdict.PASSED), told(verdict, Verdict.FAILED)
    assert [each.verdict for each in settle(rows, results, [good, bad])] == [Verdict.PASSED, Verdict.FAILED]
    (outcome,) = settle(rows, results, [good, good])
    assert outcome.reason == "its verdict is 'passed', but Robot says FAIL: torn"
    (outcome,) = settle(rows, results, [bad])
    assert outcome.reason.startswith("it has 2 tests, but left only 1 of their verdicts")


def test_the_exit_code_is_the_worst_that_happened():
    def code(*words):
        return exit_code(Outcome("X", "", word, "") for word in words)

    assert code() == code(Verdict.PASSED) == code(Verdict.PASSED, Verdict.SKIPPED) == ExitCode.PASSED == 0
    assert code(Verdict.PASSED, Verdict.FAILED) == code(Verdict.NOT_PROVEN) == ExitCode.COPIER_AT_FAULT == 1
    assert code(Verdict.FAILED, Verdict.HARNESS_ERROR) == code(Verdict.SYSTEM_ERROR) == ExitCode.HARNESS_OR_SYSTEM == 3
