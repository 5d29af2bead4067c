from __future__ import annotations

import json
from pathlib import Path

import pytest

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.errors import HarnessError
from ContentionLibrary.report.stored import load_verdict, store_verdict


def test_a_stored_verdict_is_read_as_it_was(verdict, tmp_path):
    for each in (verdict(), *(verdict(verdict=word, findings=(), steps=()) for word in Verdict)):
        path = store_verdict(each, tmp_path / "contention" / each.id)
        assert load_verdict(path) == each
        assert [file.name for file in path.parent.iterdir()] == ["verdict.json"]


def test_the_words_on_the_wire_are_those_that_users_read(verdict, tmp_path):
    content = json.loads(store_verdict(verdict(), tmp_path).read_text())
    assert content["verdict"] == "failed"
    assert content["measured"][0] == {"letter": "R", "rank": 0}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content.pop("runs"), "the field 'runs' is missing"),
        (lambda content: content.update(extra=1), "the field 'extra' is unknown; known are id, title"),
        (lambda content: content.update(runs=True), "the field 'runs' should be int, but is True"),
        (lambda content: content.update(seconds="1"), "the field 'seconds' should be float, but is '1'"),
        (lambda content: content.update(verdict="fine"), "the field 'verdict' should be one of passed, failed"),
        (lambda content: content.update(steps="a"), "the field 'steps' should be a list, but is 'a'"),
        (lambda content: content["findings"][1].pop("seen"), "the field 'findings[1].seen' is missing"),
        (lambda content: content["measured"].append("R1"), "the field 'measured[2]' should be an object"),
    ],
)
def test_any_other_form_is_refused_by_name(verdict, tmp_path, change, message):
    path = store_verdict(verdict(), tmp_path)
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(HarnessError) as refused:
        load_verdict(path)
    assert str(path) in str(refused.value)
    assert message in str(refused.value)


@pytest.mark.parametrize("content", ["", '{"id": ', "[]"])
def test_half_a_file_is_refused(tmp_path, content):
    path = tmp_path / "verdict.json"
    path.write_text(content)
    with pytest.raises(HarnessError, match="verdict"):
        load_verdict(path)
    with pytest.raises(HarnessError, match="No such file"):
        load_verdict(Path(tmp_path / "other.json"))


@pytest.mark.parametrize("wrong", [{"seconds": 3}, {"steps": ["create"]}, {"reason": None}])
def test_what_could_not_be_read_again_is_not_stored(verdict, tmp_path, wrong):
    with pytest.raises(HarnessError, match="The verdict on RDW-001 cannot be stored"):
        store_verdict(verdict(**wrong), tmp_path)
    assert list(tmp_path.iterdir()) == []
