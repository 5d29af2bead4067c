from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import ContentionLibrary
from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.report.evidence import Evidence
from ContentionLibrary.report.facts import KnownFailure
from ContentionLibrary.report.known import alarms, exit_code_of, nothing_proven
from ContentionLibrary.report.making import make_report
from ContentionLibrary.report.outcomes import CopierOutcomes, ExitCode, outcome_of
from ContentionLibrary.report.terminal import run_report
from tests.report.stored_runs import CATALOGUE, leave_run

SCHEMA = json.loads((Path(ContentionLibrary.__file__).parent / "report/contention.schema.json").read_text())
IN_PLACE = KnownFailure("RDW-001", "it writes in place by design")


@pytest.fixture
def ended(verdict):
    """Make a copier that ended with some verdicts of RDW-001 and knows that it fails there."""

    def make(*words):
        stored = [
            verdict(verdict=word, findings=verdict().findings if word is Verdict.FAILED else ()) for word in words
        ]
        return CopierOutcomes("cp", tuple(outcome_of(Evidence(each, Path("/out"))) for each in stored), (IN_PLACE,))

    return make


def test_a_known_failure_does_not_count_and_is_told_with_its_reason(ended):
    of = ended(Verdict.FAILED)
    assert exit_code_of([of]) is ExitCode.PASSED
    report = run_report(of, 100)
    assert "    known:   it writes in place by design" in report
    assert report[-1] == "1 scenario: 1 failed; known failures: RDW-001"


def test_a_known_failure_that_is_fixed_alarms_by_exit_code_and_text(ended):
    of = ended(Verdict.PASSED)
    assert exit_code_of([of]) is ExitCode.COPIER_AT_FAULT
    assert run_report(of, 100)[-1] == (
        "FIXED: RDW-001 passes, yet cp's profile lists it as a known failure (it writes in place by design): "
        "strike RDW-001 from its known_failures"
    )


def test_a_scenario_of_several_rows_is_fixed_only_when_all_pass(ended):
    of = ended(Verdict.PASSED, Verdict.FAILED)
    assert (alarms(of), exit_code_of([of])) == ([], ExitCode.PASSED)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        (Verdict.NOT_PROVEN, ExitCode.COPIER_AT_FAULT),
        (Verdict.SKIPPED, ExitCode.COPIER_AT_FAULT),
        (Verdict.HARNESS_ERROR, ExitCode.HARNESS_OR_SYSTEM),
    ],
)
def test_only_a_failure_is_forgiven_and_only_a_pass_is_fixed(ended, word, code):
    of = ended(word)
    assert (alarms(of), exit_code_of([of])) == ([], code)


def test_what_was_not_run_is_not_fixed():
    assert alarms(CopierOutcomes("cp", (), (IN_PLACE,))) == []


@pytest.mark.parametrize(
    ("word", "known", "repaired"), [(Verdict.FAILED, ["RDW-001"], []), (Verdict.PASSED, [], ["RDW-001"])]
)
def test_page_and_json_tell_of_it(verdict, tmp_path, word, known, repaired):
    findings = verdict().findings if known else ()
    leave_run(tmp_path / "run", [verdict(verdict=word, findings=findings)], known=(IN_PLACE,))
    make_report(tmp_path / "run", CATALOGUE)
    told = json.loads((tmp_path / "run/contention.json").read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(told)
    assert told["failureAnalysis"]["scenarios"]["knownFailures"] == known
    assert told["failureAnalysis"]["scenarios"]["fixedKnownFailures"] == repaired
    (scenario,) = told["categoryResults"]["FileBlocking"]["details"]
    assert scenario["knownFailure"] == (IN_PLACE.reason if known else None)
    page = (tmp_path / "run/contention.html").read_text()
    assert ("known failure: it writes in place by design" in page) == bool(known)
    assert ("FIXED: RDW-001 passes" in page) == bool(repaired)


def test_a_copier_of_which_all_was_skipped_is_not_said_to_have_passed(ended):
    dark, seen = ended(Verdict.SKIPPED, Verdict.SKIPPED), ended(Verdict.SKIPPED, Verdict.FAILED)
    assert nothing_proven(dark).startswith("NOTHING PROVEN: every scenario was skipped, so this run says nothing of cp")
    assert exit_code_of([dark]) is exit_code_of([seen, dark]) is ExitCode.COPIER_AT_FAULT
    assert (nothing_proven(seen), exit_code_of([seen])) == ("", ExitCode.PASSED)
