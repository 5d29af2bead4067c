from __future__ import annotations

import json

import pytest

from ContentionLibrary.cli.compare import divide


def test_copiers_are_told_from_scenarios():
    words = ["cp", "./my.yaml", "FileBlocking", "cp-suite", "RDW-001"]
    assert divide(words, ["cp", "rsync"]) == (["cp", "./my.yaml"], ["FileBlocking", "cp-suite", "RDW-001"])


@pytest.mark.parametrize("words", [("cp",), ("cp", "RDW-001"), ("FileBlocking",)])
def test_one_copier_cannot_be_compared(contention, words):
    ended = contention("compare", *words)
    assert ended.code == 2
    assert "compare wants two copiers or more" in ended.err
    assert not (contention.home / "results").exists()


def test_the_same_scenarios_on_all_copiers_with_table_json_and_page(contention, write):
    contention.suite(
        "s.robot",
        write("RDW-001 Reader", "Leave Verdict    passed"),
        write("RDW-002 Readers", "Fail For    rsync    torn"),
    )
    ended = contention("compare", "cp", "rsync", "s.robot")
    assert ended.code == 1, ended
    words = " ".join(ended.out.split())
    assert "RDW-002 passed failed" in words
    assert "R readers cp: R1 old, new or nothing rsync: R0 torn content visible" in words
    assert "RDW-002 Readers rsync: failed with R0 before 'copy 2/4" in words
    told = json.loads((contention.home / "results/contention.json").read_text())
    assert [each["copier"]["name"] for each in told["copiers"]] == ["cp", "rsync"]
    assert [each["differs"] for each in told["comparison"]["scenarios"]] == [False, True]
    assert (contention.home / "results/contention.html").is_file()


def test_a_dry_run_names_the_copiers_and_runs_nothing(contention, write):
    contention.suite("s.robot", write("RDW-001 Reader", "Leave Verdict    passed"))
    ended = contention("compare", "cp", "rsync", "s.robot", "--dry-run")
    assert ended.code == 0 and ended.out.endswith("\non: cp, rsync\n")
    assert not (contention.home / "results").exists()
