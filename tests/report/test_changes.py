from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.report.changes import (
    Change,
    Changes,
    Kind,
    Past,
    Record,
    changes,
    changes_text,
    load_changes,
    record_all,
    store_changes,
)
from ContentionLibrary.report.evidence import Evidence
from ContentionLibrary.report.outcomes import outcome_of

PASSED, FAILED = Record(Verdict.PASSED, (), 2.0), Record(Verdict.FAILED, ("torn content R0",), 2.0)
NOT_PROVEN = Record(Verdict.NOT_PROVEN, (), 2.0)


def past(*records, version="cp 9.1", name="RDW-001"):
    return [Past(f"2026-01-{day:02}T12:00:00Z", version, {name: each}) for day, each in enumerate(records, 1)]


def kinds(*records, **same):
    *before, now = past(*records, **same)
    return [change.kind for change in changes(now, before)]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ((PASSED, PASSED), []),
        ((FAILED, FAILED), []),
        ((PASSED, FAILED), [Kind.NEW]),
        ((PASSED, NOT_PROVEN), [Kind.NEW]),
        ((FAILED, PASSED), [Kind.FIXED]),
        ((NOT_PROVEN, PASSED), [Kind.FIXED]),
        ((FAILED, dataclasses.replace(FAILED, ways=("torn content R0", "gap R1"))), [Kind.WORSE]),
        ((dataclasses.replace(FAILED, ways=("torn content R0", "gap R1")), FAILED), []),
        ((NOT_PROVEN, FAILED), [Kind.WORSE]),
        ((FAILED, NOT_PROVEN), []),
        ((PASSED, FAILED, PASSED), [Kind.FIXED, Kind.UNSTABLE]),
        ((PASSED, FAILED, FAILED), []),
        ((FAILED, PASSED, PASSED, FAILED), [Kind.NEW, Kind.UNSTABLE]),
        ((FAILED,), [Kind.NEW]),
        ((PASSED,), []),
    ],
)
def test_what_kind_of_change_it_is(records, expected):
    assert kinds(*records) == expected


def test_a_verdict_that_changed_with_the_copier_is_not_unstable():
    before = [*past(PASSED, FAILED, version="cp 9.1"), *past(FAILED, version="cp 9.2")]
    (now,) = past(PASSED, version="cp 9.2")
    (change,) = changes(now, before)
    assert change.kind is Kind.FIXED
    before[-1] = dataclasses.replace(before[-1], version="")
    assert changes(now, before)[0].told.endswith("when the copier was of an unknown version")


@pytest.mark.parametrize(
    ("seconds", "slower"), [((2, 2, 2, 6.1), True), ((2, 2, 2, 5.9), False), ((2, 2, 9, 8), False), ((0.1, 1.9), False)]
)
def test_slower_is_what_takes_much_longer_than_usual_and_than_ever(seconds, slower):
    found = kinds(*(dataclasses.replace(PASSED, seconds=each) for each in seconds))
    assert found == ([Kind.SLOWER] if slower else [])


def test_each_scenario_is_compared_with_the_latest_run_that_has_it():
    before = [*past(FAILED), *past(PASSED, name="RDW-002")]
    (now,) = past(PASSED)
    assert [str(change) for change in changes(now, before)] == [
        "fixed: RDW-001 passes; it was 'failed' in the run of 2026-01-01T12:00:00Z"
    ]


def test_words_tell_what_failed_and_when_it_did_not():
    *before, now = past(PASSED, FAILED)
    assert str(changes(now, before)[0]) == (
        "new failure: RDW-001 failed by torn content R0; it passed in the run of 2026-01-01T12:00:00Z"
    )


def test_only_what_says_something_of_the_copier_is_remembered(verdict):
    words = {Verdict.PASSED: "A", Verdict.FAILED: "B", Verdict.SKIPPED: "C", Verdict.HARNESS_ERROR: "D"}
    told = [outcome_of(Evidence(verdict(verdict=word, id=name), Path("/out"))) for word, name in words.items()]
    records = record_all([*told, dataclasses.replace(told[1], id="A")])
    assert list(records) == ["A", "B"]
    assert records["A"] == Record(Verdict.FAILED, ("readers R0", "readers"), 2.5), "rows of one scenario count together"


def test_changes_come_back_from_their_file_and_are_told(tmp_path):
    told = Changes("/an/earlier run", True, (Change("RDW-001", Kind.NEW, "failed"),))
    store_changes(told, tmp_path)
    assert load_changes(tmp_path) == told and told.alarming
    assert changes_text(told) == ["Compared with the run in /an/earlier run:", "    new failure: RDW-001 failed"]
    assert changes_text(Changes("last", True, ())) == [
        "Compared with the last runs on this machine:",
        "    nothing has changed",
    ]
    assert changes_text(Changes("last", False, ())) == []
