from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import jsonschema
import pytest

import ContentionLibrary
from ContentionLibrary.checks.levels import parse_level
from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.report.comparing import compare
from ContentionLibrary.report.comparison_text import comparison_lines
from ContentionLibrary.report.evidence import Evidence
from ContentionLibrary.report.making import make_report
from ContentionLibrary.report.outcomes import CopierOutcomes, outcome_of
from tests.report.stored_runs import CATALOGUE, leave_run

SCHEMA = json.loads((Path(ContentionLibrary.__file__).parent / "report/contention.schema.json").read_text())


def on(copier, *verdicts):
    return CopierOutcomes(copier, tuple(outcome_of(Evidence(each, Path("/out") / each.id)) for each in verdicts))


@pytest.fixture
def killed(verdict):
    """Make a verdict of a scenario about kills, that shows some level and is held to some claim."""

    def make(level, claim, word):
        left = dataclasses.replace(
            verdict().findings[0], level=parse_level(level), step="rename", seen="left .file.tmp (4 bytes)"
        )
        failing = word is Verdict.FAILED
        return verdict(
            id="FRS-001",
            title="Is Killed",
            verdict=word,
            findings=(left,) if failing else (),
            allowed=() if failing or level == "K3" else (left,),
            measured=(parse_level(level),),
            claims=(parse_level(claim),),
        )

    return make


@pytest.fixture
def three(killed):
    return [
        on("cp", killed("K0", "K2", Verdict.FAILED)),
        on("rsync", killed("K1", "K1", Verdict.PASSED)),
        on("best", killed("K3", "K2", Verdict.PASSED)),
    ]


def test_a_guarantee_that_differs_is_explained_on_each_side_by_what_was_seen_and_by_its_claim(three):
    (kill,) = [each for each in compare(three).letters if each.differs]
    told = [(side.copier, str(side.level), side.terms, side.proof.seen) for side in kill.sides]
    assert told == [
        ("cp", "K0", "although K2 is demanded of it", "left .file.tmp (4 bytes)"),
        ("rsync", "K1", "as it claims", "left .file.tmp (4 bytes)"),
        ("best", "K3", "", ""),
    ]


def test_a_letter_that_only_one_has_measured_is_no_difference(killed):
    runs = [on("cp", killed("K0", "K2", Verdict.FAILED)), on("dd", killed("K3", "K2", Verdict.PASSED))]
    runs[1] = CopierOutcomes("dd", ())
    assert not any(each.differs for each in compare(runs).letters)


def test_the_terminal_says_who_does_what_and_why(three):
    lines = comparison_lines(three, 200)
    assert lines[:3] == [
        "ID       cp      rsync   best",
        "-------  ------  ------  ------",
        "FRS-001  failed  passed  passed",
    ]
    assert "K kill             K0 below K2  K1     K3" in lines
    begin = lines.index("K kill")
    assert lines[begin : begin + 4] == [
        "K kill",
        "    cp: K0 torn under the final name, although K2 is demanded of it, FRS-001 before 'rename': left .file.tmp (4 bytes)",
        "    rsync: K1 final name clean, leftovers stay, as it claims, FRS-001 before 'rename': left .file.tmp (4 bytes)",
        "    best: K3 nothing left",
    ]
    begin = lines.index("FRS-001 Is Killed")
    assert lines[begin + 1 :] == [
        "    cp: failed with K0 before 'rename': left .file.tmp (4 bytes)",
        "    passed: rsync, best",
    ]


def test_copiers_that_are_alike_are_said_to_be(killed):
    same = killed("K3", "K2", Verdict.PASSED)
    assert comparison_lines([on("a", same), on("b", same)], 100)[-1] == "No difference between them was seen."


def test_a_scenario_that_broke_on_one_copier_is_told_with_its_reason(killed):
    broken = dataclasses.replace(
        killed("K3", "K2", Verdict.PASSED), verdict=Verdict.HARNESS_ERROR, reason="no answer of the starter"
    )
    lines = comparison_lines([on("a", killed("K3", "K2", Verdict.PASSED)), on("b", broken)], 100)
    assert "    b: error of the harness: no answer of the starter" in lines


def test_page_and_json_tell_the_same(three, tmp_path):
    for run in three:
        leave_run(tmp_path / run.copier, [run.outcomes[0].stored], copier=run.copier)
    (tmp_path / "copiers.json").write_text(json.dumps([run.copier for run in three]))
    make_report(tmp_path, CATALOGUE)
    told = json.loads((tmp_path / "contention.json").read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(told)
    kill = next(each for each in told["comparison"]["guarantees"] if each["letter"] == "K")
    assert kill["differs"] and [each["measured"] for each in kill["copiers"]] == ["K0", "K1", "K3"]
    (scenario,) = told["comparison"]["scenarios"]
    assert [(each["verdict"], each["why"]) for each in scenario["copiers"]] == [
        ("failed", "left .file.tmp (4 bytes)"),
        ("passed", ""),
        ("passed", ""),
    ]
    page = (tmp_path / "contention.html").read_text()
    assert "<summary><span>K kill</span>" in page and "<summary>FRS-001 Is Killed</summary>" in page
    assert "as it claims" in page and page.count("left .file.tmp (4 bytes)") >= 3


def test_of_several_findings_the_weakest_level_is_told(killed):
    good, bad = killed("K3", "K2", Verdict.PASSED), killed("K1", "K2", Verdict.FAILED)
    worse = dataclasses.replace(bad.findings[0], level=parse_level("K0"), seen="left half of the file")
    both = dataclasses.replace(bad, findings=(bad.findings[0], worse))
    assert "    b: failed with K0 before 'rename': left half of the file" in comparison_lines(
        [on("a", good), on("b", both)], 99
    )
