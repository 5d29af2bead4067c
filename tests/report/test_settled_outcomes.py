from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.report.evidence import Evidence, Unreadable
from ContentionLibrary.report.identity import identity
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
        assert outcome.reason == (
            f"it left no verdict, so nothing was proven; Robot says {robot}: so it is (a plain test, in which no sentence "
            "plays anything, needs no tag id:RDW-001)"
        )
    (outcome,) = settle([Test()], [said("SKIP", "no mount")], [])
    assert (outcome.verdict, outcome.reason) == (Verdict.SKIPPED, "no mount")


@pytest.mark.parametrize(
    ("status", "message", "word", "reason"),
    [
        ("PASS", "", Verdict.PASSED, "a plain test: it has passed, and nothing was played in it"),
        ("FAIL", "1 != 2", Verdict.FAILED, "1 != 2"),
        ("FAIL", "NOT PROVEN: too few", Verdict.NOT_PROVEN, "too few"),
        ("FAIL", "error of the harness: Bob was lost", Verdict.HARNESS_ERROR, "Bob was lost"),
        ("FAIL", "Setup failed:\nerror of the system: no disk", Verdict.SYSTEM_ERROR, "Setup failed:\nno disk"),
        ("SKIP", "no mount", Verdict.SKIPPED, "no mount"),
        *(
            ("FAIL", message, Verdict.NOT_PROVEN, f"the suite is at fault, so nothing was proven: {message}")
            for message in (
                "No keyword with name 'Craete Test File' found. Did you mean:\n    ContentionLibrary.Create Test File",
                "Setup failed:\nVariable '${x}' not found.",
                "Keyword 'ContentionLibrary.Start Renamer' expected 2 non-named arguments, got 1.",
                "ValueError: Argument 'size' got value 'big' that cannot be converted to FileSize: 'big' is no size",
            )
        ),
    ],
)
def test_a_plain_test_counts_as_robot_says_and_a_wrong_suite_is_told_as_such(status, message, word, reason):
    plain = Test("My Copy Works", id="", title="My Copy Works")
    (outcome,) = settle([plain], [said(status, message, name=plain.name)], [])
    assert (outcome.id, outcome.title) == ("a.my-copy-works", "My Copy Works")
    assert (outcome.verdict, outcome.reason, outcome.stored) == (word, reason, None)


def test_a_wrong_suite_is_no_error_of_the_harness_where_the_test_has_an_id_either():
    missing = "Error in file '/suites/a.robot' on line 2: Importing library 'Nope' failed"
    result = replace(said("FAIL", "No keyword with name 'X' found."), troubles=(missing,))
    (outcome,) = settle([Test()], [result], [])
    assert outcome.verdict is Verdict.NOT_PROVEN
    assert (
        outcome.reason == f"the suite is at fault, so nothing was proven: No keyword with name 'X' found. ({missing})"
    )


def test_a_test_without_a_tag_is_known_by_its_name_and_counted_once(verdict):
    plain = Test("My Copy Works", id="", title="My Copy Works")
    evidence = told(verdict, Verdict.PASSED, id="a.my-copy-works", title=plain.name)
    (outcome,) = settle([plain], [said("PASS", name=plain.name)], [evidence])
    assert (outcome.id, outcome.verdict, outcome.stored) == ("a.my-copy-works", Verdict.PASSED, evidence.verdict)


def test_ids_made_of_names_are_short_words_and_differ():
    assert identity("RDW-001", "Any name", SUITE) == identity("", "RDW-001 Any name", SUITE) == "RDW-001"
    assert identity("", "My  copy: 'it works'!", Path("/my suites/Smoke Tests.robot")) == "smoke-tests.my-copy-it-works"
    one, other = (identity("", "a very long name " * 9 + end, SUITE) for end in ("1", "2"))
    assert one != other and len(one) < 60
    assert identity("", "???", SUITE) != identity("", "!!!", SUITE)


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


def test_what_a_stopped_run_did_not_come_to_is_nobodys_fault_and_no_verdict(verdict):
    passed = told(verdict, Verdict.PASSED)
    cut_short = told(verdict, Verdict.HARNESS_ERROR)
    for results, evidence, verdict_then, reason in [
        ([said("PASS")], [passed], Verdict.PASSED, ""),
        ([], [], Verdict.SKIPPED, "not run: it was stopped"),
        (
            [said("FAIL", "Test execution stopped due to a fatal error.")],
            [],
            Verdict.SKIPPED,
            "not run: it was stopped",
        ),
        (
            [said("FAIL", "Execution terminated by signal")],
            [cut_short],
            Verdict.SKIPPED,
            "not finished: it was stopped",
        ),
        ([said("FAIL", "broken")], [], Verdict.HARNESS_ERROR, "it left no verdict"),
    ]:
        (outcome,) = settle([Test()], results, evidence, cut_off="it was stopped")
        assert outcome.verdict is verdict_then and outcome.reason.startswith(reason)
        assert outcome.cut_off is reason.startswith("not ")
