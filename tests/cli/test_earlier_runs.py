from __future__ import annotations

import json

import pytest

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.cli import memory
from ContentionLibrary.cli.subjects import subjects
from ContentionLibrary.errors import UsageError
from ContentionLibrary.report.changes import Past, Record

PASSED = ("Leave Verdict    passed",)
FAILED = ("Leave Verdict    failed", "Fail With    torn")


@pytest.fixture
def run(contention, write):
    """Run one suite whose only scenario ends as it is told to."""

    def make(steps, *words, where="results"):
        contention.suite("s.robot", write("RDW-001 Reader", *steps))
        return contention("run", "s.robot", "--copier", "cp", "--outputdir", where, *words)

    return make


def test_a_run_is_remembered_and_the_next_one_says_what_has_changed(run, contention):
    first = run(PASSED)
    assert first.code == 0 and "Compared with" not in first.out
    second = run(FAILED)
    assert second.code == 1
    assert (
        "Compared with the last runs on this machine:\n    new failure: RDW-001 failed by readers R0; it passed in"
        in (second.out)
    )
    told = json.loads((contention.home / "results/contention.json").read_text())
    assert [each["kind"] for each in told["changes"]["found"]] == ["new failure"]
    assert "<b>new failure: </b>" in (contention.home / "results/contention.html").read_text()
    assert [line.split()[:2] for line in contention("history", "cp").out.splitlines()][-1] == ["RDW-001", "PF"]
    (one,) = json.loads(contention("history", "--json").out)
    assert [each["scenarios"]["RDW-001"]["verdict"] for each in one["runs"]] == ["passed", "failed"]


def test_a_run_that_is_to_be_forgotten_is_compared_and_not_remembered(run, contention):
    run(PASSED)
    assert "new failure: RDW-001" in run(FAILED, "--forget").out
    assert "RDW-001  P " in contention("history").out


def test_fail_on_new_forgives_what_failed_before_and_nothing_else(run):
    assert run(FAILED, "--fail-on", "new").code == 1, "without an earlier run every failure is new"
    again = run(FAILED, "--fail-on", "new")
    assert (again.code, "nothing has changed" in again.out) == (0, True)
    assert run(PASSED, "--fail-on", "new").code == 0
    assert run(FAILED, "--fail-on", "new").code == 1
    assert run(("No Operation",), "--fail-on", "new").code == 3, "an error of the harness is never forgiven"


def test_a_run_is_compared_with_a_directory_even_with_its_own(run, contention):
    run(PASSED, where="nightly")
    run(FAILED)
    ended = run(FAILED, "--against", "nightly", "--fail-on", "new")
    assert ended.code == 1 and "Compared with the run in nightly:\n    new failure: RDW-001" in ended.out
    assert run(FAILED, "--against", "results", "--fail-on", "new").code == 0
    none = run(FAILED, "--against", "nowhere")
    assert none.code == 2 and "--against nowhere is no folder" in none.err
    other = contention("run", "s.robot", "--copier", "rsync", "--against", "results")
    assert other.code == 2 and "is a run of cp, not of rsync" in other.err


def test_a_memory_that_cannot_be_read_hinders_no_run_that_did_not_ask_for_it(run, contention):
    run(PASSED)
    (file,) = (contention.home.parent / "state/contention").rglob("*.json")
    file.write_text("[{}]")
    ended = run(PASSED)
    assert ended.code == 0 and "Earlier runs are not known: " in ended.err and "This run is not remembered" in ended.err
    assert run(PASSED, "--against", "last").code == 2


def test_without_a_place_to_remember_a_run_goes_on(run, contention):
    (contention.home.parent / "state").write_text("a file is in the way")
    ended = run(PASSED)
    assert ended.code == 0, ended
    assert "Earlier runs are not known: " in ended.err and "This run is not remembered: " in ended.err


def test_nothing_remembered_is_said(contention):
    ended = contention("history", "cp")
    assert ended.code == 2 and "No run of cp is remembered on this machine" in ended.err


def test_memory_is_bounded(tmp_path):
    file = tmp_path / "m.json"
    for number in range(60):
        memory.remember(file, Past(f"run {number}", "", {"RDW-001": Record(Verdict.PASSED, (), 1.0)}))
    runs = memory.recall(file)
    assert (len(runs), runs[0].began, runs[-1].began) == (50, "run 10", "run 59")
    memory.remember(file, Past("nothing was told", "", {}))
    assert memory.recall(file)[-1].began == "run 59"
    file.write_text("{}")
    with pytest.raises(UsageError, match="does not hold remembered runs"):
        memory.recall(file)


def test_copiers_and_sizes_have_memories_of_their_own(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "cp.yaml").write_text("command: [cp, '{source}', '{destination}']\n")
    chosen = [subjects([name], None)[0] for name in ("cp", str(tmp_path / "a/cp.yaml"), str(tmp_path / "b/cp.yaml"))]
    chosen += [subjects([], "cp {source} {destination}")[0], subjects([], "cp -f {source} {destination}")[0]]
    files = {memory.memory_of(subject, size) for subject in chosen for size in ("", "quick")}
    assert len(files) == 10
    for file in files:
        memory.remember(file, Past("now", "", {"RDW-001": Record(Verdict.PASSED, (), 1.0)}))
    assert set(memory.remembered(["cp"])) == files and memory.remembered(["rsync"]) == []
    assert files == set(memory.remembered([]))


def test_a_place_of_memories_that_cannot_be_read_is_not_an_empty_one(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "contention").mkdir()
    assert memory.remembered([]) == []
    memory.memory_of(subjects(["cp"], None)[0], "").parent.write_text("in the way")
    with pytest.raises(UsageError, match="cannot be read: Not a directory; set XDG_STATE_HOME"):
        memory.remembered([])
