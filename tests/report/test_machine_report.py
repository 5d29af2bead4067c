from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import ContentionLibrary
from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.errors import UsageError
from ContentionLibrary.history.cast import SOURCE
from ContentionLibrary.history.figures import Measured
from ContentionLibrary.report.making import make_report
from tests.checks.tale import RENAME, Tale, cut
from tests.report.stored_runs import CATALOGUE, leave_run

SCHEMA = json.loads((Path(ContentionLibrary.__file__).parent / "report/contention.schema.json").read_text())
WORDS = dict(
    zip([f"AAA-00{number}" for number in range(len(Verdict))], Verdict, strict=True),
)


def report_of(folder):
    make_report(folder, CATALOGUE)
    told = json.loads((folder / "contention.json").read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(told)
    return told


@pytest.fixture
def every_word(verdict, tmp_path):
    """A run that ends in all six ways, once each."""
    verdicts = [verdict(id=name, verdict=word, findings=()) for name, word in WORDS.items()]
    return leave_run(tmp_path / "a run", verdicts)


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_verdict_is_counted_and_no_other_than_a_pass_is_a_success(every_word):
    told = report_of(every_word)
    assert told["summary"] == {
        "totalTests": 6,
        **dict.fromkeys(["passed", "failed", "notProven", "skipped", "harnessErrors", "systemErrors"], 1),
        "successRate": "20.0%",
    }
    assert [each["verdict"] for each in told["categoryResults"]["FileBlocking"]["details"]] == list(Verdict)
    assert told["failureAnalysis"]["scenarios"] == {
        "criticalFailures": ["AAA-001"],
        "infrastructureFailures": ["AAA-004"],
        "systemFailures": ["AAA-005"],
        "flakyTests": [],
        "knownFailures": [],
        "fixedKnownFailures": [],
    }
    assert told["notRun"] == ["RDW-001", "RDW-002", "SAP-001"]
    assert (told["executionStart"], told["executionEnd"]) == ("2026-01-31T12:00:00Z", "2026-01-31T12:30:00Z")
    assert told["copier"] == {
        "name": "cp",
        "description": "copies <files>",
        "version": "cp 9.1",
        "claims": ["R1"],
    }


def test_a_scenario_tells_findings_levels_and_what_was_counted(verdict, tmp_path):
    tale = Tale().began().held(RENAME).read(cut(SOURCE, 8), step=RENAME).let_go(RENAME).ended()
    for value in (3.0, 1.0, 2.0):
        tale._note(Measured, name="barrier skew", value=value, unit="µs")
    control = Tale(subject="control faulty/torn").began()
    control._note(Measured, name="barrier skew", value=99.0, unit="µs")
    for event in control.history:
        tale.history.add(event)
    told = report_of(leave_run(tmp_path / "run", [verdict()], {"RDW-001": tale.history}))
    (scenario,) = told["categoryResults"]["FileBlocking"]["details"]
    assert scenario["findings"][0]["step"] == "copy 2/4 of the content" and scenario["findings"][0]["level"] == "R0"
    assert scenario["measurements"] == [
        {"name": "barrier skew", "unit": "µs", "count": 3, "smallest": 1.0, "median": 2.0, "largest": 3.0}
    ]
    assert scenario["evidence"] == "contention/RDW-001"
    assert told["guaranteeCard"]["R"]["measured"] == "R0" and told["guaranteeCard"]["R"]["kept"] is False
    assert told["guaranteeCard"]["D"]["measured"] is None and told["guaranteeCard"]["D"]["kept"] is None
    assert told["systemMetrics"] == {
        "peakMemoryUsage": 64 << 20,
        "copierPeakMemory": 0,
        "maxFileHandles": None,
        "averageTestDuration": 1.25,
        "startSkew": {"count": 3, "median": 2.0, "largest": 3.0, "unit": "µs"},
    }


def test_a_test_without_verdict_and_one_that_robot_contradicts_are_errors_of_the_harness(verdict, tmp_path):
    passed = verdict(id="RDW-002", verdict=Verdict.PASSED, findings=())
    told = report_of(leave_run(tmp_path / "run", ["RDW-001", passed], robot={"RDW-002": ("FAIL", "teardown broke")}))
    silent, contradicted = told["categoryResults"]["FileBlocking"]["details"]
    assert silent["verdict"] == contradicted["verdict"] == "error of the harness"
    assert "no verdict" in silent["reason"] and "teardown broke" in contradicted["reason"]
    assert "control" not in silent


def test_a_run_of_plain_robot_can_be_reported_too(verdict, tmp_path):
    told = report_of(leave_run(tmp_path / "run", [verdict()], facts=False))
    assert told["copier"]["name"] == "cp" and told["copier"]["version"] == ""
    (scenario,) = told["categoryResults"]["FileBlocking"]["details"]
    assert (scenario["id"], scenario["priority"], scenario["verdict"]) == ("RDW-001", "critical", "failed")


def test_a_run_that_was_stopped_can_be_reported_too(verdict, tmp_path):
    folder = leave_run(tmp_path / "run", [verdict(), "RDW-002"], ended="")
    (folder / "output.xml").unlink()
    told = report_of(folder)
    assert told["executionEnd"] is None
    assert told["summary"]["skipped"] == 2
    assert [each["reason"] for each in told["categoryResults"]["FileBlocking"]["details"]] == [
        "not finished: the run has not come to its end",
        "not run: the run has not come to its end",
    ]
    (folder / "alone").mkdir()
    ended = [f"RDW-001 {verdict().title}", str(folder / "a suite.robot"), 0.0, "FAIL", "torn"]
    (folder / "alone/progress.jsonl").write_text(json.dumps(ended) + "\n")
    assert report_of(folder)["summary"] | {"failed": 1, "skipped": 1} == report_of(folder)["summary"]


def test_several_copiers_have_one_report_with_the_sum(verdict, tmp_path):
    leave_run(tmp_path / "cp", [verdict()])
    leave_run(tmp_path / "rsync", [verdict(verdict=Verdict.PASSED, findings=())], copier="rsync")
    (tmp_path / "copiers.json").write_text('["cp", "rsync"]')
    told = report_of(tmp_path)
    assert [each["copier"]["name"] for each in told["copiers"]] == ["cp", "rsync"]
    assert (told["summary"]["totalTests"], told["summary"]["successRate"]) == (2, "50.0%")
    assert (tmp_path / "rsync/contention-badge.svg").is_file()


def test_a_history_that_cannot_be_read_takes_nothing_else_with_it(verdict, tmp_path):
    folder = leave_run(tmp_path / "run", [verdict()])
    (folder / "contention/RDW-001/history.jsonl").write_text('{"event":"Unheard"}\n')
    (scenario,) = report_of(folder)["categoryResults"]["FileBlocking"]["details"]
    assert scenario["verdict"] == "failed" and scenario["measurements"] == []
    assert "The timeline is missing" in (folder / "contention.html").read_text()


def test_made_again_from_the_same_files_it_is_the_same(every_word):
    names = ("contention.html", "contention.json", "contention-badge.svg")
    report_of(every_word)
    before = [(every_word / name).read_bytes() for name in names]
    report_of(every_word)
    assert [(every_word / name).read_bytes() for name in names] == before


def test_a_folder_without_a_run_is_a_mistake_of_the_user(tmp_path):
    with pytest.raises(UsageError, match="holds no run"):
        make_report(tmp_path, CATALOGUE)
